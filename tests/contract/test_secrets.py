"""Cookies stand nowhere: in no error and no frame behind it, in no line of a log, in no file that is written.

However an operation ends: cancelled, timed out, cut off, answered with nonsense, or with the cookies themselves.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import copy
import gzip
import json
import logging
import os
import pickle
import subprocess
import sys
import textwrap
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pyarrow.parquet
import pytest
from aiohttp import web

from amazon_photos import AsyncAmazonPhotos, errors
from amazon_photos.auth.credentials import Credentials
from amazon_photos.net import paging
from amazon_photos.net.session import Session
from amazon_photos.settings import Settings
from amazon_photos.wire import account, content, nodes, search
from amazon_photos.wire.call import Body, Call
from leaks import everything_of, foreign, frames, spelled_in, spellings

COOKIES = {
    "session-id": "131-1111111-1111111",
    "ubid-main": "132-2222222-2222222",
    "at-main": 'Atza|IwEBIJ+k/3="q_rTuVwXyZ-0123456789abcdefGHIJKL/mnop+QR',
    "sess-at-main": "sEssAt/w1th+slashes==and|bar.and~more",
    "x-main": "xM%2Fain%3Dpercent-kept-as-it-came",
}
ROTATED = {"session-token": 'r0tAted/tOken+with="quotes"-and-MORE=='}
ALL = COOKIES | ROTATED
SET_COOKIE = f"session-token={ROTATED['session-token']}; Path=/; Secure"


def session(url: str, **settings: Any) -> Session:
    usual = {"backoff_initial": 0.001, "backoff_max": 0.002, "max_attempts": 1}
    return Session(Credentials.load(COOKIES, environ={}), Settings(endpoint=url, **usual | settings))


def check(error: BaseException) -> None:
    """Nothing of the error, its chain and its frames shows a cookie, or a frame that holds a request."""
    assert spelled_in(everything_of(error, but=__file__), ALL) == []
    assert foreign(error) == set()
    assert any("amazon_photos" in frame.f_code.co_filename for frame in frames(error))


def logged(caplog: Any) -> str:
    """What the client's side wrote into any log; the servers of these tests write the addresses they are asked for."""
    return "\n".join(r.getMessage() + (r.exc_text or "") for r in caplog.records if r.name != "aiohttp.access")


@pytest.fixture
async def raw() -> AsyncIterator[Callable[..., Any]]:
    """Starts a server that sends the bytes it is given and then nothing; gives a client, and when it was asked."""
    servers, clients = [], []

    async def serve(begin: bytes = b"", **settings: Any) -> tuple[Session, asyncio.Event]:
        asked = asyncio.Event()

        async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            with contextlib.suppress(asyncio.CancelledError, OSError, asyncio.IncompleteReadError):
                await reader.readuntil(b"\r\n\r\n")
                writer.write(begin)
                await writer.drain()
                asked.set()
                await asyncio.sleep(3600)

        servers.append(await asyncio.start_server(talk, "127.0.0.1", 0))
        clients.append(session(f"http://127.0.0.1:{servers[-1].sockets[0].getsockname()[1]}", **settings))
        return clients[-1], asked

    yield serve
    for client in clients:
        await client.close()
    for server in servers:
        server.close()


@pytest.fixture
async def odd() -> AsyncIterator[Callable[..., Any]]:
    """Starts a server with one handler; gives a client of it."""
    runners, clients = [], []

    async def serve(handler: Any, **settings: Any) -> Session:
        runners.append(web.ServerRunner(web.Server(handler)))
        await runners[-1].setup()
        site = web.TCPSite(runners[-1], "127.0.0.1", 0)
        await site.start()
        clients.append(session(f"http://127.0.0.1:{site._server.sockets[0].getsockname()[1]}", **settings))
        return clients[-1]

    yield serve
    for client in clients:
        await client.close()
    for runner in runners:
        await runner.cleanup()


# --- cut off while waiting ---------------------------------------------------------------------------------

HEAD = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nSet-Cookie: {SET_COOKIE}\r\nContent-Length: 900\r\n\r\n"
WAITING_FOR = {
    "the head": b"",
    "the rest of the head": HEAD.encode()[:-2],
    "the body": HEAD.encode(),
    "the rest of the body": HEAD.encode() + json.dumps(ALL).encode(),
    "an error's body": HEAD.replace("200 OK", "400 Bad Request").encode() + json.dumps(ALL).encode(),
}


async def by_wait_for(work: Any, asked: asyncio.Event) -> None:
    await asyncio.wait_for(work, 0.1)


