"""The catalogue against the service: only what changed is asked for, and it always ends up right."""

import asyncio
import errno
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from amazon_photos.auth.credentials import Credentials
from amazon_photos.catalog import deletions, fetch, schema
from amazon_photos.catalog.merge import merge
from amazon_photos.catalog.refresh import refresh
from amazon_photos.catalog.schema import Header
from amazon_photos.catalog.store import Store
from amazon_photos.errors import CatalogError, CatalogLocked, DiskFull, SessionExpired
from amazon_photos.frames.builder import TableBuilder
from amazon_photos.frames.columns import schema as node_schema
from amazon_photos.frames.derived import DERIVED_COLUMNS
from amazon_photos.net.paging import list_nodes
from amazon_photos.net.session import Session
from amazon_photos.settings import Settings
from amazon_photos.wire import albums, folders, nodes, trash
from transfers import version_of


@pytest.fixture
async def session(service):
    session = Session(Credentials.load(service.cookies), Settings(endpoint=service.url, backoff_initial=0.01))
    yield session
    await session.close()


@pytest.fixture
async def owner(session):
    return (await session.send(folders.root())).owner_id


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "ap.parquet")


@pytest.fixture
def update(session, store, owner, service):
    """Refreshes, and says what changed as ``{"added": {ids}, "changed": …, "removed": …}``; counts requests anew."""

    async def update(**arguments):
        service.requests.clear()
        what = await refresh(session, store, owner=owner, **arguments)
        rows = what.table.select(["change", "id"]).to_pylist()
        return {kind: {row["id"] for row in rows if row["change"] == kind} for kind in ("added", "changed", "removed")}

    return update


async def everything(session):
    """Every node that is here, as the service lists it, and the movies of live photos."""
    gather = TableBuilder()
    for wanted in (fetch.AVAILABLE, fetch.ASSETS):
        async for page in list_nodes(session, nodes.nodes, filters=wanted):
            gather.add(page.data)
    return gather.table()


def by_id(table):
    """Rows that can be compared: an album's covers follow its pictures, though the album has not been modified."""
    table = table.drop_columns(["tempLink"])
    table = table.cast(pa.schema(plain(field) for field in table.schema))
    extra = pc.if_else(pc.equal(table["kind"], "VISUAL_COLLECTION"), None, table["extra"])
    return table.set_column(table.schema.get_field_index("extra"), "extra", extra).sort_by("id")


def plain(field):
    return field.with_type(field.type.value_type) if pa.types.is_dictionary(field.type) else field


async def agrees(session, store):
    return by_id(store.read()).equals(by_id(await everything(session)))


def told(what):
    return {(row["change"], row["id"]) for row in what.table.select(["change", "id"]).to_pylist()}


async def some_files(session, number):
    """The oldest ones."""
    files = (await everything(session)).select(["kind", "createdDate", "id"]).filter(pc.field("kind") == "FILE")
    return files.sort_by("createdDate").column("id").to_pylist()[:number]


def with_movies(store, ids):
    """These, and the movies of those that are live photos."""
    rows = store.read(["id", "parents"]).to_pylist()
    return {*ids, *(row["id"] for row in rows if not set(ids).isdisjoint(row["parents"] or ()))}


NONE = {"added": set(), "changed": set(), "removed": set()}


async def test_the_first_refresh_reads_everything(service, session, store, owner, update):
    """The first one builds the catalogue: files, folders, albums, all as the service tells them."""
    service.reset(files=500)
    said = await update()
    assert len(said["added"]) == store.read().num_rows > 500
    assert await agrees(session, store)
    assert set(store.read().column("kind").to_pylist()) == {"FILE", "FOLDER", "VISUAL_COLLECTION", "ASSET"}
    header = store.header()
    assert (header.owner, header.complete, header.count_offset) == (owner, True, 0)


@pytest.mark.parametrize("before", [None, 0, 5], ids=["no catalogue", "an empty one", "one of a few"])
async def test_what_came_is_told_in_the_order_of_the_catalogue(service, session, store, owner, update, before):
    """By date, also of a library with movies, which come after all else; and so stands it in the file."""
    if before is not None:
        await update()
        table = store.read()
        store.write(table.slice(0, before), store.header())
    service.reset(files=500)
    what = await refresh(session, store, owner=owner, full=True)
    added = what.table.filter(pc.equal(what.table["change"], "added"))
    assert "ASSET" in added["kind"].to_pylist()
    for dates in (added["contentDate"], store.read()["contentDate"]):
        dated = [date for date in dates.to_pylist() if date is not None]
        assert dated == sorted(dated)
        assert dates.slice(0, len(dated)).null_count == 0


