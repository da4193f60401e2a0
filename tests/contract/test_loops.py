"""An async client belongs to the event loop of its first request; elsewhere it says so, and does no harm."""

import asyncio
import multiprocessing
import os
import pickle
import threading
from contextlib import aclosing

import pytest

from amazon_photos import AmazonPhotos, AsyncAmazonPhotos, errors

PATIENCE = 60


@pytest.fixture
def make(service, tmp_path, monkeypatch):
    """Makes async clients."""
    monkeypatch.chdir(tmp_path)
    return lambda: AsyncAmazonPhotos(service.cookies, endpoint=service.url, progress=False)


async def status(client):
    return (await client.account())["status"]


async def within(client):
    async with client:
        return await status(client)


@pytest.mark.parametrize("use", [status, within], ids=["plain", "async with"])
def test_asyncio_run_twice_says_what_to_do(make, service, use):
    """The second run would meet "Event loop is closed": it is told where to make the client (fault H4)."""
    client = make()
    assert asyncio.run(status(client)) == "ACTIVE"
    asked = len(service.requests)
    with pytest.raises(errors.WrongThread, match=r"event loop that has ended: make one in each.*asyncio\.run"):
        asyncio.run(use(client))
    assert len(service.requests) == asked
    asyncio.run(client.close())


def test_a_client_made_outside_of_a_loop_works_in_the_first_one(make):
    """Constructing binds it to nothing; nor does closing (fault H4)."""
    asyncio.run(make().close())
    assert asyncio.run(within(make())) == "ACTIVE"


async def test_another_thread_is_told_and_breaks_nothing(make):
    """Neither its requests nor its close() disturb the loop that the client belongs to (fault H4)."""
    told = []

    def elsewhere():
        for use in (status, within, AsyncAmazonPhotos.close):
            try:
                asyncio.run(use(client))
            except errors.WrongThread as error:
                told.append(str(error))

    async with make() as client:
        await status(client)
        thread = threading.Thread(target=elsewhere)
        thread.start()
        await asyncio.to_thread(thread.join, PATIENCE)
        assert len(told) == 3
        assert all("an event loop of its own" in text for text in told)
        assert await status(client) == "ACTIVE"


def test_a_loop_that_only_rests_keeps_its_client(make):
    """Two loops by turns in one thread: the second is refused, the first goes on (fault H4)."""
    client = make()
    first, second = asyncio.new_event_loop(), asyncio.new_event_loop()
    try:
        first.run_until_complete(status(client))
        for operation in (status(client), client.close(), client.download(["x"])):
            with pytest.raises(errors.WrongThread):
                second.run_until_complete(operation)
        assert first.run_until_complete(status(client)) == "ACTIVE"
        first.run_until_complete(client.close())
    finally:
        first.close()
        second.close()


@pytest.mark.parametrize("read", ["pages", "nodes"])
@pytest.mark.parametrize("listing", ["search", "nodes"])
def test_a_listing_begun_in_another_loop_never_looks_complete(make, service, listing, read):
    """asyncio.run closes what is being read, and what is closed ends: a part would pass for the whole (fault H4)."""
    service.reset(files=500)
    client = make()
    found = client.search() if listing == "search" else client.search_nodes()
    items = getattr(found, read)()

    async def go_on():
        async with aclosing(items):
            return [item async for item in items]

    async def begin():
        return await anext(items)

    asyncio.run(begin())
    for _ in range(2):
        with pytest.raises(errors.WrongThread, match="begun in another event loop"):
            asyncio.run(go_on())
    asyncio.run(client.close())


async def test_a_listing_read_to_its_end_stays_at_its_end(make, service):
    """Asked again, also from elsewhere, it has no more (fault H4)."""
    service.reset(files=5)
    async with make() as client:
        pages = client.search().pages()
        assert len([page async for page in pages]) == 1

        async def more():
            return [page async for page in pages]

        assert await asyncio.to_thread(asyncio.run, more()) == []
        assert await more() == []


async def test_a_reader_may_throw_into_a_listing(make, service):
    """It is an async generator like any other: what is thrown into it comes out, and it has ended."""
    service.reset(files=500)
    async with make() as client:
        pages = client.search().pages()
        await anext(pages)
        with pytest.raises(LookupError):
            await pages.athrow(LookupError())
        assert [page async for page in pages] == []


def use_in_child(client, told):
    try:
        asyncio.run(within(client))
    except errors.WrongThread as error:
        told.put(str(error))
    asyncio.run(client.close())


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_forked_child_is_told_and_breaks_nothing(make):
    """The connections are the parent's, and still work afterwards (fault H4)."""
    fork = multiprocessing.get_context("fork")
    loop = asyncio.new_event_loop()
    try:
        client = make()
        loop.run_until_complete(status(client))
        told = fork.Queue()
        child = fork.Process(target=use_in_child, args=(client, told))
        child.start()
        assert "before the process forked" in told.get(timeout=PATIENCE)
        child.join(PATIENCE)
        assert child.exitcode == 0
        assert loop.run_until_complete(status(client)) == "ACTIVE"
        loop.run_until_complete(client.close())
    finally:
        loop.close()


def test_with_and_async_with_name_each_other(make, service):
    """Who takes the wrong one is told the right one, not what __enter__ is (fault H4)."""
    with pytest.raises(errors.WrongCall, match="AsyncAmazonPhotos is used with `async with`") as caught, make():
        pass
    assert isinstance(caught.value, TypeError)

    async def wrong():
        async with AmazonPhotos(service.cookies, endpoint=service.url):
            pass

    with pytest.raises(errors.WrongCall, match="for `async with` there is AsyncAmazonPhotos"):
        asyncio.run(wrong())


def test_the_error_can_travel():
    """It passes from one process to another, as errors of pools do."""
    error = pickle.loads(pickle.dumps(errors.WrongThread("here")))
    assert str(error) == "here"
    assert isinstance(error, RuntimeError)
