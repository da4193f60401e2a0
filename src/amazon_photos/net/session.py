"""The one door: every request of the client goes through ``Session``.

    send      a call whose answer is read whole            -> what the call decodes
    stream    a call whose answer is passed on in pieces   -> status, headers, chunks

Signing, limiting, time-outs, redirects, retrying, turning answers into errors, and logging (method, path and
status only; never parameters, headers or bodies) happen here and nowhere else.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urljoin, urlsplit

import aiohttp
import msgspec

from ..errors import (
    AmazonPhotosError,
    Closed,
    ConnectionFailed,
    SignedOut,
    Throttled,
    TimedOut,
    UnexpectedReply,
)
from ..settings import Settings
from ..wire.message import Call, Reply
from ..wire.regions import address
from ..wire.reply import check
from .auth import Signer
from .credentials import Credentials
from .limits import AdaptiveLimit, RateLimit
from .retry import Policy

T = TypeVar("T")
_log = logging.getLogger("amazon_photos.net")
_MOST_REDIRECTS = 5
_LONGEST_REQUEST = 24 * 3600.0
"""Seconds; a bound for what the read time-out cannot see. A 50 GB film on a slow line takes most of it."""


@dataclass(frozen=True, slots=True)
class Stream:
    """An answer on its way. Header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    _response: aiohttp.ClientResponse
    _rate: RateLimit

    @property
    def content_length(self) -> int | None:
        """Bytes still to come, if Amazon said."""
        return self._response.content_length

    async def chunks(self, size: int = 1 << 18) -> AsyncIterator[bytes]:
        """The bytes, in pieces of up to ``size``. Raises ``TimedOut`` or ``ConnectionFailed`` if they stop coming."""
        with _as_ours("download"):
            async for chunk in self._response.content.iter_chunked(size):
                await self._rate.spend(len(chunk))
                yield chunk

    async def read(self) -> bytes:
        """All of it at once: for what is small."""
        with _as_ours("download"):
            body = await self._response.read()
        await self._rate.spend(len(body))
        return body


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
        self.limit = AdaptiveLimit(settings.concurrency_start, settings.concurrency_ceiling)
        self.rate = RateLimit(settings.bwlimit)
        self.requests = 0
        self._signer = Signer(credentials, settings)
        self._policy = Policy.of(settings)
        self._on_reply = on_reply
        self._http: aiohttp.ClientSession | None = None
        self._closed = False

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.settings.endpoint or 'amazon.' + self.region.tld}>"

    async def send(self, call: Call[T]) -> T:
        """The decoded answer. Raises the errors of ``errors``; repeats what can be repeated."""
        attempt, waited = 1, 0.0
        while True:
            try:
                return await self._send_once(call)
            except AmazonPhotosError as error:
                pause = self._policy.wait(error, attempt=attempt, waited=waited, repeatable=call.repeatable)
                if pause is None:
                    raise
                _log.info("%s: %s; trying again in %.1f s", call.operation, type(error).__name__, pause)
            await asyncio.sleep(pause)
            attempt, waited = attempt + 1, waited + pause

    async def _send_once(self, call: Call[T]) -> T:
        async with self.limit.slot():
            with _Counted(self.limit):
                async with self._request(call) as response:
                    with _as_ours(call.operation):
                        reply = Reply(response.status, _lowered(response), await response.read())
                result = call.decode(reply)
        if self._on_reply:
            self._on_reply(call, reply)
        return result

    @asynccontextmanager
    async def stream(self, call: Call[Any]) -> AsyncIterator[Stream]:
        """The answer while it arrives; errors are raised before the block begins. Sent once: the caller resumes."""
        async with self.limit.slot():
            with _Counted(self.limit):
                async with self._request(call) as response:
                    headers = _lowered(response)
                    if response.status >= 300:
                        with _as_ours(call.operation):
                            check(Reply(response.status, headers, await response.read()), call.operation)
                    yield Stream(response.status, headers, response, self.rate)

    @asynccontextmanager
    async def _request(self, call: Call[Any]) -> AsyncIterator[aiohttp.ClientResponse]:
        url = address(call.service, self.region, self.settings.endpoint) + call.path
        params: Mapping[str, str | int] | None = call.params
        for _ in range(_MOST_REDIRECTS):
            async with self._sent(call, url, params) as response:
                if response.status not in (301, 302, 303, 307, 308):
                    yield response
                    return
                url, params = _redirected(call, url, response), None
        raise UnexpectedReply(f"{call.operation}: more than {_MOST_REDIRECTS} redirects", operation=call.operation)

    @asynccontextmanager
    async def _sent(
        self, call: Call[Any], url: str, params: Mapping[str, str | int] | None
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        headers = {**self._signer.headers(url), **call.headers}
        data: Any = None
        if call.json is not None:
            data, headers["Content-Type"] = msgspec.json.encode(call.json), "application/json"
        elif call.body is not None:
            # An async generator of large blocks with a stated length is the fastest way up (docs/performance.md).
            data, headers["Content-Type"] = self._progressing(call), call.body.content_type
            headers["Content-Length"] = str(call.body.length)
        with _as_ours(call.operation):
            self.requests += 1
            response = await self._client().request(
                call.method, url, params=params, headers=headers, data=data, allow_redirects=False
            )
        try:
            _log.debug("%s %s -> %s", call.method, urlsplit(url).path, response.status)
            self._signer.absorb(url, response.headers.getall("Set-Cookie", ()))
            yield response
        finally:
            response.release() if response.content.is_eof() else response.close()

    async def _progressing(self, call: Call[Any]) -> AsyncIterator[bytes]:
        """The body in pieces; a piece that nobody takes within the read time-out ends the request."""
        assert call.body is not None  # noqa: S101 - only called with one
        async for chunk in call.body.chunks():
            await self.rate.spend(len(chunk))
            yield chunk

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
                    sock_connect=settings.connect_timeout,
                    sock_read=settings.read_timeout,
                ),
                auto_decompress=True,
            )
        return self._http

    async def close(self) -> None:
        """Closes the connections. A second call does nothing."""
        self._closed = True
        if self._http is not None:
            await self._http.close()
            self._http = None


