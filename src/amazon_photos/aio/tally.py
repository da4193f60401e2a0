"""How far one long operation is, in numbers, and in the words that every screen shows.

::

    upload  3/12 files  4.5/34.0 MB  1.2 MB/s  0:25 left          while it runs
    upload: 12 files (11 uploaded, 1 exists), 34.0 MB in 0:28     what it leaves

What stands in the way comes behind it: ``3 retries  waiting 12 s: Amazon asks to slow down (429)``.
"""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable

from ..model.amounts import show_count, show_duration, show_size
from ..net.waits import Waits
from ..transfer.events import BytesTransferred, Event, FileFinished, PlanUpdated

_WINDOW = 15.0
"""Seconds of the past that tell the rate: less jumps about, more keeps what was before a pause."""
_MAX_LEFT = 100 * 3600
"""Seconds; a longer time left is no news but a rate of nearly nothing."""


class Tally:
    """The operation's thread tells it the numbers, the screen's looks at them; each number is replaced whole."""

    def __init__(
        self, title: str, unit: str, clock: Callable[[], float] = time.monotonic, waits: Waits | None = None
    ) -> None:
        self._waits = waits or Waits()
        self._retried_before = self._waits.retries
        self.title = title
        self._unit = unit
        self._clock = clock
        self._started = clock()
        self._done, self._total = 0, None  # type: int, int | None
        self._moved, self._size = 0, None  # type: int, int | None
        self._growing = False
        self._outcomes: Counter[str] = Counter()
        self._seen: deque[tuple[float, int]] = deque([(self._started, 0)])

    def advance(self, done: int, total: int | None) -> None:
        """Note what is done and, once known, the total."""
        self._done, self._total = done, total

    def transfer(self, event: Event) -> None:
        """Note an event of a transfer: its files are what is done, and it has bytes, too."""
        match event:
            case PlanUpdated():
                self._total, self._size, self._growing = event.files, event.bytes, not event.complete
            case BytesTransferred():
                self._moved += event.bytes
            case FileFinished():
                self._done += 1
                self._outcomes[event.result.outcome] += 1

    @property
    def elapsed(self) -> float:
        """Seconds since it began."""
        return self._clock() - self._started

    @property
    def fraction(self) -> float | None:
        """How much of it is done, from 0 to 1; None while nobody knows."""
        done, total = self._measure()
        return None if self._growing or not total else min(1.0, max(0.0, done / total))

    def look(self) -> list[str]:
        """Return what there is to tell now: how many, how large, how fast, how long still."""
        done, total = self._measure()
        self._seen.append((self._clock(), done))
        while len(self._seen) > 2 and self._seen[1][0] <= self._seen[-1][0] - _WINDOW:
            self._seen.popleft()
        rate = self._measure_rate()
        more = "+" if self._growing else ""
        told = [self._show_count(more)]
        if self._size is not None:
            told += [show_size(self._moved, of=self._size) + more]
        told.append(f"{show_size(rate)}/s" if self._of_bytes else f"{rate:,.0f} {self._unit}/s")
        if total is not None:
            told.append(_show_time_left(max(0, total - done), rate, more))
        return told

    def tell_trouble(self) -> list[str]:
        """Return what stands in the way: how many requests had to be sent again, and what is waited for now."""
        return [part for part in (self._show_retries(), self._waits.tell()) if part]

    def receipt(self, *, whole: bool) -> str:
        """Return the line that stays: what was done, and in what time.

        ``whole`` says whether it came to its end; a transfer with files left did not.
        """
        whole = whole and not (self._size is not None and (self._growing or self._done < (self._total or 0)))
        words = ", ".join(f"{count:,} {word}" for word, count in self._outcomes.most_common())
        count = show_count(self._done, self._unit) if whole else f"stopped at {self._show_count('')}"
        size = f", {show_size(self._moved)}" if self._size is not None else ""
        retries = f", {retried}" if (retried := self._show_retries()) else ""
        took = show_duration(self.elapsed)
        return f"{self.title}: {count}{f' ({words})' if words else ''}{size} in {took}{retries}"

    def _show_retries(self) -> str:
        count = self._waits.retries - self._retried_before
        return f"{count:,} {'retry' if count == 1 else 'retries'}" if count else ""

    @property
    def _of_bytes(self) -> bool:
        """Whether bytes tell how far it is: not where no file has to move."""
        return bool(self._size)

    def _measure(self) -> tuple[int, int | None]:
        return (self._moved, self._size) if self._of_bytes else (self._done, self._total)

    def _show_count(self, more: str) -> str:
        total = "" if self._total is None else f"/{self._total:,}{more}"
        return f"{self._done:,}{total} {self._unit}"

    def _measure_rate(self) -> float:
        (since, before), (now, done) = self._seen[0], self._seen[-1]
        return max(0.0, (done - before) / (now - since)) if now > since else 0.0


def _show_time_left(left: int, rate: float, more: str) -> str:
    if left and left > rate * _MAX_LEFT:
        return "-:-- left"
    return f"{show_duration(left / rate if left else 0)}{more} left"
