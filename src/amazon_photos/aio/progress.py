"""Shows how far a long operation is: a bar on a terminal and in notebooks, nothing in scripts and cron."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from ..transfer.events import BytesTransferred, FileFinished, PlanUpdated

if TYPE_CHECKING:
    from ..transfer.events import Event, OnEvent

Advance = Callable[[int, int | None], None]
"""Called with what is done and, once known, the total."""
_PAUSE = 0.1
"""Seconds between two looks at a bar: telling it more often costs more than the work that it shows."""


class Progress:
    """``shown``: True always, False never, None when somebody is watching (a terminal or a notebook)."""

    def __init__(self, *, shown: bool | None = None) -> None:
        self._shown = shown

    @contextmanager
    def of(self, title: str, unit: str = "items") -> Iterator[Advance]:
        """Show a bar for the time of the ``with`` block."""
        if not self._watched():
            yield _ignore
            return
        from rich.progress import MofNCompleteColumn, TextColumn

        with _bar(title, MofNCompleteColumn(), TextColumn(unit)) as update:
            yield lambda done, total: update(completed=done, total=total)

    @contextmanager
    def of_transfer(self, title: str) -> Iterator[OnEvent | None]:
        """Show a transfer, by its events: files, bytes, rate, time left; gives None when nobody is watching."""
        if not self._watched():
            yield None
            return
        from rich.progress import DownloadColumn, TextColumn, TransferSpeedColumn

        with _bar(title, TextColumn("{task.fields[files]}"), DownloadColumn(), TransferSpeedColumn()) as update:
            yield Tally(update)

    def _watched(self) -> bool:
        return _somebody_watches() if self._shown is None else self._shown


class Tally:
    """Adds a transfer's events up; ``update`` gets ``completed`` and ``total`` (in bytes) and ``files`` (a text)."""

    def __init__(self, update: Callable[..., None]) -> None:
        self._update = update
        self._plan = PlanUpdated(0, 0, complete=False)
        self._moved = 0
        self._finished = 0

    def __call__(self, event: Event) -> None:
        match event:
            case PlanUpdated():
                self._plan = event
            case BytesTransferred():
                self._moved += event.bytes
            case FileFinished():
                self._finished += 1
        plan = self._plan
        more = "" if plan.complete else "+"
        self._update(
            completed=self._moved,
            total=plan.bytes if plan.complete else None,
            files=f"{self._finished}/{plan.files}{more} files",
        )


@contextmanager
def _bar(title: str, *columns: Any) -> Iterator[Callable[..., None]]:
    """A bar with these columns, and what tells it how far the work is."""
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    texts = (TextColumn("{task.description}"), BarColumn(), *columns, TimeRemainingColumn())
    with Bars(*texts, console=Console(stderr=True)) as bars:
        task = bars.add_task(title, total=None, files="")
        latest: dict[str, Any] = {}
        shown_at = 0.0

        def update(**news: Any) -> None:
            nonlocal latest, shown_at
            latest = news
            if (now := time.monotonic()) - shown_at >= _PAUSE:
                shown_at = now
                bars.update(task, **news)

        try:
            yield update
        finally:
            bars.update(task, refresh=True, **latest)  # in notebooks rich leaves the last look out


def _ignore(done: int, total: int | None) -> None:
    """Nobody is watching."""


def _somebody_watches() -> bool:
    return sys.stderr.isatty() or "ipykernel" in sys.modules
