"""How much at once: an adaptive gate for requests, and a bucket for bandwidth."""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections import deque
from typing import NamedTuple, Self

from ..errors import RateLimited, ServiceError, SessionExpired, Unavailable
from .waits import Waits

_log = logging.getLogger("amazon_photos.net")
_PUSHES = (200, 429, 503)
"""Statuses that mean "too fast": bot checks come as 503, and as a page with status 200."""
_WORTH_SAYING = 5.0
"""Waits from this many seconds on are told as warnings, so that nobody wonders."""


def log_level_for(pause: float) -> int:
    """Choose the log level for a wait of so many seconds."""
    return logging.WARNING if pause >= _WORTH_SAYING else logging.INFO


class Slot:
    """A request's place inside the gate, held for the time of the block; how the block ends moves the limit.

    No generator: each request has one, and this is cheaper.
    """

    def __init__(self, limit: AdaptiveLimiter, *, ahead: bool, signed: bool) -> None:
        self._limit = limit
        self._came = 0.0
        self.ahead = ahead
        self.signed = signed
        self.round = 0
        self.took: float | None = None

    async def __aenter__(self) -> Self:
        self.round = await self._limit.enter(ahead=self.ahead, signed=self.signed)
        self._came = time.monotonic()
        return self

    async def __aexit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        self._limit.leave(self, error)

    def mark_answered(self) -> None:
        """Note that Amazon has begun to answer: only the time until then says how busy it is."""
        if self.took is None:
            self.took = time.monotonic() - self._came
            self._limit.open_wide()


class _Guest(NamedTuple):
    """Somebody who waits for a place."""

    waiting: asyncio.Future[None]
    signed: bool


