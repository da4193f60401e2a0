"""The quickest way: a batch that has no other fields than batches before it, by arrow-rs' JSON reader (``arro3``).

::

    first batches    pyarrow.json finds their fields, known or not, and their types     ``expect``
    later ones       arrow-rs is told of all of them, and takes half the time           ``read_expected``
    in doubt         pyarrow.json again, and what is new is expected from then on

arrow-rs passes over what it is not told of, and is lax: a number may be quoted, a fraction becomes a whole number. So
nothing is used that is not proven. Each key and each text takes two quotes, so a batch with as many quotes as its
columns account for holds nothing else: no other field, no key twice, no quoted number. Whole numbers are read as
floats and times as text, and Arrow casts both, which loses nothing unnoticed.

Nothing with a backslash comes here: arrow-rs (arro3 0.9.1) takes some escaped pairs for another character, and where it
refuses a text with an escaped NUL the process aborts. Without escapes a text is the bytes between its quotes.

The nodes are valid JSON: they come out of pages that msgspec has read, which is strict.
"""

from __future__ import annotations

import io
import logging
import math
import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from ..query.constants import count_byte

MIN_NODES = 2_000
"""Nodes; for fewer, loading arrow-rs (14 MB) is not worth it. An upload puts a thousand at a time into ap.parquet."""
_ROWS = 1250
"""Nodes that arrow-rs reads at a time. With 5,000 it takes half as much again: the kernel must find more memory."""
_MAX_FIELDS = 200
"""At all depths, of all batches so far; twice what is documented."""
_MAX_EXACT = float(1 << 53)
"""Below it a float is each whole number exactly."""
_NULL = b'":null'
"""How a key ends whose value is null, but for those with a space between."""
_OPENS = re.compile(rb'[\s:,\[{]":null')
"""A text that begins so, and is no such key."""
_MAX_DOUBTS = 6
"""Batches in doubt, one after the other, that each double how many are not tried."""

_log = logging.getLogger("amazon_photos")


class _Expected:
    """What batches are expected to hold. It changes how long reading takes, and nothing of what is read.

    Several threads read batches, and none waits for another: what one of them overwrites costs a doubt more.
    """

    def __init__(self) -> None:
        self.fields: pa.Schema | None = None
        self.doubts = 0
        self.not_tried = 0


_expected = _Expected()


def expect(found: pa.Schema) -> None:
    """Expect the fields of a batch from now on, besides those of the batches before."""
    before = [] if _expected.fields is None else list(_expected.fields)
    fields = _merge(before, list(_change_types(found, _drop_guess)))
    names = _list_names(fields)
    if len(names) <= _MAX_FIELDS and not any("\0" in name for name in names):  # there a name ends, in arrow-rs' eyes
        _expected.fields = pa.schema(fields)


def forget() -> None:
    """Expect nothing any more."""
    _expected.fields, _expected.doubts, _expected.not_tried = None, 0, 0


def read_expected(nodes: Sequence[msgspec.Raw]) -> pa.Table | None:
    """Read nodes that hold what is expected and nothing else; None where that is not proven."""
    fields = _expected.fields
    if fields is None or len(nodes) < MIN_NODES:
        return None
    if _expected.not_tried < (1 << _expected.doubts) - 1:
        _expected.not_tried += 1
        return None
    found = _read(nodes, fields)
    _expected.doubts = 0 if found is not None else min(_expected.doubts + 1, _MAX_DOUBTS)
    _expected.not_tried = 0
    return found


def _read(nodes: Sequence[msgspec.Raw], fields: pa.Schema) -> pa.Table | None:
    parts = []
    try:
        for start in range(0, len(nodes), _ROWS):
            part = _read_some(nodes[start : start + _ROWS], fields)
            if part is None:
                return None
            parts.append(part)
        table = pa.concat_tables(parts).combine_chunks(pa.system_memory_pool())
        columns = zip(table.columns, fields, strict=True)
        return pa.table([_cast(column.chunk(0), field.type) for column, field in columns], schema=fields)
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException as error:  # whatever arrow-rs says, a panic too, which is no Exception: pyarrow.json reads
        _log.debug("arrow-rs does not read this batch: %s", type(error).__name__)  # and no text: it may hold names
        return None


def _read_some(nodes: Sequence[msgspec.Raw], fields: pa.Schema) -> pa.Table | None:
    import arro3.io  # only large listings need it

    text = b"\n".join(nodes)
    if b"\\" in text:
        return None
    came = arro3.io.read_json(io.BytesIO(text), schema=_make_lax_schema(fields), batch_size=_ROWS)
    table = pa.RecordBatchReader.from_stream(came).read_all()  # unlike its own read_all, without Python's lock
    return table if len(table) == len(nodes) and _is_all(nodes, text, table) else None


# --- what arrow-rs is told ---------------------------------------------------------------------------------------


@lru_cache(maxsize=8)
def _make_lax_schema(fields: pa.Schema) -> Any:
    import arro3.core

    return arro3.core.Schema.from_arrow(_change_types(fields, _loosen))


def _loosen(kind: pa.DataType) -> pa.DataType:
    """The type that arrow-rs reads without making another value of what stands there."""
    if pa.types.is_timestamp(kind):
        return pa.string()
    return pa.float64() if pa.types.is_integer(kind) else kind


def _drop_guess(kind: pa.DataType) -> pa.DataType:
    """Of a field that the table doesn't know Arrow guesses that it is a time; the next batch may have other texts."""
    return pa.string() if pa.types.is_timestamp(kind) and kind.tz is None else kind


