"""Frames that people give back -> tables of our types.

They are pandas', polars' or pyarrow's, or records. On their way they were perhaps a CSV, a JSON or a spreadsheet, so
that dates are texts or numbers, sizes are texts or have a point, and lists are what Python, numpy or JSON writes for
them. What can be meant in one way only is read (``foreign_values``); for anything else there is an error that names
column, row and value. What nothing may trust is null, as in any table (``invalid_values``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from ..errors import InvalidInput
from ..model.fields import FieldType
from . import foreign_values, invalid_values
from .columns import NAIVE_TIME, type_of

_TIMES = ("time", "naive_time")


def column_names(held: Any) -> list[str]:
    """Return the names of its columns; of records, those in any of them.

    Raises ``InvalidInput`` as ``read_frame`` does.
    """
    if isinstance(held, list | tuple):
        if not all(isinstance(row, Mapping) for row in held):
            raise _no_frame(held)
        names: Any = dict.fromkeys(name for row in held for name in row)
    elif isinstance(held, Mapping):
        names = held
    elif isinstance(held, pd.Series):
        names = held.index
    elif hasattr(held, "collect_schema"):
        names = held.collect_schema().names()
    elif hasattr(held, "column_names"):
        names = held.column_names
    elif hasattr(held, "columns"):
        names = held.columns
    else:
        raise _no_frame(held)
    return [name for name in names if isinstance(name, str)]


def read_frame(held: Any, types: Mapping[str, FieldType]) -> pa.Table:
    """Read the columns that it has of ``types``, in that order, a row for each of its rows.

    ``held`` is a frame or a table, a row of one, a record, a list of records, or a dict of columns. Raises
    ``InvalidInput`` for a value that cannot be read, and for two columns of one name that tell different things.
    """
    there, frame = set(column_names(held)), _as_frame(held)
    return pa.table(
        {name: _read(name, _column(frame, name), field_type) for name, field_type in types.items() if name in there}
    )


def _as_frame(held: Any) -> pd.DataFrame | pa.Table:
    if isinstance(held, pd.DataFrame):
        return held
    if isinstance(held, pd.Series):
        held = held.to_dict()
    if isinstance(held, list | tuple):
        return pd.DataFrame(list(held), dtype=object)
    if isinstance(held, Mapping):
        columns = pd.api.types.is_list_like(held["id"])
        return pd.DataFrame(dict(held) if columns else [held], dtype=object)
    try:
        return pa.table(held.collect() if hasattr(held, "collect") else held)  # polars' lazy frames
    except (TypeError, ValueError, pa.ArrowException):
        raise _no_frame(held) from None


def _no_frame(held: Any) -> InvalidInput:
    return InvalidInput(f"a frame of pandas, polars or pyarrow is due, or records; not {type(held).__name__}")


def _column(frame: pd.DataFrame | pa.Table, name: str) -> Any:
    if isinstance(frame, pa.Table):
        columns = [frame.column(place) for place, other in enumerate(frame.column_names) if other == name]
    else:
        columns = [frame.iloc[:, place] for place, other in enumerate(frame.columns) if other == name]
    if not all(columns[0].equals(other) for other in columns[1:]):
        raise InvalidInput(
            f"this frame has {len(columns)} columns {name!r} that tell different things: drop all but one"
        )
    return columns[0]


def _read(name: str, column: Any, field_type: FieldType) -> pa.ChunkedArray:
    arrow = column if isinstance(column, pa.ChunkedArray) else _as_arrow(column, field_type)
    found = None if arrow is None else _cast(arrow, field_type)
    if found is None:
        found = pa.chunked_array([pa.array(_one_by_one(name, column, field_type), type_of(field_type))])
    return invalid_values.settle(name, found)


def _as_arrow(column: pd.Series[Any], field_type: FieldType) -> pa.ChunkedArray | None:
    """None for what Arrow has no type for, such as numbers among texts, or would cut: moments among days."""
    if column.dtype == object and field_type not in ("string", "strings"):
        return None
    try:
        found = pa.Array.from_pandas(column)
    except (pa.ArrowException, TypeError, ValueError, OverflowError):
        return None
    return found if isinstance(found, pa.ChunkedArray) else pa.chunked_array([found])


def _cast(column: pa.ChunkedArray, field_type: FieldType) -> pa.ChunkedArray | None:
    """The whole column at once, where nothing needs to be looked at; else None."""
    try:
        if pa.types.is_dictionary(column.type):
            column = _decode(column)
        there = column.type
        if pa.types.is_floating(there):
            column = pc.if_else(pc.is_nan(column), pa.scalar(None, there), column)
        if there == pa.null() or _IS_PLAIN[field_type](there):
            return column.cast(type_of(field_type), safe=field_type not in _TIMES)  # they are cut to milliseconds
        if field_type in _TIMES and pa.types.is_date(there):
            return column.cast(NAIVE_TIME).cast(type_of(field_type))
    except pa.ArrowException:
        pass
    return None


def _decode(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """The values that a dictionary stands for; as plain text where Arrow cannot decode, as polars' categories."""
    values = column.type.value_type
    if not pa.types.is_string_view(values):
        return column.cast(values)
    parts = [chunk.dictionary.cast(pa.string()).take(chunk.indices) for chunk in column.chunks]
    return pa.chunked_array(parts, pa.string())


def _is_text(there: pa.DataType) -> bool:
    return any(is_of(there) for is_of in (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view))


def _is_number(there: pa.DataType) -> bool:
    return any(is_of(there) for is_of in (pa.types.is_integer, pa.types.is_floating))


def _is_texts(there: pa.DataType) -> bool:
    lists = (pa.types.is_list, pa.types.is_large_list, pa.types.is_fixed_size_list)
    return any(is_of(there) for is_of in lists) and (_is_text(there.value_type) or there.value_type == pa.null())


_IS_PLAIN: Mapping[FieldType, Callable[[pa.DataType], bool]] = {
    "string": _is_text,
    "int": _is_number,
    "float": _is_number,
    "bool": pa.types.is_boolean,
    "time": pa.types.is_timestamp,
    "naive_time": pa.types.is_timestamp,
    "strings": _is_texts,
}


def _one_by_one(name: str, column: Any, field_type: FieldType) -> list[Any]:
    try:
        there = column.to_pylist() if isinstance(column, pa.ChunkedArray) else column.tolist()
    except (ValueError, OverflowError) as error:
        raise InvalidInput(f"column {name!r} cannot be read: {error}") from None
    found = []
    for row, value in enumerate(there):
        try:
            found.append(foreign_values.read(value, field_type, column=name))
        except (ValueError, OverflowError):
            what = f"{foreign_values.DUE[field_type]} is due in column {name!r}"
            raise InvalidInput(f"{what}, not {_short(value)} (row {row}, counted from 0)") from None
    return found


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:80]}…"
