"""No answer takes the memory or the time of this machine: endless, tightly packed, or a byte at a time.

The servers are real ones that speak no HTTP by themselves. What is measured is what they could send, and what was
allocated here; never how long something took.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import gzip
import tracemalloc
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pandas as pd
import pytest

from amazon_photos import AsyncAmazonPhotos, errors
from amazon_photos.auth.credentials import Credentials
from amazon_photos.net.session import Session
from amazon_photos.settings import Settings
from amazon_photos.wire import account, content, nodes
from amazon_photos.wire.bounds import MAX_ERROR, MAX_HEADER, MAX_REPLY, MAX_WHOLE
from amazon_photos.wire.call import Body

COOKIES = {"session-id": "111-1111111-1111111", "ubid-main": "222-2222222-2222222", "at-main": "Atza|IwEBsecret"}
HANGS = 60
"""Seconds until a test gives up; the time-outs tested are far below a second."""
ON_THE_WAY = 24 << 20
"""Bytes that buffers of the system and of both sides may hold besides."""
Writing = Callable[[asyncio.StreamWriter], Awaitable[None]]


class Server:
    """Answers each request by ``write``; ``sent`` is how many bytes it could get rid of."""

    def __init__(self, write: Writing) -> None:
        self._write = write
        self.sent = 0
        self.asked = 0

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.CancelledError, OSError, asyncio.IncompleteReadError):
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                self.asked += 1
                if head.startswith(b"POST"):
                    await reader.readexactly(4)
                await self._write(_Counting(self, writer))  # type: ignore[arg-type]


class _Counting:
    """A writer that waits until what it was given is on its way."""

    def __init__(self, server: Server, writer: asyncio.StreamWriter) -> None:
        self._server, self._writer = server, writer

    async def put(self, data: bytes) -> None:
        self._writer.write(data)
        await self._writer.drain()
        self._server.sent += len(data)


@pytest.fixture
async def serve() -> AsyncIterator[Callable[..., Any]]:
    """Starts a server; gives a client and the server."""
    servers, clients = [], []

    async def start(write: Any, **settings: Any) -> tuple[Session, Server]:
        server = Server(write)
        servers.append(await asyncio.start_server(server.talk, "127.0.0.1", 0))
        url = f"http://127.0.0.1:{servers[-1].sockets[0].getsockname()[1]}"
        usual = {"max_attempts": 2, "backoff_initial": 0.001, "backoff_max": 0.002}
        clients.append(Session(Credentials.load(COOKIES, environ={}), Settings(endpoint=url, **usual | settings)))
        return clients[-1], server

    yield start
    for client in clients:
        await client.close()
    for server in servers:
        server.close()


def head(status: int = 200, **headers: str) -> bytes:
    told = {"Content-Type": "application/json"} | {name.replace("_", "-"): value for name, value in headers.items()}
    return f"HTTP/1.1 {status} X\r\n".encode() + b"".join(f"{n}: {v}\r\n".encode() for n, v in told.items()) + b"\r\n"


def endless(beginning: bytes, piece: bytes, pause: float = 0.0) -> Any:
    """Sends ``piece`` again and again."""

    async def write(writer: Any) -> None:
        await writer.put(beginning)
        while True:
            await writer.put(piece)
            await asyncio.sleep(pause)

    return write


def once(data: bytes) -> Any:
    async def write(writer: Any) -> None:
        await writer.put(data)

    return write


def chunked(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


@contextlib.contextmanager
def memory_within(most: int) -> Any:
    """What is allocated in the block stays below ``most`` bytes."""
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < most
    finally:
        tracemalloc.stop()


@functools.cache
def bomb(size: int) -> bytes:
    """``size`` zeros in a thousandth of that."""
    packer = zlib.compressobj(9, wbits=31)
    return b"".join(packer.compress(bytes(1 << 20)) for _ in range(size >> 20)) + packer.flush()


async def sent(client: Session) -> Any:
    return await client.send(nodes.nodes())


async def posted(client: Session) -> Any:
    async def chunks() -> AsyncIterator[bytes]:
        yield b"body"

    return await client.send(content.upload("a.jpg", "parent", Body(4, chunks)))


async def fetched(client: Session) -> Any:
    return await client.send(content.download("node"))


async def streamed(client: Session) -> Any:
    async with client.stream(content.download("node")) as answer:
        return sum([len(chunk) async for chunk in answer.chunks()])


async def read_whole(client: Session) -> Any:
    async with client.stream(content.download("node")) as answer:
        return await answer.read()


# --- how much ----------------------------------------------------------------------------------------------

JSON = b'{"count": 1, "data": [' + b'{"id": "a"},' * 5000
ENDLESS = {
    "until the end of the connection": (head(Connection="close"), JSON),
    "in chunks": (head(Transfer_Encoding="chunked"), chunked(JSON)),
    "announced": (head(Content_Length=str(1 << 60)), JSON),
}


@pytest.mark.parametrize(("beginning", "piece"), ENDLESS.values(), ids=ENDLESS)
@pytest.mark.parametrize("ask", [sent, posted])
async def test_endless_data_is_not_read_on(serve, ask, beginning, piece):
    """An answer larger than any real one is an error, once, at its bound (fault E4)."""
    client, server = await serve(endless(beginning, piece))
    async with asyncio.timeout(HANGS):
        with pytest.raises(errors.UnexpectedReply, match=f"more than {MAX_REPLY >> 20} MiB"):
            await ask(client)
    assert server.asked == 1
    assert server.sent < MAX_REPLY + ON_THE_WAY


KINDS = ["application/json", "text/html"]
MEANINGS = {
    302: errors.UnexpectedReply,
    400: errors.BadRequest,
    401: errors.SessionExpired,
    503: errors.Unavailable,
}


@pytest.mark.parametrize(
    ("status", "kind", "error"),
    [
        (200, "text/html", errors.SessionExpired),
        *((status, kind, error) for status, error in MEANINGS.items() for kind in KINDS),
    ],
)
@pytest.mark.parametrize("ask", [sent, fetched, streamed])
async def test_endless_errors_are_what_their_status_says(serve, ask, kind, status, error):
    """The beginning of an error's body, or of a page, is enough to know it by; the rest is not read (fault E4)."""
    page = b"<html><a href='/ap/signin'>" + b"x" * 60_000
    client, server = await serve(endless(head(status, Content_Type=kind), page), max_attempts=1)
    async with asyncio.timeout(HANGS):
        with pytest.raises(error):
            await ask(client)
    assert server.asked == 1
    assert server.sent < MAX_ERROR + ON_THE_WAY


