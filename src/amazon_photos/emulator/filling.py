"""What the program says on stderr while it invents a library: one line that changes at a terminal, plain lines else."""

from __future__ import annotations

import sys
import time

import click

_QUIET = 1.0
"""Seconds in which nothing is said: small libraries take less."""
_EVERY = {True: 0.2, False: 10.0}
"""Seconds between two lines, at a terminal and elsewhere."""


class FillProgress:
    """Tells how many of ``files`` are there; to be called with their number."""

    def __init__(self, files: int) -> None:
        self._files = files
        self._terminal = sys.stderr.isatty()
        self._next = time.monotonic() + (_QUIET if self._terminal else _EVERY[False])
        self._said = False

    def __call__(self, done: int) -> None:
        if done >= self._files:
            self._finish()
        elif (now := time.monotonic()) >= self._next:
            self._next, self._said = now + _EVERY[self._terminal], True
            self._say(f"Inventing {self._files:,} files: {done:,} ({done * 100 // self._files} %)")

    def _say(self, line: str) -> None:
        click.echo(f"\r{line}" if self._terminal else line, nl=not self._terminal, err=True)

    def _finish(self) -> None:
        """The line at a terminal goes: what comes next stands in its place."""
        if self._said and self._terminal:
            click.echo("\r\x1b[K", nl=False, err=True)
        self._said = False
