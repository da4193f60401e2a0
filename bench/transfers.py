"""Files up and down by ``ap.upload`` and ``ap.download``: down from nginx, up into the native sink.

What ``ap.upload`` asks besides (the root, and whether ap.parquet is fresh) is part of its time, and so is putting
what went up into ap.parquet. ``ap.download`` is given a frame, and asks for nothing but the files.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import statistics
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from . import children, nginx, programs, rivals, sink
from .clients import client
from .figure import NotRun
from .workshop import Workshop, in_turn

if TYPE_CHECKING:
    import pyarrow as pa

_PIECE = 1 << 20
_JPEG = bytes.fromhex("ffd8 ffe0 0010 4a46494600 0101 00 0048 0048 0000 ffda")
"""How a JPEG without EXIF begins, up to its pixels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """``name`` begins the names of rows."""

    name: str
    count: int
    size: int
    rounds: int
    httpx: bool


@dataclass(frozen=True, slots=True)
class Found:
    """``seconds`` by who took them, medians; ``peaks`` are those of whole processes, in bytes."""

    seconds: dict[str, float] = field(default_factory=dict)
    peaks: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    def keep(self, name: str, done: children.Done) -> float:
        """Keeps the peak, and gives the seconds."""
        self.peaks[name].append(done.peak)
        return float(done.value)

    def peak(self, name: str) -> float:
        return statistics.median(self.peaks[name])


def small_files(workshop: Workshop) -> Kind:
    return Kind(name="small", count=workshop.size(2000, 100), size=200_000, rounds=workshop.rounds(3), httpx=True)


def large_files(workshop: Workshop) -> Kind:
    size = workshop.size(500_000_000, 20_000_000)
    return Kind(name="large", count=4, size=size, rounds=workshop.rounds(3), httpx=False)


def made(folder: Path, kind: Kind) -> list[Path]:
    """Files that begin as JPEGs do, of random bytes, no two alike. Large ones repeat a random piece."""
    folder.mkdir()
    paths = [folder / f"{kind.name}{number:05}.jpg" for number in range(kind.count)]
    for path in paths:
        piece = _JPEG + os.urandom(min(kind.size, _PIECE) - len(_JPEG))
        with path.open("wb") as file:
            for _ in range(kind.size // len(piece)):
                file.write(piece)
            file.write(piece[: kind.size % len(piece)])
    os.sync()
    return paths


# --- down ------------------------------------------------------------------------------------------------------------


def down(workshop: Workshop, kind: Kind) -> Found:
    """Everybody, by turns."""
    found = Found()
    with workshop.scratch() as folder:
        ids = as_nodes(made(folder / "content", kind))
        frame = described(folder, ids)

        def ours() -> float:
            with workshop.scratch() as out:
                return found.keep("ours", children.call(downloaded, url=url, frame=frame, folder=out))

        def curl() -> float:
            with workshop.scratch() as out:
                return rivals.curl_down(url, ids, out)

        def rclone() -> float:
            with workshop.scratch() as out:
                return found.keep("rclone", rivals.rclone_down(url, len(ids), out))

        def httpx(*, fed: bool = False) -> float:
            with workshop.scratch() as out:
                return float(children.call(rivals.httpx_down, url=url, ids=ids, out=out, fed=fed).value)

        def aiohttp() -> float:
            with workshop.scratch() as out:
                return float(children.call(rivals.aiohttp_down, url=url, ids=ids, out=out).value)

        runs = {"ours": ours, "curl": curl, "aiohttp": aiohttp}
        runs |= {"rclone": rclone} if programs.find("rclone") else {}
        with nginx.serving(folder / "content", folder) as url:
            found.seconds.update(in_turn(kind.rounds, **runs, **(_both(httpx, workshop) if kind.httpx else {})))
        found.keep("importing", children.call(imported, url=url, folder=folder))
    return found


def as_nodes(paths: Sequence[Path]) -> dict[str, str]:
    """Renames files to ids; the id of each by its name."""
    ids = {path.name: f"node{number:018}" for number, path in enumerate(paths)}
    for path in paths:
        path.rename(path.with_name(ids[path.name]))
    return ids


def described(folder: Path, ids: Mapping[str, str]) -> Path:
    """The file of a frame that tells of each file in ``content`` what Amazon would: name, size and MD5."""
    frame = folder / f"{len(ids)}.arrow"
    children.call(describe, nodes=folder / "content", ids=ids, frame=frame)
    return frame


def describe(nodes: str, ids: Mapping[str, str], frame: str) -> None:
    """In a child, since it takes memory that is none of a download's."""
    import pyarrow as pa

    table = pa.Table.from_pylist([_node(name, Path(nodes, node)) for name, node in ids.items()])
    with pa.ipc.new_file(frame, table.schema) as file:
        file.write_table(table)


def read_description(frame: str | Path) -> pa.Table:
    """Read the table in such a file; reading a Parquet file of 2,000 rows leaves 20 MB in a process."""
    import pyarrow as pa

    with pa.OSFile(str(frame)) as file:
        return pa.ipc.open_file(file, memory_pool=pa.system_memory_pool()).read_all()


def downloaded(url: str, frame: str, folder: str) -> float:
    """In a child: seconds of ``ap.download``."""
    import pandas as pd

    import amazon_photos.transfer.download.run  # noqa: F401 - loading is start-up

    nodes = read_description(frame).to_pandas(types_mapper=pd.ArrowDtype)  # as this client gives them

    async def work() -> float:
        async with client(url, folder) as ap:
            began = asyncio.get_running_loop().time()
            outcomes = await ap.download(nodes, out=Path(folder) / "media")
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


def up(workshop: Workshop, kind: Kind) -> Found:
    """Everybody, by turns."""
    found = Found()
    with workshop.scratch() as folder:
        files = made(folder / "Pictures", kind)

        def ours() -> float:
            with workshop.scratch() as own:
                return found.keep("ours", children.call(uploaded, url=url, pictures=folder / "Pictures", folder=own))

        def curl() -> float:
            return rivals.curl_up(url, files, folder)

        def httpx(*, fed: bool = False) -> float:
            return float(children.call(rivals.httpx_up, url=url, files=files, fed=fed).value)

        def aiohttp() -> float:
            return float(children.call(rivals.aiohttp_up, url=url, files=files).value)

        runs = {"ours": ours, "curl": curl, "aiohttp": aiohttp}
        with sink.listening(folder) as url:
            found.seconds.update(in_turn(kind.rounds, **runs, **(_both(httpx, workshop) if kind.httpx else {})))
        found.keep("importing", children.call(imported, url=url, folder=folder))
    return found


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


def imported(url: str, folder: str) -> float:
    """In a child: importing, and a client that does nothing."""

    async def work() -> float:
        async with client(url, folder):
            return 0.0

    return asyncio.run(work())


def _both(httpx: Callable[..., float], workshop: Workshop) -> dict[str, Callable[[], float]]:
    """The first takes ten times as long as all others together, so it is measured once unless everything is."""
    return {"httpx": httpx if workshop.full else cache(httpx), "httpx-fed": partial(httpx, fed=True)}
