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
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

from ..auth.renewal import RETRY_AFTER, Renewal, plan_before_request
from ..errors import (
    AmazonPhotosError,
    ClientClosed,
    CredentialsError,
    NetworkError,
    NotSignedIn,
    RenewalFailed,
    SessionExpired,
    Unavailable,
    WrongProfile,
)
from ..model.regions import Host
from ..settings import Settings
from ..wire.call import Call
from ..wire.error_response import OTHER_ZONE
from .live_session import LiveSession
from .renewal_ways import RenewalWays, Send
from .retry import Policy
from .waits import Waits

R = TypeVar("R")
MAX_RENEWALS = 2
"""Renewals that one request waits for: a session may die again before it is sent again."""
_REFUSALS = 3
"""Sets of cookies in a row that a host refuses until it is no matter of the session."""
_PATIENCE = 10.0
"""Seconds that a request waits for a renewal while the cookies that there are still sign."""
_log = logging.getLogger("amazon_photos.net")


class _SentMeanwhile(Unavailable):
    """The session ended while something was on its way up. It is renewed now: look what arrived, and send it again."""

    def __init__(self, ended: SessionExpired) -> None:
        told = f"{ended.operation}: the session ended on the way, and was renewed"
        super().__init__(told, status=ended.status, operation=ended.operation)


class Renewer:
    """Keeps a ``LiveSession`` alive. ``renewals`` counts how often it was renewed, here or by another process."""

    def __init__(self, live: LiveSession, settings: Settings, send: Send, waits: Waits) -> None:
        self.renewals = 0
        self._live = live
        self._settings = settings
        self._ways = RenewalWays(live, settings, send)
        self._policy = Policy.of(settings, waits)
        self._task: asyncio.Task[AmazonPhotosError | None] | None = None
        self._begun = 0.0
        self._refused = self._taken = 0
        self._refused_by: dict[Host, list[int]] = {}
        self._dead: SessionExpired | None = None
        self._failed: datetime | None = None
        self._failures = 0
        self._not_before = 0.0

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.renewals}>"

    async def send(self, call: Call[Any], send: Callable[[], Awaitable[R]]) -> R:
        """Send a call, whose sending is ``send``, with a session that lives; and again once it is renewed.

        What had a body and is the caller's to try again raises ``_SentMeanwhile`` then: the caller looks first.
        """
        if not call.signed:
            return await send()
        for _ in range(MAX_RENEWALS):
            await self.prepare(call)
            try:
                return await send()
            except SessionExpired as error:
                ended = error
            await self.recover(call, ended)
            if call.body is not None and call.retried_by == "caller":
                raise _SentMeanwhile(ended)
        return await send()

    def watch(self, call: Call[Any]) -> _Watch:
        """Watch over one request, from before its cookies are chosen: were they taken, or refused?"""
        return _Watch(self, call, self._live.generation)

    def note_end(self, call: Call[Any], sent_with: int, error: BaseException | None) -> None:
        """Note how a request ended that was sent with the cookies of that generation."""
        if not call.signed:
            return
        if error is None:
            self._taken = max(self._taken, sent_with)
            if self._refused_by:
                self._refused_by.pop(call.host, None)
        elif isinstance(error, SessionExpired):
            self._refused = max(self._refused, sent_with)
            refused = self._refused_by.setdefault(call.host, [])
            if sent_with > max(refused, default=0):
                refused.append(sent_with)

    async def prepare(self, call: Call[Any]) -> None:
        """Prepare what signs, before a request is sent: renew it if it is time.

        Raises ``SessionExpired`` for a session that is known to be dead, ``RenewalFailed`` for one that has ended and
        cannot be renewed now.
        """
        if self._dead is not None or not self._live.can_sign or self._is_known_refused(call.host):
            await self._wait_for_renewal(call.operation, None)
        elif self._is_due():
            task = self._begin()
            await asyncio.wait([task], timeout=max(0.0, self._begun + _PATIENCE - time.monotonic()))

    async def recover(self, call: Call[Any], error: SessionExpired) -> None:
        """Find something else that signs, after an answer that says "signed out": then send again.

        Raises ``error`` where there is nothing, or as ``prepare``.
        """
        if max(self._refused_by.get(call.host, ()), default=0) < self._live.generation:
            return
        if self._is_alone_in_refusing(call.host):
            raise _tell_end(
                SessionExpired("this host takes none of the cookies that others take"), call.operation, error
            )
        if self._ways.find(refused=True) is None and self._live.store is None:
            raise error
        await self._wait_for_renewal(error.operation, error)

    async def close(self) -> None:
        """End a renewal that is under way."""
        if self._task is not None and self._task.get_loop() is asyncio.get_running_loop():
            self._task.cancel()
            await asyncio.wait([self._task])

    # --- when --------------------------------------------------------------------------------------------

    def _is_due(self) -> bool:
        now = time.monotonic()
        if self._ways.token_until is not None:
            return now > self._ways.token_until
        saved = self._live.saved
        if now < self._not_before or not saved.renewable:
            return False
        return plan_before_request(saved, _now(), failed=self._failed) is not Renewal.NONE

    def _is_known_refused(self, host: Host) -> bool:
        """Whether sending anything there would only be one more 401."""
        if not self._refused_by:
            return False
        known = max(self._refused_by.get(host, ()), default=0) >= self._live.generation
        return known and self._live.saved.renewable and not self._is_alone_in_refusing(host)

    def _is_alone_in_refusing(self, host: Host) -> bool:
        """Whether a host refuses whatever is renewed, and others take it: one of another zone. Renewing is no help."""
        refused = self._refused_by.get(host, ())
        return len(refused) >= _REFUSALS and self._taken >= self._live.generation

    def _is_refused_fresh(self) -> bool:
        """Whether cookies that have just been renewed were taken by nobody: others would fare no better."""
        just_now = _now() - self._live.saved.minted < RETRY_AFTER
        return self.renewals > 0 and just_now and self._taken < self._live.generation <= self._refused

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
        if self._ways.token_until is None and not self._is_refused_fresh():
            renew = self._ways.find(refused=self._refused >= self._live.generation)
        elif self._ways.may_take_token and (self._ways.token_until is None or not self._is_refused_fresh()):
            renew = self._ways.take_token
        else:
            return SessionExpired(f"what was renewed just now is refused as well; {self._ways.explain()}")
        if renew is None:
            return SessionExpired("" if self._live.store is None else self._ways.explain())
        try:
            await renew()
        except SessionExpired as error:
            self._dead = error if error.code else None
            return error
        except ClientClosed as error:
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

    # --- what became of it ---------------------------------------------------------------------------------

    def _note_renewed(self) -> None:
        self.renewals += 1
        self._dead = self._failed = None
        self._failures, self._not_before, self._ways.cannot_trade = 0, 0.0, False

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
        if seconds > 0:
            self._policy.waits.hold(seconds, RenewalFailed(""))
        await asyncio.sleep(max(0.0, seconds))
        return None


class _Watch:
    """A block in which one request is sent. No generator: each request has one, and this is cheaper."""

    __slots__ = ("_call", "_renewer", "_sent_with")

    def __init__(self, renewer: Renewer, call: Call[Any], sent_with: int) -> None:
        self._renewer = renewer
        self._call = call
        self._sent_with = sent_with

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        self._renewer.note_end(self._call, self._sent_with, error)


def _now() -> datetime:
    return datetime.now(UTC)


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
