"""Bounded work: so many at once, one failure apart from the rest, and an orderly end.

What is to be done is drawn from an async iterator only when there is a hand free for it, so the whole is never in
memory. An error that ``do`` lets out, and a first cancellation (Ctrl-C), stop new work at once; what is under way
may finish for some seconds. A second cancellation leaves now. Who is only asked to stop (``stopping``) finishes what is
under way however long it takes, and no error ends it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import nullcontext
from typing import Generic, TypeVar, cast

from ..errors import AmazonPhotosError
from .stopping import StopRequest

T = TypeVar("T")
GRACE = 10.0
"""Seconds that work under way has to finish in."""


async def run_bounded(
    work: AsyncIterator[T],
    do: Callable[[T], Awaitable[None]],
    *,
    width: int,
    now: Callable[[], int] | None = None,
    grace: float = GRACE,
    stop: StopRequest | None = None,
) -> None:
    """Run ``do`` for all of ``work``, so many at once. Raise the first error that it lets out.

    ``width`` items are worked on at once, or fewer if ``now`` returns less: an item that would only wait for a free
    connection is not begun, so it need not be finished when the run is stopped. Once ``stop`` is asked for, nothing
    more is drawn.
    """
    workers = _Workers(work, do, now or (lambda: width))
    tasks = [asyncio.create_task(workers.work()) for _ in range(width)]
    try:
        with nullcontext() if stop is None else stop.calling(lambda: workers.close(tasks)):
            await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
    except asyncio.CancelledError:
        await _finish(workers, tasks, grace)
        raise
    await _finish(workers, tasks, grace)
    for task in tasks:
        if not task.cancelled() and (error := task.exception()) is not None:
            raise error


async def _finish(workers: _Workers[T], tasks: list[asyncio.Task[None]], grace: float) -> None:
    workers.close(tasks)
    try:
        if workers.busy:
            await asyncio.wait(list(workers.busy), timeout=grace)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class _Workers(Generic[T]):
    """What the tasks share."""

    def __init__(self, work: AsyncIterator[T], do: Callable[[T], Awaitable[None]], now: Callable[[], int]) -> None:
        self._items = work
        self._do = do
        self._now = now
        self._freed = asyncio.Event()
        self._turn = asyncio.Lock()
        self.busy: set[asyncio.Task[None]] = set()
        self.closed = False

    def close(self, tasks: list[asyncio.Task[None]]) -> None:
        """Begin nothing more."""
        self.closed = True
        for task in tasks:
            if task not in self.busy:
                task.cancel()

    async def work(self) -> None:
        me = cast("asyncio.Task[None]", asyncio.current_task())
        while not self.closed:
            async with self._turn:
                while len(self.busy) >= max(1, self._now()):
                    self._freed.clear()
                    await self._freed.wait()
                try:
                    item = await anext(self._items)
                except StopAsyncIteration:
                    return
            self.busy.add(me)
            try:
                await self._do(item)
            finally:
                self.busy.discard(me)
                self._freed.set()


class FailureBudget:
    """A budget of failing for the whole run: a dead service ends it in minutes, however many files are left."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._failing_since: float | None = None
        self._why = f"nothing went through for {seconds:.0f} s: the run ends here; run again later"

    def note_success(self) -> None:
        self._failing_since = None

    def note_failure(self, error: AmazonPhotosError) -> None:
        """Note a failure. Raises ``error`` once nothing has succeeded for the budget's time."""
        now = time.monotonic()
        if self._failing_since is None:
            self._failing_since = now
        elif now - self._failing_since > self._seconds:
            if self._why not in getattr(error, "__notes__", ()):
                error.add_note(self._why)  # to each that fails meanwhile: any of them may be the one that is raised
            raise error
