"""What happens in a transfer, told to those who watch: a progress bar, a window, a log.

::

    def watch(event):
        match event:
            case PlanUpdated(files=files, bytes=size): …     so much there is to do, as far as is known
            case BytesTransferred(bytes=size): …             so much of it has moved
            case FileFinished(result=result): …              this file is done

What moved counts once, however often it had to be sent: the bytes of a failed attempt are taken back by a
``BytesTransferred`` below 0. So in the end all of them add up to the last ``PlanUpdated.bytes``, and there is a
``FileFinished`` for each file.
"""

from __future__ import annotations

import inspect
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..errors import InvalidInput
from ..model.checks import show

if TYPE_CHECKING:
    from .file_result import FileResult

_NOT_AWAITED = (
    "on_event is an async function, and nobody awaits it: give a plain one, which may put events into a queue"
)
_log = logging.getLogger("amazon_photos.transfer")


@dataclass(frozen=True, slots=True)
class PlanUpdated:
    """All that there is to do, done or not: it grows while files are found, and shrinks by what need not move."""

    files: int
    """Files to move, as far as is known."""
    bytes: int
    """Bytes to move, as far as is known."""
    complete: bool
    """Every file has been found."""


@dataclass(frozen=True, slots=True)
class BytesTransferred:
    """Bytes that moved since the last event; below 0: they have to move again, or were not needed."""

    bytes: int
    """How many."""


@dataclass(frozen=True, slots=True)
class FileFinished:
    """A file is done, well or not."""

    result: FileResult
    """What became of it: the row that the frame will have."""


Event = PlanUpdated | BytesTransferred | FileFinished
"""What may happen in a transfer."""
OnEvent = Callable[[Event], object]
"""What is told of it: a plain function. What it returns is ignored."""


class EventEmitter:
    """Tells events to all who watch. One who raises is not told any more: no transfer fails for that."""

    def __init__(self, *watchers: OnEvent | None) -> None:
        self._watchers = [_check_watcher(watcher) for watcher in watchers if watcher is not None]
        self._files = 0
        self._bytes = 0
        self._complete = False

    @property
    def is_watched(self) -> bool:
        """Whether anybody is told."""
        return bool(self._watchers)

    def plan(self, *, files: int = 0, bytes: int = 0, complete: bool = False) -> None:  # noqa: A002 - the event's word
        """Plan so many more; fewer, below 0."""
        if self._watchers and (files or bytes or complete):
            self._files, self._bytes = self._files + files, self._bytes + bytes
            self._complete = self._complete or complete
            self._notify(PlanUpdated(self._files, self._bytes, self._complete))

    def transfer(self, size: int) -> None:
        if self._watchers and size:
            self._notify(BytesTransferred(size))

    def finish(self, result: FileResult) -> None:
        if self._watchers:
            self._notify(FileFinished(result))

    def _notify(self, event: Event) -> None:
        for watcher in tuple(self._watchers):
            try:
                if inspect.iscoroutine(told := watcher(event)):
                    told.close()
                    raise TypeError(_NOT_AWAITED)
            except Exception:  # whatever it does, the transfer goes on
                self._watchers.remove(watcher)
                _log.exception("on_event failed at %s: it gets no more events of this transfer", event)


def _check_watcher(watcher: OnEvent) -> OnEvent:
    if not callable(watcher):
        raise InvalidInput(f"on_event is a function that takes an event, not {show(watcher)}")
    if inspect.iscoroutinefunction(watcher) or inspect.iscoroutinefunction(getattr(watcher, "__call__", None)):  # noqa: B004
        raise InvalidInput(_NOT_AWAITED)
    return watcher


class FileProgress:
    """One file's bytes. ``size`` is what has been planned for it."""

    def __init__(self, watch: EventEmitter, size: int) -> None:
        self._watch = watch
        self._size = size
        self._due = size
        self._first: int | None = None
        self._moved = 0

    @property
    def begun(self) -> bool:
        """Whether an attempt has begun."""
        return self._first is not None

    def attempt(self, start: int = 0) -> None:
        """Begin an attempt, at this byte: what an earlier run brought need not move."""
        if self._first is None or start < self._first:
            self._first = start
            self._expect(self._size - start)
        if moved := start - self._first - self._moved:
            self.move(moved)

    def move(self, size: int) -> None:
        self._moved += size
        self._watch.transfer(size)

    def settle(self, *, arrived: bool) -> None:
        """Settle that the file is done; what did not arrive neither moved nor has to."""
        if not arrived:
            self.move(-self._moved)
        self._expect(self._moved)

    def _expect(self, due: int) -> None:
        if due != self._due:
            self._watch.plan(bytes=due - self._due)
            self._due = due
