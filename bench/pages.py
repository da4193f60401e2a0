"""Page bytes -> DataFrame, and listing a library from a server that replays canned pages."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from . import children, library
from .clients import PARALLEL, client
from .figure import Figure, NotRun, Reading, Row, at_most, faster, times_at_most
from .served import Replay, served
from .workshop import Workshop, in_turn, seconds


def _files(workshop: Workshop) -> int:
    return workshop.size(200_000, 4_000)


# --- page bytes -> DataFrame ---------------------------------------------------------------------------------------


def frames(workshop: Workshop) -> Mapping[str, Reading]:
    found = children.call(compared, folder=library.pages(workshop, _files(workshop)), rounds=workshop.rounds(3)).value
    return {
        "pages-normalize": Reading(found["ours"], found["normalize"]),
        "pages-orjson": Reading(found["ours"], found["orjson"]),
    }


def compared(folder: str, rounds: int) -> Mapping[str, float]:
    """In a child: seconds, of everybody in turn."""
    pages = list(library.bodies(folder))
    for make in (_ours, _normalized):  # what is loaded the first time is no part of it
        make(pages[:1])
    return in_turn(
        rounds,
        ours=lambda: seconds(lambda: _ours(pages)),
        orjson=lambda: seconds(lambda: _only_parsed(pages)),
        normalize=lambda: seconds(lambda: _normalized(pages)),
    )


def _ours(pages: Any) -> Any:
    from amazon_photos.frames.builder import TableBuilder
    from amazon_photos.frames.to_pandas import to_frame
    from amazon_photos.wire.call import Response
    from amazon_photos.wire.response import page

    decode, gather = page("nodes"), TableBuilder()
    for body in pages:
        gather.add(decode(Response(200, {}, body)).data)
    return to_frame(gather.table(), dtype_backend="pyarrow")


def _only_parsed(pages: Any) -> None:
    import orjson

    for body in pages:
        orjson.loads(body)


def _normalized(pages: Any) -> Any:
    import orjson
    import pandas as pd

    nodes: list[Any] = []
    for body in pages:
        nodes += orjson.loads(body)["data"]
    return pd.json_normalize(nodes)


_WAYS: Mapping[str, Callable[[Any], Any]] = {"ours": _ours, "normalize": _normalized}


def frame_memory(workshop: Workshop) -> Mapping[str, Reading]:
    folder = library.pages(workshop, _files(workshop))
    ours, theirs = (children.call(grown, folder=folder, way=way).value for way in _WAYS)
    return {"pages-memory": Reading(ours, theirs)}


def grown(folder: str, way: str) -> float:
    """In a child: by how many bytes for each row the process grows at the most, pages that come and go included."""
    make = _WAYS[way]
    make([next(library.bodies(folder))])
    before = children.memory()
    frame = make(library.bodies(folder))
    return (children.memory("VmHWM") - before) / len(frame)


# --- listing ---------------------------------------------------------------------------------------------------------


def listing(workshop: Workshop) -> Mapping[str, Reading]:
    with library.opened(workshop, _files(workshop)) as service, workshop.scratch() as folder:
        replay = Replay(service.url)
        with served(replay) as url:
            arguments = {"url": url, "folder": folder, "cookies": service.cookies}
            children.call(listed, **arguments)
            fetched = replay.passed_on
            found = in_turn(
                workshop.rounds(3),
                ours=lambda: float(children.call(listed, **arguments).value),
                bare=lambda: float(children.call(fetched_only, url=url, paths=replay.paths).value),
            )
        if replay.passed_on != fetched:
            raise NotRun("the client did not ask the same twice, so its requests cannot be replayed")
    return {"listing-cpu": Reading(found["ours"], found["bare"])}


def listed(url: str, folder: str, cookies: dict[str, str]) -> float:
    """In a child: CPU seconds of listing everything with our client."""
    import amazon_photos.frames.to_pandas  # noqa: F401 - loading it, and pandas, is no part of listing

    async def work() -> float:
        async with client(url, folder, cookies) as ap:
            began = time.process_time()
            await ap.nodes()
            return time.process_time() - began

    return asyncio.run(work())


def fetched_only(url: str, paths: Sequence[str]) -> float:
    """In a child: CPU seconds of the same GETs, as many at once, and ``orjson.loads``."""
    import aiohttp
    import orjson
    from yarl import URL

    waiting = iter(paths)

    async def hand(http: aiohttp.ClientSession) -> None:
        for path in waiting:
            async with http.get(URL(url + path, encoded=True)) as answer:
                orjson.loads(await answer.read())

    async def work() -> float:
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=PARALLEL)) as http:
            began = time.process_time()
            await asyncio.gather(*(hand(http) for _ in range(PARALLEL)))
            return time.process_time() - began

    return asyncio.run(work())


FIGURES = (
    Figure(
        rows=(
            Row(
                name="pages-normalize",
                what="200,000 nodes, page bytes -> DataFrame",
                yardstick="orjson + pandas.json_normalize",
                bar=faster(7.5),
            ),
            Row(
                name="pages-orjson",
                what="200,000 nodes, page bytes -> DataFrame",
                yardstick="orjson.loads alone",
                bar=times_at_most(1.6),
            ),
        ),
        measure=frames,
        needs=("orjson",),
    ),
    Figure(
        rows=(
            Row(
                name="pages-memory",
                what="extra memory for each row",
                yardstick="orjson + pandas.json_normalize",
                bar=at_most(2500),
                unit="bytes",
            ),
        ),
        measure=frame_memory,
        needs=("orjson",),
    ),
    Figure(
        rows=(
            Row(
                name="listing-cpu",
                what="listing 200,000 nodes from canned pages, client CPU",
                yardstick="the same GETs, aiohttp + orjson.loads",
                bar=times_at_most(1.7),
            ),
        ),
        measure=listing,
        needs=("orjson",),
    ),
)