@pytest.mark.parametrize("status", [200, 400, 503])
@pytest.mark.parametrize("kind", KINDS)
async def test_a_bomb_stays_packed(serve, status, kind):
    """What is a thousand times larger unpacked is unpacked as far as its bound (fault E4)."""
    packed = bomb(512 << 20)
    answer = head(status, Content_Type=kind, Content_Encoding="gzip", Content_Length=str(len(packed))) + packed
    client, server = await serve(once(answer), max_attempts=1)
    with memory_within(6 * MAX_REPLY):
        async with asyncio.timeout(HANGS):
            with pytest.raises(errors.ServiceError):
                await sent(client)
    assert server.asked == 1


async def test_a_packed_answer_is_read(serve):
    """An answer that is packed and of a usual size is what it was before it was packed."""
    data = gzip.compress(b'{"status": "ACTIVE"}')
    client, _ = await serve(once(head(Content_Encoding="gzip", Content_Length=str(len(data))) + data))
    assert await client.send(account.info()) == {"status": "ACTIVE"}


async def test_a_reply_of_the_largest_size_is_read(serve):
    """The bound itself is still allowed; one byte more is not."""
    for more, fits in ((0, True), (1, False)):
        text = b'{"a": "' + b"x" * (MAX_REPLY - 9 + more) + b'"}'
        client, _ = await serve(once(head(Content_Length=str(len(text))) + text))
        if fits:
            assert len((await client.send(account.info()))["a"]) == MAX_REPLY - 9
        else:
            with pytest.raises(errors.UnexpectedReply, match=f"more than {MAX_REPLY >> 20} MiB"):
                await client.send(account.info())


