"""Ids from standard input: whatever form our own output has, so that one command's end is the next one's beginning.

==================  ====================================================================================
ids                 a line each: ``-o ids``
JSON                an object a line, which has an ``id``: ``-o jsonl``, and the lines of ``-o json``
tables              a line of names, one of them ``id``, then rows: ``-o tsv`` (what a pipe gets), ``-o csv``
==================  ====================================================================================

Only ids are taken: a path or a pattern among them would mean more than what the other command chose. What does not look
like one is an error that names its line, and nothing is done then. Windows' line ends and a mark at the beginning (BOM)
are left out.
"""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator
from itertools import chain
from typing import BinaryIO

import msgspec

from ...errors import InvalidInput
from ...files.os_errors import to_local_error
from ...model.checks import is_node_id

ID_LENGTH = 22
MAX_LINE = 1 << 24
"""Bytes of a line; all columns of a node are some 10,000."""
_WHERE = "line {} of standard input"
_Line = tuple[int, str]
"""Its number, and its text without the space around it."""


def is_id(text: str) -> bool:
    """Tell whether a text is an id, and no path."""
    return len(text) == ID_LENGTH and is_node_id(text)


def read_ids(stream: BinaryIO | None) -> Iterator[str]:
    """Read ids in whatever form they come; None is a standard input that was closed.

    Raises ``InvalidInput``, which names the line, and ``LocalFileError``.
    """
    if stream is None:
        raise InvalidInput("standard input is closed: there is nothing that - could read")
    for number, text, found in _read_items(_read_lines(stream)):
        if isinstance(found, str) and is_id(found):
            yield found
        else:
            raise InvalidInput(f"{_WHERE.format(number)} {_tell_fault(text, found)}")


def _read_items(lines: Iterator[_Line]) -> Iterator[tuple[int, str, object]]:
    """What stands where an id is due, with its line: the first line says whether it is a table."""
    number, first = next(lines, (0, ""))
    if not first.startswith(("{", "[")):
        for read in (_read_tabs, _read_csv):
            names, rows = read(first, lines)
            if "id" in names:
                place = names.index("id")
                yield from ((at, "", (row[place:] or [""])[0]) for at, row in rows)
                return
    for at, text in chain([(number, first)] if first else [], lines):
        if text not in ("[", "]"):
            yield at, text, _read_line(text)


def _read_tabs(first: str, lines: Iterator[_Line]) -> tuple[list[str], Iterator[tuple[int, list[str]]]]:
    """The names and the rows of a table with tabs."""
    return first.split("\t"), ((number, text.split("\t")) for number, text in lines)


def _read_csv(first: str, lines: Iterator[_Line]) -> tuple[list[str], Iterator[tuple[int, list[str]]]]:
    """The names and the rows of CSV: a cell may have line breaks."""
    return next(csv.reader([first]), []), _read_rows(lines)


def _read_rows(lines: Iterator[_Line]) -> Iterator[tuple[int, list[str]]]:
    number = 0

    def texts() -> Iterator[str]:
        nonlocal number
        for at, text in lines:
            number = at
            yield text

    try:
        for row in csv.reader(texts()):
            yield number, row
    except csv.Error:
        raise InvalidInput(f"{_WHERE.format(number)} is no CSV: a quoted cell has no end") from None


def _read_lines(stream: BinaryIO) -> Iterator[_Line]:
    """The lines that hold something, and the number of each."""
    number = 0
    while line := _read_bytes(stream):
        number += 1
        if len(line) >= MAX_LINE and not line.endswith(b"\n"):
            raise InvalidInput(f"{_WHERE.format(number)} has no end: that is neither an id nor a JSON object")
        if number == 1:
            line = line.removeprefix(codecs.BOM_UTF8)
        try:
            text = line.decode("utf-8").strip()
        except UnicodeDecodeError:
            raise InvalidInput(f"{_WHERE.format(number)} is no text in UTF-8: ids or JSON lines are due") from None
        if text:
            yield number, text


def _read_bytes(stream: BinaryIO) -> bytes:
    try:
        return stream.readline(MAX_LINE)
    except OSError as error:  # a folder, say
        raise to_local_error(error, "cannot read standard input") from None


def _read_line(text: str) -> object:
    """An id as it is, and that of a JSON object; None where it has none."""
    if not text.startswith("{"):
        return text
    try:
        return msgspec.json.decode(text.removesuffix(","), type=dict[str, object]).get("id")
    except (msgspec.DecodeError, RecursionError):
        return text


def _tell_fault(text: str, found: object) -> str:
    if text.startswith("{") and found is text:
        return "is neither an id nor a JSON object"
    if found is None or found == "":
        return "has no id"
    return f"is no id, which has {ID_LENGTH} letters: {found!r:.80}; paths are given as arguments"
