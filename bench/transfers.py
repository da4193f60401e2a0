"""Files up and down by ``ap.upload`` and ``ap.download``: down from nginx, up into the native sink.

What ``ap.upload`` asks besides (the root, and whether ap.parquet is fresh) is part of its time, and so is putting
what went up into ap.parquet. ``ap.download`` is given a frame, and asks for nothing but the files.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from . import children, nginx, rivals, sink
from .clients import client
from .figure import NO_BAR, Figure, NotRun, Reading, Row, at_most, faster, times_at_most
from .workshop import Workshop, in_turn

_PIECE = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """``name`` begins the names of rows."""

    name: str
    count: int
    size: int
    rounds: int
    httpx: bool


def _small(workshop: Workshop) -> Kind:
    return Kind(name="small", count=workshop.size(2000, 100), size=200_000, rounds=workshop.rounds(3), httpx=True)


def _large(workshop: Workshop) -> Kind:
    size = workshop.size(500_000_000, 20_000_000)
    return Kind(name="large", count=4, size=size, rounds=workshop.rounds(3), httpx=False)


def made(folder: Path, kind: Kind) -> list[Path]:
    """Files of random bytes, no two alike. Large ones repeat a random piece."""
    folder.mkdir()
    paths = [folder / f"{kind.name}{number:05}.jpg" for number in range(kind.count)]
    for path in paths:
        piece = os.urandom(min(kind.size, _PIECE))
        with path.open("wb") as file:
            for _ in range(kind.size // len(piece)):
                file.write(piece)
            file.write(piece[: kind.size % len(piece)])
    os.sync()
    return paths


# --- down ------------------------------------------------------------------------------------------------------------


def down(workshop: Workshop, kind: Kind) -> tuple[dict[str, float], int]:
    """Seconds of everybody, by turns, and our peak memory."""
    peaks = [0]
    with workshop.scratch() as folder:
        ids = _as_nodes(made(folder / "content", kind))

        def ours() -> float:
            with workshop.scratch() as out:
                done = children.call(downloaded, url=url, nodes=folder / "content", ids=ids, folder=out)
            peaks.append(done.peak)
            return float(done.value)

        def curl() -> float:
            with workshop.scratch() as out:
                return rivals.curl_down(url, ids, out)

        def httpx(*, fed: bool = False) -> float:
            with workshop.scratch() as out:
                return float(children.call(rivals.httpx_down, url=url, ids=ids, out=out, fed=fed).value)

        with nginx.serving(folder / "content", folder) as url:
            found = in_turn(kind.rounds, ours=ours, curl=curl, **(_both(httpx) if kind.httpx else {}))
    return found, max(peaks)


def _as_nodes(paths: list[Path]) -> dict[str, str]:
    """Renames files to ids; the id of each by its name."""
    ids = {path.name: f"node{number:018}" for number, path in enumerate(paths)}
    for path in paths:
        path.rename(path.with_name(ids[path.name]))
    return ids


def downloaded(url: str, nodes: str, ids: Mapping[str, str], folder: str) -> float:
    """In a child: seconds of ``ap.download``."""
    import pandas as pd

    import amazon_photos.transfer.download.run  # noqa: F401 - loading is start-up

    rows = [_node(name, Path(nodes, node)) for name, node in ids.items()]
    frame = pd.DataFrame(rows)

    async def work() -> float:
        async with client(url, folder) as ap:
            began = asyncio.get_running_loop().time()
            outcomes = await ap.download(frame, out=Path(folder) / "media")
            took = asyncio.get_running_loop().time() - began
        _all(outcomes["outcome"], "downloaded")
        return took

    return asyncio.run(work())


def _node(name: str, path: Path) -> dict[str, object]:
    with path.open("rb") as file:
        md5 = hashlib.file_digest(file, "md5").hexdigest()
    known = {"kind": "FILE", "parents": ["root"], "contentProperties.version": 1, "contentDate": None}
    return {"id": path.name, "name": name, "size": path.stat().st_size, "md5": md5, **known}


def _all(what: object, wanted: str) -> None:
    counts = dict(what.value_counts())  # type: ignore[attr-defined]
    if set(counts) != {wanted}:
        raise NotRun(f"not every file was {wanted}: {counts}")


# --- up --------------------------------------------------------------------------------------------------------------


def up(workshop: Workshop, kind: Kind) -> tuple[dict[str, float], int]:
    """Seconds of everybody, by turns, and our peak memory."""
    peaks = [0]
    with workshop.scratch() as folder:
        files = made(folder / "Pictures", kind)

        def ours() -> float:
            with workshop.scratch() as own:
                done = children.call(uploaded, url=url, pictures=folder / "Pictures", folder=own)
            peaks.append(done.peak)
            return float(done.value)

        def curl() -> float:
            return rivals.curl_up(url, files, folder)

        def httpx(*, fed: bool = False) -> float:
            return float(children.call(rivals.httpx_up, url=url, files=files, fed=fed).value)

        with sink.listening(folder) as url:
            found = in_turn(kind.rounds, ours=ours, curl=curl, **(_both(httpx) if kind.httpx else {}))
    return found, max(peaks)


def uploaded(url: str, pictures: str, folder: str) -> float:
    """In a child: seconds of ``ap.upload`` of a folder of which nothing is known, hashes included."""
    import amazon_photos.catalog.refresh
    import amazon_photos.transfer.upload.run  # noqa: F401 - loading is start-up

    async def work() -> float:
        async with client(url, folder) as ap:
            began = asyncio.get_running_loop().time()
            outcomes = await ap.upload(pictures)
            took = asyncio.get_running_loop().time() - began
        _all(outcomes["outcome"], "uploaded")
        return took

    return asyncio.run(work())


def _both(httpx: Callable[..., float]) -> dict[str, Callable[[], float]]:
    return {"httpx": httpx, "httpx-fed": partial(httpx, fed=True)}


# --- rows ------------------------------------------------------------------------------------------------------------


def small(workshop: Workshop, way: str) -> Mapping[str, Reading]:
    found, _ = _WAYS[way](workshop, _small(workshop))
    return {f"small-{way}-{rival}": Reading(found["ours"], found[rival]) for rival in ("curl", "httpx", "httpx-fed")}


def large(workshop: Workshop, way: str) -> Mapping[str, Reading]:
    found, peak = _WAYS[way](workshop, _large(workshop))
    return {f"large-{way}-curl": Reading(found["ours"], found["curl"]), f"large-{way}-memory": Reading(peak)}


_WAYS = {"down": down, "up": up}
_NEEDS = {"down": ("nginx", "curl"), "up": ("gcc", "curl")}
_HOW = {"down": "verified and renamed", "up": "hashed first"}


def _small_figure(way: str, curl: float, httpx: float) -> Figure:
    what = f"2,000 × 200 KB {way}, {_HOW[way]}"
    by_curl = Row(name=f"small-{way}-curl", what=what, yardstick="curl -Z", bar=times_at_most(curl))
    by_httpx = Row(name=f"small-{way}-httpx", what=what, yardstick="httpx, bare streaming", bar=faster(httpx))
    fed = Row(name=f"small-{way}-httpx-fed", what=what, yardstick="httpx, fed by 16 tasks", bar=NO_BAR)
    return Figure(rows=(by_curl, by_httpx, fed), measure=partial(small, way=way), needs=(*_NEEDS[way], "httpx"))


def _large_figure(way: str, curl: float) -> Figure:
    what = f"4 × 500 MB {way}, MD5 included"
    wall = Row(name=f"large-{way}-curl", what=what, yardstick="curl -Z", bar=times_at_most(curl))
    peak = Row(name=f"large-{way}-memory", what=f"4 × 500 MB {way}: peak memory", bar=at_most(150e6), unit="bytes")
    return Figure(rows=(wall, peak), measure=partial(large, way=way), needs=_NEEDS[way])


FIGURES = (
    _small_figure("down", curl=3, httpx=7),
    _small_figure("up", curl=3.5, httpx=5),
    _large_figure("down", curl=2),
    _large_figure("up", curl=2.6),
)
