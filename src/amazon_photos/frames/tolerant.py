"""The slow way: node by node, whatever they hold.

A value that is not of its column's type is read as one where nothing is lost by it ("1" and 1.0 for a whole
number, a number for a text, "true" for true). What cannot be read stays in ``extra``, and so does a node that is no
object, and what nothing may trust (``invalid_values``). Of a key that comes twice the last one counts, as everywhere in
JSON. Times finer than milliseconds are cut.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any

import msgspec
import pyarrow as pa

from ..model.fields import EXTRA_COLUMN, Field, FieldType
from ..model.json_text import mend
from ..model.json_values import READERS
from ..model.surprises import Note, note_nothing, note_unread
from ..query.values import milliseconds
from . import extra, invalid_values
from .columns import schema, tree
from .derived import DERIVED_COLUMNS, add_derived


def read(nodes: Sequence[msgspec.Raw], note: Note = note_nothing) -> pa.Table:
    """Read nodes into a table: one row for each, in order. Raises nothing.

    ``note`` is told of what nobody has written down.
    """
    columns: dict[str, list[Any]] = {
        name: [None] * len(nodes) for name in schema().names if name not in DERIVED_COLUMNS
    }
    for row, node in enumerate(nodes):
        columns[EXTRA_COLUMN][row] = left = _read_one(bytes(node), columns, row)
        if left is not None:
            _note_left(left, note)
    found = {name: pa.chunked_array([pa.array(values, schema().field(name).type)]) for name, values in columns.items()}
    add_derived(found)
    return pa.table([found[name] for name in schema().names], schema=schema())


def _read_one(node: bytes, columns: dict[str, list[Any]], row: int) -> bytes | None:
    def take(field: Field, value: bytes) -> bool:
        if value == b"null":
            return True
        try:
            found = _READ[field.type](msgspec.json.decode(value), value)
            columns[field.column][row] = invalid_values.check(field.column, found)
        except (ValueError, OverflowError, RecursionError):
            return False
        return True

    try:
        node = mend(node)  # here too, for raw nodes are decoded by nobody before
        return extra.remainder(node, tree(), take)
    except (msgspec.DecodeError, RecursionError):
        return None if extra.is_empty(node) else node


def _note_left(left: bytes, note: Note) -> None:
    try:
        note_unread(msgspec.json.decode(left, type=dict[str, Any]), note)
    except (msgspec.DecodeError, RecursionError):
        note("value", "", "no object")


def _time(value: Any, text: bytes) -> int:
    if not isinstance(value, str):
        raise ValueError(value)
    return milliseconds(datetime.fromisoformat(value.upper()))  # "t" and "z" are as good (RFC 3339)


def _strings(value: Any, text: bytes) -> list[str | None]:
    if isinstance(value, list) and all(part is None or isinstance(part, str) for part in value):
        return value
    raise ValueError(value)


_READ: Mapping[FieldType, Callable[[Any, bytes], Any]] = MappingProxyType(
    {**READERS, "time": _time, "strings": _strings}
)  # of naive times there are none: they are ours
"""JSON value and its text -> what the column holds: times as milliseconds, also beyond the years that a ``datetime``
can tell in UTC, and lists with their missing parts. They raise ``ValueError``."""
