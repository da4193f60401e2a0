"""The one door: every request of the client goes through ``Session``.

    send      a call whose answer is read whole            -> what the call decodes
    stream    a call whose answer is passed on in pieces   -> status, headers, chunks

Signing, limiting, time-outs, redirects, retrying, turning answers into errors, and logging (method, path and
status only; never parameters, headers or bodies) happen here and nowhere else. Headers and answers are kept out of
local variables, which tracebacks may show: they hold cookies.
"""

from __future__ import annotations

import asyncio
import logging
import os
import ssl
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import urljoin, urlsplit

import aiohttp
import msgspec
from yarl import URL

from ..errors import AmazonPhotosError, Closed, SignedOut, UnexpectedReply, WrongThread
from ..settings import Settings
from ..wire.message import Call, Reply
from ..wire.regions import address
from ..wire.reply import FRESH_COOKIES, check_content, is_page
from .auth import Signer
from .credentials import Credentials
from .failures import as_ours
from .limits import AdaptiveLimit, RateLimit, level
from .retry import Policy
from .sending import Sending

T = TypeVar("T")
_log = logging.getLogger("amazon_photos.net")
_MOST_REDIRECTS = 5
_REDIRECTS = (301, 302, 303, 307, 308)
_LONGEST_REQUEST = 24 * 3600.0
"""Seconds; a bound for what the time-outs for silence cannot see. A 50 GB film on a slow line takes most of it."""


@dataclass(frozen=True, slots=True)
class Stream:
    """An answer on its way. Header names are in lower case."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    _response: aiohttp.ClientResponse = field(repr=False)
    _rate: RateLimit = field(repr=False)

    @property
    def content_length(self) -> int | None:
        """Bytes still to come, if Amazon said."""
        return self._response.content_length

    async def chunks(self, size: int = 1 << 18) -> AsyncIterator[bytes]:
        """The bytes, in pieces of up to ``size``. Raises ``TimedOut`` or ``ConnectionFailed`` if they stop coming."""
        with as_ours("download"):
            async for chunk in self._response.content.iter_chunked(size):
                await self._rate.spend(len(chunk))
                yield chunk

    async def read(self) -> bytes:
        """All of it at once: for what is small."""
        body = await self._whole("download")
        await self._rate.spend(len(body))
        return body

    async def _whole(self, operation: str) -> bytes:
        with as_ours(operation):
            return await self._response.read()

    def _done(self) -> None:
        """Gives the connection back, or closes it if something is left in it."""
        if self._response.content.is_eof():
            self._response.release()
        else:
            self._response.close()


@dataclass(frozen=True, slots=True)
class _Target:
    """Where a request goes; ``params`` is None for a redirect's address, which has its own."""

    url: str = field(repr=False)
    params: Mapping[str, str | int] | None = field(repr=False)

    @property
    def sealed(self) -> bool:
        """Whether the address must be sent exactly as it came: a redirect's may be signed."""
        return self.params is None and self.url.isascii() and " " not in self.url


