"""How much at once: an adaptive gate for requests, and a bucket for bandwidth."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class AdaptiveLimit:
    """Lets ``limit`` requests through at once.

    Starts low, grows by one after as many quick successes as it is wide, halves on a push-back (429, 503) but at
    most once per round of requests, and never exceeds ``ceiling``. A Retry-After closes the gate for that time.
    """

    def __init__(self, start: int, ceiling: int) -> None:
        self.ceiling = ceiling
        self.limit = min(start, ceiling)
        self._busy = 0
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._good = 0
        self._round = 0
        self._halved_in = -1
        self._closed_until = 0.0

    @asynccontextmanager
    async def slot(self) -> AsyncIterator[None]:
        """Waits for a place and holds it for the time of the block."""
        await self._enter()
        try:
            yield
        finally:
            self._busy -= 1
            self._wake()

    async def _enter(self) -> None:
        while (pause := self._closed_until - time.monotonic()) > 0:
            await asyncio.sleep(pause)
        if self._busy < self.limit and not self._waiting:
            self._busy += 1
            return
        place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(place)
        try:
            await place  # whoever wakes us has counted us in
        except asyncio.CancelledError:
            if place.done() and not place.cancelled():
                self._busy -= 1
                self._wake()
            raise

    def _wake(self) -> None:
        while self._waiting and self._busy < self.limit:
            place = self._waiting.popleft()
            if not place.done():
                self._busy += 1
                place.set_result(None)

    def succeeded(self) -> None:
        """A request went well."""
        self._good += 1
        if self._good >= self.limit:
            self._good = 0
            self._round += 1
            if self.limit < self.ceiling:
                self.limit += 1
                self._wake()

    def pushed_back(self, retry_after: float | None = None) -> None:
        """Amazon asked to slow down."""
        if self._halved_in != self._round:
            self._halved_in = self._round
            self.limit = max(1, self.limit // 2)
        self._good = 0
        if retry_after:
            self._closed_until = max(self._closed_until, time.monotonic() + retry_after)


class RateLimit:
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
