"""Rows as text, in every form that a command prints: for people, for programs, and for the next command in a pipe.

========  =============================================================================================
table     aligned, as wide as the terminal
tsv       a line of names, then a line for each row with tabs between full values
csv       the same as CSV has it: values with commas, quotes and line breaks are quoted
json      an array, an object a line
jsonl     an object a line
ids       the column ``id``, a line each: what other commands take from standard input
========  =============================================================================================

Only a table is made as a whole: everything else is written as the rows come. Lists are JSON but in JSON, times are as
Amazon writes them, and nothing can steer a terminal, wherever it is printed.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any, Literal, Protocol, TextIO

from ..errors import InvalidInput, hide_controls
from ..model.record import write_time

Format = Literal["table", "json", "jsonl", "csv", "tsv", "ids"]
Lines = Iterable[Sequence[Any]]
_TRUE_OR_FALSE = {True: "true", False: "false"}


class RowWriter(Protocol):
    """Gives the text of rows, in pieces."""

    def __call__(self, columns: Sequence[str], rows: Lines) -> Iterator[str]: ...


def show(value: Any) -> str:
    """Write a value as a cell: in one line, without anything that steers a terminal; "" for none."""
    if isinstance(value, bool):
        return _TRUE_OR_FALSE[value]
    if value is None:
        return ""
    if isinstance(value, datetime):
        return write_time(value)
    if isinstance(value, list | tuple):
        return hide_controls(json.dumps(value, ensure_ascii=False, default=str))
    return hide_controls(str(value))


def _write_tsv(columns: Sequence[str], rows: Lines) -> Iterator[str]:
    yield "\t".join(columns) + "\n"
    for row in rows:
        yield "\t".join(map(show, row)) + "\n"


def _write_csv(columns: Sequence[str], rows: Lines) -> Iterator[str]:
    lines = io.StringIO()
    writer = csv.writer(lines, lineterminator="\n")
    for row in ([columns], rows):
        for cells in row:
            writer.writerow(map(show, cells))
            yield lines.getvalue()
            lines.seek(0)
            lines.truncate()


def _write_jsonl(columns: Sequence[str], rows: Lines) -> Iterator[str]:
    return (_to_json(columns, row) + "\n" for row in rows)


def _write_json(columns: Sequence[str], rows: Lines) -> Iterator[str]:
    before = "[\n"
    for row in rows:
        yield before + _to_json(columns, row)
        before = ",\n"
    yield "[\n]\n" if before == "[\n" else "\n]\n"


def _write_ids(columns: Sequence[str], rows: Lines) -> Iterator[str]:
    if "id" not in columns:
        raise InvalidInput("there are no ids in this: -o ids is for what has a column id")
    place = columns.index("id")
    return (show(row[place]) + "\n" for row in rows if row[place])


def _to_json(columns: Sequence[str], row: Sequence[Any]) -> str:
    line = json.dumps(dict(zip(columns, row, strict=True)), ensure_ascii=False, default=_to_text)
    return line if line.isprintable() else "".join(map(_escape_control, line))


def _to_text(value: Any) -> str:
    return write_time(value) if isinstance(value, datetime) else str(value)


def _escape_control(c: str) -> str:
    """JSON escapes the old control characters by itself; the newer ones steer terminals as well."""
    return c if c == " " or hide_controls(c) == c else json.dumps(c)[1:-1]


def draw_table(columns: Sequence[str], rows: Lines, out: TextIO) -> str:
    """Draw a table as wide as the terminal. It is written by the one place that writes."""
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


STREAMED: Mapping[Format, RowWriter] = MappingProxyType(
    {"json": _write_json, "jsonl": _write_jsonl, "csv": _write_csv, "tsv": _write_tsv, "ids": _write_ids}
)
"""The formats that are written as rows come."""