def _change_types(fields: Iterable[pa.Field], change: Callable[[pa.DataType], pa.DataType]) -> pa.Schema:
    """The fields with another type where nothing is nested any more."""

    def within(kind: pa.DataType) -> pa.DataType:
        if pa.types.is_struct(kind):
            return pa.struct(list(_change_types(kind, change)))
        return pa.list_(within(kind.value_type)) if pa.types.is_list(kind) else change(kind)

    return pa.schema([pa.field(field.name, within(field.type)) for field in fields])


def _merge(before: list[pa.Field], found: list[pa.Field]) -> list[pa.Field]:
    kinds = {field.name: field.type for field in before}
    for field in found:
        kinds[field.name] = _join(kinds.get(field.name, field.type), field.type)
    return [pa.field(name, kind) for name, kind in kinds.items()]


def _join(before: pa.DataType, found: pa.DataType) -> pa.DataType:
    """One type for both; where there is none, the latest."""
    if pa.types.is_null(found):
        return before
    if pa.types.is_struct(before) and pa.types.is_struct(found):
        return pa.struct(_merge(list(before), list(found)))
    if pa.types.is_list(before) and pa.types.is_list(found):
        return pa.list_(_join(before.value_type, found.value_type))
    numbers = {before, found} == {pa.int64(), pa.float64()}
    return pa.float64() if numbers else found


def _list_names(fields: Iterable[pa.Field]) -> list[str]:
    names = []
    for field in fields:
        kind = field.type
        while pa.types.is_list(kind):
            kind = kind.value_type
        names += [field.name, *(_list_names(kind) if pa.types.is_struct(kind) else ())]
    return names


# --- whether that was all ----------------------------------------------------------------------------------------


def _is_all(nodes: Sequence[msgspec.Raw], text: bytes, table: pa.Table) -> bool:
    """Tell whether the columns account for every quote of the text, which has no escapes.

    ``{"id":"a","kind":"FILE"}`` has eight quotes: two for each key, two for each text. Whatever is in a column has its
    quotes in the text, so the columns never account for too many; and for too few where anything was passed over. Only
    keys whose value is null are in no column, though expected: mostly albums say so of what only files have. In an
    object that had no keys so far a null one is no such key: it makes the object worth a place in ``extra``.
    """
    quotes = count_byte(text, b'"') - 2 * sum(map(_count_quoted, table.columns))
    if not quotes:
        return True
    for column, field in zip(table.columns, table.schema, strict=True):
        if not all(_are_empty(chunk, field.name, text, table.schema) for chunk in column.chunks):
            return False
    without = pc.indices_nonzero(pc.is_null(table["contentProperties"])).to_pylist()
    few = b"\n".join([nodes[number] for number in without])
    return any(quotes == 2 * some.count(_NULL) and not _OPENS.search(some) for some in (few, text))


def _are_empty(values: pa.Array, name: str, text: bytes, fields: pa.Schema) -> bool:
    """Tell whether the objects that no key is expected in have none, here and below."""
    kind = values.type
    if pa.types.is_list(kind):
        return _are_empty(values.values, name, text, fields)
    if not pa.types.is_struct(kind):
        return True
    if kind.num_fields == 0:
        there = len(values) - values.null_count
        return text.count(b'"%s":{}' % name.encode()) == there and _list_names(fields).count(name) == 1
    return all(_are_empty(values.field(place), part.name, text, fields) for place, part in enumerate(kind))


def _count_quoted(column: pa.ChunkedArray) -> int:
    return sum(len(chunk) - chunk.null_count + _count_within(chunk) for chunk in column.chunks)


def _count_within(values: pa.Array) -> int:
    """Count the texts, and the keys below."""
    kind = values.type
    if pa.types.is_struct(kind):
        parts = [values.field(number) for number in range(kind.num_fields)]
        return sum(len(part) - part.null_count + _count_within(part) for part in parts)
    if pa.types.is_list(kind):
        return _count_within(values.values)
    return len(values) - values.null_count if pa.types.is_string(kind) else 0


# --- what was loose ----------------------------------------------------------------------------------------------


def _cast(values: pa.Array, kind: pa.DataType) -> pa.Array:
    """The values in their column's type. Raises ``ValueError`` where one is not exactly of it."""
    if values.null_count == len(values):
        return pa.nulls(len(values), kind, memory_pool=pa.system_memory_pool())
    if pa.types.is_floating(values.type):
        return _cast_numbers(values, kind)
    if pa.types.is_timestamp(kind):
        return pc.cast(values, kind, memory_pool=pa.system_memory_pool())
    if values.type == kind:
        return values
    if pa.types.is_struct(kind):
        parts = [_cast(values.field(number), part.type) for number, part in enumerate(kind)]
        return pa.Array.from_buffers(kind, len(values), values.buffers()[:1], values.null_count, values.offset, parts)
    below = [_cast(values.values, kind.value_type)]
    return pa.Array.from_buffers(kind, len(values), values.buffers()[:2], values.null_count, values.offset, below)


def _cast_numbers(values: pa.Array, kind: pa.DataType) -> pa.Array:
    ends = pc.min_max(values, memory_pool=pa.system_memory_pool())
    most = max(abs(ends["min"].as_py()), abs(ends["max"].as_py()))
    if pc.any(pc.is_nan(values)).as_py():  # no number of JSON's
        raise ValueError
    if not math.isfinite(most) or (most >= _MAX_EXACT and kind != values.type):
        raise ValueError(most)
    return values if kind == values.type else pc.cast(values, kind, memory_pool=pa.system_memory_pool())
