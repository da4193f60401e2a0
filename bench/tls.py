"""The four transfers over TLS: nginx has the certificate, for what goes up in front of the sink; everybody verifies it.

The yardstick is bare aiohttp, in a process of its own, which computes the MD5 of every body too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from . import certificates, children, nginx, rivals, sink, transfers
from .figure import NO_BAR, Figure, Reading, Row, times_at_most
from .transfers import Found, Kind
from .workshop import Workshop, in_turn


def down(workshop: Workshop, kind: Kind) -> Found:
    """Both, by turns."""
    found = Found()
    with workshop.scratch() as folder:
        ids = transfers.as_nodes(transfers.made(folder / "content", kind))
        frame, certificate = transfers.described(folder, ids), certificates.make(folder)

        def ours() -> float:
            with workshop.scratch() as out:
                done = children.call(transfers.downloaded, certificate.trust, url=url, frame=frame, folder=out)
            return found.keep("ours", done)

        def bare() -> float:
            with workshop.scratch() as out:
                return float(children.call(rivals.aiohttp_down, certificate.trust, url=url, ids=ids, out=out).value)

        with nginx.serving(folder / "content", folder, certificate) as url:
            found.seconds.update(in_turn(kind.rounds, ours=ours, bare=bare))
    return found


def up(workshop: Workshop, kind: Kind) -> Found:
    """Both, by turns."""
    found = Found()
    with workshop.scratch() as folder:
        pictures = folder / "Pictures"
        files, certificate = transfers.made(pictures, kind), certificates.make(folder)

        def ours() -> float:
            with workshop.scratch() as own:
                done = children.call(transfers.uploaded, certificate.trust, url=url, pictures=pictures, folder=own)
            return found.keep("ours", done)

        def bare() -> float:
            return float(children.call(rivals.aiohttp_up, certificate.trust, url=url, files=files).value)

        with sink.listening(folder) as plain, nginx.passing_on(plain, folder, certificate) as url:
            found.seconds.update(in_turn(kind.rounds, ours=ours, bare=bare))
    return found


Way = Callable[[Workshop, Kind], Found]


def _measured(workshop: Workshop, name: str, way: Way, kind: Callable[[Workshop], Kind]) -> Mapping[str, Reading]:
    found = way(workshop, kind(workshop))
    return {
        name: Reading(found.seconds["ours"], found.seconds["bare"]),
        f"{name}-memory": Reading(found.peak("ours")),
    }


def _figure(name: str, what: str, way: Way, kind: Callable[[Workshop], Kind]) -> Figure:
    wall = Row(name=name, what=f"{what} over TLS", yardstick="aiohttp, MD5 included", bar=times_at_most(1.3))
    peak = Row(name=f"{name}-memory", what=f"{what} over TLS: peak memory", bar=NO_BAR, unit="bytes")
    needs = ("nginx", "openssl") if way is down else ("nginx", "openssl", "gcc")
    return Figure(rows=(wall, peak), measure=partial(_measured, name=name, way=way, kind=kind), needs=needs)


FIGURES = (
    _figure("small-down-tls", "2,000 × 200 KB down", down, transfers.small_files),
    _figure("small-up-tls", "2,000 × 200 KB up", up, transfers.small_files),
    _figure("large-down-tls", "4 × 500 MB down", down, transfers.large_files),
    _figure("large-up-tls", "4 × 500 MB up", up, transfers.large_files),
)
