"""The one printer of the command line.

::

                standard output (the data)                    standard error (everything else)
    table       on a terminal a table, else tab-separated
    --json      an array, an object a line
    note                                                      one line for whoever is watching
    progress                                                  a line that is replaced, on a terminal only

Colours and bars are for terminals; ``NO_COLOR`` leaves out the colours. Names of files and the words of a server can
hold anything, so nothing of theirs reaches a terminal that could move its cursor. A reader that has had enough
(``| head``) ends nothing: what is printed from then on is dropped, and the command goes on to its own end.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Sequence
from typing import Any, TextIO

from ..errors import hide_controls
from ..files.os_errors import to_local_error

_OUTPUT = 1
_CLEAR = "\x1b[K"
"""What takes the rest of a terminal's line away."""
_TRUE_OR_FALSE = {True: "true", False: "false"}


class Console:
    """Prints a command's data and says what it has to say; ``as_json`` is ``--json``."""

    def __init__(self, *, as_json: bool = False, out: TextIO | None = None, err: TextIO | None = None) -> None:
        self._as_json = as_json
        self._out = _tolerant(out or sys.stdout)
        self._err = _tolerant(err or sys.stderr)

    def table(self, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Print rows: for people where somebody is watching, for programs elsewhere."""
        if self._as_json:
            self._write(_to_json(columns, rows))
        elif self._out is not None and self._out.isatty():
            self._write(_draw(columns, rows, self._out))
        else:
            lines = [columns, *([show(cell) for cell in row] for row in rows)]
            self._write("".join("\t".join(line) + "\n" for line in lines))

    def note(self, text: str) -> None:
        """Say something on standard error, a line for each of its lines."""
        self.progress("")
        self._tell("".join(hide_controls(line) + "\n" for line in text.split("\n")))

    def progress(self, text: str) -> None:
        """Show how far it is, on a line that the next one replaces; where nobody is watching, nowhere."""
        if self._err is not None and self._err.isatty():
            self._tell(f"\r{hide_controls(text)}{_CLEAR}")

    def _tell(self, text: str) -> None:
        try:
            if self._err is not None:
                self._err.write(text)
                self._err.flush()
        except OSError:  # there is nobody left to tell
            self._err = None

    def _write(self, text: str) -> None:
        if self._out is None:
            return
        try:
            self._out.write(text)
            self._out.flush()
        except BrokenPipeError:
            self._drop_output()
        except OSError as error:
            self._drop_output()
            raise to_local_error(error, "cannot print") from None

    def _drop_output(self) -> None:
        """Python flushes what is left when it ends, and would complain once more."""
        if self._out is sys.stdout:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, _OUTPUT)
            os.close(nowhere)
        self._out = None


def show(value: Any) -> str:
    """Write a value as a cell: in one line, without anything that steers a terminal; "" for none."""
    if isinstance(value, bool):
        return _TRUE_OR_FALSE[value]
    return "" if value is None else hide_controls(str(value))


def _tolerant(stream: TextIO | None) -> TextIO | None:
    """A stream that has a way to write what its encoding has no letter for. It is None where it was closed."""
    if stream is not None and hasattr(stream, "reconfigure"):
        stream.reconfigure(errors="backslashreplace")
    return stream


def _to_json(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    lines = [json.dumps(dict(zip(columns, row, strict=True)), ensure_ascii=False, default=str) for row in rows]
    return "[" + ",".join("\n" + "".join(map(_escape_control, line)) for line in lines) + "\n]\n"


def _escape_control(c: str) -> str:
    """JSON escapes the old control characters by itself; the newer ones steer terminals as well."""
    return c if c == " " or hide_controls(c) == c else json.dumps(c)[1:-1]


def _draw(columns: Sequence[str], rows: Iterable[Sequence[Any]], out: TextIO) -> str:
    """A table as wide as the terminal. It is drawn first and written then, by the one place that writes."""
    from rich.console import Console as Terminal
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, header_style="bold", pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(Text(show(cell)) for cell in row))
    terminal = Terminal(file=out)
    with terminal.capture() as drawn:
        terminal.print(table)
    return drawn.get()