async def by_timeout(work: Any, asked: asyncio.Event) -> None:
    async with asyncio.timeout(0.1):
        await work


async def by_a_group(work: Any, asked: asyncio.Event) -> None:
    async def fail() -> None:
        await asked.wait()
        raise ZeroDivisionError

    async with asyncio.TaskGroup() as group:
        group.create_task(work)
        group.create_task(fail())


async def by_cancelling(work: Any, asked: asyncio.Event) -> None:
    task = asyncio.create_task(work)
    await asked.wait()
    task.cancel("enough")
    try:
        await task
    finally:
        assert task.cancelled()


CUT_OFF = {
    by_wait_for: TimeoutError,
    by_timeout: TimeoutError,
    by_a_group: ExceptionGroup,
    by_cancelling: asyncio.CancelledError,
}


async def sent(client: Session) -> None:
    await client.send(account.info())


async def posted(client: Session) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        yield json.dumps(COOKIES).encode()

    length = len(json.dumps(COOKIES))
    await client.send(content.upload("a.jpg", "parent", Body(length, chunks)))


async def streamed(client: Session) -> None:
    async with client.stream(content.download("node")) as answer:
        async for _ in answer.chunks():
            pass


async def read_whole(client: Session) -> None:
    async with client.stream(content.download("node")) as answer:
        await answer.read()


@pytest.mark.parametrize("cut", CUT_OFF)
@pytest.mark.parametrize("begin", WAITING_FOR.values(), ids=WAITING_FOR)
@pytest.mark.parametrize("work", [sent, posted, streamed, read_whole])
async def test_cut_off_while_waiting(raw, work, begin, cut):
    """Whoever is cancelled while an answer is due gets a traceback without a request in it (fault E1)."""
    client, asked = await raw(begin)
    with pytest.raises(CUT_OFF[cut]) as caught:
        await cut(work(client), asked)
    assert spelled_in(everything_of(caught.value, but=__file__), ALL) == []
    assert foreign(caught.value) == set()


async def test_a_cancellation_stays_one(raw):
    """The task is cancelled with the message it was given, by the same error; a time-out around it takes it back, and
    the task goes on (fault E1)."""
    client, asked = await raw()
    task = asyncio.create_task(sent(client))
    await asked.wait()
    task.cancel("enough")
    with pytest.raises(asyncio.CancelledError, match="enough"):
        await task
    assert task.cancelled()

    async def patient() -> int:
        for _ in range(2):
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(0.2):
                    await sent(client)
        me = asyncio.current_task()
        assert me is not None
        return me.cancelling()

    assert await asyncio.create_task(patient()) == 0
    assert client.limit._busy == 0


@pytest.mark.parametrize("begin", WAITING_FOR.values(), ids=WAITING_FOR)
@pytest.mark.parametrize("work", [sent, posted, streamed, read_whole])
async def test_timed_out_while_waiting(raw, caplog, work, begin):
    """The time-outs of our own are as clean (fault E1)."""
    caplog.set_level(logging.DEBUG)
    client, _ = await raw(begin, read_timeout=0.1)
    with pytest.raises(errors.TimedOut) as caught:
        await work(client)
    check(caught.value)
    assert spelled_in(logged(caplog), ALL) == []


SCRIPT = """
    import asyncio, os, signal, sys, threading
    from amazon_photos import AmazonPhotos, AsyncAmazonPhotos
    from leaks import everything_of, foreign, spelled_in

    cookies, url, face = eval(sys.argv[1]), sys.argv[2], sys.argv[3]

    def interrupt():
        sys.stdin.readline()  # the server has been asked
        os.kill(os.getpid(), signal.SIGINT)

    async def main():
        async with AsyncAmazonPhotos(cookies, endpoint=url) as ap:
            await ap.usage()

    threading.Thread(target=interrupt, daemon=True).start()
    try:
        if face == "async":
            asyncio.run(main())
        else:
            with AmazonPhotos(cookies, endpoint=url) as ap:
                ap.usage()
    except KeyboardInterrupt as error:
        leaked = spelled_in(everything_of(error, but=__file__), cookies)
        print("clean" if not leaked and not foreign(error) else f"{leaked} {foreign(error)}")
"""


