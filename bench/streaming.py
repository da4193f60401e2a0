"""What is promised for sizes that few libraries reach: streaming a million nodes, and a tree of 100,000 folders."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Mapping

from aiohttp import web

from amazon_photos.model.tree import build

from . import children, library
from .clients import client
from .figure import Figure, Reading, Row, at_most
from .served import served
from .workshop import Workshop, in_turn, seconds

_ID = "=" * 22


class Endless:
    """A search that finds so many nodes: one real page over and over, under ever new ids."""

    def __init__(self, page: bytes, there: int) -> None:
        self._nodes = [json.dumps(node | {"id": _ID}) for node in json.loads(page)["data"]]
        self._there = there

    async def __call__(self, request: web.Request) -> web.Response:
        start, limit = int(request.query["offset"]), int(request.query["limit"])
        numbers = range(start, min(start + limit, self._there))
        nodes = [self._nodes[n % len(self._nodes)].replace(_ID, f"{n * 7919 % 10**9:022}") for n in numbers]
        return web.Response(
            text=f'{{"count":{self._there},"data":[{",".join(nodes)}]}}', content_type="application/json"
        )


def searching(workshop: Workshop) -> Mapping[str, Reading]:
    there = workshop.size(1_000_000, 8_000)
    page = next(library.bodies(library.pages(workshop, workshop.size(200_000, 4_000))))
    with served(Endless(page, there)) as url, workshop.scratch() as folder:
        first = children.call(streamed, url=url, folder=folder, most=there // 20).peak
        return {"search-memory": Reading(children.call(streamed, url=url, folder=folder, most=None).peak - first)}


def streamed(url: str, folder: str, most: int | None) -> None:
    """In a child: frame after frame, each thrown away."""

    async def work() -> None:
        async with client(url, folder) as ap:
            async for _ in ap.search(limit=most).pages():
                pass

    asyncio.run(work())


def trees(workshop: Workshop) -> Mapping[str, Reading]:
    """Building it, and every line of print_tree."""
    luck, ids, folders = random.Random(1), ["root"], []
    for number in range(workshop.size(100_000, 2_000)):
        folders.append((f"{number:022}", f"Folder {number}", [luck.choice(ids)]))
        ids.append(folders[-1][0])

    def both() -> float:
        return seconds(lambda: [*build("root", folders).lines()])

    return {"tree": Reading(in_turn(workshop.rounds(5), ours=both)["ours"])}


FIGURES = (
    Figure(
        rows=(
            Row(
                name="search-memory",
                what="streaming 1,000,000 nodes: peak memory beyond that of 50,000",
                bar=at_most(10e6),
                unit="bytes",
            ),
        ),
        measure=searching,
        long=True,
    ),
    Figure(
        rows=(Row(name="tree", what="the tree of 100,000 folders, built and as lines", bar=at_most(1)),), measure=trees
    ),
)
