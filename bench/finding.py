"""A catalogue of a million rows with five million relations beside it: what a filter of them costs."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from . import children, rows
from .clients import client
from .figure import Figure, Reading, Row, at_most
from .workshop import Workshop

FILTERS = "things:(beach AND sea) AND people:(Ada OR Grace) AND album:(Summer)"
_FIRST = {"thing": ("beach", "sea"), "person": ("Ada", "Grace"), "place": (), "album": ("Summer",)}
_KEYS = {"thing": 150, "person": 80, "place": 50, "album": 20}
_FOR_EACH_ROW = {"thing": 2, "person": 1, "place": 1, "album": 1}


def find(workshop: Workshop) -> Mapping[str, Reading]:
    made = rows.catalogue(workshop)
    children.call(relate, path=made.file)
    done = children.call(found, folder=made.folder, rounds=workshop.rounds(9)).value
    return {"find-relations": Reading(done["warm"]), "find-relations-first": Reading(done["first"])}


def relate(path: str) -> None:
    """In a child: relations of each row to keys of every kind, the first keys larger than the last."""
    import numpy as np
    import pyarrow as pa

    from amazon_photos.catalog.relations.relations_file import SCHEMA, RelationKey, RelationsHeader
    from amazon_photos.catalog.store import Store

    store, chance = Store(path), np.random.default_rng(1)
    ids, header = store.read(["id"])["id"].combine_chunks(), store.require_header()
    parts: list[pa.Table] = []
    keys: list[RelationKey] = []
    for relation, count in _KEYS.items():
        names = [*_FIRST[relation], *(f"{relation} {n}" for n in range(count))][:count]
        for _ in range(_FOR_EACH_ROW[relation]):
            of_key = (chance.random(len(ids)) ** 3 * count).astype("int32")
            order = np.argsort(of_key, kind="stable")
            key = pa.DictionaryArray.from_arrays(of_key[order], names)
            same = pa.DictionaryArray.from_arrays(np.zeros(len(ids), "int32"), [relation])
            seen = pa.array(np.zeros(len(ids), "int64")).cast(pa.timestamp("ms", "UTC"))
            parts.append(pa.table([ids.take(pa.array(order)), same, key, key, seen], schema=SCHEMA))
        asked_at = header.refreshed_at or 0
        keys += [RelationKey(relation=relation, key=name, name=name, count=1, asked_at=asked_at) for name in names]
    with store.lock():
        told = RelationsHeader(owner=header.owner, revision=header.revision, keys=tuple(keys))
        store.relations.replace(pa.concat_tables(parts), told)


def found(folder: str, rounds: int) -> Mapping[str, float]:
    """In a child: seconds of the first ``find``, and of those after it. Nothing is sent."""

    async def work() -> Mapping[str, float]:
        async with client("http://127.0.0.1:9", folder) as ap:
            times = []
            for _ in range(rounds + 1):
                began = asyncio.get_running_loop().time()
                frame = await ap.find(FILTERS)
                times.append(asyncio.get_running_loop().time() - began)
                assert len(frame)
            return {"first": times[0], "warm": sorted(times[1:])[rounds // 2]}

    return asyncio.run(work())


FIGURES = (
    Figure(
        rows=(
            Row(
                name="find-relations",
                what="find on 1,000,000 rows and 5,000,000 relations: things, people and album, warm",
                bar=at_most(0.5),
            ),
            Row(
                name="find-relations-first",
                what="the same, the first time: both files are read, and put side by side",
                bar=at_most(15),
            ),
        ),
        measure=find,
    ),
)
"""The bar of the first time is ours: nobody waits longer for a program to begin."""
