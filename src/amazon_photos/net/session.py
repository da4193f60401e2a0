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
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from traceback import extract_tb
from typing import Any, NoReturn, TypeVar

import aiohttp
import msgspec
from yarl import URL

from ..auth.credentials import Credentials
from ..auth.precedence import SignedIn
from ..auth.saved_session import SavedSession, SessionInfo, make_session
from ..auth.session_store import SessionStore
from ..errors import (
    AmazonPhotosError,
    ClientClosed,
    ProxyRefused,
    UnexpectedReply,
)
from ..model.regions import Region
from ..model.surprises import Surprises
from ..settings import Settings
from ..wire.bounds import MAX_ERROR
from ..wire.call import Call, Response
from ..wire.response import check_bytes, is_html, unexpected_reply
from .connection import HttpSession, check_http_session, find_proxies, limit_of, open_http
from .error_mapping import translate_errors
from .home_loop import HomeLoop
from .limits import AdaptiveLimiter, RateLimiter
from .live_session import LiveSession
from .redirects import MAX_REDIRECTS, REDIRECTS, Target, follow_redirect
from .renewer import Renewer
from .response_body import Pace, Stream
from .retry import Policy
from .upload_body import UploadBody

__all__ = ["Session", "Stream"]

T = TypeVar("T")
_log = logging.getLogger("amazon_photos.net")
_PROXY_REFUSES = 407


