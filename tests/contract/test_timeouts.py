"""Every outgoing call has a time-out: there is one door, and whatever goes silent behind it, it lets nobody wait."""

import ast
import asyncio
import contextlib
from pathlib import Path

import pytest

import amazon_photos
from amazon_photos import errors
from amazon_photos.auth.credentials import Credentials
from amazon_photos.net.session import Session
from amazon_photos.settings import Settings
from amazon_photos.wire import account, content
from amazon_photos.wire.call import Body
from transfers import content as content_of
from transfers import fill, library, md5, put

COOKIES = {"session-id": "111-1111111-1111111", "ubid-main": "222-2222222-2222222", "at-main": "Atza|x"}
SOURCES = Path(amazon_photos.__file__).parent
SPEAKERS = {
    "aiohttp",
    "asyncio.streams",
    "ftplib",
    "http.client",
    "httpx",
    "requests",
    "socket",
    "urllib.request",
    "urllib3",
}
HANGS = 60
"""Seconds until a test gives up; the time-outs tested are far below a second."""


@pytest.fixture
async def raw():
    """Starts a server that does what it is told with each connection; gives a client of it."""
    servers, clients = [], []

    async def serve(talk):
        async def quietly(reader, writer):
            with contextlib.suppress(asyncio.CancelledError, ConnectionError):
                await talk(reader, writer)
                await asyncio.sleep(3600)

        servers.append(await asyncio.start_server(quietly, "127.0.0.1", 0))
        port = servers[-1].sockets[0].getsockname()[1]
        settings = Settings(endpoint=f"http://127.0.0.1:{port}", max_attempts=1, read_timeout=0.3)
        clients.append(Session(Credentials.load(COOKIES, environ={}), settings))
        return clients[-1]

    yield serve
    for client in clients:
        await client.close()
    for server in servers:
        server.close()


def imported(path):
    """The modules that a source file imports, anywhere in it."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
            yield node.module


def test_there_is_one_door():
    """Nothing but net/transport.py sends: connection.py opens, the others know bodies, errors, answers and proxies.

    healthcheck.py sends to a monitor, and has nothing of the account.
    """
    opening = {
        str(path.relative_to(SOURCES))
        for path in SOURCES.rglob("*.py")
        if path.relative_to(SOURCES).parts[0] != "emulator" and SPEAKERS & set(imported(path))
    }
    assert opening == {
        f"net/{name}.py"
        for name in (
            "transport",
            "connection",
            "error_mapping",
            "healthcheck",
            "proxies",
            "response_body",
            "upload_body",
        )
    }


async def test_the_door_bounds_every_wait(raw):
    """Connecting, getting a connection, reading, and the whole: aiohttp is told a time-out for each."""
    client = await raw(lambda reader, writer: asyncio.sleep(0))
    timeout = client._transport._client().timeout
    assert None not in (timeout.connect, timeout.sock_connect, timeout.sock_read, timeout.total)


async def begin_an_answer(reader, writer):
    """Promises a file, and sends the half of it."""
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\nContent-Length: 2000\r\n\r\n" + b"x" * 1000)


@pytest.mark.parametrize("way", ["chunks", "read"])
async def test_a_file_that_stops_coming(raw, way):
    """Streaming ends when nothing more comes, whether it is read in pieces or whole."""
    client = await raw(begin_an_answer)

    async def fetch():
        async with client.stream(content.download("node")) as stream:
            if way == "read":
                await stream.read()
            else:
                assert [len(chunk) async for chunk in stream.chunks()] == [1000]

    async with asyncio.timeout(HANGS):
        with pytest.raises(errors.TimedOut):
            await fetch()


async def test_headers_that_never_end(raw):
    """An answer that does not get beyond its first line is none."""

    async def talk(reader, writer):
        writer.write(b"HTTP/1.1 200 OK\r\nX: ")

    async with asyncio.timeout(HANGS):
        with pytest.raises(errors.TimedOut):
            await (await raw(talk)).send(account.info())


@pytest.mark.parametrize("pieces", [1, 4, 400])
@pytest.mark.parametrize("taken", [0, 1 << 18])
async def test_an_upload_that_is_not_taken(raw, pieces, taken):
    """Whether the server takes nothing, the first bytes, or all without an answer: the upload ends."""

    async def talk(reader, writer):
        await reader.readexactly(taken)

    async def chunks():
        for _ in range(pieces):
            yield bytes(1 << 18)

    client = await raw(talk)
    async with asyncio.timeout(HANGS):
        with pytest.raises(errors.TimedOut):
            await client.send(content.upload("a.jpg", "folder", Body(pieces << 18, chunks)))


async def test_transfers_end_when_the_service_goes_silent(connect, service, tmp_path):
    """An upload whose answer never comes is looked for; a download that never comes is a row that says why."""
    async with connect() as ap:
        ids = await put(ap, ["a.jpg"]) + await put(ap, ["b.mp4"], size=3_000_000, start=1)
    service.faults([{"operation": name, "fault": "stall", "seconds": 3600} for name in ("upload*", "download*")])
    async with asyncio.timeout(HANGS), connect(1, read_timeout=0.3, max_attempts=2) as ap:
        up = await ap.upload(fill(tmp_path / "P", "c.jpg", start=5))
        down = await ap.download(ids)
        assert list(up.outcome) == ["uploaded"]
        assert await library(ap) == {
            "a.jpg": md5(content_of(0)),
            "b.mp4": md5(content_of(1, 3_000_000)),
            "P/c.jpg": up.md5[0],
        }
    assert list(down.outcome) == ["failed"] * 2
    assert all("did not answer in time" in reason for reason in down.reason)


async def test_closing_in_the_turn_in_which_a_request_times_out(async_ap):
    """The request ends as those of a closed client do, so do all others, and the connections are closed."""
    transport = async_ap._session._transport
    await async_ap.usage()

    async def wait(seconds):
        async with transport._until_closed(seconds):
            await asyncio.sleep(60)

    requests = [asyncio.create_task(wait(seconds)) for seconds in (0, 60, None)]
    await asyncio.sleep(0)  # they begin
    await asyncio.sleep(0)  # the first one's time is over, and it has not been told yet
    async with asyncio.timeout(10):
        await async_ap.close()
        ended = await asyncio.gather(*requests, return_exceptions=True)
    assert [type(error) for error in ended] == [errors.ClientClosed] * 3
    assert transport._http is None
