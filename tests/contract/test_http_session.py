"""A program's own ``aiohttp.ClientSession`` lends its connections; nothing else of it does harm or learns a secret."""

import asyncio

import aiohttp
import pytest

from amazon_photos import AmazonPhotos, AsyncAmazonPhotos, errors
from transfers import content, put


def connect(service, tmp_path, session, **options):
    """A client that uses the session."""
    return AsyncAmazonPhotos(
        service.cookies,
        endpoint=service.url,
        catalog=tmp_path / "ap.parquet",
        progress=False,
        http_session=session,
        **options,
    )


async def refuse_everything(request, handler):
    raise AssertionError("this middleware saw the cookies")


async def test_an_odd_session_lends_its_connections_only(service, tmp_path):
    """Neither its headers, cookies, base address, time-outs, checks nor middlewares are ours; and it stays open."""
    jar = aiohttp.CookieJar(unsafe=True)
    seen = []
    trace = aiohttp.TraceConfig()
    trace.on_request_start.append(lambda *args: seen.append(args))
    session = aiohttp.ClientSession(
        "http://127.0.0.1:1/elsewhere/",
        cookie_jar=jar,
        cookies={"at-main": "of-another", "mine": "1"},
        headers={"Authorization": "Bearer mine", "User-Agent": "mine"},
        raise_for_status=True,
        auto_decompress=False,
        timeout=aiohttp.ClientTimeout(total=0.001),
        middlewares=[refuse_everything],
        trace_configs=[trace],
    )
    before = [(cookie.key, cookie.value) for cookie in jar]
    async with session, connect(service, tmp_path, session) as ap:
        [node_id] = await put(ap, ["a.jpg"])
        assert await ap.read(node_id) == content(0)
        with pytest.raises(errors.NotFound):
            await ap.node("A" * 22)
        await ap.close()
        assert not session.closed
        assert not session.connector.closed
        assert [(cookie.key, cookie.value) for cookie in jar] == before
        assert not seen
    assert session.closed


async def test_a_connector_of_one_connection_is_waited_for(service, tmp_path):
    """No more is asked for at once than the session has connections, so that nobody waits until the time is over."""
    session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=1))
    async with session, connect(service, tmp_path, session) as ap:
        ids = await put(ap, [f"{number}.jpg" for number in range(6)])
        assert await asyncio.gather(*map(ap.read, ids)) == [content(number) for number in range(6)]


async def test_two_clients_share_one_session(service, tmp_path):
    """Closing one leaves the other as it is."""
    async with aiohttp.ClientSession() as session:
        first, second = (connect(service, tmp_path / name, session) for name in "ab")
        assert (await first.account()) == (await second.account())
        await first.close()
        assert (await second.account())["status"] == "ACTIVE"
        await second.close()


async def test_closing_the_client_ends_what_it_waits_for(service, tmp_path):
    """Though the connections stay open: who waits for an answer gets ``ClientClosed``."""
    async with aiohttp.ClientSession() as session:
        ap = connect(service, tmp_path, session)
        await ap.account()
        service.faults([{"operation": "account.info", "fault": "stall", "seconds": 3600}])
        waiting = asyncio.create_task(ap.account())
        while not ap._session._transport._waiting and not waiting.done():
            await asyncio.sleep(0.01)
        await ap.close()
        with pytest.raises(errors.ClientClosed):
            await waiting


async def test_a_session_that_was_closed_is_told(service, tmp_path):
    """At once where it is given, and at the next request where it happens later."""
    session = aiohttp.ClientSession()
    async with connect(service, tmp_path, session) as ap:
        await session.close()
        with pytest.raises(errors.ClientClosed, match="http_session was closed"):
            await ap.account()
    with pytest.raises(errors.InvalidInput, match="http_session is closed"):
        connect(service, tmp_path, session)


async def read_on(reading):
    async for _ in reading:
        pass


@pytest.mark.parametrize("closed", ["session", "connector"])
async def test_a_session_that_is_closed_under_way_is_told(service, tmp_path, closed):
    """Who waits for an answer, who reads a content and who comes later are told the same, and not by aiohttp."""
    session = aiohttp.ClientSession()
    async with connect(service, tmp_path, session) as ap:
        [node_id] = await put(ap, ["a.jpg"], size=4_000_000)
        service.faults([{"operation": "account.info", "fault": "stall", "seconds": 3600}])
        waiting = asyncio.create_task(ap.account())
        reading = ap.stream(node_id, chunk_size=1000)
        assert len(await anext(reading)) == 1000
        while not ap._session._transport._waiting and not waiting.done():
            await asyncio.sleep(0.01)
        await getattr(session, closed, session).close()
        with pytest.raises(errors.ClientClosed, match="http_session was closed"):
            await waiting
        for work in (read_on(reading), ap.refresh(full=True), ap.upload(tmp_path, include="*"), ap.nodes()):
            with pytest.raises(errors.ClientClosed, match="http_session was closed"):
                await work
    await session.close()


async def test_a_session_of_another_loop_is_told(service, tmp_path):
    """It would hang, or break in the middle."""
    other = asyncio.new_event_loop()

    async def make():
        return aiohttp.ClientSession()

    session = await asyncio.to_thread(other.run_until_complete, make())
    async with connect(service, tmp_path, session) as ap:
        with pytest.raises(errors.WrongThread, match="http_session"):
            await ap.account()
    await asyncio.to_thread(other.run_until_complete, session.close())
    other.close()


async def test_what_is_no_session_is_refused(service, tmp_path):
    """Something else, one that trusts everybody, and any for the blocking client, whose loop is its own."""
    with pytest.raises(errors.InvalidInput, match=r"aiohttp\.ClientSession, not a str"):
        connect(service, tmp_path, "session")
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=False)) as session:
        with pytest.raises(errors.InvalidInput, match="checks no certificates"):
            connect(service, tmp_path, session)
    async with aiohttp.ClientSession() as session:
        with pytest.raises(errors.WrongCall, match="AsyncAmazonPhotos"):
            AmazonPhotos(service.cookies, endpoint=service.url, http_session=session)