@pytest.mark.parametrize(("beginning", "piece"), ENDLESS.values(), ids=ENDLESS)
async def test_a_file_that_is_read_whole_is_bounded(serve, beginning, piece):
    """Who asks for all at once says how much there can be (fault E4)."""
    client, server = await serve(endless(beginning.replace(b"application/json", b"image/jpeg"), piece))
    async with asyncio.timeout(HANGS):
        for most in (1000, 1_000_000):
            with pytest.raises(errors.ContentMismatch, match=f"more came than the {most} bytes"):
                async with client.stream(content.download("node")) as answer:
                    await answer.read(most)
        assert server.sent < ON_THE_WAY
        with pytest.raises(errors.ContentMismatch):
            await read_whole(client)
    assert server.sent < MAX_WHOLE + 2 * ON_THE_WAY


async def test_a_small_file_whose_size_is_the_packed_one(serve, tmp_path, monkeypatch):
    """A file that is announced with the size of its packed bytes is not unpacked beyond it (fault E4)."""
    packed = bomb(512 << 20)
    announced = {"Content_Type": "image/jpeg", "Content_Encoding": "gzip", "Content_Length": str(len(packed))}
    client, _ = await serve(once(head(**announced) + packed))
    monkeypatch.chdir(tmp_path)
    frame = {"id": ["node"], "name": ["a.jpg"], "size": [len(packed)], "md5": ["0" * 32]}
    settings = Settings(endpoint=client.settings.endpoint, max_attempts=1, cache_dir=str(tmp_path / "cache"))
    async with AsyncAmazonPhotos(COOKIES, settings=settings, progress=False) as ap:
        wanted = pd.DataFrame(frame | {"kind": ["FILE"], "parents": [["p"]], "contentProperties.version": [1]})
        wanted["image.dateTime"] = wanted["video.creationDate"] = wanted["contentDate"] = pd.NaT
        with memory_within(64 << 20):
            rows = await ap.download(wanted, out=tmp_path / "media")
    assert list(rows.outcome) == ["failed"]
    assert "not the bytes of a.jpg" in rows.reason[0]
    assert [path for path in tmp_path.rglob("*") if path.is_file() and path.stat().st_size] == []


@pytest.mark.parametrize(
    ("beginning", "piece"),
    [
        (b"HTTP/1.1 200 ", b"x" * 10_000),
        (b"HTTP/1.1 200 OK\r\n", b"X-Many: one\r\n" * 500),
        (b"HTTP/1.1 200 OK\r\nX-Long: ", b"x" * 10_000),
        (b"HTTP/1.1 302 Found\r\nLocation: /", b"x" * 10_000),
        (b"HTTP/1.1 200 OK\r\nSet-Cookie: session-token=", b"x" * 10_000),
    ],
    ids=["reason", "headers", "header", "location", "cookie"],
)
async def test_endless_headers_are_not_read_on(serve, beginning, piece):
    """A head that never ends is given up at its bound (fault E4)."""
    client, server = await serve(endless(beginning, piece), max_attempts=1)
    async with asyncio.timeout(HANGS):
        with pytest.raises(errors.ConnectionFailed, match="the connection broke"):
            await sent(client)
    assert server.sent < 128 * MAX_HEADER + ON_THE_WAY


async def test_a_long_header_that_services_send_is_read(serve):
    """Signed addresses and cookies of some kilobytes are no reason to give up."""
    answer = head(X_Policy="x" * 20_000, Content_Length="2") + b"{}"
    client, _ = await serve(once(answer))
    assert await client.send(account.info()) == {}


