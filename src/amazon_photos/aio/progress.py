"""Shows how far a long operation is: a bar on a terminal and in notebooks, nothing in scripts and cron.

What takes less than half a second shows nothing, so that cells and terminals stay clean; a transfer leaves its line
whatever it takes, for it is what was done.
"""

from __future__ import annotations

import contextvars
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from .screens import LineScreen, Screen, find_screen
from .tally import Tally

if TYPE_CHECKING:
    from ..net.waits import Waits
    from ..transfer.events import OnEvent

Advance = Callable[[int, int | None], None]
"""Called with what is done and, once known, the total."""
_log = logging.getLogger("amazon_photos")
_AT_ONCE = 0.5
"""Seconds; what takes less is done before anybody wonders."""


class Progress:
    """``shown``: True always, False never, None when somebody is watching (a terminal or a notebook).

    ``waits`` is what the client waits for, which is shown as well.
    """

    def __init__(self, *, shown: bool | None = None) -> None:
        self._shown = shown
        self.waits: Waits | None = None

    @contextmanager
    def of(self, title: str, unit: str = "items") -> Iterator[Advance]:
        """Show a bar for the time of the ``with`` block."""
        screen = self._find_screen()
        if screen is None:
            yield _ignore
            return
        tally = Tally(title, unit, waits=self.waits)
        with _show(tally, screen, always=False):
            yield tally.advance

    @contextmanager
    def of_transfer(self, title: str) -> Iterator[OnEvent | None]:
        """Show a transfer, by its events: files, bytes, rate, time left; gives None when nobody is watching."""
        screen = self._find_screen()
        if screen is None:
            yield None
            return
        tally = Tally(title, "files", waits=self.waits)
        with _show(tally, screen, always=True):
            yield tally.transfer

    def _find_screen(self) -> Screen | None:
        if self._shown is False:
            return None
        return find_screen() or (LineScreen() if self._shown else None)


@contextmanager
def _show(tally: Tally, screen: Screen, *, always: bool) -> Iterator[None]:
    """Show a tally while the block runs; afterwards the line of what took long, or of all with ``always``."""
    watching = _Watching(tally, screen)
    whole = False
    try:
        yield
        whole = True
    finally:
        watching.end()
        if always or tally.elapsed >= _AT_ONCE:
            watching.draw(lambda: screen.leave(tally.receipt(whole=whole)), last=True)


class _Watching:
    """A thread that looks at a tally and draws it: an operation that waits is shown waiting, and one in a hurry is
    not held up. It has the context of who asked: that is how a kernel knows which cell the bar belongs to."""

    def __init__(self, tally: Tally, screen: Screen) -> None:
        self._tally = tally
        self._screen = screen
        self._ended = threading.Event()
        self._context = contextvars.copy_context()
        self._failed = False
        self._thread = threading.Thread(target=self._look, name="amazon-photos progress", daemon=True)
        self._thread.start()

    def end(self) -> None:
        """Look no more."""
        self._ended.set()
        self._thread.join()

    def draw(self, drawing: Callable[[], None], *, last: bool = False) -> None:
        """Draw. A screen that cannot (its terminal was closed, say) is left alone: no operation fails for it.

        The ``last`` is tried nevertheless: a screen that has taken hold of stdout and stderr gives them back by it.
        """
        if self._failed and not last:
            return
        try:
            self._context.run(drawing)
        except Exception:
            self._failed = True
            _log.debug("progress cannot be shown", exc_info=True)

    def _look(self) -> None:
        pause = max(_AT_ONCE, self._screen.every)
        while not self._ended.wait(pause):
            self.draw(lambda: self._screen.show(self._tally))
            pause = self._screen.every


def _ignore(done: int, total: int | None) -> None:
    """Nobody is watching."""
