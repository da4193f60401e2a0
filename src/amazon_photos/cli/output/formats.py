r"""Rows as text, in every form that a command prints: for people, for programs, and for the next command in a pipe.

========  =============================================================================================
table     aligned, as wide as the terminal (``drawn_table``)
tsv       a line of names, then a line for each row with tabs between full values. A backslash, and what
          would break the row or steer a terminal, is written as Python writes it in a text: ``\\``,
          ``\t``, ``\n``, ``\x1b``, ``\u202e``; so every value can be read back
csv       a line of names, then the rows; values with commas, quotes and line breaks are in quotes. What
          would steer a terminal stands there as in tsv, but a backslash and a line break are themselves
json      an array, an object a line
jsonl     an object a line
ids       the column ``id``, a line each: what other commands take from standard input
========  =============================================================================================

All but a table is written as the rows come. Times are as Amazon writes them, in UTC but for ``taken``. A list is JSON,
as a text where the format has none. What is missing is ``null`` in JSON, else nothing; JSON has neither NaN nor
infinity, which are ``null`` as well. Nothing can steer a terminal, wherever it is printed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Literal, Protocol

from ...errors import InvalidInput
from ...model.plain_text import to_plain
from .batches import Batch, to_rows, to_texts
from .cells import JSON, Spelling, quote

Format = Literal["table", "json", "jsonl", "csv", "tsv", "ids"]
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")


class RowWriter(Protocol):
    """Gives the text of rows, in pieces."""

    def __call__(self, columns: Sequence[str], batches: Iterable[Batch]) -> Iterator[str]: ...


def _escape_all(text: str) -> str:
    return _escape(text.replace("\\", "\\\\")).replace("\n", "\\n")


def _escape(text: str) -> str:
    """Most texts hold nothing that must be looked for; a line break is no such thing here."""
    return text if text.isprintable() else to_plain(text)


def _put_in_quotes(text: str) -> str:
    text = _escape(text)
    if any(mark in text for mark in ',"\n'):
        return '"' + text.replace('"', '""') + '"'
    return text


_TSV, _CSV = Spelling(_escape_all), Spelling(_put_in_quotes)


def _write_tsv(columns: Sequence[str], batches: Iterable[Batch]) -> Iterator[str]:
    yield "\t".join(map(_escape_all, columns)) + "\n"
    for batch in batches:
        yield "\n".join(map("\t".join, to_rows(batch, _TSV))) + "\n"


def _write_csv(columns: Sequence[str], batches: Iterable[Batch]) -> Iterator[str]:
    yield ",".join(map(_put_in_quotes, columns)) + "\n"
    for batch in batches:
        rows = map(",".join, to_rows(batch, _CSV))
        # a line of nothing would be passed over by whoever reads
        yield "".join(f"{row}\n" if row else '""\n' for row in rows)


def _write_jsonl(columns: Sequence[str], batches: Iterable[Batch]) -> Iterator[str]:
    return ("\n".join(objects) + "\n" for objects in _to_objects(columns, batches))


def _write_json(columns: Sequence[str], batches: Iterable[Batch]) -> Iterator[str]:
    before = "[\n"
    for objects in _to_objects(columns, batches):
        yield before + ",\n".join(objects)
        before = ",\n"
    yield "[\n]\n" if before == "[\n" else "\n]\n"


def _to_objects(columns: Sequence[str], batches: Iterable[Batch]) -> Iterator[Iterable[str]]:
    row = f"{{{', '.join(quote(name).replace('%', '%%') + ': %s' for name in columns)}}}"
    for batch in batches:
        yield map(row.__mod__, to_rows(batch, JSON))


def _write_ids(columns: Sequence[str], batches: Iterable[Batch]) -> Iterator[str]:
    if "id" not in columns:
        raise InvalidInput("there are no ids in this: -o ids is for what has a column id")
    place = columns.index("id")
    return ("".join(f"{text}\n" for text in to_texts(batch[place], _TSV) if text) for batch in batches)


def to_ascii(json: str) -> str:
    """Write the same JSON in letters that every encoding has."""
    return _NOT_ASCII.sub(lambda found: _to_escapes(found[0]), json)


def _to_escapes(c: str) -> str:
    code = c.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{code[at : at + 4]}" for at in range(0, len(code), 4))


STREAMED: Mapping[Format, RowWriter] = MappingProxyType(
    {"json": _write_json, "jsonl": _write_jsonl, "csv": _write_csv, "tsv": _write_tsv, "ids": _write_ids}
)
"""The formats that are written as rows come."""