async def test_a_quiet_library_costs_a_handful_of_requests(service, store, update):
    """With nothing changed: no more than four small requests, and the file is not written again."""
    service.reset(files=2000)
    await update()
    written = store.path.stat().st_mtime_ns
    assert await update() == NONE
    assert len(service.requests) <= 4
    assert store.path.stat().st_mtime_ns == written


async def test_only_what_changed_is_asked_for(service, session, store, update):
    """Added, renamed, made a favourite, trashed, restored: each is told once, in a few requests."""
    service.reset(files=2000)
    a, b, c, d, kept = await some_files(session, 5)
    await session.send(trash.trash([d]))
    await update()
    root = await session.send(folders.root())
    made = (await session.send(folders.create_folder("new", root.id))).id
    album = (await session.send(albums.create_album("album"))).id
    await session.send(nodes.rename(a, "renamed.jpg"))
    await session.send(nodes.favorite(b, True))
    await session.send(trash.trash([c]))
    await session.send(trash.restore([d]))
    said = await update()
    assert said == {"added": {made, album, d}, "changed": {a, b}, "removed": {c}}
    assert len(service.requests) <= 5
    assert await agrees(session, store)
    assert kept in store.read(["id"]).column("id").to_pylist()
    assert await update() == NONE


async def test_a_trashed_folder_takes_its_contents_along(service, session, store, update):
    """What goes into the trash with its folder leaves the catalogue too, and comes back with it."""
    service.reset(files=300)
    await update()
    held = {parent for row in store.read().to_pylist() for parent in row["parents"] if row["kind"] == "FILE"}
    folder = sorted(held)[0]
    await session.send(trash.trash([folder]))
    said = await update()
    assert folder in said["removed"]
    assert len(said["removed"]) > 1
    assert await agrees(session, store)
    await session.send(trash.restore([folder]))
    assert (await update())["added"] == said["removed"]
    assert await agrees(session, store)


async def test_full_rewrites_a_file_that_holds_rows_twice(service, session, store, update):
    """Nothing has changed and yet the file is wrong: afterwards each node stands there once."""
    service.reset(files=300)
    await update()
    once = store.read()
    for arguments in ({"full": True}, {}):
        with store.lock():
            store.write(pa.concat_tables([once, once]), store.header())
        assert await update(**arguments) == NONE
        assert store.read().num_rows == once.num_rows
        assert await agrees(session, store)


async def test_a_catalogue_of_an_older_version_is_filled(service, session, store, owner, update):
    """Columns that it did not have yet are filled by the next refresh, also if a query wrote to it before."""
    service.reset(files=300)
    await update()
    whole, header = store.read(), store.header()
    narrow = whole.drop_columns(["size", "md5"])
    pq.write_table(narrow.cast(schema.with_header(narrow.schema, replace(header, version=0))), store.path)
    newer = {**whole.slice(0, 1).to_pylist()[0], "version": 1000}
    assert len(merge(store, owner=owner, table=pa.Table.from_pylist([newer], schema=node_schema()))) == 1
    assert store.read().column("size").null_count > whole.column("size").null_count
    assert len((await update())["changed"]) > 200
    assert store.header().version == schema.VERSION
    assert await agrees(session, store)
    assert await update() == NONE


async def test_columns_of_ours_are_written_without_a_listing(service, session, store, owner, update):
    """A catalogue that lacks only what is made here: a handful of requests, and then the file has all columns."""
    service.reset(files=300)
    await update()
    whole, header = store.read(), store.header()
    narrow = whole.drop_columns([name for name in DERIVED_COLUMNS if name != "category"])
    pq.write_table(narrow.cast(schema.with_header(narrow.schema, replace(header, version=1))), store.path)
    assert await update() == NONE
    assert len(service.requests) <= 4
    assert store.header() == header
    assert pq.read_schema(store.path).names == node_schema().names
    assert store.read().equals(whole)


async def test_what_was_merged_is_not_listed_for_ever(service, store, update):
    """Nothing is new, but more is newer than the last refresh than five requests tell: after this one it is not."""
    service.reset(files=1500)
    await update()
    header, modified = store.header(), sorted(store.read(["modifiedDate"])["modifiedDate"].cast(pa.int64()).to_pylist())
    for newer in (900, 1200):
        with store.lock():
            store.write(store.read(), replace(header, refreshed_at=modified[-newer - 1]))
        assert await update() == NONE
        assert len(service.requests) > 5
    assert store.header().refreshed_at == header.refreshed_at
    assert await update() == NONE
    assert len(service.requests) <= 4