@pytest.mark.parametrize("face", ["async", "blocking"])
async def test_ctrl_c_while_waiting(raw, tmp_path, face):
    """Ctrl-C in asyncio.run, and in a blocking call, shows no request in its traceback (fault E1)."""
    client, asked = await raw()
    (tmp_path / "script.py").write_text(textwrap.dedent(SCRIPT))
    run = await asyncio.create_subprocess_exec(
        *(sys.executable, tmp_path / "script.py", repr(COOKIES), client.settings.endpoint, face),
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1]), "AMAZON_PHOTOS_CONFIG": os.devnull},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    async with asyncio.timeout(60):
        while not asked.is_set() and run.returncode is None:
            await asyncio.sleep(0.01)
        out, err = await run.communicate(b"now\n")
    assert out.decode().strip() == "clean", err.decode()


# --- errors of other people's ------------------------------------------------------------------------------


async def test_what_stumbles_over_an_answer_is_told_without_it(odd):
    """A reader that fails at a shape nobody has described is one named error, which says where (fault E1)."""

    async def handler(request: web.Request) -> web.Response:
        return web.json_response({"tokens": ALL}, headers={"Set-Cookie": SET_COOKIE})

    def decode(reply: Any) -> Any:
        found = json.loads(reply.body)
        return found["data"]

    client = await odd(handler)
    with pytest.raises(errors.UnexpectedReply, match="KeyError at decode:") as caught:
        await client.send(Call(operation="x", path="/x", decode=decode))
    assert spelled_in(everything_of(caught.value, but=""), ALL) == []


@pytest.mark.parametrize("kind", [MemoryError, KeyboardInterrupt, SystemExit])
async def test_what_ends_everything_passes_clean(odd, kind):
    """What is no fault of the answer stays what it is, without the frames it came from (fault E1)."""

    async def handler(request: web.Request) -> web.Response:
        return web.json_response(ALL)

    def decode(reply: Any) -> Any:
        found = json.loads(reply.body)
        raise kind(f"{len(found)} read")

    client = await odd(handler)
    with pytest.raises(kind, match="6 read") as caught:
        await client.send(Call(operation="x", path="/x", decode=decode))
    assert spelled_in(everything_of(caught.value, but=""), ALL) == []


async def test_a_raw_error_of_the_libraries_is_clean(odd):
    """An error that we know nothing of passes as it is; the frames that hold the request don't (fault E1)."""

    async def handler(request: web.Request) -> web.Response:
        return web.json_response({})

    client = await odd(handler)
    for headers in ({"X": "a\r\nb"}, {"X": 5}):
        with pytest.raises((ValueError, TypeError)) as caught:
            await client.send(Call(operation="x", path="/x", headers=headers, decode=lambda reply: None))
        check(caught.value)


async def test_a_body_that_fails_is_clean(odd):
    """What goes wrong in a body is raised as it is, without the frames of who sent it (fault E1)."""

    async def handler(request: web.Request) -> web.Response:
        await request.read()
        return web.json_response({})

    async def broken() -> AsyncIterator[bytes]:
        yield json.dumps(COOKIES).encode()
        raise ZeroDivisionError(f"mine, not {COOKIES['at-main']}")

    client = await odd(handler)
    with pytest.raises(ZeroDivisionError, match="mine, not …") as caught:
        await client.send(content.upload("a.jpg", "parent", Body(10_000, broken)))
    assert spelled_in(everything_of(caught.value, but=__file__), ALL) == []
    assert foreign(caught.value) == set()


@pytest.mark.parametrize("way", ["token", "offset"])
async def test_an_error_of_on_page_shows_no_page(odd, way):
    """Who listens to a listing and fails gets the own error; pages that hold cookies stay unseen (fault E1)."""
    answers = 0

    async def handler(request: web.Request) -> web.Response:
        nonlocal answers
        answers += 1
        data = [{"id": f"n{answers}-{n}", "name": ALL["at-main"]} for n in range(200)]
        page = {"count": 900, "data": data} | ({"nextToken": ALL["at-main"] + str(answers)} if way == "token" else {})
        return web.json_response(page, headers={"Set-Cookie": SET_COOKIE})

    def on_page(done: int, total: int) -> None:
        if done > 200:
            raise ZeroDivisionError

    client = await odd(handler)
    listings = [paging.list_nodes(client, nodes.nodes, on_page=on_page)]
    if way == "offset":
        listings.append(paging.by_offset(client, search.search, on_page=on_page))
    for listing in listings:
        with pytest.raises(ZeroDivisionError) as caught:
            async for _ in listing:
                pass
        check(caught.value)


