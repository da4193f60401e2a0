"""The one door, against a real service: signing, TLS, redirects, retries, time-outs, and what may never be seen.

Most tests run against the emulator; where a service is needed that behaves oddly, a small server plays it. It shares
no code with the client.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import ssl
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from aiohttp import web

from amazon_photos import errors
from amazon_photos.auth.credentials import Credentials
from amazon_photos.net.session import Session
from amazon_photos.settings import Settings
from amazon_photos.wire import account, albums, content, nodes, search, session_tokens, shares
from amazon_photos.wire.call import Body, Call, Host
from amazon_photos.wire.response import mapping

COOKIES = {"session-id": "111-1111111-1111111", "ubid-main": "222-2222222-2222222", "at-main": 'Atza|IwEB+/="secret'}
QUICK = {"backoff_initial": 0.001, "backoff_max": 0.002}
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

# Self-signed for "localhost" and made for this test only: nobody trusts it.
CERTIFICATE = """\
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg/oYzBjVZp81ISb02
+bEeoCMqUGgvaWpfzK0VCM1K8lWhRANCAASUm7pbJBsT6gQA3Zp2rHapCNW/ko8U
bwu7EdkUuGcup46ezXtGwmeEKk8Z6fmGCvzwkVcTeAJPaZ+oM3YgL4m0
-----END PRIVATE KEY-----
-----BEGIN CERTIFICATE-----
MIIBvDCCAWKgAwIBAgIUDWhjCGYOC9HtfI3MwW19B3x5vW0wCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTIwMDEwMTAwMDAwMFoYDzIxMjAwMTAx
MDAwMDAwWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAASUm7pbJBsT6gQA3Zp2rHapCNW/ko8Ubwu7EdkUuGcup46ezXtGwmeE
Kk8Z6fmGCvzwkVcTeAJPaZ+oM3YgL4m0o4GPMIGMMBQGA1UdEQQNMAuCCWxvY2Fs
aG9zdDAPBgNVHRMBAf8EBTADAQH/MB0GA1UdDgQWBBS1vHGx1sQoxNPbOPp5m9vs
LZPoKTAOBgNVHQ8BAf8EBAMCAoQwHwYDVR0jBBgwFoAUtbxxsdbEKMTT2zj6eZvb
7C2T6CkwEwYDVR0lBAwwCgYIKwYBBQUHAwEwCgYIKoZIzj0EAwIDSAAwRQIhAKIN
b1SYhcF/XEcoTugT6hZWb29NyXUMnIE0M+3DUWWtAiB4NIuHQOkCqGxckKucvQUG
3me7+MZQi2ms19XgPd9xdg==
-----END CERTIFICATE-----
"""


def session(url: str, cookies: dict[str, str] = COOKIES, **settings: Any) -> Session:
    return Session(Credentials.load(cookies, environ={}), Settings(endpoint=url, **{**QUICK, **settings}))


@pytest.fixture
async def odd() -> AsyncIterator[Callable[..., Awaitable[str]]]:
    """Starts a server with one handler for every request; gives its address."""
    runners: list[web.ServerRunner] = []

    async def serve(handler: Handler, *, context: ssl.SSLContext | None = None) -> str:
        runner = web.ServerRunner(web.Server(handler))  # type: ignore[arg-type]
        await runner.setup()
        runners.append(runner)
        site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context)
        await site.start()
        port = site._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
        return f"https://localhost:{port}" if context else f"http://127.0.0.1:{port}"

    yield serve
    for runner in runners:
        await runner.cleanup()


@pytest.fixture
async def raw() -> AsyncIterator[Callable[..., Awaitable[str]]]:
    """Starts a server that speaks no HTTP by itself; gives its address."""
    servers: list[asyncio.Server] = []

    async def serve(talk: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]) -> str:
        server = await asyncio.start_server(talk, "127.0.0.1", 0, limit=1024)
        servers.append(server)
        return f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"

    yield serve
    for server in servers:
        server.close()


def posting(body: Body) -> Call[dict[str, Any]]:
    return Call(
        operation="upload",
        host=Host.CONTENT,
        method="POST",
        path="/nodes",
        body=body,
        decode=mapping("upload"),
        idempotent=False,
    )


def body_of(*pieces: bytes, length: int | None = None) -> Body:
    async def chunks() -> AsyncIterator[bytes]:
        for piece in pieces:
            yield piece

    return Body(sum(map(len, pieces)) if length is None else length, chunks)


# --- signing -----------------------------------------------------------------------------------------------


async def test_the_cookie_header_is_sent_exactly(odd):
    """On the wire the cookies stand unquoted and unescaped, with hyphens, beside the session header."""
    seen: list[dict[str, str]] = []

    async def handler(request: web.Request) -> web.Response:
        seen.append({name.decode(): value.decode() for name, value in request.raw_headers if request.raw_headers})
        return web.json_response({"status": "ACTIVE"})

    client = session(await odd(handler), {name.replace("-", "_"): value for name, value in COOKIES.items()})
    assert await client.send(account.info()) == {"status": "ACTIVE"}
    await client.close()
    lowered = {name.lower(): value for name, value in seen[0].items()}
    expected = 'session-id=111-1111111-1111111; ubid-main=222-2222222-2222222; at-main=Atza|IwEB+/="secret'
    assert lowered["cookie"] == expected
    assert lowered["x-amzn-sessionid"] == "111-1111111-1111111"


async def test_every_cookie_spelling_signs_in(service):
    """The service takes what we send for cookies spelled with underscores."""
    client = session(service.url, {name.replace("-", "_"): value for name, value in service.cookies.items()})
    assert (await client.send(account.info()))["status"] == "ACTIVE"
    await client.close()


async def test_rotated_cookies_are_sent_from_then_on(odd):
    """What the service sets is what the next request carries; an error or a web page sets nothing."""
    seen: list[str] = []
    answers = [
        web.json_response({}, headers={"Set-Cookie": "session-token=one; Path=/"}),
        web.json_response({}, status=404, headers={"Set-Cookie": "session-token=two"}),
        web.Response(text="<html>/ap/signin", content_type="text/html", headers={"Set-Cookie": "session-id=three"}),
        web.json_response({}),
    ]

    async def handler(request: web.Request) -> web.Response:
        seen.append(request.headers["Cookie"])
        return answers[len(seen) - 1]

    client = session(await odd(handler))
    for _ in answers:
        with contextlib.suppress(errors.ServiceError):
            await client.send(account.info())
    await client.close()
    assert "session-token" not in seen[0]
    assert all(cookie.endswith("; session-token=one") for cookie in seen[1:])
    assert all("session-id=111-1111111-1111111;" in cookie for cookie in seen)


# --- TLS ---------------------------------------------------------------------------------------------------


@pytest.fixture
def certificate(tmp_path):
    file = tmp_path / "localhost.pem"
    file.write_text(CERTIFICATE)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return file, context


async def test_fault_03_tls_is_verified(odd, certificate, monkeypatch):
    """Fault 3: a host whose certificate nobody vouches for gets nothing, and the error says so at once."""
    asked: list[str] = []

    async def handler(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.json_response({})

    file, context = certificate
    url = await odd(handler, context=context)
    client = session(url)
    with pytest.raises(errors.CertificateError, match="certificate of localhost:"):
        await client.send(account.info())
    assert (asked, client.requests) == ([], 1)
    await client.close()
    monkeypatch.setenv("SSL_CERT_FILE", str(file))  # the same host, once it is vouched for
    client = session(url)
    assert await client.send(account.info()) == {}
    await client.close()
    client = session(url.replace("localhost", "127.0.0.1"))  # the certificate is for another name
    with pytest.raises(errors.CertificateError):
        await client.send(account.info())
    await client.close()
    assert len(asked) == 1


# --- redirects ---------------------------------------------------------------------------------------------


async def test_a_redirect_to_another_host_gets_no_cookies(odd):
    """The address is followed as it came, without cookies and session; back home they are sent again."""
    abroad: list[web.Request] = []
    home: list[web.Request] = []
    urls: dict[str, str] = {}

    async def other(request: web.Request) -> web.Response:
        abroad.append(request)
        return web.Response(status=302, headers={"Location": urls["home"] + "/final"})

    async def mine(request: web.Request) -> web.Response:
        home.append(request)
        if request.path == "/final":
            return web.Response(body=b"bytes", headers={"Set-Cookie": "session-token=kept"})
        return web.Response(status=302, headers={"Location": urls["abroad"] + "/x%2Fy?Signature=a%2Bb%3D&q=%7E"})

    urls["abroad"], urls["home"] = await odd(other), await odd(mine)
    client = session(urls["home"])
    assert await client.send(content.content_redirection("node", "owner", start=3)) == b"bytes"
    await client.close()
    assert [request.raw_path for request in abroad] == ["/x%2Fy?Signature=a%2Bb%3D&q=%7E"]
    for name in ("Cookie", "x-amzn-sessionid"):
        assert name not in abroad[0].headers
        assert all(name in request.headers for request in home)
    assert abroad[0].headers["Range"] == "bytes=3-"


@pytest.mark.parametrize(
    ("path", "signed"),
    [
        ("/cdproxy/nodes/x", True),
        ("/v2/download/signed/x?ownerId=A", True),
        ("/v2/download/presigned/t0ken?download=true", False),
        ("/cdproxy/templink/t0ken", False),
    ],
)
async def test_a_redirect_to_an_address_that_holds_its_own_right_is_not_signed(odd, path, signed):
    """Wherever contentRedirection leads, cookies go only where an account is needed, on a host of ours."""
    final: list[web.Request] = []

    async def mine(request: web.Request) -> web.Response:
        if "contentRedirection" in request.path:
            return web.Response(status=302, headers={"Location": path})
        final.append(request)
        return web.Response(body=b"bytes", content_type="image/jpeg")

    client = session(await odd(mine))
    assert await client.send(content.content_redirection("node", "owner")) == b"bytes"
    await client.close()
    for name in ("Cookie", "x-amzn-sessionid"):
        assert (name in final[0].headers) is signed


async def test_another_hosts_cookies_are_not_kept(odd):
    """What a host sets that is none of the marketplace's is forgotten."""
    urls: dict[str, str] = {}
    cookies: list[str] = []

    async def other(request: web.Request) -> web.Response:
        return web.json_response({}, headers={"Set-Cookie": "session-id=stolen"})

    async def mine(request: web.Request) -> web.Response:
        cookies.append(request.headers["Cookie"])
        return web.Response(status=302, headers={"Location": urls["abroad"]})

    urls["abroad"] = await odd(other)
    client = session(await odd(mine))
    for _ in range(2):
        await client.send(account.info())
    await client.close()
    assert cookies[0] == cookies[1]


