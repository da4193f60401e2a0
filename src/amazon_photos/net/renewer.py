"""Renews the session: once for all requests that wait, and once for all processes that share a profile.

::

    before a request    due                 begun; waited for a little, and the cookies that there are go on
                        nothing signs any more      waited for
    after a 401         renewed meanwhile   sent again
                        renewable           waited for, then sent again
    renewing            under the lock of the profile, after a look whether another process has done it
    refused             the session is dead: one error for all, and nothing is sent until another one is kept
    failed otherwise    ``RenewalFailed``, for whoever owns the attempts of what waits; those share one back-off

``auth.renewal`` decides when and how; here it is done. One task renews, and goes on when those who wait have left.
"""

from __future__ import annotations

import asyncio
import copy
import logging
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Protocol, TypeVar

from ..auth.cookie_command import CookieCommand, run_command
from ..auth.renewal import RETRY_AFTER, Renewal, explain_end, plan_after_answer, plan_before_request
from ..auth.saved_session import SavedSession
from ..errors import (
    AmazonPhotosError,
    ClientClosed,
    CredentialsError,
    NetworkError,
    NotSignedIn,
    RenewalFailed,
    ServiceError,
    SessionExpired,
    Unavailable,
    WrongProfile,
)
from ..model.sign_in import MintedCookie
from ..settings import Settings
from ..wire import session_tokens, sign_in
from ..wire.call import Call
from ..wire.error_response import FRESH_COOKIES, OTHER_ZONE
from .live_session import LiveSession
from .retry import Policy

T = TypeVar("T")
MAX_RENEWALS = 2
"""Renewals that one request waits for: a session may die again before it is sent again."""
_PATIENCE = 10.0
"""Seconds that a request waits for a renewal while the cookies that there are still sign."""
_RENEW_TOKEN_BEFORE = 300.0
"""Seconds before the end of an access token."""
_SHORTEST_TOKEN = 60.0
"""Seconds that one is used at least: after less, a 401 says that it has ended."""
_log = logging.getLogger("amazon_photos.net")


class Send(Protocol):
    """Sends a call once, ahead of all that wait."""

    async def __call__(self, call: Call[T], /) -> T: ...


