"""One event loop in one daemon thread: how blocking code waits for async operations.

It works where a loop already runs (Jupyter), from any thread, and lets a script that never closes its client
exit: the thread is a daemon, and what it cannot end in time is abandoned with the process.

In a forked child that thread doesn't run, and its frame holds the loop and all that is open for ever. So it should be:
parent and child share one epoll, and closing a connection in the child would end the parent's waiting for it.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import threading
import time
from collections.abc import AsyncGenerator, Callable, Coroutine, Generator, Iterator
from concurrent.futures import Future
from concurrent.futures import wait as wait_for
from functools import update_wrapper
from types import GeneratorType
from typing import Any, Concatenate, Generic, NamedTuple, ParamSpec, Protocol, TypeVar, overload

from ..aio.async_property import async_property
from ..aio.misuse import Explaining
from ..aio.time_limit import time_over
from ..errors import ClientClosed, WrongThread
from ..net.error_mapping import raise_without_context

_TIDYING = 2.0
"""Seconds that what was cut off may take to leave things in order."""
P = ParamSpec("P")
R = TypeVar("R")
A = TypeVar("A")


class LoopThread:
    """Runs coroutines on a loop of its own and waits for them; ``last`` is what it runs when it stops."""

    def __init__(self, last: Callable[[], Coroutine[Any, Any, None]]) -> None:
        self._last = last
        self._pid = os.getpid()
        self._loop = asyncio.new_event_loop()
        self._door = threading.RLock()  # reentrant: the garbage collector may end an iterator while we hold it
        self._limits = threading.local()
        self._shut = False
        self._stopping = asyncio.Event()
        self._under_way: set[asyncio.Task[Any]] = set()
        self._iterated: set[AsyncGenerator[Any, None]] = set()
        self._thread = threading.Thread(target=self._serve, name="amazon-photos", daemon=True)
        self._thread.start()

    @contextlib.contextmanager
    def limit_time(self, seconds: float) -> Iterator[None]:
        """Limit the time of what this thread waits for in the block: ``TimedOut`` after so many ``seconds``."""
        before: _Limit | None = getattr(self._limits, "now", None)
        limit = _Limit(time.monotonic() + seconds, seconds)
        self._limits.now = limit if before is None else min(before, limit)
        try:
            yield
        finally:
            self._limits.now = before

    def wait(self, operation: Coroutine[Any, Any, R]) -> R:
        """Wait for the operation as ``finish`` does, within the time that ``limit_time`` leaves."""
        limit: _Limit | None = getattr(self._limits, "now", None)
        return self._finish(operation, limit)

    def finish(self, operation: Coroutine[Any, Any, R]) -> R:
        """Wait for the operation, and return its result, however long it takes.

        Ctrl-C cancels it and waits for it to end well; a second one leaves at once. Raises ``ClientClosed`` after
        ``stop``, and when ``stop`` cuts the operation off.
        """
        return self._finish(operation, None)

    def _finish(self, operation: Coroutine[Any, Any, R], limit: _Limit | None) -> R:
        work = _Work(operation, limit)
        try:
            self._send(work)
            return work.outcome.result()
        except KeyboardInterrupt:
            with contextlib.suppress(RuntimeError):  # the loop is closed: it has ended all there was
                self._interrupt(work)
            raise
        finally:
            del work  # it holds the error, which holds this frame

    def iterate(self, items: AsyncGenerator[R, None]) -> Iterator[R]:
        """Yield the items, one wait each. Leaving early closes the async generator; so does ``stop``."""
        try:
            while True:
                try:
                    yield self.wait(self._next(items))
                except StopAsyncIteration:
                    return
        finally:
            if threading.current_thread() is self._thread:  # the garbage collector came by
                self._iterated.discard(items)  # asyncio closes what nobody holds
            with contextlib.suppress(ClientClosed, WrongThread):  # stop() closes it; in a fork it is the parent's
                self.finish(self._close(items))

    def stop(self) -> None:
        """Stop what is under way, run the ``last`` operation and end the thread.

        What takes longer than 4 seconds goes on without being waited for. A second call does nothing.
        """
        if os.getpid() != self._pid:
            return  # all of it is the parent's
        with self._door:
            if not self._shut:
                self._shut = True
                self._loop.call_soon_threadsafe(self._stopping.set)
        if threading.current_thread() is not self._thread:
            self._thread.join(2 * _TIDYING)

    def _send(self, work: _Work[Any]) -> None:
        try:
            self._guard()
            with self._door:  # what comes in before stop() is ended by it, and nothing comes in afterwards
                if self._shut:
                    raise ClientClosed("this client was closed: make a new one")
                self._loop.call_soon_threadsafe(work.start, self._under_way)
        except (WrongThread, ClientClosed):
            work.operation.close()
            raise

    def _guard(self) -> None:
        if os.getpid() != self._pid:
            raise WrongThread("this client was made before the process forked: make a new one in the child")
        if threading.current_thread() is self._thread:
            raise WrongThread("a blocking call from the client's own loop: use AsyncAmazonPhotos there")

    def _interrupt(self, work: _Work[Any]) -> None:
        try:
            self._loop.call_soon_threadsafe(work.cancel)
            wait_for([work.outcome])
        except KeyboardInterrupt:
            self._loop.call_soon_threadsafe(work.cancel)
            wait_for([work.outcome], _TIDYING)
            raise

    # --- on the loop's thread ----------------------------------------------------------------------------

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        living = self._loop.create_task(self._live())
        while not living.done():
            with contextlib.suppress(SystemExit, KeyboardInterrupt):  # of an operation, whose caller gets it, too
                self._loop.run_until_complete(living)
        self._loop.close()

    async def _live(self) -> None:
        await self._stopping.wait()
        stubborn = await _cancel_all(self._under_way)
        # Closing the outermost closes those in it; shutdown_asyncgens closes all at once, which fails for nested ones.
        await asyncio.gather(*(items.aclose() for items in list(self._iterated)), return_exceptions=True)
        await asyncio.gather(self._last(), *stubborn, return_exceptions=True)
        left = asyncio.all_tasks() - {asyncio.current_task()}
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        await self._loop.shutdown_asyncgens()

    async def _next(self, items: AsyncGenerator[R, None]) -> R:
        self._iterated.add(items)
        return await anext(items)

    async def _close(self, items: AsyncGenerator[Any, None]) -> None:
        self._iterated.discard(items)
        await items.aclose()


class _Limit(NamedTuple):
    """When the time is over, by ``time.monotonic``, and how long it was."""

    until: float
    seconds: float


async def _within(limit: _Limit, operation: Coroutine[Any, Any, R]) -> R:
    timeout = asyncio.timeout(limit.until - time.monotonic())
    try:
        async with timeout:
            return await operation
    except TimeoutError:
        if not timeout.expired():
            raise
        raise_without_context(time_over(limit.seconds))


class _Work(Generic[R]):
    """An operation on its way through the loop. ``outcome`` is for all threads, the rest for the loop's."""

    def __init__(self, operation: Coroutine[Any, Any, R], limit: _Limit | None) -> None:
        self.operation = operation
        self._limit = limit
        self.outcome: Future[R] = Future()
        self._task: asyncio.Task[R] | None = None

    def start(self, under_way: set[asyncio.Task[Any]]) -> None:
        operation = self.operation if self._limit is None else _within(self._limit, self.operation)
        self._task = asyncio.get_running_loop().create_task(operation)
        under_way.add(self._task)
        self._task.add_done_callback(under_way.discard)
        self._task.add_done_callback(self._pass_on)

    def cancel(self) -> None:
        if self._task is not None:
            self._task.cancel()
        elif not self.outcome.done():  # Ctrl-C came before it was sent
            self.operation.close()
            self.outcome.set_exception(KeyboardInterrupt())

    def _pass_on(self, task: asyncio.Task[R]) -> None:
        if task.cancelled():  # by stop(), for after Ctrl-C nobody looks
            self.outcome.set_exception(ClientClosed("this client was closed meanwhile"))
        elif (error := task.exception()) is not None:
            self.outcome.set_exception(error)
        else:
            self.outcome.set_result(task.result())