@pytest.mark.parametrize(
    ("location", "error"),
    [
        ("/ap/signin?openid=1", errors.SessionExpired),
        ("https://www.amazon.com/ap/signin", errors.SessionExpired),
        ("/again", errors.UnexpectedReply),
        ("", errors.UnexpectedReply),
        ("file:///etc/passwd", errors.UnexpectedReply),
        ("http://[", errors.UnexpectedReply),
        ("http://[::1", errors.UnexpectedReply),
        ("http://127.0.0.1:99999/", errors.UnexpectedReply),
        ("http://127.0.0.1:-1/", errors.UnexpectedReply),
        ("http://127.0.0.1:http/", errors.UnexpectedReply),
        ("http://127.0.0.1:0/", errors.UnexpectedReply),
        ("http://a..b/", errors.UnexpectedReply),
        ("http://.a/", errors.UnexpectedReply),
        (f"http://{'a' * 64}.example/", errors.UnexpectedReply),
        ("http://\uff0f.example/", errors.UnexpectedReply),
        ("http://a\u2100b.example/", errors.UnexpectedReply),
        ("/x\x7f", errors.UnexpectedReply),
        ("/x\x1b[31m", errors.UnexpectedReply),
        ("/x\x01", errors.UnexpectedReply),
        ("/x\ty", errors.UnexpectedReply),
        ("/x\u202ey", errors.UnexpectedReply),
        ("/x\udcffy", errors.UnexpectedReply),
        ("/" + "x" * 9_000, errors.UnexpectedReply),
        ("/" + "x" * 90_000, errors.ConnectionFailed),
        ("http://me:secret@127.0.0.1/", errors.UnexpectedReply),
        ("http://www.amazon.com@127.0.0.1/", errors.UnexpectedReply),
        ("http://127.0.0.1\\@www.amazon.com/", errors.UnexpectedReply),
        ("\\\\evil.example/x", errors.UnexpectedReply),
        ("ftp://127.0.0.1/x", errors.UnexpectedReply),
        ("javascript:alert(1)", errors.UnexpectedReply),
        ("data:text/plain,x", errors.UnexpectedReply),
    ],
    ids=lambda value: ascii(value)[:30] if isinstance(value, str) else value.__name__,
)
async def test_redirects_that_lead_nowhere(raw, location, error):
    """A sign-in page is a lost session; circles, files and nonsense are one clear error of ours after a few requests,
    also to who streams (fault B7)."""
    asked: list[bytes] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            while True:
                asked.append(await reader.readuntil(b"\r\n\r\n"))
                line = f"Location: {location}\r\n" if location else ""
                told = f"HTTP/1.1 302 Found\r\nContent-Length: 0\r\n{line}\r\n"
                writer.write(told.encode("utf-8", "surrogateescape"))

    async def streamed() -> None:
        async with client.stream(content.download("node")):
            pytest.fail("a redirect was taken for a file")

    client = session(await raw(talk), max_attempts=1)
    for number, ask in ((1, client.send(account.info())), (2, streamed())):
        with pytest.raises(error) as caught:
            await ask
        assert "secret" not in str(caught.value)
        assert len(asked) == number * (5 if location == "/again" else 1)
    await client.close()


