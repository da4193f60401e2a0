"""Relations of 100,000 photos: how many requests they take, and how much of this machine's time."""

from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import Mapping
from pathlib import Path

from . import children, known, library
from .clients import client
from .figure import Figure, NotRun, Reading, Row, times_at_most
from .pages import fetched_only
from .served import served
from .workshop import Workshop, in_turn


def relations(workshop: Workshop) -> Mapping[str, Reading]:
    photos = workshop.size(100_000, 2_000)
    pages = library.pages(workshop, workshop.size(200_000, 4_000))
    service = known.Service(pages, photos)
    with served(service) as url, workshop.scratch() as folder:
        children.call(known.make_catalogue, pages=pages, folder=folder, photos=photos)

        def ours() -> float:
            service.asked.clear()
            with workshop.scratch() as copy:
                shutil.copy(folder / "ap.parquet", copy)
                found = children.call(refreshed, url=url, folder=copy).value
            if found["rows"] != service.rows:
                raise NotRun(f"{found['rows']} rows were found, and there are {service.rows}")
            requests.append(found["requests"])
            return float(found["seconds"])

        def bare() -> float:
            return float(children.call(fetched_only, url=url, paths=list(service.asked)).value)

        requests: list[int] = []
        took = in_turn(workshop.rounds(3), ours=ours, bare=bare)
    return {
        "relations-cpu": Reading(took["ours"], took["bare"]),
        "relations-requests": Reading(max(requests), service.pages),
    }


def refreshed(url: str, folder: str) -> Mapping[str, float]:
    """In a child: CPU seconds and requests of a first refresh of relations, its catalogue's included; and the rows."""
    import pyarrow.parquet as pq

    import amazon_photos.catalog.refresh
    import amazon_photos.frames  # noqa: F401 - loading it is no part of a refresh

    async def work() -> Mapping[str, float]:
        async with client(url, folder) as ap:
            await ap.root
            before, began = ap._session.requests, time.process_time()
            await ap.refresh(relations=True)
            took, asked = time.process_time() - began, ap._session.requests - before
        rows = pq.read_metadata(Path(folder) / "ap.relations.parquet").num_rows
        return {"seconds": took, "requests": asked, "rows": rows}

    return asyncio.run(work())


FIGURES = (
    Figure(
        rows=(
            Row(
                name="relations-cpu",
                what="relations of 100,000 photos (500,000 rows), client CPU",
                yardstick="the same GETs, aiohttp + orjson.loads",
                bar=times_at_most(3),
            ),
            Row(
                name="relations-requests",
                what="relations of 100,000 photos (500,000 rows), requests",
                yardstick="the pages that they take",
                bar=times_at_most(1.05),
                unit="count",
            ),
        ),
        measure=relations,
        needs=("orjson",),
    ),
)
