"""A service whose clock is set back: what was changed since bears dates that seem to be known long ago."""

import time
from dataclasses import replace

import pytest

from amazon_photos.auth.credentials import Credentials
from amazon_photos.catalog.refresh import refresh
from amazon_photos.catalog.service_clock import read_date
from amazon_photos.catalog.store import Store
from amazon_photos.net.session import Session
from amazon_photos.settings import Settings
from amazon_photos.wire import folders, nodes

HOUR = 3600.0
DAY = 24 * HOUR


@pytest.fixture
async def session(service):
    session = Session(Credentials.load(service.cookies), Settings(endpoint=service.url, backoff_initial=0.01))
    yield session
    await session.close()


@pytest.fixture
async def update(service, session, tmp_path):
    """Refreshes: what changed, as pairs of change and name, and whether everything was read; counts requests anew."""
    store, owner = Store(tmp_path / "ap.parquet"), (await session.send(folders.root())).owner_id

    async def update():
        service.requests.clear()
        what = await refresh(session, store, owner=owner)
        return {(row["change"], row["name"]) for row in what.table.to_pylist()}, what.full

    update.store = store
    return update


@pytest.fixture
async def made(service, session, update):
    """Some folders, the last of them made right before the first refresh; the id of one."""
    service.reset(files=300)
    root = await session.send(folders.root())
    ids = [(await session.send(folders.create_folder(f"f{number}", root.id))).id for number in range(3)]
    await update()
    assert await update() == (set(), False)
    return ids[0]


@pytest.fixture
def passed(monkeypatch):
    """``passed(seconds)``: so much time has passed on this machine (or its clock was set)."""
    really = time.time_ns
    return lambda seconds: monkeypatch.setattr(time, "time_ns", lambda: really() + int(seconds * 10**9))


async def quiet(service, update):
    """Afterwards a refresh is what it always was: nothing new, four small requests."""
    said = await update()
    return said == (set(), False) and len(service.requests) <= 4


@pytest.mark.parametrize("back", [11 * 60, HOUR, 5 * HOUR])
async def test_a_rename_under_a_clock_set_back_is_noticed(service, session, update, made, back):
    """More than the ten minutes that refreshes overlap: the change is found, without reading everything (fault F4)."""
    service.set(clock_offset=-back)
    await session.send(nodes.rename(made, "renamed"))
    assert await update() == ({("changed", "renamed")}, False)
    assert await quiet(service, update)


async def test_a_rename_is_noticed_when_the_clock_has_caught_up(service, session, update, made, passed):
    """The next refresh comes the day after: the service's present is past what it told of last time (fault F4)."""
    service.set(clock_offset=-HOUR)
    await session.send(nodes.rename(made, "renamed"))
    passed(DAY)
    service.set(clock_offset=DAY - HOUR)
    assert await update() == ({("changed", "renamed")}, False)
    assert await quiet(service, update)


@pytest.mark.parametrize("back", [HOUR, 30 * DAY])
async def test_where_nobody_knows_by_how_much_everything_is_read(service, session, update, made, passed, back):
    """This machine's clock went back with the service's: nothing tells since when to ask (fault F4)."""
    service.set(clock_offset=-back)
    passed(-back)
    await session.send(nodes.rename(made, "renamed"))
    assert await update() == ({("changed", "renamed")}, True)
    assert await quiet(service, update)


async def test_set_back_by_more_than_a_day_everything_is_read(service, session, update, made):
    """Once; from then on it is asked for changes as before (fault F4)."""
    service.set(clock_offset=-3 * DAY)
    await session.send(nodes.rename(made, "renamed"))
    assert await update() == ({("changed", "renamed")}, True)
    assert await quiet(service, update)
    await session.send(nodes.rename(made, "again"))
    assert await update() == ({("changed", "again")}, False)


async def test_a_catalogue_that_knows_no_clock_is_safe_too(service, session, update, made):
    """One that an earlier version wrote: the service's present tells enough to read everything (fault F4)."""
    store = update.store
    with store.lock():
        store.write(store.read(), replace(store.header(), ahead=None))
    service.set(clock_offset=-HOUR)
    await session.send(nodes.rename(made, "renamed"))
    assert await update() == ({("changed", "renamed")}, True)
    assert await quiet(service, update)


@pytest.mark.parametrize("ours", [-DAY * 365, DAY * 365, HOUR, -HOUR])
async def test_this_machines_clock_may_be_set_at_will(service, session, update, made, passed, ours):
    """Years off or set in between: what changed is told once, and the service's own time counts (fault F4)."""
    passed(ours)
    await session.send(nodes.rename(made, "renamed"))
    assert (await update())[0] == {("changed", "renamed")}
    assert await quiet(service, update)


@pytest.mark.parametrize(
    ("header", "moment"),
    [
        ("Thu, 26 Nov 2026 09:14:00 GMT", 1_795_684_440_000),
        ("", None),
        ("yesterday", None),
        ("Thu, 99 Nov 2026 09:14:00 GMT", None),
    ],
)
def test_an_answer_that_bears_no_date_says_nothing_of_the_time(header, moment):
    """A proxy may leave it out or spoil it: then there is nothing to compare."""
    assert read_date(header) == moment
