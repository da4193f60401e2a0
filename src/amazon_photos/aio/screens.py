"""Where progress is seen: a terminal, a notebook, or lines of text. Each shows tallies, and leaves a line for each.

A notebook needs nothing but IPython's own display, which every kernel has: a widget would have to be installed, and
would be saved in the file; a display is replaced by the line in the end.
"""

from __future__ import annotations

import os
import sys
import threading
import uuid
from typing import TYPE_CHECKING, Any, Protocol, TextIO

from .tally import Tally

if TYPE_CHECKING:
    from rich.progress import Progress as Bars
    from rich.progress import TaskID

LINES_EVERY = 30.0
"""Seconds between two lines of text."""
BARS_EVERY = 0.25
"""Seconds between two looks at a bar: telling it more often costs more than the work that it shows."""
_HINT = f"a line every {LINES_EVERY:.0f} seconds; a terminal or a notebook shows a bar"
_BAR = 24
"""Characters."""
_ROOM_FOR_A_BAR = 100
"""Characters: what the words of a transfer leave."""
_DROPPED = (2, 1, 0)
"""What a narrow terminal is not told: the rate, the bytes, how many; the time left stays, and what is waited for."""
_RETRIES = -1
"""Nor how often something was tried again: this goes first."""


class Screen(Protocol):
    """Shows one operation. Called by one thread at a time."""

    every: float
    """Seconds between two looks."""

    def show(self, tally: Tally) -> None:
        """Show how far it is."""

    def leave(self, line: str) -> None:
        """Take away what was shown, and leave a line."""


def find_screen() -> Screen | None:
    """Find where somebody watches: a notebook, else the terminal of stderr; None where nobody does."""
    if _find_kernel() is not None:
        return NotebookScreen()
    if not _is_terminal(sys.stderr):
        return None
    return LineScreen() if os.environ.get("TERM") in ("dumb", "unknown") else TerminalScreen()


def _is_terminal(stream: TextIO | None) -> bool:
    try:
        return stream is not None and stream.isatty()
    except ValueError:  # it was closed
        return False


def _find_kernel() -> Any:
    """The kernel of the notebook that this runs in; None elsewhere."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    return getattr(shell, "kernel", None)


class LineScreen:
    """Lines of text on stderr, one every half minute: logs, cron, and terminals that cannot move their cursor."""

    every = LINES_EVERY
    _hinted = False

    def show(self, tally: Tally) -> None:
        hint = "" if LineScreen._hinted else f"  ({_HINT})"
        LineScreen._hinted = True
        _write(f"{tally.title}: {', '.join((*tally.look(), *tally.tell_trouble()))}{hint}")

    def leave(self, line: str) -> None:
        _write(line)


def _write(line: str) -> None:
    if sys.stderr is not None:
        sys.stderr.write(line + "\n")
        sys.stderr.flush()


class NotebookScreen:
    """A display of the cell, replaced while it lasts; in the end it is a line of plain text."""

    every = BARS_EVERY

    def __init__(self) -> None:
        self._name = uuid.uuid4().hex
        self._shown = False

    def show(self, tally: Tally) -> None:
        told = [*tally.look(), *tally.tell_trouble()]
        text = f"{tally.title}: {', '.join(told)}"
        self._display({"text/plain": text, "text/html": _draw_bar(tally.title, told, tally.fraction)})

    def leave(self, line: str) -> None:
        self._display({"text/plain": line})

    def _display(self, data: dict[str, str]) -> None:
        from IPython.display import display

        display(data, raw=True, display_id=self._name, update=self._shown)  # type: ignore[no-untyped-call]
        self._shown = True


def _draw_bar(title: str, told: list[str], fraction: float | None) -> str:
    """A bar whose parts go to the next line where there is no room: nothing is ever cut off."""
    import html

    value = "" if fraction is None else f' value="{fraction:.3f}"'
    words = "".join(f"<span>{html.escape(part)}</span>" for part in told)
    style = "display:flex;flex-wrap:wrap;align-items:center;gap:0 1.2em;font-variant-numeric:tabular-nums"
    return (
        f'<div style="{style}"><b>{html.escape(title)}</b>'
        f'<progress max="1"{value} style="width:12em"></progress>{words}</div>'
    )


class TerminalScreen:
    """A bar on stderr, by rich. All that run at the same time share one drawing, each with a line of it."""

    every = BARS_EVERY
    _lock = threading.Lock()
    _bars: Bars | None = None
    _running = 0

    def __init__(self) -> None:
        self._task: TaskID | None = None

    def show(self, tally: Tally) -> None:
        with self._lock:
            bars = self._open() if self._task is None else TerminalScreen._bars
            if bars is None:
                return
            if self._task is None:
                self._task = bars.add_task(tally.title, total=None, text="")
            room = bars.console.width - len(tally.title) - 1 - (_BAR + 1 if len(bars.columns) > 2 else 0)
            done = tally.fraction
            total = None if done is None else 1.0
            bars.update(
                self._task,
                completed=done or 0,
                total=total,
                text=_fit(tally.look(), tally.tell_trouble(), room),
                refresh=True,
            )

    def leave(self, line: str) -> None:
        with self._lock:
            bars = TerminalScreen._bars
            if bars is None or self._task is None:
                _write(line)
                return
            bars.remove_task(self._task)
            self._task = None
            TerminalScreen._running -= 1
            if TerminalScreen._running == 0:
                TerminalScreen._bars = None
                bars.stop()
            bars.console.print(line, markup=False, highlight=False, emoji=False, soft_wrap=True)

    def _open(self) -> Bars:
        TerminalScreen._running += 1
        if TerminalScreen._bars is None:
            TerminalScreen._bars = _start_bars()
        return TerminalScreen._bars


def _start_bars() -> Bars:
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn
    from rich.progress import Progress as Bars

    console = Console(stderr=True)
    bar = [BarColumn(_BAR)] if console.width >= _ROOM_FOR_A_BAR else []
    title, text = (TextColumn(text, markup=False) for text in ("{task.description}", "{task.fields[text]}"))
    columns = [title, *bar, text]
    # What a program prints meanwhile stands above the bars; where its output is no terminal, that is left alone.
    prints_here = _is_terminal(sys.stdout)
    bars = Bars(*columns, console=console, transient=True, auto_refresh=False, redirect_stdout=prints_here)
    bars.start()
    return bars


def _fit(told: list[str], trouble: list[str], room: int) -> str:
    """As many of the parts as there is room for; of what is waited for at least that something is."""
    kept, end = dict(enumerate(told)), trouble
    for place in (_RETRIES, *_DROPPED):
        if len("  ".join((*kept.values(), *end))) <= room or len(kept) == 1:
            break
        kept.pop(place, None)
        end = trouble[-1:]
    if len(line := "  ".join((*kept.values(), *end))) > room:
        line = "  ".join((*kept.values(), *(part.partition(":")[0] for part in end)))
    return line