class Renewer:
    """Keeps a ``LiveSession`` alive. ``renewals`` counts how often it was renewed, here or by another process."""

    def __init__(self, live: LiveSession, settings: Settings, send: Send) -> None:
        self.renewals = 0
        self._live = live
        self._settings = settings
        self._send = send
        self._policy = Policy.of(settings)
        self._task: asyncio.Task[AmazonPhotosError | None] | None = None
        self._begun = 0.0
        self._refused = self._taken = 0
        self._dead: SessionExpired | None = None
        self._failed: datetime | None = None
        self._failures = 0
        self._not_before = 0.0
        self._cannot_trade = False
        self._token_until: float | None = None

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.renewals}>"

    @contextmanager
    def watch(self, call: Call[Any]) -> Iterator[None]:
        """Watch over one request, from before its cookies are chosen: were they taken, or refused?"""
        if not call.signed:
            yield
            return
        sent_with = self._live.generation
        try:
            yield
        except SessionExpired:
            self._refused = max(self._refused, sent_with)
            raise
        else:
            self._taken = max(self._taken, sent_with)

    async def prepare(self, operation: str) -> None:
        """Have something that signs, before a request is sent; renew it if it is time.

        Raises ``SessionExpired`` for a session that is known to be dead, ``RenewalFailed`` for one that has ended and
        cannot be renewed now.
        """
        if self._dead is not None or not self._live.can_sign or self._is_known_refused():
            await self._wait_for_renewal(operation, None)
        elif self._is_due():
            task = self._begin()
            await asyncio.wait([task], timeout=max(0.0, self._begun + _PATIENCE - time.monotonic()))

    async def recover(self, error: SessionExpired) -> None:
        """Have something else that signs, after an answer that says "signed out": then send again.

        Raises ``error`` where there is nothing, or as ``prepare``.
        """
        if self._refused < self._live.generation:
            return
        if self._plan() is Renewal.NONE and self._live.store is None:
            raise error
        await self._wait_for_renewal(error.operation, error)

    async def close(self) -> None:
        """End a renewal that is under way."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    # --- when --------------------------------------------------------------------------------------------

    def _is_due(self) -> bool:
        now = time.monotonic()
        if self._token_until is not None:
            return now > self._token_until
        saved = self._live.saved
        if now < self._not_before or not saved.renewable:
            return False
        return plan_before_request(saved, _now(), failed=self._failed) is not Renewal.NONE

    def _is_known_refused(self) -> bool:
        """Whether sending anything would only be one more 401."""
        return self._refused >= self._live.generation and self._live.saved.renewable

    def _is_refused_fresh(self) -> bool:
        """Whether cookies that have just been renewed were taken by nobody: others would fare no better."""
        just_now = _now() - self._live.saved.minted < RETRY_AFTER
        return self.renewals > 0 and just_now and self._taken < self._live.generation <= self._refused

    def _may_take_token(self) -> bool:
        """Whether an access token is the next thing to try: one that was refused fresh is the last."""
        known = self._settings.access_token_fallback and bool(self._live.saved.refresh_token)
        return known and (self._token_until is None or not self._is_refused_fresh())

    def _plan(self) -> Renewal:
        plan = plan_after_answer(self._live.saved, SessionExpired("401"))
        return Renewal.NONE if plan is Renewal.TRADE and self._cannot_trade else plan

    # --- waiting -----------------------------------------------------------------------------------------

    async def _wait_for_renewal(self, operation: str, error: SessionExpired | None) -> None:
        task = self._begin()
        await asyncio.wait([task])  # who is cancelled here leaves the task alone
        if task.cancelled():
            raise ClientClosed("this client was closed: make a new one")
        problem = task.result()
        if isinstance(problem, SessionExpired):
            raise _tell_end(problem, operation, error)
        if problem is not None:  # one that is shared would gather the tracebacks of all
            raise copy.copy(problem).with_traceback(None)

    def _begin(self) -> asyncio.Task[AmazonPhotosError | None]:
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._renew())
            self._begun = time.monotonic()
        return self._task

    # --- renewing: one task; gives what went wrong ----------------------------------------------------------

    async def _renew(self) -> AmazonPhotosError | None:
        try:
            if await self._take_kept():
                return None
            if self._dead is not None:
                return self._dead
            if (problem := await self._pause()) is not None:
                return problem
            async with self._live.hold():
                if await self._take_kept():
                    return None
                return await self._renew_held()
        except (NotSignedIn, WrongProfile) as error:
            return SessionExpired(str(error))
        except CredentialsError as error:  # another process has held it for too long
            return self._fail(error)

    async def _renew_held(self) -> AmazonPhotosError | None:
        if self._token_until is None and not self._is_refused_fresh():
            renew = self._find_way()
        elif self._may_take_token():
            renew = self._take_token
        else:
            return SessionExpired(f"what was renewed just now is refused as well; {self._explain()}")
        if renew is None:
            return SessionExpired("" if self._live.store is None else self._explain())
        try:
            await renew()
        except (SessionExpired, ClientClosed) as error:
            return error
        except AmazonPhotosError as error:
            return self._fail(error)
        await self._live.save()
        _log.info("the session of amazon.%s was renewed", self._live.saved.marketplace)
        self._note_renewed()
        return None

    async def _take_kept(self) -> bool:
        """Tell whether another process has renewed it, or somebody has signed in again."""
        found = await self._live.take_kept()
        if found:
            self._note_renewed()
        return found and not self._is_due()

    def _find_way(self) -> Callable[[], Awaitable[None]] | None:
        ways = {Renewal.MINT: self._mint, Renewal.COMMAND: self._run_command, Renewal.TRADE: self._trade}
        return ways.get(self._plan())

    async def _mint(self) -> None:
        saved = self._live.saved
        try:
            minted = await self._send(_once(sign_in.mint_cookies(saved.region, saved.refresh_token)))
        except SessionExpired as error:
            raise self._refuse(error) from None
        self._take_minted(minted)

    async def _take_token(self) -> None:
        try:
            token = await self._send(_once(sign_in.access_token(self._live.saved.refresh_token)))
        except SessionExpired as error:
            raise self._refuse(error) from None
        self._live.sign_with(token)
        self._token_until = time.monotonic() + max(_SHORTEST_TOKEN, token.seconds - _RENEW_TOKEN_BEFORE)

    async def _run_command(self) -> None:
        saved, generation = self._live.saved, self._live.generation
        command = CookieCommand(saved.command, saved.shell, self._settings.cookie_command_timeout)
        try:
            made = await asyncio.to_thread(run_command, command, tld=saved.marketplace)
        except CredentialsError as error:
            if self._refused < generation:
                raise
            raise SessionExpired(f"{error}; {self._explain()}") from None
        self._take_minted([MintedCookie(c.name, c.value, c.expires) for c in made.cookies])
        if self._refused >= self._live.generation:
            raise SessionExpired(f"{command.name} printed the cookies that were refused; {self._explain()}")

    async def _trade(self) -> None:
        """Whatever goes wrong, the session was over before: nobody has shown that this works."""
        saved = self._live.saved
        try:
            traded = await self._send(_once(session_tokens.renew(saved.region, _find_token(saved))))
            self._take_minted([MintedCookie(name, value.strip('"')) for name, value in traded.items()])
        except (ServiceError, NetworkError, CredentialsError) as error:
            self._cannot_trade = not error.retryable
            raise SessionExpired("" if self._live.store is None else self._explain()) from None

    def _take_minted(self, cookies: Sequence[MintedCookie]) -> None:
        for cookie in cookies:
            self._live.signer.secrets.add(cookie.value)
        self._live.take(self._live.saved.renew(cookies, _now()))
        self._token_until = None

    # --- what became of it ---------------------------------------------------------------------------------

    def _note_renewed(self) -> None:
        self.renewals += 1
        self._dead = self._failed = None
        self._failures, self._not_before, self._cannot_trade = 0, 0.0, False

    def _refuse(self, error: SessionExpired) -> AmazonPhotosError:
        """What a refresh token's end means; a sign-in page in the place of an answer says nothing of the token."""
        if not error.code:
            return Unavailable(str(error), status=error.status, operation=error.operation)
        self._dead = SessionExpired(f"{self._explain()} (Amazon says {error.code})", code=error.code)
        return self._dead

    def _fail(self, error: AmazonPhotosError) -> AmazonPhotosError:
        """Note a failure that may pass; the next renewal waits."""
        self._failed = _now()
        self._failures += 1
        self._not_before = time.monotonic() + self._policy.pause(error, self._failures)
        _log.info("the session cannot be renewed now: %s", error)
        if isinstance(error, NetworkError) and not error.retryable:
            return error
        return RenewalFailed(
            f"the session has to be renewed, and that cannot be done now ({error})",
            retry_after=getattr(error, "retry_after", None),
            status=getattr(error, "status", 0),
        )

    async def _pause(self) -> AmazonPhotosError | None:
        """Wait until a renewal may be tried again, or give an error for a time that nobody waits for."""
        seconds = self._not_before - time.monotonic()
        if seconds > self._settings.retry_budget:
            return RenewalFailed(
                f"the session has to be renewed, and Amazon asked to wait {seconds:.0f} s more", retry_after=seconds
            )
        await asyncio.sleep(max(0.0, seconds))
        return None

    def _explain(self) -> str:
        saved, store = self._live.saved, self._live.store
        if store is not None:
            return explain_end(saved.info, store.profile.name, store.profile.login, _now())
        return f"the session is over; {FRESH_COOKIES}"


def _now() -> datetime:
    return datetime.now(UTC)


def _once(call: Call[T]) -> Call[T]:
    """Whoever waits for the renewal owns its attempts."""
    return replace(call, retried_by="caller")


def _find_token(saved: SavedSession) -> str:
    return next(c.value for c in saved.cookies if c.name == f"sess-at-{saved.region.suffix}")


def _tell_end(problem: SessionExpired, operation: str, error: SessionExpired | None) -> SessionExpired:
    """What is raised for one request: what died, and what Amazon said to this one."""
    if error is not None and not str(problem):
        return error
    zone = OTHER_ZONE if operation in ("upload", "download") and not problem.code else ""
    return SessionExpired(
        f"{operation}: {problem}{zone}",
        status=401 if error is None else error.status,
        code=problem.code or ("" if error is None else error.code),
        reply="" if error is None else error.reply,
        operation=operation,
    )
