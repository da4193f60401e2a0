"""Arrow's columns as texts: a word that comes again is written once, a time by Arrow, a column of nothing at once."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pyarrow as pa

from ...errors import InvalidInput
from .cells import JSON, Spelling, write_number, write_values

_TRUE_OR_FALSE = {True: "true", False: "false"}


def write_array(column: pa.Array, spelling: Spelling) -> list[str]:
    """Write each value of a column."""
    if column.null_count == len(column):
        return [spelling.none] * len(column)
    kind = column.type
    if pa.types.is_dictionary(kind):
        if len(column.dictionary) > len(column):
            return write_array(column.cast(kind.value_type), spelling)
        words = write_array(column.dictionary, spelling)
        return _each(column.indices, words.__getitem__, spelling)
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return _each(column, spelling.text, spelling)
    if pa.types.is_timestamp(kind):
        return _write_times(column, spelling)
    if pa.types.is_boolean(kind):
        return _each(column, _TRUE_OR_FALSE.__getitem__, spelling)
    if pa.types.is_integer(kind):
        return _each(column, str, spelling)
    if pa.types.is_floating(kind):
        return _each(column, lambda value: write_number(value, spelling), spelling)
    if pa.types.is_list(kind) and pa.types.is_string(kind.value_type):
        return _write_lists(column, spelling)
    if pa.types.is_date(kind) or pa.types.is_time(kind):  # years that Python has not, too
        return _each(column.cast(pa.string()), lambda text: f"{spelling.quote}{text}{spelling.quote}", spelling)
    try:
        return write_values(column.to_pylist(), spelling)
    except (OverflowError, ValueError, pa.ArrowException):
        raise InvalidInput(f"{kind} cannot be printed: cast it in the query, to varchar for instance") from None


def _each(column: pa.Array, write: Callable[[Any], str], spelling: Spelling) -> list[str]:
    if not column.null_count:
        return list(map(write, column.to_pylist()))
    return [spelling.none if value is None else write(value) for value in column.to_pylist()]


def _write_times(column: pa.Array, spelling: Spelling) -> list[str]:
    """As ``write_time`` does. Arrow reads a zone of its own only with pandas, so there is none when it writes."""
    zone = "Z" if column.type.tz else ""
    quote = spelling.quote
    written = column.cast(pa.timestamp(column.type.unit)).cast(pa.timestamp("ms"), safe=False).cast(pa.string())
    return _each(written, lambda moment: f"{quote}{moment.replace(' ', 'T')}{zone}{quote}", spelling)


def _write_lists(column: pa.Array, spelling: Spelling) -> list[str]:
    ends = column.offsets.to_pylist()
    first = ends[0]
    words = write_array(column.values[first : ends[-1]], JSON)
    lists = [f"[{', '.join(words[start - first : end - first])}]" for start, end in pairwise(ends)]
    if not spelling.json_inside:
        lists = list(map(spelling.text, lists))
    if not column.null_count:
        return lists
    return [text if there else spelling.none for text, there in zip(lists, column.is_valid().to_pylist(), strict=True)]
