"""Finds values that have their column's type but are impossible, such as a negative size or an MD5 of 5 letters.

======  ==========================================================================================
id      an empty text tells no node apart. Other texts stay, so that the row can be named; whoever
        makes an address or a path of an id asks ``model.checks`` first
md5     32 hexadecimal digits; upper case is made lower
size    0 to ``MAX_SIZE`` bytes
times   years 1 to 9999 in UTC: no other date can be shown by pandas and Python
floats  none is infinite: JSON has no such number, and Arrow makes one of what is too large
======  ==========================================================================================

In the table such a value is null, and stands in ``extra`` as it came. Looking for them takes some 5 ms for 200,000
nodes; the rows that have one are read once more, by ``tolerant``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import reduce
from types import MappingProxyType
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ..model.checks import EARLIEST, LATEST, MAX_SIZE, is_shown, is_size, normalize_md5
from ..query.constants import join_chunks, to_scalar
from .columns import TIME, schema

_HEXADECIMAL = "0123456789abcdef"
_MD5_LENGTH = 32
_TIMES = tuple(field.name for field in schema() if field.type == TIME)
_FLOATS = tuple(field.name for field in schema() if pa.types.is_floating(field.type))


def check(column: str, value: Any) -> Any:
    """Check a value of the column's type; return what the column may hold. Raises ``ValueError``."""
    return _CHECKS[column](value) if column in _CHECKS else value


def is_checked(column: str) -> bool:
    """Tell whether a column may hold values of its type that are impossible."""
    return column in _CHECKS


def _id(value: str) -> str:
    if not value:
        raise ValueError(value)
    return value


def _md5(value: str) -> str:
    found = normalize_md5(value)
    if found is None:
        raise ValueError(value)
    return found


def _size(value: int) -> int:
    if not is_size(value):
        raise ValueError(value)
    return value


def _time(value: int) -> int:
    if not is_shown(value):
        raise ValueError(value)
    return value


def _float(value: float) -> float:
    if math.isinf(value):
        raise ValueError(value)
    return value


_CHECKS: Mapping[str, Callable[[Any], Any]] = MappingProxyType(
    {"id": _id, "md5": _md5, "size": _size, **dict.fromkeys(_TIMES, _time), **dict.fromkeys(_FLOATS, _float)}
)


def rows(table: pa.Table) -> list[int]:
    """List the numbers of the rows in which ``check`` would change something."""
    found = (_where(name, table.column(name)) for name in _CHECKS if name in table.schema.names)
    masks = [mask for mask in found if mask is not None]
    numbers: list[int] = pc.indices_nonzero(reduce(pc.or_, masks)).to_pylist() if masks else []
    return numbers


def settle(name: str, column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return the column as ``check`` leaves it, with null for what it refuses."""
    if name not in _CHECKS or (mask := _where(name, column)) is None:
        return column
    found = [_settle_value(name, value) for value in _plain(column.filter(mask)).to_pylist()]
    kept = join_chunks(column)
    return pa.chunked_array([pc.replace_with_mask(kept, join_chunks(mask), pa.array(found, column.type))])


def _settle_value(name: str, value: Any) -> Any:
    try:
        return None if value is None else check(name, value)
    except ValueError:
        return None


def _where(name: str, column: pa.ChunkedArray) -> pa.ChunkedArray | None:
    """Where ``check`` would change something; None if nowhere."""
    if name in _TIMES:
        return _outside(column, EARLIEST, LATEST)
    if name in _FLOATS:
        return _true(pc.is_inf(column))
    if name == "size":
        return _outside(column, 0, MAX_SIZE)
    if name == "md5":
        return _no_md5(column)
    return _true(pc.equal(pc.binary_length(column), 0))


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Times as numbers: Python's do not reach as far."""
    return column.cast(pa.int64()) if column.type == TIME else column


def _outside(column: pa.ChunkedArray, least: int, most: int) -> pa.ChunkedArray | None:
    values = column.cast(pa.int64())
    ends = pc.min_max(values)
    if (ends["min"].as_py() or 0) >= least and (ends["max"].as_py() or 0) <= most:
        return None
    return pc.fill_null(pc.or_(pc.less(values, least), pc.greater(values, most)), False)


def _no_md5(column: pa.ChunkedArray) -> pa.ChunkedArray | None:
    """Trimming is five times faster than a regular expression."""
    rest = pc.binary_length(pc.ascii_ltrim(column, characters=_HEXADECIMAL))
    return _true(pc.or_(pc.not_equal(pc.binary_length(column), _MD5_LENGTH), pc.greater(rest, 0)))


def _true(mask: pa.ChunkedArray) -> pa.ChunkedArray | None:
    """Where it holds; None if it holds nowhere."""
    return pc.fill_null(mask, False) if pc.any(mask).as_py() else None


def without_hidden_dates(table: pa.Table) -> pa.Table:
    """Return the table with null for each date that cannot be shown, whatever the unit of its column."""
    for index, field in enumerate(table.schema):
        if pa.types.is_timestamp(field.type):
            column = table.column(index)
            shown = null_hidden_dates(column)
            if shown is not column:
                table = table.set_column(index, field, shown)
    return table


def null_hidden_dates(times: pa.ChunkedArray) -> pa.ChunkedArray:
    """Put null for the dates that cannot be shown; return the very same column without such.

    Loads no pandas.
    """
    per_second = _TICKS[times.type.unit]
    ticks = times.cast(pa.int64())
    first, last = EARLIEST // 1000 * per_second, (LATEST // 1000 + 1) * per_second - 1
    ends = pc.min_max(ticks)
    lowest, highest = ends["min"].as_py(), ends["max"].as_py()
    if lowest is None or first <= lowest <= highest <= last:
        return times
    most = 2**63 - 1  # nanoseconds end in 2262
    lower, upper = (to_scalar(tick, pa.int64()) for tick in (max(first, -most), min(last, most)))
    inside = pc.and_(pc.greater_equal(ticks, lower), pc.less_equal(ticks, upper))
    return pc.if_else(inside, times, pa.nulls(1, times.type)[0])


_TICKS: Mapping[str, int] = MappingProxyType({"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9})
"""Of each unit in a second."""
