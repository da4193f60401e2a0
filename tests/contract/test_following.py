"""A program follows the library: what came, changed and went since a cursor, and as refreshes happen."""

import asyncio
import contextlib

import pytest

from amazon_photos import Catalog, CatalogChanges, errors
from transfers import put


def told(found):
    return dict(zip(found.frame["name"], found.frame["change"], strict=True))


async def test_what_came_changed_and_went_is_told(async_ap):
    """The first time everything, then the difference to the catalogue as it is after a refresh."""
    ids = await put(async_ap, ["a.jpg", "b.jpg", "c.jpg"])
    await async_ap.refresh()
    first = await async_ap.catalog.changes()
    assert isinstance(first, CatalogChanges)
    assert {name: change for name, change in told(first).items() if str(name).endswith(".jpg")} == dict.fromkeys(
        ["a.jpg", "b.jpg", "c.jpg"], "added"
    )
    await put(async_ap, ["d.jpg"], start=9)
    await async_ap.rename(ids[0], "e.jpg")
    await async_ap.trash(ids[1])
    assert not await async_ap.catalog.changes(first.cursor)
    await async_ap.refresh()
    second = await async_ap.catalog.changes(since=first.cursor)
    assert told(second) == {"d.jpg": "added", "e.jpg": "changed", "b.jpg": "removed"}
    assert list(second.frame.columns) == ["change", *(await async_ap.catalog.frame()).columns]
    assert not await async_ap.catalog.changes(second.cursor)


async def test_it_survives_a_full_refresh_and_a_query(async_ap):
    """Whatever brings nodes into the catalogue is told; reading everything anew is no change."""
    await put(async_ap, ["a.jpg"])
    await async_ap.refresh()
    cursor = (await async_ap.catalog.changes()).cursor
    await async_ap.refresh(full=True)
    assert not await async_ap.catalog.changes(cursor)
    await put(async_ap, ["b.jpg"], start=1)
    await async_ap.query("type:(PHOTOS)")
    found = await async_ap.catalog.changes(cursor)
    assert told(found) == {"b.jpg": "added"}
    await async_ap.refresh()
    assert "b.jpg" not in told(await async_ap.catalog.changes(found.cursor))


def test_both_faces_and_the_catalogue_alone_tell_the_same(ap):
    """The blocking client, and ``Catalog`` without a client."""
    ap.create_folders("Old")
    ap.refresh()
    cursor = ap.catalog.changes().cursor
    ap.create_folders("New")
    ap.refresh()
    assert told(ap.catalog.changes(cursor)) == told(Catalog.open(ap.catalog.path).changes(cursor)) == {"New": "added"}
    with pytest.raises(errors.InvalidInput, match="since"):
        ap.catalog.changes("yesterday")


# --- watching ------------------------------------------------------------------------------------------------


async def test_watching_tells_of_refreshes_that_found_something(async_ap):
    """From now on; nothing is told twice, and nothing that was there before."""
    await put(async_ap, ["before.jpg"])
    async with contextlib.aclosing(async_ap.catalog.watch(every=0.01)) as watching:
        coming = asyncio.ensure_future(anext(watching))
        while not async_ap.catalog.path.exists():  # its first refresh is still under way
            await asyncio.sleep(0.01)
        await put(async_ap, ["a.jpg"], start=1)
        found = await coming
        assert told(found) == {"a.jpg": "added"}
        await put(async_ap, ["b.jpg"], start=2)
        assert told(await anext(watching)) == {"b.jpg": "added"}


async def test_watching_goes_on_from_a_cursor(async_ap):
    """A program that was stopped misses nothing."""
    await async_ap.refresh()
    cursor = (await async_ap.catalog.changes()).cursor
    await put(async_ap, ["meanwhile.jpg"])
    async for found in async_ap.catalog.watch(every=600, since=cursor):
        assert told(found) == {"meanwhile.jpg": "added"}
        break


async def test_watching_ends_when_it_is_cancelled_or_the_client_is_closed(async_ap):
    """At once, though the next refresh is due in an hour."""
    await async_ap.refresh()

    async def watch():
        async for _ in async_ap.catalog.watch(every=3600):
            pass

    async def begin():
        task = asyncio.create_task(watch())
        await async_ap.root
        while task.get_coro().cr_await is None or not async_ap._session._transport._waiting:
            await asyncio.sleep(0.01)
        return task

    cancelled = await begin()
    cancelled.cancel()
    with pytest.raises(asyncio.CancelledError):
        await cancelled
    closed = await begin()
    await async_ap.close()
    with pytest.raises(errors.ClientClosed):
        await closed


def test_the_blocking_face_watches_too(ap):
    """``for`` in the place of ``async for``; leaving the loop ends it."""
    ap.refresh()
    cursor = ap.catalog.changes().cursor
    ap.create_folders("New")
    for found in ap.catalog.watch(every=600, since=cursor):
        assert told(found) == {"New": "added"}
        break
    assert ap.account()["status"] == "ACTIVE"
    with pytest.raises(errors.InvalidInput, match="every must be above 0"):
        ap.catalog.watch(every=0)