class AdaptiveLimiter:
    """Lets ``width`` requests through at once, in the order they came.

    The very first one goes alone: if the session is over, one request says so for all. Then ``start`` at once; one
    more after as many ``quick`` answers in a row as it is wide; half on a push-back (429, 503, a bot check), once for
    all requests that were under way together; never above ``ceiling``. A Retry-After closes the gate for that time;
    one longer than ``max_wait`` is an error for everybody at once, and nothing is sent. A lost session turns away
    all who wait and are ``signed`` by it. What renews it comes ``ahead``: it needs no place, and waits only while the
    gate is closed.
    """

    width: int

    def __init__(
        self, start: int, ceiling: int, *, max_wait: float = math.inf, quick: float = 2.0, waits: Waits | None = None
    ) -> None:
        self.max_width = ceiling
        self._waits = waits or Waits()
        self.width = max(1, min(start, ceiling))
        self._max_wait = max_wait
        self._quick = quick
        self._busy = 0
        self._ahead: deque[_Guest] = deque()
        self._waiting: deque[_Guest] = deque()
        self._wide = False
        self._good = 0
        self._round = 0
        self._closed_until = 0.0
        self._reopening: asyncio.TimerHandle | None = None

    @property
    def is_waited_for(self) -> bool:
        """Whether somebody waits for a place."""
        return bool(self._waiting or self._ahead)

    def slot(self, *, ahead: bool = False, signed: bool = True) -> Slot:
        """Return a place: ``async with`` waits for it, and gives it back."""
        return Slot(self, ahead=ahead, signed=signed)

    def open_wide(self) -> None:
        """Open the gate to its initial width: the first answer has come."""
        if not self._wide:
            self._wide = True
            self._wake()

    async def enter(self, *, ahead: bool, signed: bool) -> int:
        """Wait for a place; return which round it is of: push-backs of one round count once."""
        if (pause := self._pause()) > self._max_wait:
            raise RateLimited(f"Amazon asked to wait {pause:.0f} s more: nothing was sent", retry_after=pause)
        if pause <= 0 and not self.is_waited_for and (ahead or self._has_room()):
            self._busy += not ahead
            return self._round
        waiting: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        (self._ahead if ahead else self._waiting).append(_Guest(waiting, signed))
        self._wake()
        try:
            await waiting  # who lets us in has counted us
        except asyncio.CancelledError:
            if waiting.done() and not waiting.cancelled() and waiting.exception() is None:
                self._give_back(ahead=ahead)
            raise
        return self._round

    def leave(self, place: Slot, error: BaseException | None) -> None:
        """Give a place back, after a request that ended well or with ``error``."""
        try:
            match error:
                case None:
                    self._went_well(place)
                case SessionExpired():
                    if place.signed and not place.ahead:
                        self._reject_waiting(error)
                case RateLimited() | Unavailable():
                    if error.status in _PUSHES:
                        self._back_off(place, error)
                case ServiceError():
                    place.mark_answered()
        finally:
            self._give_back(ahead=place.ahead)

    def _give_back(self, *, ahead: bool) -> None:
        self._busy -= 0 if ahead else 1
        self._wake()

    def _pause(self) -> float:
        return self._closed_until - time.monotonic()

    def _has_room(self) -> bool:
        return self._busy < (self.width if self._wide else 1)

    def _wake(self) -> None:
        if not self.is_waited_for:
            return
        if (pause := self._pause()) > 0:
            if self._reopening is None:
                self._reopening = asyncio.get_running_loop().call_later(pause, self._reopen)
            return
        while self._ahead or (self._waiting and self._has_room()):
            counted, waiting = not self._ahead, (self._ahead or self._waiting).popleft().waiting
            if not waiting.done():
                self._busy += counted
                waiting.set_result(None)

    def _reopen(self) -> None:
        self._reopening = None
        self._wake()

    def _went_well(self, place: Slot) -> None:
        place.mark_answered()
        self._good = self._good + 1 if (place.took or 0.0) < self._quick else 0
        if self._good >= self.width:
            self._good = 0
            self.width = min(self.width + 1, self.max_width)

    def _back_off(self, place: Slot, error: RateLimited | Unavailable) -> None:
        self._good = 0
        if place.round == self._round:
            self._round += 1
            self.width = max(1, self.width // 2)
        pause = error.retry_after or 0.0
        self._closed_until = max(self._closed_until, time.monotonic() + pause)
        waits = f"waiting {pause:.1f} s as it asked, then " if pause else ""
        _log.log(
            log_level_for(pause), "Amazon says we are too fast (%s): %s%d at once", error.status, waits, self.width
        )
        if pause > self._max_wait:
            self._reject_waiting(error)
        else:
            self._waits.hold(pause, error)

    def _reject_waiting(self, error: SessionExpired | RateLimited | Unavailable) -> None:
        """Each of those who wait gets an error of its own: a shared one would gather their tracebacks."""
        lost = isinstance(error, SessionExpired)
        for queue in (self._waiting,) if lost else (self._ahead, self._waiting):
            guests = list(queue)
            queue.clear()
            for guest in guests:
                if lost and not guest.signed:
                    queue.append(guest)
                elif not guest.waiting.done():
                    guest.waiting.set_exception(_again(error))


def _again(error: SessionExpired | RateLimited | Unavailable) -> ServiceError:
    said = {"status": error.status, "code": error.code, "reply": error.reply, "operation": error.operation}
    if isinstance(error, RateLimited | Unavailable):
        return type(error)(str(error), retry_after=error.retry_after, **said)  # type: ignore[arg-type]  # as it came
    return type(error)(str(error), **said)  # type: ignore[arg-type]  # as it came


class RateLimiter:
    """A token bucket: ``spend`` waits until ``bytes_per_second`` allows that many more; None never waits."""

    def __init__(self, bytes_per_second: float | None) -> None:
        self._rate = bytes_per_second
        self._free_at = 0.0

    async def spend(self, size: int) -> None:
        if self._rate is None:
            return
        now = time.monotonic()
        self._free_at = max(self._free_at, now) + size / self._rate
        if self._free_at - now > 0.005:
            await asyncio.sleep(self._free_at - now)
