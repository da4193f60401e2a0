"""How a command is stopped from outside: Ctrl-C, SIGTERM (a shutdown) and SIGHUP (a terminal that closes).

::

                          while files or batches are under way       else
    the first             those in flight are finished, none is begun    the command ends, and tidies up
    the second            the command ends, and tidies up

The code says which of them it was, and that it was stopped, whatever was done until then.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from .exits import Exit

_CODES = {"SIGINT": Exit.INTERRUPTED, "SIGTERM": Exit.TERMINATED, "SIGHUP": Exit.HUNG_UP}


class Signals:
    """Hears them. ``received`` is the first one's exit code, None if none came."""

    def __init__(self) -> None:
        self.received: Exit | None = None
        self._stop: Callable[[], None] | None = None

    def install(self) -> None:
        """Begin to listen. What whoever started us has ignored (``nohup``) stays ignored."""
        for name in ("SIGTERM", "SIGHUP"):
            number = getattr(signal, name, None)
            if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, self._pass_on)

    @contextmanager
    def finishing(self, stop: Callable[[], None]) -> Iterator[None]:
        """Let the first signal in the block call ``stop``, which asks what is under way to begin nothing more."""
        before = signal.getsignal(signal.SIGINT)
        self._stop = stop
        if before is not signal.SIG_IGN:
            signal.signal(signal.SIGINT, self._hear)
        try:
            yield
        finally:
            self._stop = None
            if before is not signal.SIG_IGN:
                signal.signal(signal.SIGINT, before)

    def _pass_on(self, number: int, frame: FrameType | None) -> None:
        """SIGTERM and SIGHUP go the way of SIGINT, because asyncio knows what to do with one.

        An error that is raised in the middle of its loop may be lost there.
        """
        self._note(number)
        if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # started in the background, where Ctrl-C is not heard
            self._hear(number, frame)
        else:
            signal.raise_signal(signal.SIGINT)

    def _hear(self, number: int, frame: FrameType | None) -> None:
        self._note(number)
        stop, self._stop = self._stop, None
        if stop is None:
            raise KeyboardInterrupt
        stop()

    def _note(self, number: int) -> None:
        if self.received is None:
            self.received = _CODES[signal.Signals(number).name]