class Session:
    """Sends calls. Nothing is opened before the first one.

    ``http_session`` is a program's own, whose connections are used (``connection``).
    """

    region: Region
    limit: AdaptiveLimiter
    rate: RateLimiter
    surprises: Surprises
    requests: int

    def __init__(
        self,
        signed_in: SignedIn | Credentials,
        settings: Settings,
        *,
        on_reply: Callable[[Call[Any], Response], None] | None = None,
        http_session: HttpSession | None = None,
    ) -> None:
        check_http_session(http_session)
        self.settings = settings
        if isinstance(signed_in, Credentials):
            signed_in = SignedIn(make_session(signed_in, "pasted", expires=signed_in.expires), signed_in)
        self.region = signed_in.credentials.region
        at_once = limit_of(http_session, settings.max_concurrency)
        self.limit = AdaptiveLimiter(settings.initial_concurrency, at_once, max_wait=settings.retry_budget)
        self.rate = RateLimiter(settings.bwlimit)
        self.requests = 0
        self.surprises = Surprises()
        self._live = LiveSession(signed_in, settings)
        self._signer = self._live.signer
        self._renewer = Renewer(self._live, settings, self._send_ahead)
        self._elsewhere = signed_in.credentials.elsewhere
        self._policy = Policy.of(settings)
        self._on_reply = on_reply
        self._lent = http_session
        self._proxies = find_proxies(settings, http_session)
        self._http: aiohttp.ClientSession | None = None
        self._waiting: set[asyncio.Timeout] = set()
        self._arriving: set[Stream] = set()
        self._closed = False
        self._home = HomeLoop()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.settings.endpoint or 'amazon.' + self.region.tld}>"

    def __reduce__(self) -> NoReturn:
        raise TypeError(f"a {type(self).__name__} holds cookies and connections: it cannot be copied or pickled")

    async def send(self, call: Call[T]) -> T:
        """Send a call, and again where that can help and the caller doesn't; return its decoded answer.

        Raises the errors of ``errors``.
        """
        self._home.check()
        if call.retried_by == "caller":
            return await self._renewer.send(call, lambda: self._send_once(call))
        async for attempt in self._policy.attempts(idempotent=call.idempotent):
            with attempt:
                return await self._renewer.send(call, lambda: self._send_once(call))
        raise AssertionError("the last attempt raises")

    async def _send_ahead(self, call: Call[T]) -> T:
        """Send what renews the session, once, before all that wait for it."""
        async with self.limit.slot(ahead=True), self._request(call) as answer:
            reply = await self._whole(call, answer)
            with self._as_ours(call):
                return self._decode(call, reply)

    async def _send_once(self, call: Call[T]) -> T:
        async with self.limit.slot(signed=call.signed):
            with self._renewer.watch(call):
                async with self._request(call) as answer:
                    reply = await self._whole(call, answer)
                with self._as_ours(call):
                    result = self._decode(call, reply)
            if self._on_reply:
                with self._as_ours(call):
                    await asyncio.to_thread(self._on_reply, call, reply)
            return result

    def _decode(self, call: Call[T], reply: Response) -> T:
        """Decode an answer. If its reader fails, the answer has an unknown shape: ``UnexpectedReply``."""
        try:
            return call.decode(reply)
        except (AmazonPhotosError, MemoryError):
            raise
        except Exception as error:
            place = extract_tb(error.__traceback__)[-1]
            why = f"{type(error).__name__} at {place.name}:{place.lineno}"
            raise unexpected_reply(reply, call.operation, why) from None

    @asynccontextmanager
    async def stream(self, call: Call[Any]) -> AsyncIterator[Stream]:
        """Stream an answer while it arrives; errors are raised before the block begins.

        Sent once: the caller resumes.
        """
        self._home.check()
        async with AsyncExitStack() as stack:
            yield await self._renewer.send(call, lambda: stack.enter_async_context(self._stream_once(call)))

    @asynccontextmanager
    async def _stream_once(self, call: Call[Any]) -> AsyncIterator[Stream]:
        async with self.limit.slot(signed=call.signed) as place, AsyncExitStack() as stack:
            with self._renewer.watch(call):
                answer = await stack.enter_async_context(self._request(call))
                if _is_no_content(answer):
                    reply = await self._whole(call, answer)
                    with self._as_ours(call):
                        check_bytes(reply, call.operation)
            place.mark_answered()
            yield answer

    async def _whole(self, call: Call[Any], answer: Stream) -> Response:
        """The answer, read. Of an error, and of a web page where none was due, the beginning says enough."""
        body = await (answer.head(MAX_ERROR) if _is_no_content(answer) else answer.whole(call.most))
        note = self.surprises.at(call.operation)
        return Response(answer.status, answer.headers, body, self._signer.secrets.hide, self._elsewhere, note)

    def _as_ours(self, call: Call[Any], target: Target | None = None) -> translate_errors:
        return translate_errors(
            call.operation, self._signer.secrets, redirected=target is not None and target.redirected
        )

    @asynccontextmanager
    async def _request(self, call: Call[Any]) -> AsyncIterator[Stream]:
        target = Target(self._signer.hosts.address(call.host) + call.path, call.params)
        for _ in range(MAX_REDIRECTS + 1):
            async with self._open_response(call, target) as answer:
                if answer.status == _PROXY_REFUSES:
                    raise ProxyRefused(f"{call.operation}: the proxy wants a user and a password (407)")
                if answer.status not in REDIRECTS:
                    yield answer
                    return
                with self._as_ours(call):
                    target = follow_redirect(call, target, answer.status, answer.headers.get("location", ""))
        raise UnexpectedReply(f"{call.operation}: more than {MAX_REDIRECTS} redirects", operation=call.operation)

    @asynccontextmanager
    async def _open_response(self, call: Call[Any], target: Target) -> AsyncIterator[Stream]:
        with self._as_ours(call, target):
            answer = await self._answer(call, target)
        self._arriving.add(answer)
        try:
            if _log.isEnabledFor(logging.DEBUG):
                _log.debug("%s %s -> %s", call.method, self._signer.secrets.hide(target.shown), answer.status)
            yield answer
        finally:
            self._arriving.discard(answer)
            answer.done()

    async def _answer(self, call: Call[Any], target: Target) -> Stream:
        sending = UploadBody(call.operation, call.body, self.rate, self.settings)
        async with self._until_closed(), sending.watch():
            client = self._client()
            _check_text(target)
            self.requests += 1
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
                    # An async generator of large blocks with a stated length is the fastest way up.
                    data=_encode(call) if call.body is None else sending.pieces(),
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

    @asynccontextmanager
    async def _until_closed(self) -> AsyncIterator[None]:
        """Raise ``ClientClosed`` in the block once ``close`` is called."""
        waiting = asyncio.timeout(None)
        try:
            async with waiting:
                self._waiting.add(waiting)
                yield
        except TimeoutError:
            self.check_open()
            raise
        finally:
            self._waiting.discard(waiting)

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
            if of_now and response.status < 300 and not is_html(Response(response.status, headers)):
                self._signer.update(target.url, cookies)
                self._live.note_rotated()
        pace = Pace(call.operation, response.content, self.settings)
        return Stream(response.status, headers, call.operation, response, self.rate, pace, self._signer.secrets)

    @property
    def info(self) -> SessionInfo:
        """What may be told of the session that signs: no secrets."""
        return self._live.saved.info

    @property
    def renewals(self) -> int:
        """How often the session was renewed since this was made."""
        return self._renewer.renewals

    async def note_account(self, owner_id: str) -> None:
        """Remember whose session it is. Raises ``WrongProfile`` if it is another account's than the profile's."""
        await self._live.note_account(owner_id)

    @property
    def closed(self) -> bool:
        """Whether ``close`` was called, in the process that opened it."""
        return self._closed

    @property
    def zone(self) -> str:
        """The zone whose hosts are asked for content: the setting's or the marketplace's; "" where nobody knows it."""
        return self._signer.hosts.zone

    def check_zone(self) -> None:
        """Raise ``UnknownMarketplace`` where nobody knows which host holds the content."""
        self._signer.hosts.check_zone()

    async def sleep(self, seconds: float) -> None:
        """Wait between two requests. Raises ``ClientClosed`` as soon as ``close`` is called."""
        self.check_open()
        async with self._until_closed():
            await asyncio.sleep(seconds)

    @property
    def saved(self) -> SavedSession:
        """The session as it is now, with all its secrets: for whoever keeps it."""
        return self._live.saved

    @property
    def store(self) -> SessionStore | None:
        """Where the session is kept, if anywhere."""
        return self._live.store

    def hide(self, *secrets: str) -> None:
        """Hide these too, in every message, as the cookies are: the tokens of a sign-in."""
        for secret in secrets:
            self._signer.secrets.add(secret, instead_of="")

    def check_open(self) -> None:
        """Raise ``ClientClosed`` after ``close``; for what needs no request."""
        if self._closed:
            raise _closed_error()

    def _client(self) -> aiohttp.ClientSession:
        self.check_open()
        if self._http is None or self._http.closed:  # a program closed the session that it lent: that is told
            self._http = open_http(self.settings, self._lent)
        return self._http

    async def close(self) -> None:
        """Close the connections.

        A second call does nothing, nor does one in a forked child: they are the parent's.
        """
        if self._home.is_another_process:
            return
        if self._home.is_running:
            self._home.check()
        self._closed = True
        for waiting in self._waiting:
            waiting.reschedule(0)
        for answer in self._arriving:  # aiohttp closes its connection, and tells nobody who waits for it
            answer.cut_off(_closed_error())
        await self._renewer.close()
        await self._live.close()
        http, self._http = self._http, None
        if http is not None:
            await http.close()


def _closed_error() -> ClientClosed:
    return ClientClosed("this client was closed: make a new one")


def _check_text(target: Target) -> None:
    """aiohttp would leave out what it cannot encode, and a file would get another name."""
    for value in (target.params or {}).values():
        str(value).encode()


def _encode(call: Call[Any]) -> bytes | None:
    return None if call.json is None else msgspec.json.encode(call.json)


def _is_no_content(answer: Stream) -> bool:
    return answer.status >= 300 or is_html(Response(answer.status, answer.headers))
