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
from collections.abc import Callable, Iterator
from typing import BinaryIO

import msgspec

from ..errors import InvalidInput
from ..files.os_errors import to_local_error
from ..model.checks import is_node_id

ID_LENGTH = 22
MAX_LINE = 1 << 24
"""Bytes of a line; all columns of a node are some 10,000."""
_WHERE = "line {} of standard input"
_TABS, _COMMAS = "\t", ","
_ReadLine = Callable[[str], object]


def is_id(text: str) -> bool:
    """Tell whether a text is an id, and no path."""
    return len(text) == ID_LENGTH and is_node_id(text)


def read_ids(stream: BinaryIO | None) -> Iterator[str]:
    """Read ids in whatever form they come; None is a standard input that was closed.

    Raises ``InvalidInput``, which names the line, and ``LocalFileError``.
    """
    if stream is None:
        raise InvalidInput("standard input is closed: there is nothing that - could read")
    read: _ReadLine | None = None
    for number, text in _read_lines(stream):
        if read is None:
            read = _choose(text)
            if read is not _read_line:  # that was the line of names
                continue
        elif text in ("[", "]"):
            continue
        found = read(text)
        if isinstance(found, str) and is_id(found):
            yield found
        elif found != "[":
            raise InvalidInput(f"{_WHERE.format(number)} {_tell_fault(text, found)}")


def _read_lines(stream: BinaryIO) -> Iterator[tuple[int, str]]:
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


def _choose(first: str) -> _ReadLine:
    """How lines are read, by the first one: as a table where it is a line of names."""
    if first.startswith(("{", "[")):
        return _read_line
    for delimiter in (_TABS, _COMMAS):
        names = _split(first, delimiter)
        if "id" in names:
            place = names.index("id")
            return lambda text: (_split(text, delimiter)[place:] or [""])[0]
    return _read_line


def _split(text: str, delimiter: str) -> list[str]:
    return text.split(_TABS) if delimiter == _TABS else next(csv.reader([text]), [])


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
