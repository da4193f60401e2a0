"""Frames -> records: a dict for each row, of plain Python values, for programs that want no pandas."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd

from ..errors import InvalidInput
from ..model.checks import show
from ..model.times import write_time

_PLAIN = frozenset({str, int, bool})
_MAX_DIGITS = 40
"""Of a whole decimal that JSON gets as a whole number; DuckDB's have 38."""


def to_records(frame: pd.DataFrame, *, json: bool = False) -> list[dict[str, Any]]:
    """Convert each row to a dict. Missing is None, lists are lists, times are ``datetime``.

    ``json``: only what JSON has; times are text as Amazon writes it. Raises ``InvalidInput`` for what is no DataFrame,
    for two columns of one name, and for a column of what Python has no value for (a time in the year 0, say).
    """
    if not isinstance(frame, pd.DataFrame):
        raise InvalidInput(f"frame must be a DataFrame, not {show(frame)}")
    names = [str(name) for name in frame.columns]
    if len(set(names)) < len(names):
        raise InvalidInput(f"a record has each name once: two columns are called {_find_twice(names)!r}")
    convert = _to_json if json else _to_plain
    columns = (_values(frame, place, convert) for place in range(len(names)))
    if not names:
        return [{} for _ in range(len(frame))]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def _values(frame: pd.DataFrame, place: int, convert: Callable[[Any], Any]) -> list[Any]:
    try:
        return [convert(value) for value in frame.iloc[:, place].tolist()]
    except (ValueError, OverflowError) as error:
        name = show(frame.columns[place])
        raise InvalidInput(f"the column {name} holds what Python has no value for: {error}") from None


def _find_twice(names: list[str]) -> str:
    return next(name for place, name in enumerate(names) if name in names[:place])


def _to_plain(value: Any) -> Any:
    if type(value) in _PLAIN:
        return value
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, pd.Timestamp):
        return value.to_pydatetime(warn=False)
    if isinstance(value, pd.Timedelta):
        return value.to_pytimedelta()
    if isinstance(value, np.generic):
        return _to_plain(_to_python(value))
    if isinstance(value, float):
        return None if math.isnan(value) else value
    if isinstance(value, np.ndarray) and value.ndim == 0:
        return _to_plain(value[()])
    if isinstance(value, list | tuple | np.ndarray):
        return [_to_plain(part) for part in value]
    if isinstance(value, dict):
        return {key: _to_plain(part) for key, part in value.items()}
    return value


def _to_python(value: np.generic) -> Any:
    """What numpy's own ``item`` gives of most: of a long double that is itself, and of nanoseconds a bare number."""
    if isinstance(value, np.datetime64 | np.timedelta64) and np.datetime_data(value)[0] in ("ns", "ps", "fs", "as"):
        return _to_python(value.astype(f"{value.dtype.kind}8[us]"))
    if isinstance(value, np.longdouble | np.clongdouble):
        return complex(value) if isinstance(value, np.clongdouble) else float(value)
    return value.item()


def _to_json(value: Any) -> Any:
    """JSON knows no times, no infinity, and no digits without end."""
    if type(value) in _PLAIN:
        return value
    value = _to_plain(value)
    match value:
        case None | bool() | int() | str():
            return value
        case float():
            return value if math.isfinite(value) else None
        case datetime():
            return _write_time(value)
        case date() | time():
            return value.isoformat()
        case timedelta():
            return value.total_seconds()
        case Decimal():
            return _to_number(value)
        case list():
            return [_to_json(part) for part in value]
        case dict():
            return {str(key): _to_json(part) for key, part in value.items()}
    return str(value)


def _write_time(moment: datetime) -> str:
    try:
        return write_time(moment)
    except OverflowError:  # UTC has no such year
        return moment.isoformat(timespec="milliseconds")


def _to_number(value: Decimal) -> int | float | None:
    if not value.is_finite():
        return None
    if value.adjusted() < _MAX_DIGITS and value == value.to_integral_value():
        return int(value)
    number = float(value)
    return number if math.isfinite(number) else None
