"""An orderly stop that anybody may ask for: what is in flight is finished, and nothing more is begun.

::

    any thread, a signal handler ── ask_all() ──> StopRequest of each call under way ──> its loop: no more is begun

A call that is cancelled ends with an error and has seconds for what is in flight; one that is asked to stop takes the
time that it needs, and ends as if there had been no more to do.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress

NOT_BEGUN = "stopped before it began"


class NotBegun(Exception):
    """Somebody asked to stop before this began: it is not to be done."""


class StopRequest:
    """What one call that is under way knows of being asked to stop. Made in the event loop of the call."""

    asked: bool = False

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._pid = os.getpid()
        self._callbacks: list[Callable[[], None]] = []

    def ask(self) -> bool:
        """Ask, from any thread or a signal handler; False in a forked child, whose parent's call it is."""
        if os.getpid() != self._pid:
            return False
        self.asked = True
        with suppress(RuntimeError):  # the loop has just been closed
            self._loop.call_soon_threadsafe(self._run_callbacks)
        return True

    def check(self) -> None:
        """Raise ``NotBegun`` if somebody has asked."""
        if self.asked:
            raise NotBegun(NOT_BEGUN)

    def _run_callbacks(self) -> None:
        for callback in tuple(self._callbacks):
            callback()

    @contextmanager
    def calling(self, callback: Callable[[], None]) -> Iterator[None]:
        """Call ``callback`` in the loop if somebody asks before the block ends, or has asked.

        It may be called several times.
        """
        self._callbacks.append(callback)
        try:
            if self.asked:
                callback()
            yield
        finally:
            self._callbacks.remove(callback)

    @asynccontextmanager
    async def cutting_short(self) -> AsyncIterator[None]:
        """Cut the block short once somebody asks, as by a cancellation; it ends without an error."""
        limit = asyncio.timeout(None)

        def cut() -> None:
            if not limit.expired():
                limit.reschedule(0)

        try:
            async with limit:
                with self.calling(cut):
                    yield
        except TimeoutError:
            if not limit.expired():
                raise


class StopSwitch:
    """The calls of one client that are under way and can be asked to stop."""

    def __init__(self) -> None:
        self._under_way: frozenset[StopRequest] = frozenset()  # replaced whole: other threads look at it

    @contextmanager
    def register(self) -> Iterator[StopRequest]:
        """Register a call for the time of the block."""
        request = StopRequest()
        self._under_way |= {request}
        try:
            yield request
        finally:
            self._under_way -= {request}

    def ask_all(self) -> bool:
        """Ask all calls that are under way; tell whether there is one.

        From any thread or a signal handler.
        """
        asked = [request.ask() for request in self._under_way]
        return any(asked)
