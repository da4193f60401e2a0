"""ap.parquet with a million rows, against bare pyarrow doing the same."""

from __future__ import annotations

import asyncio
import hashlib
import os
import random
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from . import children, rows
from .clients import client
from .figure import Figure, NotRun, Reading, Row, at_most, times_at_most
from .served import served
from .workshop import Workshop, in_turn, seconds

FOUR_TERMS = "type:(VIDEOS) AND timeYear:(2019 OR 2020) AND size:[1000 TO *] AND favorite:(true)"


# --- write and read --------------------------------------------------------------------------------------------------


def file(workshop: Workshop) -> Mapping[str, Reading]:
    made = rows.catalogue(workshop)
    with workshop.scratch() as folder:
        written = children.call(writing, path=made.file, folder=folder, rounds=workshop.rounds(3)).value
    read = children.call(reading, path=made.file, rounds=workshop.rounds(5)).value
    return {
        "catalogue-write": Reading(written["ours"], written["bare"]),
        "catalogue-read": Reading(read["ours"], read["bare"]),
        "catalogue-read-two": Reading(read["ours_two"], read["bare_two"]),
    }


def writing(path: str, folder: str, rounds: int) -> Mapping[str, float]:
    """In a child: seconds, by turns."""
    from amazon_photos.catalog.store import Store

    table, header = Store(path).read(), Store(path).header()
    ours, bare = Store(Path(folder) / "ours.parquet"), Path(folder) / "bare.parquet"

    def write() -> None:
        assert header is not None
        with ours.lock():
            ours.write(table, header)

    return in_turn(rounds, ours=lambda: seconds(write), bare=lambda: seconds(lambda: _write(table, bare)))


def _write(table: Any, path: Path) -> None:
    """Bare pyarrow: compressed as ours, and as surely on the disk."""
    import pyarrow.parquet as pq

    with path.open("wb") as target:
        pq.write_table(table, target, compression="zstd")
        target.flush()
        os.fsync(target.fileno())


def reading(path: str, rounds: int) -> Mapping[str, float]:
    """In a child: seconds, by turns."""
    import pyarrow.parquet as pq

    from amazon_photos.catalog.store import Store

    store, two = Store(path), ["id", "md5"]
    return in_turn(
        rounds,
        ours=lambda: seconds(store.read),
        bare=lambda: seconds(lambda: pq.read_table(path)),
        ours_two=lambda: seconds(lambda: store.read(two)),
        bare_two=lambda: seconds(lambda: pq.read_table(path, columns=two)),
    )


# --- refresh ---------------------------------------------------------------------------------------------------------


def refresh(workshop: Workshop) -> Mapping[str, Reading]:
    made, peaks = rows.catalogue(workshop), [0]

    with served(rows.Service(made)) as url:

        def ours() -> float:
            with workshop.scratch() as folder:
                shutil.copy(made.file, folder / "ap.parquet")
                done = children.call(refreshed, url=url, folder=folder)
            peaks.append(done.peak)
            return float(done.value)

        def bare() -> float:
            with workshop.scratch() as folder:
                shutil.copy(made.file, folder / "ap.parquet")
                done = children.call(refreshed_bare, folder=folder, changed=made.changed)
            return float(done.value)

        found = in_turn(workshop.rounds(3), ours=ours, bare=bare)
    return {
        "catalogue-refresh": Reading(found["ours"], found["bare"]),
        "catalogue-refresh-memory": Reading(max(peaks)),
    }


def refreshed(url: str, folder: str) -> float:
    """In a child: seconds of a refresh that finds 1,000 changes."""
    import amazon_photos.catalog.refresh  # noqa: F401 - loading it is no part of a refresh

    async def work() -> float:
        async with client(url, folder) as ap:
            await ap.root
            loop = asyncio.get_running_loop()
            began = loop.time()
            changes = await ap.refresh()
            took = loop.time() - began
        counts = changes["change"].value_counts().to_dict()
        if counts.get("added") != 50 or counts.get("removed") != 50:
            raise NotRun(f"the refresh found other changes than there are: {counts}")
        return took

    return asyncio.run(work())