async def test_full_compares_everything(service, session, store, owner, update):
    """``full=True`` finds what no date and no count would show."""
    service.reset(files=200)
    await update()
    wrong = store.read().to_pylist()
    stranger = {**wrong[0], "id": "not-there-at-all-AAAAA", "name": "ghost.jpg"}
    with store.lock():
        store.write(pa.Table.from_pylist([stranger, *wrong[1:]], schema=node_schema()), store.header())
    assert await update() == NONE
    assert await update(full=True) == {"added": {wrong[0]["id"]}, "changed": set(), "removed": {stranger["id"]}}
    assert await agrees(session, store)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("2024-02-29T23:59:58Z", "2024-03-01T00:00:01Z"),
        ("2023-02-28T23:59:58Z", "2023-03-01T00:00:01Z"),
        ("2024-12-31T23:59:58Z", "2025-01-01T00:00:01Z"),
        ("2024-01-31T12:00:00Z", "2024-03-01T12:00:00Z"),
    ],
)
async def test_month_ends_and_leap_days_are_days_like_others(service, session, store, owner, before, after):
    """Fault 6: a refresh across the end of a month, or a leap day, finds what changed, without reading everything."""

    def clock(text):
        service.set(clock_offset=(datetime.fromisoformat(text) - datetime.now(UTC)).total_seconds())

    clock(before)
    service.reset()
    root = await session.send(folders.root())
    first = (await session.send(folders.create_folder("first", root.id))).id
    assert (await refresh(session, store, owner=owner)).full
    clock(after)
    second = (await session.send(folders.create_folder("second", root.id))).id
    await session.send(nodes.rename(first, "renamed"))
    what = await refresh(session, store, owner=owner)
    assert not what.full
    assert told(what) == {("added", second), ("changed", first)}
    await session.send(trash.trash([second]))
    what = await refresh(session, store, owner=owner)
    assert not what.full
    assert told(what) == {("removed", second)}


async def test_this_machines_clock_is_never_asked(service, session, store, owner, update):
    """A service whose clock is years away from ours: the watermark is the service's."""
    service.set(clock_offset=-20 * 365 * 86400.0)
    service.reset()
    root = await session.send(folders.root())
    await session.send(folders.create_folder("first", root.id))
    await update()
    assert datetime.fromtimestamp(store.header().refreshed_at / 1000, UTC).year < datetime.now(UTC).year - 15
    made = (await session.send(folders.create_folder("second", root.id))).id
    what = await refresh(session, store, owner=owner)
    assert not what.full
    assert told(what) == {("added", made)}


async def test_offset_paging_gives_the_same(service, session, store, update):
    """Without tokens, as in 2023, the catalogue is the same."""
    service.set(paging="offset")
    service.reset(files=10_100)
    await update()
    assert store.read(["id"]).num_rows > 10_100
    assert await agrees(session, store)
    assert await update() == NONE


async def test_progress_knows_the_total(service, update):
    """``on_page`` is told how many have come and how many there are; the last call says all."""
    service.reset(files=900)
    told = []
    await update(on_page=lambda done, total: told.append((done, total)))
    assert told[-1][0] == told[-1][1] > 900
    assert {total for _, total in told} == {told[-1][1]}


# --- purged ----------------------------------------------------------------------------------------------------------


async def refreshed(session, store, owner):
    """What a refresh says is gone, when nothing else happened and it did not read everything."""
    what = await refresh(session, store, owner=owner)
    assert not what.full
    assert {row["change"] for row in what.table.select(["change"]).to_pylist()} <= {"removed"}
    return set(what.table.column("id").to_pylist())