async def test_a_page_that_fails_shows_no_token(odd):
    """The token that leads to a page stands in no frame when the page cannot be had (fault E1)."""
    answers = 0

    async def handler(request: web.Request) -> web.Response:
        nonlocal answers
        answers += 1
        if answers > 1:
            return web.json_response({"message": request.query["startToken"]}, status=400)
        data = [{"id": f"n{n}"} for n in range(200)]
        return web.json_response({"count": 900, "data": data, "nextToken": ALL["at-main"]})

    client = await odd(handler)
    with pytest.raises(errors.BadRequest) as caught:
        async for _ in paging.list_nodes(client, nodes.nodes):
            pass
    check(caught.value)


# --- a server that repeats what it was told ----------------------------------------------------------------

SPELLED: dict[str, Callable[[str], str]] = {
    "raw": str,
    "bare": lambda value: value.partition("|")[2] or value,
    "quoted": lambda value: '"' + value.replace('"', '\\"') + '"',
    "in an address": lambda value: quote(value, safe=""),
    "in small letters": lambda value: quote(value, safe="").replace("%7C", "%7c").replace("%2F", "%2f"),
    "in an address twice": lambda value: quote(quote(value, safe=""), safe=""),
    "bare in an address": lambda value: quote(value.partition("|")[2] or value, safe=""),
    "in JSON in JSON": lambda value: json.dumps(json.dumps(value)),
    "base64": lambda value: base64.b64encode(value.encode()).decode(),
    "base64 of a header": lambda value: base64.urlsafe_b64encode(f"a={value}; b=c".encode()).decode(),
}


@pytest.mark.parametrize("status", [200, 400, 401, 403, 404, 409, 416, 418, 429, 500, 503])
@pytest.mark.parametrize("spell", SPELLED.values(), ids=SPELLED)
async def test_what_a_server_repeats_is_hidden(odd, caplog, tmp_path, status, spell):
    """Living and rotated cookies, however spelled, stand neither in an error's message, code and reply nor in the log
    (fault E3)."""
    caplog.set_level(logging.DEBUG)

    async def handler(request: web.Request) -> web.Response:
        at = "; ".join(f"{name} {spell(value)}" for name, value in ALL.items())
        said = [request.path, at, f"it was {spell(request.headers['x-amzn-sessionid'])}"]
        headers = {"Set-Cookie": SET_COOKIE}
        body = {"message": f"you sent {said}", "code": spell(COOKIES["at-main"]), "other": said, "id": said[1]}
        return web.json_response(body, status=status, headers=headers)

    client = await odd(handler, max_attempts=2)
    for _ in range(2):
        with pytest.raises(errors.ServiceError) as caught:
            await client.send(nodes.nodes())
        check(caught.value)
        assert not isinstance(caught.value, errors.Conflict) or caught.value.existing_id is None
    assert spelled_in(logged(caplog), ALL) == []
    assert "you sent" in everything_of(caught.value, but="")


async def test_former_cookies_stay_hidden(odd):
    """What was rotated away is hidden as long as it may be repeated (fault E3)."""
    answers = 0

    async def handler(request: web.Request) -> web.Response:
        nonlocal answers
        answers += 1
        if answers <= 20:
            return web.json_response({}, headers={"Set-Cookie": f"session-token=tOken-number-{answers:03}-of-many"})
        told = [f"tOken-number-{n:03}-of-many" for n in (1, 10, 20)]
        return web.json_response({"message": f"you had {told} and {COOKIES['at-main']}"}, status=400)

    client = await odd(handler)
    for _ in range(20):
        await client.send(account.info())
    with pytest.raises(errors.BadRequest, match="you had") as caught:
        await client.send(account.info())
    assert "number" not in str(caught.value)
    check(caught.value)


async def test_a_long_sample_is_not_cut_in_a_secret(odd):
    """What is shown in short is looked through first: no half of a cookie stands at its end (fault E3)."""

    async def handler(request: web.Request) -> web.Response:
        body = {"message": "x" * 150 + " " + COOKIES["sess-at-main"] * 20}
        return web.json_response(body, status=int(request.query["s"]))

    client = await odd(handler)
    for status in (200, 400):
        call = Call(operation="x", path="/x", params={"s": status}, decode=nodes.nodes().decode)
        with pytest.raises(errors.ServiceError) as caught:
            await client.send(call)
        assert COOKIES["sess-at-main"][:8] not in str(caught.value) + caught.value.reply


