"""One event loop in one daemon thread: how blocking code waits for async operations.

It works where a loop already runs (Jupyter), from any thread, and lets a script that never closes its client
exit: the thread is a daemon, and whatever it was doing is abandoned with the process.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from concurrent.futures import CancelledError, Future
from concurrent.futures import wait as wait_for
from functools import update_wrapper
from typing import Any, Concatenate, Generic, ParamSpec, Protocol, TypeVar, overload

from ..aio.lazy import Lazy
from ..errors import AmazonPhotosError, Closed

_TIDYING = 2.0
"""Seconds that what was cut off may take to leave things in order."""
P = ParamSpec("P")
R = TypeVar("R")
A = TypeVar("A")


class WrongThread(AmazonPhotosError, RuntimeError):
    """Waiting here would wait for ever: the call comes from the client's own loop, or from a forked child."""


class Bridge:
    """Runs coroutines on a loop of its own and waits for them."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._pid = os.getpid()
        self._thread = threading.Thread(target=_serve, args=(self._loop,), name="amazon-photos", daemon=True)
        self._thread.start()

    def wait(self, operation: Coroutine[Any, Any, R], *, timeout: float | None = None) -> R:
        """The operation's result. Ctrl-C cancels it and waits for it to end well; a second one leaves at once."""
        try:
            self._guard()
        except (WrongThread, Closed):
            operation.close()
            raise
        outcome: Future[R] = Future()
        started: list[asyncio.Task[R]] = []
        self._loop.call_soon_threadsafe(_start, operation, outcome, started)
        try:
            return outcome.result(timeout)
        except KeyboardInterrupt:
            self._loop.call_soon_threadsafe(_cancel, started)
            try:
                wait_for([outcome])
            except KeyboardInterrupt:
                self._loop.call_soon_threadsafe(_cancel, started)
                wait_for([outcome], _TIDYING)
                raise
            raise

    def iterate(self, items: AsyncIterator[R]) -> Iterator[R]:
        """The items, one wait each. Leaving early closes the async iterator."""
        try:
            while True:
                try:
                    yield self.wait(_next(items))
                except StopAsyncIteration:
                    return
        finally:
            if (close := getattr(items, "aclose", None)) is not None:
                with contextlib.suppress(WrongThread):
                    self.wait(close())

    def stop(self, last: Coroutine[Any, Any, None], *, timeout: float = _TIDYING) -> None:
        """Runs the ``last`` operation, for ``timeout`` seconds at the most, and ends the thread."""
        if os.getpid() != self._pid:
            self._loop.set_exception_handler(lambda *_: None)  # what the parent has open is not the child's to mourn
        if os.getpid() != self._pid or self._loop.is_closed() or threading.current_thread() is self._thread:
            last.close()
            return
        with contextlib.suppress(TimeoutError):
            self.wait(last, timeout=timeout)
        with contextlib.suppress(RuntimeError):  # somebody else closed it meanwhile
            self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout)

    def _guard(self) -> None:
        if os.getpid() != self._pid:
            raise WrongThread("this client was made before the process forked: make a new one in the child")
        if threading.current_thread() is self._thread:
            raise WrongThread("a blocking call from the client's own loop: use AsyncAmazonPhotos there")
        if self._loop.is_closed():
            raise Closed("this client was closed: make a new one")


def _start(operation: Coroutine[Any, Any, R], outcome: Future[R], started: list[asyncio.Task[R]]) -> None:
    task = asyncio.get_running_loop().create_task(operation)
    started.append(task)
    task.add_done_callback(lambda done: _pass_on(done, outcome))


def _pass_on(task: asyncio.Task[R], outcome: Future[R]) -> None:
    if task.cancelled():
        outcome.set_exception(CancelledError())
    elif (error := task.exception()) is not None:
        outcome.set_exception(error)
    else:
        outcome.set_result(task.result())


def _cancel(started: list[asyncio.Task[R]]) -> None:
    for task in started:
        task.cancel()


async def _next(items: AsyncIterator[R]) -> R:
    return await anext(items)


def _serve(loop: asyncio.AbstractEventLoop) -> None:
    asyncio.set_event_loop(loop)
    loop.run_forever()
    left = asyncio.all_tasks(loop)
    for task in left:
        task.cancel()
    loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
    loop.run_until_complete(loop.shutdown_asyncgens())
    loop.close()


class Waiting(Protocol):
    """What a class needs for ``waits`` and ``Waited``: the bridge, and the async object behind it."""

    _bridge: Bridge
    _aio: Any


def waits(operation: Callable[Concatenate[A, P], Coroutine[Any, Any, R]]) -> Callable[Concatenate[Waiting, P], R]:
    """The blocking twin of an async method: same parameters, same docstring, the result itself."""

    def method(self: Waiting, /, *args: P.args, **kwargs: P.kwargs) -> R:
        return self._bridge.wait(operation(self._aio, *args, **kwargs))

    return update_wrapper(method, operation)


class Waited(Generic[R]):
    """The blocking twin of a ``Lazy`` property."""

    def __init__(self, lazy: Lazy[Any, R]) -> None:
        self._lazy = lazy
        self.__doc__ = lazy.__doc__

    @overload
    def __get__(self, instance: None, owner: type) -> Waited[R]: ...
    @overload
    def __get__(self, instance: Waiting, owner: type) -> R: ...
    def __get__(self, instance: Waiting | None, owner: type) -> Waited[R] | R:
        if instance is None:
            return self
        return instance._bridge.wait(self._lazy.operation(instance._aio))