@pytest.mark.parametrize("number", [1, 3, 12])
async def test_purged_nodes_are_found_by_counting(service, session, store, owner, update, number):
    """What was deleted for good shows in no listing: counting leads to it, and all the rest need not be read."""
    service.reset(files=3000)
    await update()
    files = await some_files(session, 3000)
    gone = files[:: len(files) // number][:number]
    await session.send(trash.purge(gone))
    service.requests.clear()
    expected = with_movies(store, gone)
    assert await refreshed(session, store, owner) == expected
    assert len(service.requests) <= 16 + 4 * number
    assert await agrees(session, store)
    assert await update() == NONE
    assert len(service.requests) <= 4


async def test_a_small_library_is_listed_at_once(service, session, store, owner, update):
    """What fits a page is not counted in pieces."""
    service.reset(files=80)
    await update()
    (gone,) = await some_files(session, 1)
    await session.send(trash.purge([gone]))
    service.requests.clear()
    assert await refreshed(session, store, owner) == {gone}
    assert len(service.requests) <= 8


async def test_purged_and_uploaded_in_one_interval(service, session, store, update):
    """As many came as went, changed and purged in one: each is told, and the catalogue is right."""
    service.reset(files=1500)
    await update()
    gone = (await some_files(session, 1500))[10:1400:300]
    root = await session.send(folders.root())
    made = {(await session.send(folders.create_folder(f"new {number}", root.id))).id for number in range(len(gone))}
    short_lived = (await session.send(folders.create_folder("short-lived", root.id))).id
    await session.send(nodes.favorite(gone[0], True))
    await session.send(trash.purge([*gone, short_lived]))
    assert await update() == {"added": made, "changed": set(), "removed": set(gone)}
    assert await agrees(session, store)
    assert await update() == NONE


async def test_purged_among_many_of_one_moment(service, session, store, owner, update):
    """A thousand nodes with one createdDate cannot be told apart by it: they are listed."""
    service.reset(files=2000)
    service.library.write(
        lambda db: db.execute("UPDATE nodes SET created = '2020-02-02T02:02:02.020Z' WHERE seq BETWEEN 500 AND 1500")
    )
    await update()
    same = [row for row in store.read().to_pylist() if row["createdDate"] == datetime(2020, 2, 2, 2, 2, 2, 20000, UTC)]
    gone = {row["id"] for row in same if row["kind"] == "FILE"}
    gone = {*sorted(gone)[:2]}
    await session.send(trash.purge([*gone]))
    service.requests.clear()
    assert await refreshed(session, store, owner) == gone
    assert len(service.requests) <= 40
    assert await agrees(session, store)


async def test_a_service_that_rounds_dates_loses_nobody(service, session, store, owner, update):
    """Its createdDates have become whole seconds: what stands at the edge of a piece is not taken for purged."""
    service.reset(files=1500)
    await update()
    gone = (await some_files(session, 800))[-1]
    service.library.write(lambda db: db.execute("UPDATE nodes SET created = substr(created, 1, 19) || '.000Z'"))
    await session.send(trash.purge([gone]))
    what = await refresh(session, store, owner=owner)
    assert not what.full
    assert {node_id for change, node_id in told(what) if change == "removed"} == {gone}


@pytest.mark.parametrize("number", [1_000, 20_000, 40_000])
async def test_counting_ends_where_reading_everything_is_cheaper(service, session, number):
    """All of ours is purged: after 64 requests, or half of those that everything takes, counting gives up."""
    dates = pa.array(range(number), pa.timestamp("ms", "UTC"))
    ours = pa.table({"id": [f"{n:022}" for n in range(number)], "createdDate": dates})
    service.requests.clear()
    gone = await deletions.find_deleted(session, ours)
    assert len(gone) == (number if number == 1_000 else 0)
    assert len(service.requests) <= max(64, number // 200 // 2)


async def test_so_many_purged_that_everything_is_read(service, session, store, owner, update, monkeypatch):
    """Where counting would cost more than it saves, everything is compared; the end is right all the same."""
    monkeypatch.setattr(deletions, "_MIN_BUDGET", 16)
    service.reset(files=4000)
    await update()
    whole = len(service.requests)
    gone = (await some_files(session, 4000))[::50]
    for start in range(0, len(gone), 50):
        await session.send(trash.purge(gone[start : start + 50]))
    service.requests.clear()
    expected = with_movies(store, gone)
    what = await refresh(session, store, owner=owner)
    assert what.full
    assert {node_id for change, node_id in told(what) if change == "removed"} == expected
    assert len(service.requests) <= 2 * whole
    assert await agrees(session, store)


async def test_purged_during_the_first_listing(service, session, store, owner, update):
    """Somebody else purges what has been listed already: it is not in the catalogue, not now and not for ever."""
    service.reset(files=2500)
    gone = (await some_files(session, 2500))[::400]
    service.requests.clear()
    service.set(latency=0.05)
    listing = asyncio.create_task(refresh(session, store, owner=owner))
    while sum(seen.path.endswith("/nodes") for seen in service.requests) < 6:
        await asyncio.sleep(0.005)
    other = Session(Credentials.load(service.cookies), Settings(endpoint=service.url))
    await other.send(trash.purge(gone))
    await other.close()
    what = await listing
    service.set(latency=0.0)
    assert not set(gone) & set(store.read(["id"]).column("id").to_pylist())
    assert store.header().count_offset == 0
    assert len(what) == store.read(["id"]).num_rows
    assert len(service.requests) <= 120
    assert await agrees(session, store)
    assert await update() == NONE


async def test_added_between_listing_and_count_is_asked_for_again(service, session, store, update):
    """The service counts more than was listed: a second short look at what changed finds it, not a whole reading."""
    service.reset(files=2000)
    (root,) = [node for node in (await everything(session)).to_pylist() if node["isRoot"]]
    await update()
    await session.send(folders.create_folder("before", root["id"]))
    added = []

    async def add():
        other = Session(Credentials.load(service.cookies), Settings(endpoint=service.url))
        added.append((await other.send(folders.create_folder("meanwhile", root["id"]))).id)
        await other.close()

    def on_page(done, total):
        if not added:
            thread = threading.Thread(target=asyncio.run, args=[add()])
            thread.start()
            thread.join()

    said = await update(on_page=on_page)
    assert len(said["added"]) == 2
    assert added[0] in said["added"]
    assert len(service.requests) <= 8
    assert await agrees(session, store)


# --- interrupted ---------------------------------------------------------------------------------------------------


async def test_an_interrupted_refresh_continues(service, session, store, update, monkeypatch):
    """A session that ends in the middle loses nothing that had come; what changed in between is right, too."""
    monkeypatch.setattr(fetch, "SPAN", 500)
    service.reset(files=5000)
    await update()
    whole = len(service.requests)
    store.path.unlink()
    service.faults([{"operation": "nodes.list", "nth": whole * 2 // 3, "fault": "401"}])
    with pytest.raises(SessionExpired):
        await update()
    service.faults([])
    assert not store.exists()
    early, late, gone = (await some_files(session, 4001))[::2000]
    await session.send(nodes.rename(early, "renamed.jpg"))
    await session.send(nodes.rename(late, "renamed.jpg"))
    await session.send(trash.trash([gone]))
    await update()
    assert len(service.requests) < whole * 2 // 3
    assert await agrees(session, store)
    assert not store.resume_dir.exists()


async def test_purged_while_interrupted_is_noticed(service, session, store, update, monkeypatch):
    """A node that had come before the interruption and is purged after it is not in the catalogue.

    What had come is not read again for that.
    """
    monkeypatch.setattr(fetch, "SPAN", 300)
    service.reset(files=3000)
    await update()
    whole = len(service.requests)
    store.path.unlink()
    service.faults([{"operation": "nodes.list", "nth": 30, "fault": "401"}])
    with pytest.raises(SessionExpired):
        await update()
    service.faults([])
    oldest = min(
        (row for row in (await everything(session)).to_pylist() if row["kind"] == "FILE"),
        key=lambda r: r["createdDate"],
    )
    await session.send(trash.purge([oldest["id"]]))
    await update()
    assert len(service.requests) < whole
    assert await agrees(session, store)


async def test_what_shows_in_no_span_and_no_change_is_found_by_counting(service, session, store, update, monkeypatch):
    """A listing that went on and whose count stays apart is done again: the catalogue is not wrong for ever."""
    monkeypatch.setattr(fetch, "SPAN", 300)
    service.reset(files=1500)
    oldest = (await some_files(session, 1))[0]
    service.library.write(lambda db: db.execute("UPDATE nodes SET status = 'PURGED' WHERE id = ?", (oldest,)))
    await update()
    store.path.unlink()
    service.faults([{"operation": "nodes.list", "nth": len(service.requests) * 2 // 3, "fault": "401"}])
    with pytest.raises(SessionExpired):
        await update()
    assert len(list(store.resume_dir.glob("*.rows"))) >= 2
    service.faults([])
    service.library.write(lambda db: db.execute("UPDATE nodes SET status = 'AVAILABLE' WHERE id = ?", (oldest,)))
    await update()
    assert oldest in store.read(["id"]).column("id").to_pylist()
    assert store.header().count_offset == 0
    assert await agrees(session, store)


async def test_what_was_read_is_kept_until_the_catalogue_is_written(service, session, store, update, monkeypatch):
    """No room for the catalogue after a long listing: the next refresh need not list again."""
    monkeypatch.setattr(fetch, "SPAN", 300)
    service.reset(files=1500)
    await update()
    whole, really = len(service.requests), os.replace
    store.path.unlink()

    def replace(source, target):
        if str(target).endswith("ap.parquet"):
            raise OSError(errno.ENOSPC, "No space left on device")
        really(source, target)

    with monkeypatch.context() as patched:
        patched.setattr(os, "replace", replace)
        with pytest.raises(DiskFull):
            await update()
    assert not store.exists()
    assert list(store.resume_dir.glob("*.rows"))
    await update()
    assert len(service.requests) < whole // 3
    assert await agrees(session, store)
    assert not store.resume_dir.exists()


def damage(path):
    """One byte in the middle becomes another."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


class BadDisk:
    """Spoils a span on the disk while those behind it are listed, each of the first ``times`` that it is written.

    A refresh calls it as its ``on_page``.
    """

    def __init__(self, store, number, *, times=1, spoil=damage):
        self._path = store.resume_dir / f"{number:05}.rows"
        self._times, self._spoil = times, spoil
        self._spoilt = None
        self.count = 0

    def __call__(self, done, total):
        if self.count < self._times and self._path.exists() and self._path.stat().st_mtime_ns != self._spoilt:
            self._spoil(self._path)
            self._spoilt = self._path.stat().st_mtime_ns if self._path.exists() else None
            self.count += 1


@pytest.mark.parametrize("spoil", [damage, Path.unlink], ids=["a byte differs", "a file is gone"])
async def test_what_is_damaged_when_the_catalogue_is_made_is_listed_again(
    service, session, store, update, monkeypatch, spoil
):
    """A span that was whole when it was written, and is not when it is read: it comes again, those before it do not."""
    monkeypatch.setattr(fetch, "SPAN", 300)
    service.reset(files=1500)
    whole = await update()
    requests = len(service.requests)
    store.path.unlink()
    disk = BadDisk(store, 3, spoil=spoil)
    assert await update(on_page=disk) == whole
    assert disk.count == 1
    assert requests < len(service.requests) < 2 * requests - 4
    assert await agrees(session, store)
    assert not store.resume_dir.exists()


async def test_a_disk_on_which_nothing_lasts_is_said_so(service, store, update, monkeypatch):
    """Damaged again and again: an error, no catalogue, and nothing half written."""
    monkeypatch.setattr(fetch, "SPAN", 300)
    service.reset(files=1500)
    with pytest.raises(CatalogError, match=r"00001\.rows is damaged, right after it was listed again"):
        await update(on_page=BadDisk(store, 1, times=9))
    assert not store.exists()
    assert not list(store.path.parent.glob("*.tmp"))
    await update()


async def test_a_refresh_that_fails_keeps_nothing_aside(service, session, store, owner, monkeypatch):
    """What stands under the name stays until what takes its place is written; the one that succeeds tells of it."""
    monkeypatch.setattr(fetch, "SPAN", 300)
    service.reset(files=1500)
    store.path.write_bytes(b"somebody's notes")
    with pytest.raises(CatalogError, match=r"00001\.rows is damaged"):
        await refresh(session, store, owner=owner, on_page=BadDisk(store, 1, times=2))
    assert store.path.read_bytes() == b"somebody's notes"
    disk = BadDisk(store, 1)
    what = await refresh(session, store, owner=owner, on_page=disk)
    assert disk.count == 1
    (aside,) = store.path.parent.glob(f"{store.path.name}.*-*")
    assert aside.read_bytes() == b"somebody's notes"
    assert [aside.name in note for note in what.notes] == [True]


async def test_a_journal_of_an_earlier_version_is_not_used(service, session, store, update, monkeypatch):
    """Spans as Parquet files: the listing begins anew, and they go."""
    monkeypatch.setattr(fetch, "SPAN", 300)
    service.reset(files=1500)
    service.faults([{"operation": "nodes.list", "nth": 20, "fault": "401"}])
    with pytest.raises(SessionExpired):
        await update()
    service.faults([])
    for path in store.resume_dir.glob("*.rows"):
        pq.write_table(pa.table({"id": ["a"]}), path.with_suffix(".parquet"))
        path.unlink()
    await update()
    assert await agrees(session, store)
    assert not store.resume_dir.exists()


@pytest.mark.parametrize("span", [300, 20_000], ids=["from the disk", "in memory"])
@pytest.mark.parametrize("columns", [("name", "size"), ()], ids=["two", "none"])
async def test_some_columns_of_what_is_new_are_returned(service, session, store, owner, monkeypatch, span, columns):
    """The first time, by changes and by comparing: the rows are the same, and the file has all columns."""
    monkeypatch.setattr(fetch, "SPAN", span)
    service.reset(files=1000)
    other = Store(store.path.with_name("other.parquet"))
    first, *more = await some_files(session, 5)
    for change, full in ((None, False), (nodes.rename(first, "renamed.jpg"), False), (trash.trash(more), True)):
        if change is not None:
            await session.send(change)
        few = await refresh(session, store, owner=owner, columns=columns, full=full)
        whole = await refresh(session, other, owner=owner, full=full)
        assert few.table.column_names == ["change", *columns]
        assert few.table.to_pylist() == whole.table.select(["change", *columns]).to_pylist()
        assert len(few) == len(whole) > 0
        assert by_id(store.read()).equals(by_id(other.read()))
    assert await agrees(session, store)


async def test_more_than_one_span_continues(service, session, store, update, monkeypatch):
    """A library just above the size of a span continues too; a smaller one leaves nothing and begins again."""
    monkeypatch.setattr(fetch, "SPAN", 1000)
    service.reset(files=1000)
    service.faults([{"operation": "nodes.list", "nth": 10, "fault": "401"}])
    with pytest.raises(SessionExpired):
        await update()
    assert store.resume_dir.exists()
    service.faults([])
    await update()
    assert await agrees(session, store)
    store.path.unlink()
    monkeypatch.setattr(fetch, "SPAN", 20_000)
    service.faults([{"operation": "nodes.list", "nth": 5, "fault": "401"}])
    with pytest.raises(SessionExpired):
        await update()
    assert not store.resume_dir.exists()


async def test_a_success_leaves_no_journal(service, session, store, update, monkeypatch):
    """After a refresh that only asked for changes, ``full=True`` reads everything as it is now."""
    monkeypatch.setattr(fetch, "SPAN", 300)
    service.reset(files=1500)
    await update()
    service.faults([{"operation": "nodes.list", "nth": len(service.requests) * 2 // 3, "fault": "401"}])
    with pytest.raises(SessionExpired):
        await update(full=True)
    service.faults([])
    assert store.resume_dir.exists()
    assert await update() == NONE
    assert not store.resume_dir.exists()
    (oldest,) = await some_files(session, 1)
    service.library.write(lambda db: db.execute("UPDATE nodes SET description = 'quietly' WHERE id = ?", (oldest,)))
    assert await update(full=True) == {**NONE, "changed": {oldest}}


async def test_another_owners_leftovers_are_not_used(service, session, store, update, monkeypatch):
    """What an interrupted refresh of another library left is thrown away."""
    monkeypatch.setattr(fetch, "SPAN", 300)
    service.reset(files=3000)
    service.faults([{"operation": "nodes.list", "nth": 30, "fault": "401"}])
    with pytest.raises(SessionExpired):
        await update()
    assert store.resume_dir.exists()
    about = store.resume_dir / "about.json"
    about.write_text(about.read_text().replace('"owner":"', '"owner":"X'))
    service.faults([])
    await update()
    assert await agrees(session, store)


REFRESHER = textwrap.dedent("""
    import asyncio, os, sys
    from amazon_photos.catalog import fetch
    from amazon_photos.catalog.refresh import refresh
    from amazon_photos.catalog.store import Store
    from amazon_photos.auth.credentials import Credentials
    from amazon_photos.net.session import Session
    from amazon_photos.settings import Settings

    fetch.SPAN = 300

    async def main():
        session = Session(Credentials.load(), Settings(endpoint=os.environ["AMAZON_PHOTOS_ENDPOINT"]))
        await refresh(session, Store(sys.argv[1]), owner=sys.argv[2])
        await session.close()

    asyncio.run(main())
""")


@pytest.mark.slow
async def test_killed_at_any_moment_it_continues(service, session, store, owner, update):
    """SIGKILL at several moments of a first refresh: each run goes on from the last one, and the end is right."""
    service.reset(files=4000)
    service.set(latency=0.02)
    spans = []
    for _ in range(4):
        process = await asyncio.to_thread(
            subprocess.Popen,
            [sys.executable, "-c", REFRESHER, store.path, owner],
            env={**os.environ, **service.environ},
        )
        before = len(spans and list(store.resume_dir.glob("*.rows")))
        for _ in range(2000):
            if len(list(store.resume_dir.glob("*.rows"))) > before or process.poll() is not None:
                break
            await asyncio.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        process.wait()
        spans.append(len(list(store.resume_dir.glob("*.rows"))))
        assert not store.exists()
    assert spans == sorted(spans)
    assert spans[-1] >= 4
    service.set(latency=0.0)
    await update()
    assert await agrees(session, store)
    assert not store.resume_dir.exists()


async def test_a_cancelled_refresh_lets_go_of_the_lock(service, session, store, owner):
    """Ctrl-C in a refresh leaves the catalogue as it was and free for the next one."""
    service.reset(files=2000)
    service.set(latency=0.05)
    service.requests.clear()
    task = asyncio.create_task(refresh(session, store, owner=owner))
    while len(service.requests) < 3 and not task.done():
        await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not store.exists()
    with Store(store.path, patience=0).lock():
        pass


@pytest.mark.parametrize("times", [1, 3])
async def test_a_cancelled_refresh_keeps_the_lock_until_it_has_written(
    service, session, store, owner, monkeypatch, times
):
    """Cancelled while its thread writes, however often: nobody else writes before the thread has ended.

    The file is whole then.
    """
    service.reset(files=50)
    writing, go_on, really = threading.Event(), threading.Event(), os.fsync

    def fsync(number):
        if threading.current_thread() is not threading.main_thread() and not writing.is_set():
            writing.set()
            assert go_on.wait(60)
        really(number)

    monkeypatch.setattr(os, "fsync", fsync)
    hasty = Store(store.path, patience=0)
    task = asyncio.create_task(refresh(session, store, owner=owner))
    assert await asyncio.to_thread(writing.wait, 60)
    for _ in range(times):
        task.cancel()
        for _ in range(20):
            await asyncio.sleep(0)
    try:
        with pytest.raises(CatalogLocked), hasty.lock():
            pass
        assert not task.done()
    finally:
        go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    with hasty.lock():
        assert hasty.read().num_rows > 50


async def test_two_at_once_come_one_after_the_other(service, session, store, owner):
    """Two refreshes of one catalogue don't disturb each other; with no patience the second says that it is busy."""
    service.reset(files=800)
    service.set(latency=0.02)
    hasty = Store(store.path, patience=0)
    first = asyncio.create_task(refresh(session, store, owner=owner))
    while not store.path.with_name("ap.parquet.lock").exists():
        assert not first.done()
        await asyncio.sleep(0.001)
    with pytest.raises(CatalogLocked):
        await refresh(session, hasty, owner=owner)
    second = refresh(session, store, owner=owner)
    assert len(await first) > 800
    assert len(await second) == 0


# --- what is not ours ------------------------------------------------------------------------------------------------


async def test_damaged_and_foreign_files_are_kept_and_said_so(service, session, store, owner):
    """A damaged catalogue, another account's and the predecessor's: kept aside, rebuilt, and told in the notes."""
    service.reset(files=100)
    await refresh(session, store, owner=owner)
    whole = store.path.read_bytes()
    store.path.write_bytes(whole[:1000])
    (note,) = (await refresh(session, store, owner=owner)).notes
    assert "is damaged" in note
    with store.lock():
        store.write(store.read(), Header(owner="SOMEBODY", complete=True))
    (note,) = (await refresh(session, store, owner=owner)).notes
    assert "another account" in note
    inside = bytearray(whole)
    inside[300] ^= 0xFF
    store.path.write_bytes(inside)
    (note,) = (await refresh(session, store, owner=owner)).notes
    assert "is damaged" in note
    assert await agrees(session, store)
    assert len(list(store.path.parent.glob("ap.parquet.*-2*"))) == 3


# --- what queries fetched ---------------------------------------------------------------------------------------------


async def test_a_query_makes_an_incomplete_catalogue_and_refresh_completes_it(service, session, store, owner, update):
    """Before the first refresh a query's rows are kept; the refresh then reads everything."""
    service.reset(files=300)
    table = await everything(session)
    what = merge(store, owner=owner, table=table.slice(10, 20))
    assert what.count("added") == 20
    assert store.header() == Header(owner=owner, complete=False)
    said = await update()
    assert len(said["added"]) == table.num_rows - 20
    assert store.header().complete
    assert await agrees(session, store)


async def test_a_query_that_brings_nothing_writes_once(store, owner):
    """Where there is no file yet it makes an empty one; one that is there is left as it is."""
    nothing = node_schema().empty_table()
    assert not len(merge(store, owner=owner, table=nothing))
    assert store.header() == Header(owner=owner, complete=False)
    before = version_of(store.path)
    merge(store, owner=owner, table=nothing)
    assert version_of(store.path) == before


async def test_what_names_no_owner_is_ours(store, owner):
    """A query's node whose owner nobody said is kept; one of another owner's, as shared albums hold them, is not."""
    said = [("ours", owner), ("unsaid", None), ("theirs", f"{owner}X"), ("empty", "")]
    rows = [{"id": node_id, "ownerId": named, "kind": "FILE", "version": 1} for node_id, named in said]
    merge(store, owner=owner, table=pa.Table.from_pylist(rows, schema=node_schema()))
    assert store.read(["id"]).column("id").to_pylist() == ["ours", "unsaid"]


async def test_a_query_never_shrinks_the_catalogue(service, session, store, owner, update):
    """Fewer rows, older ones, trashed ones, other people's: nothing leaves and nothing is turned back."""
    service.reset(files=300)
    await update()
    before = store.read()
    rows = before.to_pylist()
    older = {**rows[0], "version": 0, "name": "older.jpg"}
    newer = {**rows[1], "version": rows[1]["version"] + 1, "name": "newer.jpg", "tempLink": "https://short.example"}
    trashed = {**rows[2], "version": rows[2]["version"] + 1, "status": "TRASH"}
    strangers = {**rows[3], "id": "somebody-elses-AAAAAAA", "ownerId": "SOMEBODY"}
    what = merge(
        store, owner=owner, table=pa.Table.from_pylist([older, newer, trashed, strangers], schema=node_schema())
    )
    assert what.table.select(["change", "id"]).to_pylist() == [{"change": "changed", "id": rows[1]["id"]}]
    after = {row["id"]: row for row in store.read().to_pylist()}
    assert len(after) == before.num_rows
    assert after[rows[0]["id"]] == rows[0]
    assert after[rows[1]["id"]]["name"] == "newer.jpg"
    assert after[rows[1]["id"]]["tempLink"] is None
    assert store.header().complete


async def test_reading_works_while_refreshing(service, session, store, update):
    """Somebody reads all the time while the file is replaced again and again: each reading is whole."""
    service.reset(files=300)
    await update()
    rows = store.read(["id"]).num_rows
    stop, wrong = threading.Event(), []

    def reader():
        while not stop.is_set():
            seen = Store(store.path).read(["id"]).num_rows
            if not rows <= seen <= rows + 10:
                wrong.append(seen)
            time.sleep(0.001)

    thread = threading.Thread(target=reader)
    thread.start()
    root = await session.send(folders.root())
    for number in range(10):
        await session.send(folders.create_folder(f"f{number}", root.id))
        await update()
    stop.set()
    await asyncio.to_thread(thread.join, 20)
    assert wrong == []
    assert store.read(["id"]).num_rows == rows + 10
