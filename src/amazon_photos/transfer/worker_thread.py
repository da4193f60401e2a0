"""A thread for many small jobs.

A hop to a thread and back costs more than writing a small file; so finished jobs are told to the loop together, as
many as have gathered, and the loop receives the next files while MD5 and disk work here.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable
from typing import Any, Self, TypeVar

T = TypeVar("T")
_Job = tuple["asyncio.Future[Any]", Callable[[], Any]]
_Done = tuple["asyncio.Future[Any]", Any, BaseException | None]
_MAX_TOGETHER = 16


class WorkerThread:
    """Runs jobs one after the other, in the order they come. ``with`` it; leaving it waits for none."""

    def __init__(self) -> None:
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()

    def __enter__(self) -> Self:
        self._loop = asyncio.get_running_loop()
        threading.Thread(target=self._work, name="amazon-photos-files", daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._jobs.put(None)

    async def run(self, job: Callable[[], T]) -> T:
        """Run a job in the thread, and return or raise what it does."""
        future: asyncio.Future[T] = self._loop.create_future()
        self._jobs.put((future, job))
        return await future

    def _work(self) -> None:
        while (first := self._jobs.get()) is not None:
            done, last = [_carry_out(first)], False
            while len(done) < _MAX_TOGETHER and not self._jobs.empty():
                following = self._jobs.get()
                if following is None:
                    last = True
                    break
                done.append(_carry_out(following))
            try:
                self._loop.call_soon_threadsafe(_set_results, done)
            except RuntimeError:  # the loop is closed: nobody is left to be told
                return
            if last:
                return


def _carry_out(job: _Job) -> _Done:
    future, work = job
    try:
        return future, work(), None
    except BaseException as error:  # whoever waits gets it
        return future, None, error


def _set_results(done: list[_Done]) -> None:
    for future, result, error in done:
        if future.done():
            continue
        if error is None:
            future.set_result(result)
        else:
            future.set_exception(error)