# --- how long ----------------------------------------------------------------------------------------------

EMPTY_BLOCK = b"\x00\x00\x00\xff\xff"
GZIP = gzip.compress(b"")[:10]
DRIPS = {
    "interim answers": (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "early hints": (b"", b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"),
    "status line": (b"HTTP/1.1 200 ", b"x"),
    "headers": (b"HTTP/1.1 200 OK\r\nX: ", b"x"),
    "body": (head(Content_Length="1000000"), b"x"),
    "body in chunks": (head(Transfer_Encoding="chunked"), chunked(b"x")),
    "body without an end": (head(Connection="close"), b"x"),
    "nothing, packed": (
        head(Content_Encoding="gzip", Transfer_Encoding="chunked") + chunked(GZIP),
        chunked(EMPTY_BLOCK),
    ),
    "an error's body": (head(400, Content_Length="1000000"), b"x"),
}


@pytest.mark.parametrize("ask", [sent, posted, streamed, read_whole])
@pytest.mark.parametrize(("beginning", "piece"), DRIPS.values(), ids=DRIPS)
async def test_a_byte_at_a_time_comes_to_an_end(serve, ask, beginning, piece):
    """An answer that is never silent and never done is cut; so is one that gives nothing at all (fault E4)."""
    slow = {"answer_timeout": 0.4, "read_timeout": 0.3, "connect_timeout": 10, "max_attempts": 1}
    client, server = await serve(endless(beginning, piece, 0.02), **slow)
    async with asyncio.timeout(HANGS):
        with pytest.raises(errors.TimedOut):
            await ask(client)
    assert server.asked == 1


async def test_what_comes_at_a_fair_rate_takes_its_time(serve):
    """An answer may take as long as its size takes at the smallest rate (fault E4)."""

    async def write(writer: Any) -> None:
        await writer.put(head(Content_Length="50000", Content_Type="image/jpeg"))
        for _ in range(50):
            await asyncio.sleep(0.03)
            await writer.put(b"x" * 1000)

    client, _ = await serve(write, answer_timeout=0.4, read_timeout=0.4, slowest_rate=1000.0)
    assert await streamed(client) == 50_000
    client, _ = await serve(write, answer_timeout=0.4, read_timeout=0.4, slowest_rate=1e9, max_attempts=1)
    async with asyncio.timeout(HANGS):
        with pytest.raises(errors.TimedOut, match="too slowly"):
            await streamed(client)


@pytest.mark.parametrize("way", ["bwlimit", "slow reader"])
async def test_what_we_hold_back_ourselves_is_not_slow(serve, way):
    """Neither a limit of our own nor a disk that takes its time ends a download (fault E4)."""
    data = b"x" * 600_000
    own = {"bwlimit": 400_000.0} if way == "bwlimit" else {}
    client, _ = await serve(
        once(head(Content_Length=str(len(data)), Content_Type="image/jpeg") + data),
        **{"answer_timeout": 0.3, "read_timeout": 0.3, "slowest_rate": 1e9} | own,
    )
    async with client.stream(content.download("node")) as answer:
        came = 0
        async for chunk in answer.chunks():
            came += len(chunk)
            await asyncio.sleep(0.2 if way == "slow reader" else 0)
    assert came == len(data)


def test_what_an_answer_may_take_is_a_setting():
    """Both figures can be tuned, and neither to nonsense."""
    assert Settings.load({"AMAZON_PHOTOS_SLOWEST_RATE": "50"}, answer_timeout=10).slowest_rate == 50.0
    for wrong in ({"answer_timeout": 0}, {"slowest_rate": 0}, {"slowest_rate": -1.0}, {"slowest_rate": float("nan")}):
        with pytest.raises(errors.InvalidInput, match=next(iter(wrong))):
            Settings(**wrong)