async def _cancel_all(tasks: set[asyncio.Task[Any]]) -> set[asyncio.Task[Any]]:
    """Cancels the tasks; those that take long to tidy up, a second time. Gives these."""
    for task in tasks:
        task.cancel()
    stubborn = (await asyncio.wait(tasks, timeout=_TIDYING))[1] if tasks else set()
    for task in stubborn:
        task.cancel()
    return stubborn


class HasLoopThread(Protocol):
    """What a class needs for ``blocking`` and ``blocking_property``: the thread, and the async object behind it."""

    _loop_thread: LoopThread
    _aio: Any


def blocking(
    operation: Callable[Concatenate[A, P], Coroutine[Any, Any, R]],
) -> Callable[Concatenate[HasLoopThread, P], R]:
    """Make the blocking twin of an async method: same parameters and docstring, the result itself."""

    def method(self: HasLoopThread, /, *args: P.args, **kwargs: P.kwargs) -> R:
        with Explaining(operation, f"{type(self).__name__}.{operation.__name__}"):
            asked = operation(self._aio, *map(_read_here, args), **{k: _read_here(v) for k, v in kwargs.items()})
        return self._loop_thread.wait(asked)

    return update_wrapper(method, operation)


def blocking_iterator(
    operation: Callable[Concatenate[A, P], AsyncGenerator[R, None]],
) -> Callable[Concatenate[HasLoopThread, P], Generator[R, None, None]]:
    """Make the blocking twin of a method that gives an async iterator, for ``for``."""

    def method(self: HasLoopThread, /, *args: P.args, **kwargs: P.kwargs) -> Generator[R, None, None]:
        with Explaining(operation, f"{type(self).__name__}.{operation.__name__}"):
            items = operation(self._aio, *args, **kwargs)
        return _iterate(self, items)

    return update_wrapper(method, operation)


def _iterate(holder: HasLoopThread, items: AsyncGenerator[R, None]) -> Generator[R, None, None]:
    yield from holder._loop_thread.iterate(items)  # not return: whoever iterates holds the client


def _read_here(argument: Any) -> Any:
    """Read what is iterated once in the caller's thread: it may ask a client, which the loop's own thread cannot."""
    is_search = hasattr(type(argument), "__iter__") and isinstance(getattr(argument, "_loop_thread", None), LoopThread)
    return list(argument) if is_search or isinstance(argument, GeneratorType | filter | map) else argument


class blocking_property(Generic[R]):  # noqa: N801 - stands where a property would
    """The blocking twin of an ``async_property``."""

    def __init__(self, property_: async_property[Any, R]) -> None:
        self._property = property_
        self.__doc__ = property_.__doc__

    @overload
    def __get__(self, instance: None, owner: type) -> blocking_property[R]: ...
    @overload
    def __get__(self, instance: HasLoopThread, owner: type) -> R: ...
    def __get__(self, instance: HasLoopThread | None, owner: type) -> blocking_property[R] | R:
        if instance is None:
            return self
        return instance._loop_thread.wait(self._property.operation(instance._aio))