async def test_a_redirect_never_leads_into_the_open(odd, certificate, monkeypatch):
    """What was asked for by TLS is not fetched without it: neither photos nor their addresses go in clear text."""
    file, context = certificate
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    asked: list[str] = []
    urls: dict[str, str] = {}

    async def in_the_open(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.Response(body=b"photo", content_type="image/jpeg")

    async def secure(request: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": urls["open"] + "/photo"})

    urls["open"] = await odd(in_the_open)
    client = session(await odd(secure, context=context))
    for call in (content.download("node"), content.content_redirection("node", "owner")):
        with pytest.raises(errors.UnexpectedReply, match="cannot be followed"):
            await client.send(call)
    await client.close()
    assert asked == []


@pytest.mark.parametrize(
    "endpoint", ["http://127.0.0.1:99999", "http://[", "http://a..b", "http://", "https://x:y", "http://a\x1bb"]
)
async def test_an_endpoint_that_is_no_address(endpoint):
    """It is said when the client is made, by an error of ours that names it (fault B7)."""
    with pytest.raises(errors.InvalidInput, match=r"endpoint (must begin with http|is no address)"):
        session(endpoint)


async def test_changes_follow_no_redirect(odd):
    """What writes is sent where it was meant to go, or not at all."""
    seen: list[str] = []

    async def handler(request: web.Request) -> web.Response:
        seen.append(request.method)
        return web.Response(status=307, headers={"Location": "/elsewhere"})

    client = session(await odd(handler))
    with pytest.raises(errors.UnexpectedReply, match="cannot be followed"):
        await client.send(albums.create_album("a"))
    await client.close()
    assert seen == ["POST"]


# --- a lost session ----------------------------------------------------------------------------------------


async def test_fault_13_an_expired_session_is_one_request_and_one_error(service):
    """Fault 13: signed out is said once, at once, with what to do; also to twenty operations at the same time."""
    client = session(service.url, COOKIES)
    for number in (1, 20):
        service.requests.clear()
        results = await asyncio.gather(*[client.send(account.info()) for _ in range(number)], return_exceptions=True)
        assert len(service.requests) == 1
        assert {type(result) for result in results} == {errors.SessionExpired}
        assert "copy session-id, ubid-… and at-… again" in str(results[-1])
    await client.close()


@pytest.mark.parametrize(("fault", "error"), [("html", errors.SessionExpired), ("captcha", errors.Unavailable)])
async def test_a_web_page_is_never_data(service, fault, error):
    """A sign-in page with status 200 is a lost session after one request; a bot check is a busy service."""
    service.faults([{"operation": "*", "fault": fault}])
    client = session(service.url, service.cookies, max_attempts=2)
    with pytest.raises(error):
        await client.send(nodes.nodes())
    assert len(service.requests) == (1 if error is errors.SessionExpired else 2)
    with pytest.raises(error):
        async with client.stream(content.download("node")):
            pytest.fail("a page was taken for a file")
    await client.close()


# --- again -------------------------------------------------------------------------------------------------


async def test_passing_failures_are_repeated(service):
    """Errors that pass don't reach the caller."""
    service.faults([{"operation": "*", "nth": [1, 2, 3, 4], "fault": ["503", "500", "429", "reset-after", "cut"]}])
    client = session(service.url, service.cookies)
    assert (await client.send(account.info()))["status"] == "ACTIVE"
    assert len(service.requests) == 5
    await client.close()


async def test_attempts_are_bounded(service):
    """A service that stays down is one error after as many attempts as the settings say."""
    service.faults([{"operation": "*", "fault": "503"}])
    client = session(service.url, service.cookies, max_attempts=3)
    with pytest.raises(errors.Unavailable):
        await client.send(account.info())
    assert len(service.requests) == 3
    await client.close()


@pytest.mark.parametrize(("fault", "requests"), [("504", 1), ("503", 1), ("reset-after", 1), ("429", 4)])
async def test_what_is_not_safe_to_repeat_is_sent_once(service, fault, requests):
    """After an unknown outcome an album is not made twice; after "too fast" it is sent again, for it was not made."""
    service.faults([{"operation": "*", "fault": fault}])
    client = session(service.url, service.cookies, max_attempts=4)
    with pytest.raises((errors.Unavailable, errors.RateLimited, errors.ConnectionFailed)):
        await client.send(albums.create_album("a"))
    assert len(service.requests) == requests
    await client.close()


async def test_retry_after_is_waited_for_and_said(service, caplog):
    """The service gets the time it asks for, and the log says why nothing happens."""
    caplog.set_level(logging.INFO, "amazon_photos")
    service.faults([{"operation": "*", "first": 1, "fault": "429", "retry_after": 1}])
    client = session(service.url, service.cookies)
    loop = asyncio.get_running_loop()
    began = loop.time()
    await client.send(account.info())
    assert loop.time() - began >= 1.0
    assert "too fast (429): waiting 1.0 s as it asked" in caplog.text
    assert "trying again in 1.0 s" in caplog.text
    await client.close()


async def test_a_retry_after_of_hours_is_an_error_now(service):
    """More than the budget is not waited for."""
    service.faults([{"operation": "*", "fault": "503", "retry_after": 7200}])
    client = session(service.url, service.cookies)
    with pytest.raises(errors.Unavailable) as caught:
        await client.send(account.info())
    assert caught.value.retry_after == 7200
    with pytest.raises(errors.RateLimited, match="nothing was sent"):
        await client.send(account.info())
    assert len(service.requests) == 1
    await client.close()


# --- time-outs ---------------------------------------------------------------------------------------------


async def silence(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Takes the connection and nothing else."""
    with contextlib.suppress(asyncio.CancelledError):
        await asyncio.sleep(30)


async def test_every_kind_of_call_has_a_time_out(raw):
    """Fetching, changing, streaming and uploading all end when nobody answers."""
    client = session(await raw(silence), max_attempts=1, read_timeout=0.2)
    for call in (account.info(), nodes.rename("node", "x"), search.search(), posting(body_of(b"small"))):
        with pytest.raises(errors.TimedOut):
            await client.send(call)
    with pytest.raises(errors.TimedOut):
        async with client.stream(content.download("node")):
            pytest.fail("nobody answered")
    await client.close()


async def test_an_upload_that_nobody_takes_is_cut(raw):
    """A body that is no longer taken ends the request within the time-out for silence, not after a day."""

    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(400):
            yield bytes(1 << 18)

    client = session(await raw(silence), max_attempts=1, read_timeout=0.3)
    async with asyncio.timeout(20):
        with pytest.raises(errors.TimedOut):
            await client.send(posting(Body(400 << 18, chunks)))
    await client.close()


async def test_an_upload_that_makes_progress_is_not_cut(odd):
    """What counts is silence: a body whose pieces come slowly from this machine takes as long as it takes."""

    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(5):
            await asyncio.sleep(0.3)
            yield b"x" * 1000

    async def handler(request: web.Request) -> web.Response:
        return web.json_response({"size": len(await request.read())})

    client = session(await odd(handler), max_attempts=1, read_timeout=1.2)
    assert await client.send(posting(Body(5000, chunks))) == {"size": 5000}
    await client.close()


async def test_a_host_that_takes_no_connection_is_given_up():
    """Connecting has a time-out of its own."""
    import socket

    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        waiting = [socket.socket() for _ in range(4)]
        for each in waiting:  # fill the queue of those who wait to be accepted
            each.setblocking(False)
            each.connect_ex(full.getsockname())
        client = session(f"http://127.0.0.1:{full.getsockname()[1]}", max_attempts=1, connect_timeout=0.2)
        async with asyncio.timeout(20):
            with pytest.raises(errors.TimedOut):
                await client.send(account.info())
        await client.close()
        for each in waiting:
            each.close()


async def test_a_download_that_stalls_is_cut(service):
    """An answer that stops in the middle ends within the time-out for silence."""
    service.faults([{"operation": "*", "fault": "stall-during", "seconds": 30}])
    client = session(service.url, service.cookies, max_attempts=1, read_timeout=0.3)
    with pytest.raises(errors.TimedOut):
        await client.send(account.info())
    await client.close()


async def test_a_host_that_is_not_there():
    """A refused connection is one clear error with the address."""
    import socket

    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    client = session(f"http://127.0.0.1:{port}", max_attempts=2)
    with pytest.raises(errors.ConnectionFailed, match=f"account_info: cannot reach 127.0.0.1:{port}"):
        await client.send(account.info())
    await client.close()


# --- bodies ------------------------------------------------------------------------------------------------


async def echo(request: web.Request) -> web.Response:
    read = await request.read()
    return web.json_response({"size": len(read), "said": request.headers.get("Content-Length"), "sum": sum(read)})


@pytest.mark.parametrize("pieces", [(), (b"abc",), (b"x" * 300_000, b"y" * 5)])
async def test_a_body_arrives_whole_with_its_length(odd, pieces):
    """The bytes arrive as they are, never chunked, also when there are none."""
    client = session(await odd(echo))
    size = sum(map(len, pieces))
    answer = await client.send(posting(body_of(*pieces)))
    assert answer == {"size": size, "said": str(size), "sum": sum(map(sum, pieces))}
    await client.close()


@pytest.mark.parametrize(("pieces", "length"), [((b"abc",), 5), ((b"abc", b"def"), 4), ((), 1)])
async def test_a_file_that_changes_its_length_is_noticed(odd, pieces, length):
    """A body that has more or fewer bytes than announced is an error of this machine, and nothing whole arrives."""
    whole: list[int] = []

    async def handler(request: web.Request) -> web.Response:
        whole.append(len(await request.read()))
        return web.json_response({})

    client = session(await odd(handler))
    with pytest.raises(errors.LocalFileError, match="changed its length"):
        await client.send(posting(body_of(*pieces, length=length)))
    await client.close()
    assert whole == []


async def test_what_fails_while_reading_a_file_is_said_as_it_is(odd):
    """A disk that fails in the middle of an upload is no broken connection; an error of ours stays what it is."""

    async def broken() -> AsyncIterator[bytes]:
        yield b"abc"
        raise OSError(5, "Input/output error")

    async def changed() -> AsyncIterator[bytes]:
        raise errors.ContentMismatch("changed while being sent")
        yield b""

    client = session(await odd(echo))
    with pytest.raises(errors.LocalFileError, match="Input/output error") as caught:
        await client.send(posting(Body(6, broken)))
    assert caught.value.__context__ is None
    with pytest.raises(errors.ContentMismatch):
        await client.send(
            Call(operation="x", method="POST", path="/", body=Body(6, changed), decode=mapping("x"), idempotent=False)
        )
    await client.close()


async def test_an_answer_before_the_end_of_the_body_counts(odd):
    """A service that refuses without reading the body is heard."""

    async def handler(request: web.Request) -> web.Response:
        return web.json_response({"message": "Token has expired"}, status=401)

    client = session(await odd(handler), read_timeout=2)
    with pytest.raises((errors.SessionExpired, errors.ConnectionFailed)):
        await client.send(posting(body_of(*[b"x" * (1 << 18)] * 8)))
    with pytest.raises(errors.SessionExpired):
        await client.send(account.info())
    await client.close()


async def test_text_that_cannot_be_sent(odd):
    """Half a surrogate pair, as names of files can have, is bad input and not a crash."""
    client = session(await odd(echo))
    for call in (nodes.rename("node", "\udcff"), content.upload("\udcff", "node", body_of(b"x"))):
        with pytest.raises(errors.InvalidInput, match="cannot be sent"):
            await client.send(call)
    await client.close()


# --- streams -----------------------------------------------------------------------------------------------


async def test_a_stream_gives_status_headers_and_bytes(odd):
    """A stream passes on what came, in pieces, unpacked by nobody."""
    asked: list[str] = []

    async def handler(request: web.Request) -> web.Response:
        asked.append(request.headers["Accept-Encoding"])
        return web.Response(status=206, body=bytes(range(256)) * 4000, headers={"Content-Range": "bytes 5-9/10"})

    client = session(await odd(handler))
    async with client.stream(content.download("node", start=5)) as answer:
        assert (answer.status, answer.headers["content-range"]) == (206, "bytes 5-9/10")
        assert answer.content_length == 1_024_000
        pieces = [piece async for piece in answer.chunks(100_000)]
    assert b"".join(pieces) == bytes(range(256)) * 4000
    assert max(map(len, pieces)) <= 100_000
    async with client.stream(content.download("node")) as answer:
        assert len(await answer.read()) == 1_024_000
    await client.close()
    assert asked == ["identity", "identity"]


@pytest.mark.parametrize(("status", "error"), [(404, errors.NotFound), (416, errors.RangeNotSatisfiable)])
async def test_a_streams_errors_come_before_the_block(odd, status, error):
    """Nothing is written for an answer that is an error."""

    async def handler(request: web.Request) -> web.Response:
        return web.json_response({}, status=status)

    client = session(await odd(handler))
    with pytest.raises(error):
        async with client.stream(content.download("node")):
            pytest.fail("an error was taken for a file")
    await client.close()


async def test_a_cut_stream_is_an_error(odd):
    """An answer that ends before its length is a broken connection, not a short file."""

    async def handler(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse(headers={"Content-Length": "1000"})
        await answer.prepare(request)
        await answer.write(b"x" * 500)
        request.transport.abort()  # type: ignore[union-attr]
        return answer

    client = session(await odd(handler))
    with pytest.raises(errors.ConnectionFailed):
        async with client.stream(content.download("node")) as answer:
            await answer.read()
    await client.close()


async def test_bandwidth_is_limited(odd):
    """bwlimit holds uploads and downloads together to so many bytes a second."""
    client = session(await odd(echo), bwlimit=100_000)
    loop = asyncio.get_running_loop()
    began = loop.time()
    await asyncio.gather(*[client.send(posting(body_of(b"x" * 10_000))) for _ in range(4)])
    assert loop.time() - began >= 0.39
    await client.close()


# --- what may never be seen --------------------------------------------------------------------------------


def everything_shown_of(error: BaseException) -> str:
    """What a crash reporter that shows local variables would print, but for the frames of this test."""
    whole = traceback.TracebackException.from_exception(error, capture_locals=True)
    ours = [f"{frame.name} {frame.locals}" for frame in whole.stack if frame.filename != __file__]
    assert len(ours) > 2
    return "\n".join([*ours, *whole.format_exception_only(), repr(error), repr(vars(error))])


async def garbage(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"this is no HTTP at all\r\n\r\n")
    await writer.drain()
    writer.close()


async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.transport.abort()


@pytest.mark.parametrize("talk", [garbage, hang_up, silence])
async def test_no_error_holds_a_cookie(raw, caplog, talk):
    """However a request fails: message, attributes, cause, context and local variables of our frames show no cookie."""
    caplog.set_level(logging.DEBUG)
    client = session(await raw(talk), max_attempts=2, read_timeout=0.2)
    calls: list[Call[Any]] = [
        account.info(),
        posting(body_of(b"body-text")),
        shares.group_nodes(shares.Link("a", "s3cr")),
    ]
    for call in calls:
        with pytest.raises(errors.NetworkError) as caught:
            await client.send(call)
        assert caught.value.__context__ is None
        assert caught.value.__cause__ is None
        shown = everything_shown_of(caught.value)
        for secret in ("Atza", "111-1111111", "222-2222222", "body-text", "s3cr"):
            assert secret not in shown
            assert secret not in caplog.text
    assert "Atza" not in repr(client) + repr(vars(client)["_signer"])
    await client.close()


async def test_no_unexpected_answer_shows_a_cookie(odd, caplog):
    """An answer in an odd shape, with cookies in its headers and body, leaves none in the error and its traceback."""
    caplog.set_level(logging.DEBUG)

    async def handler(request: web.Request) -> web.Response:
        said = {"access_token": "Atna|t0ken", "heard": f"you are {request.headers['x-amzn-sessionid']}, are you?"}
        return web.json_response(said, headers={"Set-Cookie": "session-token=r0tated"})

    client = session(await odd(handler))
    for call in (nodes.nodes(), session_tokens.renew(client.region, "Atza|renewing"), account.usage()):
        with contextlib.suppress(errors.UnexpectedReply):
            await client.send(call)
            continue
    with pytest.raises(errors.UnexpectedReply) as caught:
        await client.send(nodes.nodes())
    shown = everything_shown_of(caught.value)
    assert "you are …, are you?" in shown
    for secret in ("t0ken", "r0tated", "Atza", "111-1111111"):
        assert secret not in shown
        assert secret not in caplog.text
    await client.close()


async def test_the_log_says_method_path_and_status_only(odd, caplog):
    """Parameters are not logged: they hold names, filters and tokens."""
    caplog.set_level(logging.DEBUG, "amazon_photos")
    client = session(await odd(echo))
    await client.send(Call(operation="x", path="/nodes", params={"filters": "name:private"}, decode=mapping("x")))
    await client.close()
    assert "GET /drive/v1/nodes -> 200" in caplog.text
    assert "private" not in caplog.text


# --- the end -----------------------------------------------------------------------------------------------


async def test_a_closed_session_says_so(service):
    """After close() any call is one clear error; closing twice is fine; nothing is open before the first call."""
    client = session(service.url, service.cookies)
    await client.close()
    await client.close()
    with pytest.raises(errors.ClientClosed):
        await client.send(account.info())
    assert service.requests == []


async def test_closing_ends_what_is_under_way(raw):
    """A request that is under way when the client closes ends, and is not sent again."""
    client = session(await raw(silence), max_attempts=6)
    task = asyncio.create_task(client.send(account.info()))
    await asyncio.sleep(0.1)
    await client.close()
    async with asyncio.timeout(10):
        with pytest.raises((errors.ClientClosed, errors.ConnectionFailed)):
            await task
    assert client.requests == 1


async def test_the_service_answers_every_kind_of_call(service):
    """Calls of every host of the service reach it under their real paths through one endpoint."""
    client = session(service.url, service.cookies)
    assert "quota" in await client.send(account.quota())
    assert (await client.send(session_tokens.access_token()))["access_token"]
    with pytest.raises(errors.SessionExpired):
        await client.send(session_tokens.renew(client.region, "Atza|not-a-real-one"))
    with pytest.raises(errors.NotFound):
        await client.send(content.download("nosuchnode000000000000"))
    with pytest.raises(errors.NotFound):
        await client.send(shares.share("nosuchshare"))
    await client.close()
