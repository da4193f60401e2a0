"""One request on its way, and its response until somebody has read it: signed, watched, followed along redirects.

Nothing is tried again here, and what a response means is no matter of this file. Headers and responses are kept out of
local variables, which tracebacks may show: they hold cookies.
"""

from __future__ import annotations

import asyncio
import logging
from types import TracebackType
from typing import Any

import aiohttp
import msgspec
from yarl import URL

from ..errors import (
    ClientClosed,
    ContentMismatch,
    NetworkError,
    ProxyRefused,
    ServiceError,
    UnexpectedReply,
    UnknownMarketplace,
)
from ..settings import Settings
from ..wire.call import Call
from ..wire.response import announces_html
from .connection import HttpSession, find_proxies, open_http
from .error_mapping import translate_errors
from .limits import RateLimiter
from .live_session import LiveSession
from .redirects import MAX_REDIRECTS, REDIRECTS, Target, follow_redirect
from .response_body import Pace, Stream, patience
from .upload_body import UploadBody

_log = logging.getLogger("amazon_photos.net")
_PROXY_REFUSES = 407


class Transport:
    """Sends requests, each once. Nothing is opened before the first one. ``sent`` counts them, redirects too."""

    def __init__(
        self, live: LiveSession, settings: Settings, rate: RateLimiter, http_session: HttpSession | None
    ) -> None:
        self.sent = 0
        self.closed = False
        self._live = live
        self._signer = live.signer
        self._settings = settings
        self._rate = rate
        self._patience = 2 * settings.connect_timeout + patience(settings)
        self._lent = http_session
        self._proxies = find_proxies(settings, http_session)
        self._http: aiohttp.ClientSession | None = None
        self._waiting: set[asyncio.Timeout] = set()
        self._arriving: set[Stream] = set()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.sent} sent>"

    async def begin(self, call: Call[Any]) -> Stream:
        """Send a call, and return its answer, wherever redirects lead. Whoever has it calls ``end``."""
        target = Target(self._signer.hosts.address(call.host) + call.path, call.params)
        for _ in range(MAX_REDIRECTS + 1):
            with self.map_errors(call, target):
                answer = await self._answer(call, target)
            if _log.isEnabledFor(logging.DEBUG):
                _log.debug("%s %s -> %s", call.method, self._signer.secrets.hide(target.shown), answer.status)
            if answer.status != _PROXY_REFUSES and answer.status not in REDIRECTS:
                self._arriving.add(answer)
                return answer
            answer.done()
            if answer.status == _PROXY_REFUSES:
                raise ProxyRefused(f"{call.operation}: the proxy wants a user and a password (407)")
            with self.map_errors(call):
                target = follow_redirect(call, target, answer.status, answer.headers.get("location", ""))
        raise UnexpectedReply(f"{call.operation}: more than {MAX_REDIRECTS} redirects", operation=call.operation)

    def end(self, answer: Stream) -> None:
        """Give an answer's connection back, or close it if something is left in it."""
        self._arriving.discard(answer)
        answer.done()

    def map_errors(self, call: Call[Any], target: Target | None = None) -> translate_errors:
        """Translate what goes wrong in a block into errors of ours."""
        return translate_errors(
            call.operation, self._signer.secrets, redirected=target is not None and target.redirected
        )

    def name(self, call: Call[Any], error: BaseException | None) -> None:
        """Name the request in an error that is about it, if nothing below has: its method, host and path."""
        if isinstance(error, ServiceError | NetworkError | ContentMismatch) and not error.request:
            error.request = self.describe(call)

    def describe(self, call: Call[Any]) -> str:
        """Describe a request as messages and logs may: its method, host and path."""
        try:
            host = URL(self._signer.hosts.address(call.host)).host
        except UnknownMarketplace:  # nobody knows it, and it is never sent
            host = ""
        return self._signer.secrets.hide(f"{call.method} {host}{call.path}")

    async def sleep(self, seconds: float) -> None:
        """Wait between two requests. Raises ``ClientClosed`` as soon as ``stop`` is called."""
        self.check_open()
        async with self._until_closed():
            await asyncio.sleep(seconds)

    def check_open(self) -> None:
        """Raise ``ClientClosed`` after ``stop``; for what needs no request."""
        if self.closed:
            raise _closed_error()

    def stop(self) -> None:
        """Stop: what is under way ends with ``ClientClosed``, and nothing is sent from now on."""
        self.closed = True
        for waiting in self._waiting:
            if not waiting.expired():  # one whose time is over in this very turn of the loop ends by itself
                waiting.reschedule(0)
        for answer in self._arriving:  # aiohttp closes its connection, and tells nobody who waits for it
            answer.cut_off(_closed_error())

    async def close(self) -> None:
        """Close the connections, once it was stopped."""
        http, self._http = self._http, None
        if http is not None:
            await http.close()

    async def _answer(self, call: Call[Any], target: Target) -> Stream:
        if call.body is None:
            async with self._until_closed(self._patience):
                return await self._request(call, target, _encode(call))
        sending = UploadBody(call.operation, call.body, self._rate, self._settings)
        with sending:
            async with self._until_closed() as deadline:
                return await self._request(call, target, sending.payload(deadline))

    async def _request(self, call: Call[Any], target: Target, data: bytes | aiohttp.Payload | None) -> Stream:
        client = self._client()
        _check_text(target)
        self.sent += 1
        signed_with = self._live.generation
        return self._receive(
            call,
            target,
            signed_with,
            await client.request(
                call.method,
                URL(target.url, encoded=target.sealed),
                params=target.params,
                headers=self._headers(call, target),
                data=data,
                allow_redirects=False,
                proxy=self._proxy(target),
            ),
        )

    def _proxy(self, target: Target) -> URL | None:
        proxy = self._proxies.find(target.url)
        if proxy is not None and proxy.password:
            for secret in self._proxies.secrets():
                self._signer.secrets.add(secret, instead_of="")
        return proxy

    def _until_closed(self, seconds: float | None = None) -> _UntilClosed:
        """Raise ``ClientClosed`` in the block once ``stop`` is called, and ``TimeoutError`` after so many seconds."""
        return _UntilClosed(self, self._waiting, seconds)

    def _headers(self, call: Call[Any], target: Target) -> dict[str, str]:
        headers = {**self._signer.headers(target.url, signed=call.signed), **call.headers}
        if call.json is not None:
            headers["Content-Type"] = "application/json"
        elif call.body is not None:
            headers |= {"Content-Type": call.body.content_type, "Content-Length": str(call.body.length)}
        return headers

    def _receive(self, call: Call[Any], target: Target, signed_with: int, response: aiohttp.ClientResponse) -> Stream:
        headers = {name.lower(): value for name, value in response.headers.items()}
        if "set-cookie" in headers:
            cookies = response.headers.getall("Set-Cookie")
            self._signer.note(cookies)
            of_now = call.signed and signed_with == self._live.generation  # cookies of one renewal stay together
            if of_now and response.status < 300 and not announces_html(headers):
                self._signer.update(target.url, cookies)
                self._live.note_rotated()
        pace = Pace(call.operation, response.content, self._settings)
        return Stream(response.status, headers, call.operation, response, self._rate, pace, self._signer.secrets)

    def _client(self) -> aiohttp.ClientSession:
        self.check_open()
        if self._http is None or self._http.closed:  # a program closed the session that it lent: that is told
            self._http = open_http(self._settings, self._lent)
        return self._http


class _UntilClosed:
    """A block that ends with ``stop``, or when its time is over.

    No generator: each request has one, and this is cheaper.
    """

    def __init__(self, transport: Transport, waiting: set[asyncio.Timeout], seconds: float | None) -> None:
        self._transport = transport
        self._all = waiting
        self._seconds = seconds

    async def __aenter__(self) -> asyncio.Timeout:
        self._timeout = asyncio.timeout(self._seconds)
        await self._timeout.__aenter__()
        self._all.add(self._timeout)
        return self._timeout

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._all.discard(self._timeout)
        try:
            await self._timeout.__aexit__(kind, error, trace)
        except TimeoutError:
            self._transport.check_open()
            raise
        if isinstance(error, TimeoutError):
            self._transport.check_open()


def _closed_error() -> ClientClosed:
    return ClientClosed("this client was closed: make a new one")


def _check_text(target: Target) -> None:
    """aiohttp would leave out what it cannot encode, and a file would get another name."""
    if target.params:
        "".join(map(str, target.params.values())).encode()


def _encode(call: Call[Any]) -> bytes | None:
    return None if call.json is None else msgspec.json.encode(call.json)
