"""The one door: every request of the client goes through ``Session``.

    send      a call whose answer is read whole            -> what the call decodes
    stream    a call whose answer is passed on in pieces   -> status, headers, chunks

Limiting, renewing, retrying, and turning answers into values and errors happen here and nowhere else; so do, in the
``transport`` that only this and ``streaming`` use, signing, time-outs, redirects, and logging (method, path and status
only; never parameters, headers or bodies).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from traceback import extract_tb
from typing import Any, NoReturn, TypeVar

from ..auth.credentials import Credentials
from ..auth.precedence import SignedIn
from ..auth.saved_session import SavedSession, SessionInfo, make_session
from ..auth.session_store import SessionStore
from ..errors import AmazonPhotosError
from ..model.regions import Region
from ..model.surprises import Surprises
from ..settings import Settings
from ..wire.bounds import MAX_ERROR
from ..wire.call import Call, Response
from ..wire.response import announces_html, check_bytes, unexpected_reply
from .connection import HttpSession, check_http_session, limit_of
from .home_loop import HomeLoop
from .limits import AdaptiveLimiter, RateLimiter
from .live_session import LiveSession
from .renewer import Renewer
from .request_context import RequestContext
from .response_body import Stream
from .retry import Attempts, Policy
from .streaming import Streaming
from .transport import Transport
from .waits import Waits

__all__ = ["Session", "Stream"]

T = TypeVar("T")


class Session:
    """Sends calls. Nothing is opened before the first one.

    ``http_session`` is a program's own, whose connections are used (``connection``).
    """

    region: Region
    limit: AdaptiveLimiter
    rate: RateLimiter
    surprises: Surprises
    policy: Policy
    waits: Waits

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
        self.waits = Waits()
        self.limit = AdaptiveLimiter(
            settings.initial_concurrency, at_once, max_wait=settings.retry_budget, waits=self.waits
        )
        self.rate = RateLimiter(settings.bwlimit)
        self.surprises = Surprises()
        self._live = LiveSession(signed_in, settings)
        self._signer = self._live.signer
        self._transport = Transport(self._live, settings, self.rate, http_session)
        self._renewer = Renewer(self._live, settings, self._send_ahead, self.waits)
        self._elsewhere = signed_in.credentials.elsewhere
        self.policy = Policy.of(settings, self.waits)
        self._on_reply = on_reply
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
        async for attempt in self.policy.attempts(idempotent=call.idempotent):
            with attempt:
                return await self._renewer.send(call, lambda: self._send_once(call))
        raise AssertionError("the last attempt raises")

    def begin_attempts(self, make: Callable[[], Call[Any]]) -> Attempts:
        """Begin the attempts at a call that its caller tries again, in the same way as ``send`` does its own.

        ``make`` makes a call like it, if a failure has to be told.
        """
        return self.policy.attempts(describe=lambda: self._transport.describe(make()))

    async def _send_ahead(self, call: Call[T]) -> T:
        """Send what renews the session, once, before all that wait for it."""
        async with self.limit.slot(ahead=True):
            return self._decode(call, await self._reply(call))

    async def _send_once(self, call: Call[T]) -> T:
        async with self.limit.slot(signed=call.signed):
            if call.begin is not None:
                call.begin()
            with RequestContext(call, self._transport, self._renewer):
                reply = await self._reply(call)
                result = self._decode(call, reply)
            if self._on_reply:
                with self._transport.map_errors(call):
                    await asyncio.to_thread(self._on_reply, call, reply)
            return result

    async def _reply(self, call: Call[Any]) -> Response:
        """Send a call, and read its answer; the connection is given back."""
        answer = await self._transport.begin(call)
        try:
            return await self._whole(call, answer)
        finally:
            self._transport.end(answer)

    def _decode(self, call: Call[T], reply: Response) -> T:
        """Decode an answer. If its reader fails, the answer has an unknown shape: ``UnexpectedReply``."""
        with self._transport.map_errors(call):
            try:
                return call.decode(reply)
            except (AmazonPhotosError, MemoryError):
                raise
            except Exception as error:
                place = extract_tb(error.__traceback__)[-1]
                why = f"{type(error).__name__} at {place.name}:{place.lineno}"
                raise unexpected_reply(reply, call.operation, why) from None

    def stream(self, call: Call[Any]) -> Streaming:
        """Stream an answer while it arrives; errors are raised before the block begins.

        Sent once: the caller resumes.
        """
        self._home.check()
        return Streaming(call, self.limit, self._renewer, self._transport, self._begin)

    async def _begin(self, call: Call[Any]) -> Stream:
        """Send a call, and look what its answer says of itself: its bytes are still to come."""
        if call.begin is not None:
            call.begin()
        with RequestContext(call, self._transport, self._renewer):
            answer = await self._transport.begin(call)
            if _is_no_content(answer):
                try:
                    reply = await self._whole(call, answer)
                    with self._transport.map_errors(call):
                        check_bytes(reply, call.operation)
                except BaseException:
                    self._transport.end(answer)
                    raise
        return answer

    async def _whole(self, call: Call[Any], answer: Stream) -> Response:
        """The answer, read. Of an error, and of a web page where none was due, the beginning says enough."""
        body = await (answer.head(MAX_ERROR) if _is_no_content(answer) else answer.whole(call.most))
        note = self.surprises.at(call.operation)
        return Response(answer.status, answer.headers, body, self._signer.secrets.hide, self._elsewhere, note)

    # --- the session that signs ---------------------------------------------------------------------------------------

    @property
    def info(self) -> SessionInfo:
        """What may be told of the session that signs: no secrets."""
        return self._live.saved.info

    @property
    def renewals(self) -> int:
        """How often the session was renewed since this was made."""
        return self._renewer.renewals

    @property
    def saved(self) -> SavedSession:
        """The session as it is now, with all its secrets: for whoever keeps it."""
        return self._live.saved

    @property
    def store(self) -> SessionStore | None:
        """Where the session is kept, if anywhere."""
        return self._live.store

    async def note_account(self, owner_id: str) -> None:
        """Remember whose session it is. Raises ``WrongProfile`` if it is another account's than the profile's."""
        await self._live.note_account(owner_id)

    @property
    def zone(self) -> str:
        """The zone whose hosts are asked for content: the setting's or the marketplace's; "" where nobody knows it."""
        return self._signer.hosts.zone

    def check_zone(self) -> None:
        """Raise ``UnknownMarketplace`` where nobody knows which host holds the content."""
        self._signer.hosts.check_zone()

    def hide(self, *secrets: str) -> None:
        """Hide these too, in every message, as the cookies are: the tokens of a sign-in."""
        for secret in secrets:
            self._signer.secrets.add(secret, instead_of="")

    # --- open and closed ----------------------------------------------------------------------------------------------

    @property
    def closed(self) -> bool:
        """Whether ``close`` was called, in the process that opened it."""
        return self._transport.closed

    @property
    def requests(self) -> int:
        """How many requests were sent, redirects too."""
        return self._transport.sent

    def check_open(self) -> None:
        """Raise ``ClientClosed`` after ``close``; for what needs no request."""
        self._transport.check_open()

    async def sleep(self, seconds: float) -> None:
        """Wait between two requests. Raises ``ClientClosed`` as soon as ``close`` is called."""
        await self._transport.sleep(seconds)

    async def close(self) -> None:
        """Close the connections.

        A second call does nothing, nor does one in a forked child: they are the parent's.
        """
        if self._home.is_another_process:
            return
        if self._home.is_running:
            self._home.check()
        self._transport.stop()
        await self._renewer.close()
        await self._live.close()
        await self._transport.close()


def _is_no_content(answer: Stream) -> bool:
    return answer.status >= 300 or announces_html(answer.headers)