class Session:
    """Sends calls. Nothing is opened before the first one."""

    def __init__(
        self,
        credentials: Credentials,
        settings: Settings,
        *,
        on_reply: Callable[[Call[Any], Reply], None] | None = None,
    ) -> None:
        self.settings = settings
        self.region = credentials.region
        self.limit = AdaptiveLimit(
            settings.concurrency_start, settings.concurrency_ceiling, patience=settings.retry_budget
        )
        self.rate = RateLimit(settings.bwlimit)
        self.requests = 0
        self._signer = Signer(credentials, settings)
        self._policy = Policy.of(settings)
        self._on_reply = on_reply
        self._http: aiohttp.ClientSession | None = None
        self._closed = False
        self._home: tuple[int, asyncio.AbstractEventLoop] | None = None

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.settings.endpoint or 'amazon.' + self.region.tld}>"

    async def send(self, call: Call[T]) -> T:
        """The decoded answer. Raises the errors of ``errors``; repeats what can be repeated."""
        self._check_home()
        attempt, waited = 1, 0.0
        while True:
            try:
                return await self._send_once(call)
            except AmazonPhotosError as error:
                pause = self._policy.wait(error, attempt=attempt, waited=waited, repeatable=call.repeatable)
                if pause is None:
                    raise
                _log.log(level(pause), "%s; trying again in %.1f s", error, pause)
            await asyncio.sleep(pause)
            attempt, waited = attempt + 1, waited + pause

    async def _send_once(self, call: Call[T]) -> T:
        async with self.limit.slot():
            async with self._request(call) as answer:
                reply = Reply(answer.status, answer.headers, await answer._whole(call.operation))
            result = call.decode(reply)
        if self._on_reply:
            self._on_reply(call, reply)
        return result

    @asynccontextmanager
    async def stream(self, call: Call[Any]) -> AsyncIterator[Stream]:
        """The answer while it arrives; errors are raised before the block begins. Sent once: the caller resumes."""
        self._check_home()
        async with self.limit.slot() as place, self._request(call) as answer:
            begun = Reply(answer.status, answer.headers)
            if answer.status >= 300 or is_page(begun):
                check_content(Reply(answer.status, answer.headers, await answer._whole(call.operation)), call.operation)
            place.answered()
            yield answer

    @asynccontextmanager
    async def _request(self, call: Call[Any]) -> AsyncIterator[Stream]:
        target = _Target(address(call.service, self.region, self.settings.endpoint) + call.path, call.params)
        for _ in range(_MOST_REDIRECTS):
            async with self._sent(call, target) as answer:
                if answer.status not in _REDIRECTS:
                    yield answer
                    return
                target = _redirected(call, target, answer)
        raise UnexpectedReply(f"{call.operation}: more than {_MOST_REDIRECTS} redirects", operation=call.operation)

    @asynccontextmanager
    async def _sent(self, call: Call[Any], target: _Target) -> AsyncIterator[Stream]:
        with as_ours(call.operation):
            answer = await self._answer(call, target)
        try:
            if _log.isEnabledFor(logging.DEBUG):
                _log.debug("%s %s -> %s", call.method, urlsplit(target.url).path, answer.status)
            yield answer
        finally:
            answer._done()

    async def _answer(self, call: Call[Any], target: _Target) -> Stream:
        body = call.body
        sending = None if body is None else Sending(call.operation, body, self.rate, self.settings.read_timeout)
        async with nullcontext() if sending is None else sending.watched():
            client = self._client()
            _check_text(target)
            self.requests += 1
            return self._received(
                target,
                await client.request(
                    call.method,
                    URL(target.url, encoded=target.sealed),
                    params=target.params,
                    headers=self._headers(call, target),
                    # An async generator of large blocks with a stated length is the fastest way up.
                    data=_encoded(call) if sending is None else sending.pieces(),
                    allow_redirects=False,
                ),
            )

    def _check_home(self) -> None:
        """Raises ``WrongThread`` outside the event loop of the first request: what is open belongs to that one."""
        here = os.getpid(), asyncio.get_running_loop()
        self._home = self._home or here
        if self._home == here:
            return
        if self._home[0] != here[0]:
            raise WrongThread("this client was used before the process forked: make a new one in the child")
        ended = "that has ended" if self._home[1].is_closed() else "of its own"
        raise WrongThread(
            f"this client belongs to an event loop {ended}: make one in each, with `async with AsyncAmazonPhotos(…)` "
            "inside of what asyncio.run() runs; AmazonPhotos works from every thread"
        )

    def _headers(self, call: Call[Any], target: _Target) -> dict[str, str]:
        headers = {**self._signer.headers(target.url), **call.headers}
        if call.json is not None:
            headers["Content-Type"] = "application/json"
        elif call.body is not None:
            headers |= {"Content-Type": call.body.content_type, "Content-Length": str(call.body.length)}
        return headers

    def _received(self, target: _Target, response: aiohttp.ClientResponse) -> Stream:
        headers = {name.lower(): value for name, value in response.headers.items()}
        if response.status < 300 and not is_page(Reply(response.status, headers)):
            self._signer.absorb(target.url, response.headers.getall("Set-Cookie", ()))
        return Stream(response.status, headers, response, self.rate)

    def _client(self) -> aiohttp.ClientSession:
        if self._closed:
            raise Closed("this client was closed: make a new one")
        if self._http is None:
            settings = self.settings
            self._http = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    limit=settings.concurrency_ceiling + 2, ssl=ssl.create_default_context()
                ),
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(
                    total=_LONGEST_REQUEST,
                    connect=2 * settings.connect_timeout,  # looking the host's name up included
                    sock_connect=settings.connect_timeout,
                    sock_read=settings.read_timeout,
                ),
            )
        return self._http

    async def close(self) -> None:
        """Closes the connections. A second call does nothing, nor does one in a forked child: they are the parent's."""
        if self._home is not None and not self._home[1].is_closed():
            if self._home[0] != os.getpid():
                return
            self._check_home()
        self._closed = True
        http, self._http = self._http, None
        if http is not None:
            await http.close()


def _check_text(target: _Target) -> None:
    """aiohttp would leave out what it cannot encode, and a file would get another name."""
    for value in (target.params or {}).values():
        str(value).encode()


def _encoded(call: Call[Any]) -> bytes | None:
    return None if call.json is None else msgspec.json.encode(call.json)


def _redirected(call: Call[Any], before: _Target, answer: Stream) -> _Target:
    """Where to go next. Only reading follows redirects; one to a sign-in page means that the session is over."""
    location = answer.headers.get("location", "")
    try:
        target = urlsplit(urljoin(before.url, location))
    except ValueError:
        target = urlsplit("")
    if "/ap/signin" in target.path:
        raise SignedOut(
            f"{call.operation}: Amazon asks to sign in: the session is over; {FRESH_COOKIES}",
            status=answer.status,
            operation=call.operation,
        )
    secure = target.scheme == "https" or (target.scheme == "http" and urlsplit(before.url).scheme == "http")
    if call.method != "GET" or not location or not secure or not target.hostname:
        raise UnexpectedReply(f"{call.operation}: a redirect that cannot be followed", operation=call.operation)
    return _Target(target.geturl(), None)
