"""The one printer of the command line.

::

                standard output (the data)                    standard error (everything else)
    rows        on a terminal a table, else tab-separated,
                or the format that was asked for (``formats``)
    note                                                      one line for whoever is watching
    progress                                                  a line that is replaced, on a terminal only

Colours and bars are for terminals; ``NO_COLOR`` leaves out the colours. Names of files and the words of a server can
hold anything, so nothing of theirs reaches a terminal that could move its cursor. A reader that has had enough
(``| head``) is no error: no more rows are made for it, and a command that does more goes on to its own end.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TextIO

from ...errors import hide_controls
from ...files.os_errors import to_local_error
from .batches import Batch, to_batches
from .drawn_table import draw
from .formats import STREAMED, Format, to_ascii

_OUTPUT = 1
_CLEAR = "\x1b[K"
"""What takes the rest of a terminal's line away."""
_AT_ONCE = 65_536
"""Characters that are gathered before they are written."""


class Console:
    """Prints a command's data and says what it has to say.

    ``output`` is the format of the data; None: a table where somebody is watching, else tab-separated. ``as_json`` is
    ``--json``. ``columns`` and ``sort`` are what was asked of rows; ``quiet`` leaves out all that is no error.
    """

    columns: str | None
    """"short", "all", or names with commas between; None: what the command shows by itself."""
    sort: tuple[str, ...]
    quiet: bool

    def __init__(
        self,
        *,
        output: Format | None = None,
        as_json: bool = False,
        columns: str | None = None,
        sort: Sequence[str] = (),
        quiet: bool = False,
        out: TextIO | None = None,
        err: TextIO | None = None,
    ) -> None:
        self._output: Format | None = "json" if as_json and output is None else output
        self.columns, self.sort, self.quiet = columns, tuple(sort), quiet
        self._out = _tolerant(out or sys.stdout)
        self._err = _tolerant(err or sys.stderr)

    def table(self, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Print rows: for people where somebody is watching, for programs elsewhere, or as was asked for."""
        self.batches(columns, to_batches(rows))

    def batches(self, columns: Sequence[str], batches: Iterable[Batch]) -> None:
        """Print rows that come as columns, some rows at a time; no more are taken when nobody reads them."""
        if self._out is None:
            return
        output = self.output
        pieces = draw(columns, batches, self._out) if output == "table" else STREAMED[output](columns, batches)
        plain = output in ("json", "jsonl") and not _is_unicode(self._out)
        for text in _gather(pieces):
            self._write(to_ascii(text) if plain else text)
            if self._out is None:
                return

    def text(self, lines: str) -> None:
        """Print what is no rows, a line for each of its lines: a value, a path, a script."""
        self._write("".join(hide_controls(line) + "\n" for line in lines.split("\n")))

    def script(self, code: str) -> None:
        """Print a text of ours as it is."""
        self._write(code)

    @property
    def output(self) -> Format:
        """The format that is printed: where none was asked for, by whether somebody is watching."""
        return self._output or ("table" if self._out is not None and self._out.isatty() else "tsv")

    def note(self, text: str) -> None:
        """Say something on standard error, a line for each of its lines; nothing where it should be quiet."""
        if not self.quiet:
            self.error(text)

    def error(self, text: str) -> None:
        """Say what has to be heard, on standard error, a line for each of its lines."""
        self.progress("")
        self._write_error("".join(hide_controls(line) + "\n" for line in text.split("\n")))

    def progress(self, text: str) -> None:
        """Show how far it is, on a line that the next one replaces; where nobody is watching, nowhere."""
        if self._err is not None and not self.quiet and self._err.isatty():
            self._write_error(f"\r{hide_controls(text)}{_CLEAR}")

    def _write_error(self, text: str) -> None:
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


def _gather(pieces: Iterable[str]) -> Iterator[str]:
    """The same text in pieces that are worth a call of the system."""
    gathered: list[str] = []
    size = 0
    for piece in pieces:
        gathered.append(piece)
        size += len(piece)
        if size >= _AT_ONCE:
            yield "".join(gathered)
            gathered, size = [], 0
    yield "".join(gathered)


def _is_unicode(stream: TextIO) -> bool:
    return (getattr(stream, "encoding", None) or "utf-8").lower().startswith("utf")


def _tolerant(stream: TextIO | None) -> TextIO | None:
    """A stream that has a way to write what its encoding has no letter for. It is None where it was closed."""
    if stream is not None and hasattr(stream, "reconfigure"):
        stream.reconfigure(errors="backslashreplace")
    return stream
