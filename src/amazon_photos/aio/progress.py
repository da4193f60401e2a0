"""Shows how far a long operation is: a bar on a terminal and in notebooks, nothing in scripts and cron."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

Advance = Callable[[int, int | None], None]
"""Called with what is done and, once known, the total."""


class Progress:
    """``shown``: True always, False never, None when somebody is watching (a terminal or a notebook)."""

    def __init__(self, *, shown: bool | None = None) -> None:
        self._shown = shown

    @contextmanager
    def of(self, title: str, unit: str = "items") -> Iterator[Advance]:
        """A bar for the time of the ``with`` block."""
        if not (_watched() if self._shown is None else self._shown):
            yield _ignore
            return
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        columns: tuple[Any, ...] = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        with Progress(*columns, TextColumn(unit), TimeRemainingColumn(), console=Console(stderr=True)) as bars:
            task = bars.add_task(title, total=None)
            yield lambda done, total: bars.update(task, completed=done, total=total)


def _ignore(done: int, total: int | None) -> None:
    """Nobody is watching."""


def _watched() -> bool:
    return sys.stderr.isatty() or "ipykernel" in sys.modules