def refreshed_bare(folder: str, changed: str) -> float:
    """In a child: seconds of bare pyarrow doing the same with changes that have already come."""
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    path, came = Path(folder) / "ap.parquet", pq.read_table(changed)

    def work() -> None:
        table = pq.read_table(path)
        table = table.filter(pc.invert(pc.is_in(table["id"], came["id"].combine_chunks())))
        here = came.filter(pc.not_equal(came["status"], "TRASH"))
        table = pa.concat_tables([table, here.replace_schema_metadata(table.schema.metadata)]).unify_dictionaries()
        _write(table.sort_by("contentDate"), path.with_suffix(".tmp"))
        path.with_suffix(".tmp").replace(path)

    return seconds(work)


# --- questions -------------------------------------------------------------------------------------------------------


def find(workshop: Workshop) -> Mapping[str, Reading]:
    made = rows.catalogue(workshop)
    with served(rows.Service(made)) as url:
        took = children.call(found, url=url, folder=made.folder, rounds=workshop.rounds(9)).value
    return {"find": Reading(took)}


def found(url: str, folder: str, rounds: int) -> float:
    """In a child: seconds of ``ap.find`` when it is not the first."""

    async def work() -> float:
        async with client(url, folder) as ap:
            times = []
            for _ in range(rounds + 1):
                began = asyncio.get_running_loop().time()
                frame = await ap.find(FOUR_TERMS)
                times.append(asyncio.get_running_loop().time() - began)
                assert len(frame)
            return sorted(times[1:])[rounds // 2]

    return asyncio.run(work())


def lookup(workshop: Workshop) -> Mapping[str, Reading]:
    path = rows.catalogue(workshop).file
    return {"md5-lookup": Reading(children.call(looked_up, path=path, rounds=workshop.rounds(7)).value)}


def looked_up(path: str, rounds: int) -> float:
    """In a child: seconds, reading the columns from the file included. Every other MD5 is in the library."""
    import pyarrow as pa

    from amazon_photos.catalog.md5_lookup import match_md5s
    from amazon_photos.catalog.store import Store

    store = Store(path)
    there = store.read(["md5"])["md5"].drop_null().to_pylist()
    md5s = [md5 if i % 2 else hashlib.md5(md5.encode()).hexdigest() for i, md5 in enumerate(there)]
    random.Random(1).shuffle(md5s)
    asked = pa.array(md5s, pa.string())
    assert match_md5s(store.read(["id", "md5"]), asked).null_count < len(md5s) * 0.51
    return in_turn(rounds, ours=lambda: seconds(lambda: match_md5s(store.read(["id", "md5"]), asked)))["ours"]


def _against_pyarrow(name: str, what: str, most: float = 1.5) -> Row:
    return Row(
        name=f"catalogue-{name}", what=f"1,000,000 rows: {what}", yardstick="bare pyarrow", bar=times_at_most(most)
    )


FIGURES = (
    Figure(
        rows=(
            _against_pyarrow("write", "write all columns"),
            _against_pyarrow("read", "read all columns"),
            _against_pyarrow("read-two", "read id, md5", 1.2),
        ),
        measure=file,
    ),
    Figure(
        rows=(
            _against_pyarrow("refresh", "refresh of 1,000 changes"),
            Row(
                name="catalogue-refresh-memory",
                what="1,000,000 rows: peak memory of the refresh",
                bar=at_most(2.5e9),
                unit="bytes",
            ),
        ),
        measure=refresh,
    ),
    Figure(
        rows=(Row(name="find", what="find on 1,000,000 rows, four terms, warm", bar=at_most(0.3)),),
        measure=find,
    ),
    Figure(
        rows=(Row(name="md5-lookup", what="1,000,000 local MD5s against the catalogue", bar=at_most(0.5)),),
        measure=lookup,
    ),
)
