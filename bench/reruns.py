"""What an upload does before it sends: hashing, finding that nothing is new, planning for a million files."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from . import children, library, rivals, sink
from .clients import client
from .figure import Figure, NotRun, Reading, Row, at_most, times_at_most
from .transfers import Kind, made
from .workshop import Workshop, in_turn

if TYPE_CHECKING:
    from amazon_photos.transfer.local.found import LocalFile

_OLD = 1_600_000_000
"""Seconds since 1970; hashes of files that were written just now are not remembered."""
_BLOCK = 2_000


# --- hashing ---------------------------------------------------------------------------------------------------------


def hashing(workshop: Workshop) -> Mapping[str, Reading]:
    kind = Kind(name="file", count=workshop.size(2000, 50), size=2_000_000, rounds=workshop.rounds(5), httpx=False)
    with workshop.scratch() as folder:
        files = made(folder / "files", kind)

        def ours() -> float:
            with workshop.scratch() as own:
                return float(children.call(hashed, files=folder / "files", folder=own).value)

        found = in_turn(kind.rounds, ours=ours, md5sum=lambda: rivals.md5sum(files))
    return {"hashing": Reading(found["ours"], found["md5sum"])}


def hashed(files: str, folder: str) -> float:
    """In a child: seconds of scanning and hashing as every upload does it (``transfer.local.hash_prefetch``), with an
    empty cache."""
    from amazon_photos import Settings
    from amazon_photos.transfer.local.hash_cache import HashCache
    from amazon_photos.transfer.local.hash_prefetch import hash_batches
    from amazon_photos.transfer.local.hashing import Hasher
    from amazon_photos.transfer.local.roots import scan_roots
    from amazon_photos.transfer.local.scan import scan
    from amazon_photos.transfer.local.selection import Selection

    async def work() -> float:
        cache = HashCache(Path(folder))
        hasher = Hasher(cache, threads=Settings().hash_threads)
        began = asyncio.get_running_loop().time()
        async for run in hash_batches(scan(scan_roots(files), Selection.of()), hasher, cache):
            assert all(md5 for _, md5 in run)
        cache.close()
        took = asyncio.get_running_loop().time() - began
        hasher.close()
        return took

    return asyncio.run(work())


# --- a second run ----------------------------------------------------------------------------------------------------


def rerun(workshop: Workshop) -> Mapping[str, Reading]:
    files = workshop.size(100_000, 2_000)
    with workshop.scratch() as folder, library.opened(workshop, files + files // 10) as service:
        _write_what_is_there(folder / "Pictures", files, of=files + files // 10)
        arguments = {"url": service.url, "cookies": service.cookies, "folder": folder}
        children.call(again, **arguments, files=files)
        requests, uploads = [0], [0]

        def ours() -> float:
            service.requests.clear()
            took = float(children.call(again, **arguments, files=files).value)
            requests.append(len(service.requests))
            uploads.append(sum(request.method == "POST" for request in service.requests))
            return took

        found = in_turn(workshop.rounds(3), ours=ours)
    return {
        "rerun": Reading(found["ours"]),
        "rerun-uploads": Reading(max(uploads)),
        "rerun-requests": Reading(max(requests)),
    }


def _write_what_is_there(folder: Path, count: int, *, of: int) -> None:
    """The first files of the emulator's invented library of ``of`` files, 1,000 in each folder."""
    from amazon_photos.emulator.seeding import generator, synthetic

    there = (file for file in generator.files(of, seed=0) if not file.trashed)
    for number, file in enumerate(islice(there, count)):
        below = folder / f"{number // 1000:03}"
        below.mkdir(parents=True, exist_ok=True)
        path = below / f"{number:06}.{'mp4' if file.video else 'jpg'}"
        path.write_bytes(synthetic.content(file.number, video=file.video))
        os.utime(path, (_OLD, _OLD))


def again(url: str, cookies: dict[str, str], folder: str, files: int) -> float:
    """In a child: seconds of ``ap.upload`` of files that are all there."""
    import amazon_photos.catalog.refresh
    import amazon_photos.transfer.upload.run  # noqa: F401 - loading is start-up

    async def work() -> float:
        async with client(url, folder, cookies) as ap:
            began = asyncio.get_running_loop().time()
            outcomes = await ap.upload(Path(folder) / "Pictures")
            took = asyncio.get_running_loop().time() - began
        counts = outcomes["outcome"].value_counts().to_dict()
        if counts != {"exists": files}:
            raise NotRun(f"not every file was there: {counts}")
        return took

    return asyncio.run(work())


# --- planning --------------------------------------------------------------------------------------------------------


def planning(workshop: Workshop) -> Mapping[str, Reading]:
    files = workshop.size(1_000_000, 20_000)
    with workshop.scratch() as folder, sink.listening(folder) as url:
        children.call(remember, folder=folder, files=files)
        done = children.call(planned, url=url, folder=folder, files=files)
    return {"planning-memory": Reading(done.peak)}


def remember(folder: str, files: int) -> None:
    """In a child: fills the cache of hashes, so that a million files need not exist."""
    from amazon_photos.transfer.local.hash_cache import HashCache

    cache = HashCache(Path(folder) / "cache")
    for number, found in enumerate(_found(files)):
        cache.remember(found, f"{number * 0x9E3779B97F4A7C15 % (1 << 128):032x}")
    cache.close()


def planned(url: str, folder: str, files: int) -> int:
    """In a child: a plan as ``ap.plan_upload`` makes it, but of files that only the scan would know."""
    from amazon_photos.frames.to_pandas import to_frame
    from amazon_photos.transfer.local.found import batch_files
    from amazon_photos.transfer.upload.run import collect_plan, plan_steps

    async def work() -> int:
        async with client(url, folder) as ap:
            steps = plan_steps(batch_files(_found(files)), (await ap._planner(None, "skip"))[1], ap.settings)
            frame = to_frame(await collect_plan(steps, lambda done, total: None))
        if set(frame["action"]) != {"upload"} or len(frame) != files:
            raise NotRun("the plan is not what it should be")
        return len(frame)

    return asyncio.run(work())


def _found(files: int) -> Iterator[LocalFile]:
    """A million files in folders of 2,000, as the scan finds them."""
    from amazon_photos.transfer.local.found import LocalFile

    for number in range(files):
        folder = f"Pictures/{number // _BLOCK:04}"
        name = f"IMG_{number:07}.JPG"
        path = f"/home/somebody/{folder}/{name}"
        when = _OLD * 10**9 + 1  # whole seconds are FAT's, of which nothing is remembered
        yield LocalFile(path, folder, name, 3_000_000 + number, when, when, 1, number + 1)


FIGURES = (
    Figure(
        rows=(Row(name="hashing", what="MD5 of 2,000 × 2 MB", yardstick="xargs -P2 md5sum", bar=times_at_most(1.15)),),
        measure=hashing,
        needs=("xargs", "md5sum"),
    ),
    Figure(
        rows=(
            Row(name="rerun", what="upload of 100,000 unchanged files, after start-up", bar=at_most(1.5)),
            Row(name="rerun-uploads", what="its uploads", bar=at_most(0), unit="count"),
            Row(name="rerun-requests", what="its requests", bar=at_most(10), unit="count"),
        ),
        measure=rerun,
    ),
    Figure(
        rows=(
            Row(
                name="planning-memory",
                what="planning for 1,000,000 files: peak memory",
                bar=at_most(450e6),
                unit="bytes",
            ),
        ),
        measure=planning,
        needs=("gcc",),
    ),
)
