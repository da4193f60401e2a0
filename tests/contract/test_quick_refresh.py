"""A refresh that reads only what it needs of the catalogue: it ends as one that reads all of it."""

import shutil
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from amazon_photos.auth.credentials import Credentials
from amazon_photos.catalog import parquet_file
from amazon_photos.catalog.fetch import OVERLAP
from amazon_photos.catalog.refresh import refresh
from amazon_photos.catalog.store import Store
from amazon_photos.net.session import Session
from amazon_photos.settings import Settings
from amazon_photos.wire import folders, nodes, trash


@pytest.fixture
async def session(service):
    service.reset(files=300)
    session = Session(Credentials.load(service.cookies), Settings(endpoint=service.url, backoff_initial=0.01))
    yield session
    await session.close()


@pytest.fixture
async def twins(session, tmp_path):
    """Two catalogues that are alike, and whose they are."""
    owner = (await session.send(folders.root())).owner_id
    one = Store(tmp_path / "one/ap.parquet")
    one.path.parent.mkdir()
    await refresh(session, one, owner=owner)
    shutil.copytree(one.path.parent, tmp_path / "other")
    return one, Store(tmp_path / "other/ap.parquet"), owner


async def by_both(session, twins):
    """What both ways say changed, after which the catalogues are alike again."""
    one, other, owner = twins
    quick = await refresh(session, one, owner=owner, quick=True)
    thorough = await refresh(session, other, owner=owner)
    assert one.read().equals(other.read())
    assert one.header() == other.header()
    assert quick.table.equals(thorough.table)
    return {(row["change"], row["id"]) for row in quick.table.select(["change", "id"]).to_pylist()}


async def test_it_sees_whatever_changed(session, twins):
    """Nothing; a new name; a still in the trash, with its movie, and back; and a node that is gone for good."""
    one = twins[0]
    files = one.read(["id", "kind", "parents"]).to_pylist()
    movie = next(row for row in files if row["kind"] == "ASSET")
    (still,) = movie["parents"]
    plain = next(row["id"] for row in files if row["kind"] == "FILE" and row["id"] != still)
    version = one.version()
    assert await by_both(session, twins) == set()
    assert one.version() == version
    await session.send(nodes.rename(plain, "another name.jpg"))
    assert await by_both(session, twins) == {("changed", plain)}
    await session.send(trash.trash([still]))
    assert await by_both(session, twins) == {("removed", still), ("removed", movie["id"])}
    await session.send(trash.restore([still]))
    assert await by_both(session, twins) == {("added", still), ("added", movie["id"])}
    await session.send(trash.trash([plain]))
    await session.send(trash.purge([plain]))
    assert await by_both(session, twins) == {("removed", plain)}
    assert await by_both(session, twins) == set()


async def test_a_movie_that_was_not_ready_is_asked_for_again(session, twins):
    """However long ago it was made: its still has not been modified since."""
    for store in twins[:2]:
        table, header = store.read(), store.header()
        kinds, statuses = table["kind"].to_pylist(), table["status"].to_pylist()
        statuses[kinds.index("ASSET")] = "PENDING"
        place = table.schema.get_field_index("status")
        pending = pa.array(statuses).cast(table.schema.field(place).type)
        with store.lock():
            store.write(table.set_column(place, table.schema.field(place), pending), replace(header, settled=None))
    movie = table["id"].to_pylist()[kinds.index("ASSET")]
    assert await by_both(session, twins) == {("changed", movie)}
    assert "PENDING" not in twins[0].read(["status"])["status"].to_pylist()


async def test_it_asks_for_no_more(service, session, twins):
    """Its requests are those of the other."""
    one, other, owner = twins
    asked = []
    for store, way in ((one, True), (other, False)):
        service.requests.clear()
        await refresh(session, store, owner=owner, quick=way)
        asked.append([request.path for request in service.requests])
    assert asked[0] == asked[1]


def damage(path: Path, column: str, number: int = 0) -> None:
    """Turn over bits in the middle of a column, in one of the row groups."""
    group = pq.read_metadata(path).row_group(number)
    chunks = [group.column(number) for number in range(group.num_columns)]
    (chunk,) = [chunk for chunk in chunks if chunk.path_in_schema == column]
    data = bytearray(path.read_bytes())
    data[chunk.data_page_offset + chunk.total_compressed_size // 2] ^= 0xFF
    path.write_bytes(data)


async def test_it_reads_no_more_than_it_needs(session, tmp_path, monkeypatch):
    """Damage in other columns of rows that changed long ago is not even met; who reads all of the file finds it."""
    monkeypatch.setattr(parquet_file, "ROWS_PER_GROUP", 40)
    owner, store = (await session.send(folders.root())).owner_id, Store(tmp_path / "ap.parquet")
    await refresh(session, store, owner=owner)
    times = store.read(["modifiedDate"])["modifiedDate"].cast(pa.int64()).to_pylist()
    recent = {row // 40 for row, time in enumerate(times) if time >= max(times) - 2 * OVERLAP}
    damage(store.path, "extra", next(group for group in range(len(times) // 40) if group not in recent))
    assert (await refresh(session, store, owner=owner, quick=True)).notes == ()
    (note,) = (await refresh(session, store, owner=owner)).notes
    assert "is damaged" in note


async def test_damage_that_it_meets_on_its_way_is_mended(session, twins):
    """In what it reads only because something changed: everything is read, as by a whole refresh."""
    one, _, owner = twins
    plain = next(row["id"] for row in one.read(["id", "kind"]).to_pylist() if row["kind"] == "FILE")
    damage(one.path, "extra")
    await session.send(nodes.rename(plain, "another name.jpg"))
    (note,) = (await refresh(session, one, owner=owner, quick=True)).notes
    assert "is damaged" in note
    assert (await refresh(session, one, owner=owner, quick=True)).notes == ()