class _Counted:
    """Tells the gate how a request went."""

    def __init__(self, limit: AdaptiveLimit) -> None:
        self._limit = limit

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if error is None:
            self._limit.succeeded()
        elif isinstance(error, Throttled) and error.status in (429, 503):
            self._limit.pushed_back(error.retry_after)


class _as_ours:  # noqa: N801 - reads as a phrase: with _as_ours("download")
    """Turns aiohttp's and the system's errors into ours; their texts may hold addresses with secrets."""

    def __init__(self, operation: str) -> None:
        self._operation = operation

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, TimeoutError):
            raise TimedOut(f"{self._operation}: Amazon did not answer in time") from None
        if isinstance(error, aiohttp.ClientConnectorCertificateError | ssl.SSLError):
            raise ConnectionFailed(f"{self._operation}: the host's TLS certificate is not to be trusted") from None
        if isinstance(error, aiohttp.ClientConnectorError):
            why = error.os_error.strerror or type(error.os_error).__name__
            raise ConnectionFailed(f"{self._operation}: cannot reach {error.host}:{error.port} ({why})") from None
        if isinstance(error, aiohttp.ClientError | ConnectionError):
            raise ConnectionFailed(f"{self._operation}: the connection broke ({type(error).__name__})") from None


def _lowered(response: aiohttp.ClientResponse) -> dict[str, str]:
    return {name.lower(): value for name, value in response.headers.items()}


def _redirected(call: Call[Any], url: str, response: aiohttp.ClientResponse) -> str:
    """Where to go next. Only reading follows redirects; one to a sign-in page means that the session is over."""
    target = urljoin(url, response.headers.get("Location", ""))
    if "/ap/signin" in urlsplit(target).path:
        raise SignedOut(f"{call.operation}: Amazon asks to sign in: the session is over", operation=call.operation)
    secure = urlsplit(url).scheme != "https" or urlsplit(target).scheme == "https"
    if call.method != "GET" or not secure or not urlsplit(target).scheme.startswith("http"):
        raise UnexpectedReply(f"{call.operation}: a redirect that cannot be followed", operation=call.operation)
    return target
