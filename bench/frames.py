"""What a frame costs: the first ``ap.db``, a million rows in memory, and a query of a few columns."""

from __future__ import annotations

import asyncio
import gc
import statistics
import time
from collections.abc import Mapping
from tempfile import TemporaryDirectory

from . import children, library, rows
from .clients import client
from .figure import NO_BAR, Figure, NotRun, Reading, Row, at_most, times_at_most
from .pages import fetched_only
from .served import Replay, served
from .workshop import Workshop, in_turn

FIRST_DB_BEFORE = 2.79
"""The ratio of ``first-db`` before there were columns of ours (2026-11-26)."""
FRAME_MEMORY_BEFORE = 1198
"""Bytes a row of ``frame-memory`` then."""
_FEW = ["name", "kind", "size", "taken", "id"]
"""What ``amazon-photos refresh`` asks for."""

# --- the first ap.db -------------------------------------------------------------------------------------------------


def first_db(workshop: Workshop) -> Mapping[str, Reading]:
    with library.opened(workshop, workshop.size(200_000, 4_000)) as service, workshop.scratch() as folder:
        replay = Replay(service.url)
        with served(replay) as url:
            arguments = {"url": url, "folder": folder, "cookies": service.cookies}
            children.call(built, **arguments)
            fetched = replay.passed_on
            found = in_turn(
                workshop.rounds(3),
                ours=lambda: float(children.call(built, **arguments).value),
                bare=lambda: float(children.call(fetched_only, url=url, paths=replay.paths).value),
            )
        if replay.passed_on != fetched:
            raise NotRun("the client did not ask the same twice, so its requests cannot be replayed")
    return {"first-db": Reading(found["ours"], found["bare"])}


def first_build(workshop: Workshop) -> Mapping[str, Reading]:
    """Of a million nodes, which the emulator invents and lists once, in some minutes."""
    files = workshop.size(1_000_000, 4_000)
    peaks: list[int] = []
    with library.opened(workshop, files) as service, workshop.scratch() as folder, served(Replay(service.url)) as url:
        arguments = {"url": url, "folder": folder, "cookies": service.cookies}
        children.call(built, **arguments, columns=_FEW)

        def few() -> float:
            done = children.call(built, **arguments, columns=_FEW)
            peaks.append(done.peak)
            return float(done.value)

        found = in_turn(workshop.rounds(3), few=few)
        whole = children.call(built, **arguments, columns="all").peak
    return {
        "first-build": Reading(found["few"]),
        "first-build-memory": Reading(statistics.median(peaks)),
        "first-build-frame-memory": Reading(whole),
    }


def built(url: str, folder: str, cookies: dict[str, str], columns: str | list[str] | None = None) -> float:
    """In a child: CPU seconds of the first ``ap.db``, which lists the library, writes ap.parquet and reads it; or of
    ``ap.refresh()``, which returns ``columns`` of it."""
    import amazon_photos.catalog.refresh
    import amazon_photos.frames.to_pandas  # noqa: F401 - loading them is no part of it

    async def work() -> float:
        with TemporaryDirectory(dir=folder) as fresh:
            async with client(url, fresh, cookies) as ap:
                began = time.process_time()
                if columns is None:
                    await ap.db
                else:
                    await ap.refresh(columns=columns)
                return time.process_time() - began

    return asyncio.run(work())


# --- a million rows in memory ----------------------------------------------------------------------------------------


def frame_memory(workshop: Workshop) -> Mapping[str, Reading]:
    file = rows.catalogue(workshop).file
    return {"frame-memory": Reading(float(children.call(held, path=file).value))}


def held(path: str) -> float:
    """In a child: by how many bytes for each row the process grows for a frame of the default types, and keeps."""
    import pyarrow as pa

    from amazon_photos import Catalog

    catalog = Catalog.open(path)
    catalog.columns("id")  # what is loaded the first time is no part of it
    gc.collect()
    pa.default_memory_pool().release_unused()
    before = children.memory()
    frame = catalog.frame()
    gc.collect()
    pa.default_memory_pool().release_unused()
    return (children.memory() - before) / len(frame)


# --- a few columns ---------------------------------------------------------------------------------------------------


def few_columns(workshop: Workshop) -> Mapping[str, Reading]:
    with library.opened(workshop, workshop.size(200_000, 4_000)) as service, workshop.scratch() as folder:
        replay = Replay(service.url)
        with served(replay) as url:
            arguments = {
                "url": url,
                "folder": folder,
                "cookies": service.cookies,
                "limit": workshop.size(100_000, 2_000),
            }
            children.call(photos, columns="all", **arguments)
            found = in_turn(
                workshop.rounds(3),
                short=lambda: float(children.call(photos, columns="short", **arguments).value),
                everything=lambda: float(children.call(photos, columns="all", **arguments).value),
            )
    return {"columns-short": Reading(found["short"], found["everything"])}


def photos(url: str, folder: str, cookies: dict[str, str], columns: str, limit: int) -> float:
    """In a child: CPU seconds of ``photos``; whole rows also go into an ap.parquet, as they do by default."""
    import amazon_photos.catalog.refresh
    import amazon_photos.frames.to_pandas  # noqa: F401 - loading them is no part of it

    async def work() -> float:
        with TemporaryDirectory(dir=folder) as fresh:
            async with client(url, fresh, cookies) as ap:
                await ap.root
                began = time.process_time()
                await ap.photos(limit=limit, columns=columns)
                return time.process_time() - began

    return asyncio.run(work())


FIGURES = (
    Figure(
        rows=(
            Row(
                name="first-db",
                what="the first ap.db of 200,000 nodes, client CPU",
                yardstick="the same GETs, aiohttp + orjson.loads",
                bar=times_at_most(1.3 * FIRST_DB_BEFORE),
            ),
        ),
        measure=first_db,
        needs=("orjson",),
        long=True,
    ),
    Figure(
        rows=(
            Row(
                name="first-build",
                what="first ap.parquet of 1,000,000 nodes, five columns returned, client CPU",
                bar=at_most(25),
            ),
            Row(
                name="first-build-memory",
                what="first ap.parquet of 1,000,000 nodes, five columns returned: peak memory",
                bar=at_most(900e6),
                unit="bytes",
            ),
            Row(
                name="first-build-frame-memory",
                what="first ap.parquet of 1,000,000 nodes, all columns returned: peak memory",
                bar=NO_BAR,
                unit="bytes",
            ),
        ),
        measure=first_build,
        long=True,
    ),
    Figure(
        rows=(
            Row(
                name="frame-memory",
                what="1,000,000 rows of the default types, memory for each",
                bar=at_most(0.6 * FRAME_MEMORY_BEFORE),
                unit="bytes",
            ),
        ),
        measure=frame_memory,
    ),
    Figure(
        rows=(
            Row(
                name="columns-short",
                what='photos(columns="short") of 100,000, client CPU',
                yardstick='the same with columns="all"',
                bar=times_at_most(0.5),
            ),
        ),
        measure=few_columns,
    ),
)