async def test_a_redirects_path_stays_out_of_the_log(odd, caplog):
    """The log names the host of a redirect's address, which may be signed, and no more (fault E3)."""
    caplog.set_level(logging.DEBUG)

    async def handler(request: web.Request) -> web.Response:
        if request.path == "/drive/v1/account/info":
            place = f"/s1gned-path/{quote(COOKIES['at-main'], safe='')}?X-Amz-Signature=s3cret"
            return web.Response(status=302, headers={"Location": place})
        return web.json_response({})

    client = await odd(handler)
    await client.send(account.info())
    assert "GET /drive/v1/account/info -> 302" in logged(caplog)
    assert "GET http://127.0.0.1 -> 200" in logged(caplog)
    assert "s1gned" not in logged(caplog)
    assert "s3cret" not in logged(caplog)
    assert spelled_in(logged(caplog), ALL) == []


@pytest.mark.parametrize("spell", SPELLED.values(), ids=SPELLED)
async def test_kept_answers_hold_no_cookie(odd, tmp_path, spell):
    """tmp= keeps a copy without the cookies that a server repeats; all else in it is as it came (fault E3)."""
    names = "café \U0001f600 \\u00e9"

    async def handler(request: web.Request) -> web.Response:
        echo = [spell(value) for value in ALL.values()]
        text = json.dumps({"status": "ACTIVE", "names": names, "echo": echo}, ensure_ascii=False)
        return web.Response(body=text.encode(), content_type="application/json", headers={"Set-Cookie": SET_COOKIE})

    client = await odd(handler)
    async with AsyncAmazonPhotos(COOKIES, tmp=tmp_path / "tmp", endpoint=client.settings.endpoint) as ap:
        assert (await ap.account())["status"] == "ACTIVE"
    (kept,) = (tmp_path / "tmp").iterdir()
    text = kept.read_text("utf-8")
    assert spelled_in(text, ALL) == []
    found = json.loads(text)
    assert found["names"] == names
    assert len(found["echo"]) == len(ALL)


# --- all that is written -----------------------------------------------------------------------------------


def told_by(path: Path) -> str:
    """What a file holds, unpacked."""
    data = path.read_bytes()
    if path.suffix == ".parquet":
        table = pyarrow.parquet.read_table(path)
        return f"{table.to_pylist()} {table.schema.metadata} {data!r}"
    with contextlib.suppress(gzip.BadGzipFile):
        data += gzip.decompress(data)
    return data.decode("utf-8", "backslashreplace")


@pytest.mark.parametrize("debug", [False, True])
async def test_nothing_that_is_written_holds_a_cookie(service, tmp_path, monkeypatch, caplog, debug):
    """The log of everybody at DEBUG, kept answers, reports, the catalogue and the caches: no cookie (fault E1)."""
    caplog.set_level(logging.DEBUG)
    monkeypatch.chdir(tmp_path)
    loop = asyncio.get_running_loop()
    loop.set_debug(debug)
    loop.slow_callback_duration = 0.0 if debug else 0.1
    service.reset(files=30)
    settings = Settings(endpoint=service.url, cache_dir=str(tmp_path / "cache"), backoff_initial=0.01)
    service.faults([{"operation": "*", "every": 9, "fault": "503"}])
    async with AsyncAmazonPhotos(service.cookies, tmp=tmp_path / "tmp", settings=settings, progress=False) as ap:
        photo = tmp_path / "Pictures" / "a.jpg"
        photo.parent.mkdir()
        photo.write_bytes(b"no picture")
        await ap.upload(photo.parent, report=tmp_path / "up.jsonl")
        await ap.download(
            (await ap.db).query("kind == 'FILE'").head(5), out=tmp_path / "media", report=tmp_path / "down.jsonl"
        )
        with contextlib.suppress(errors.NotFound):
            await ap.node("x" * 22)
    loop.set_debug(False)
    living = service.cookies
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {"up.jsonl", "down.jsonl", "ap.parquet"} <= {path.name for path in written}
    assert any(path.parent.name == "tmp" for path in written)
    assert [path.name for path in written if spelled_in(told_by(path), living)] == []
    assert spelled_in(logged(caplog), living) == []


# --- copies ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("take", [pickle.dumps, copy.copy, copy.deepcopy])
def test_what_holds_cookies_is_not_copied(take):
    """Who pickles or copies something that holds cookies is told so, and gets nothing (fault E2)."""
    client = session("http://127.0.0.1:9")
    for holder in (client, client._signer, client._signer.secrets):
        with pytest.raises(TypeError, match="holds cookies"):
            take(holder)
        assert spelled_in(repr(holder), ALL) == []


def test_the_spellings_that_are_looked_for_are_there():
    """The look-out of these tests finds what it should."""
    for spell in SPELLED.values():
        for value in COOKIES.values():
            assert spelled_in(f"a {spell(value)} b", {"x": value}) == ["x"]
    assert len(spellings(COOKIES["at-main"])) > 10
