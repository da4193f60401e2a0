"""Frames -> records: a dict for each row, of plain Python values, for programs that want no pandas."""

from __future__ import annotations

import math
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd

from ..errors import InvalidInput
from ..model.checks import show
from ..model.record import write_time

_PLAIN = frozenset({str, int, bool})


def to_records(frame: pd.DataFrame, *, json: bool = False) -> list[dict[str, Any]]:
    """Convert each row to a dict. Missing is None, lists are lists, times are ``datetime``.

    ``json``: only what JSON has; times are text as Amazon writes it. Raises ``InvalidInput`` for what is no DataFrame,
    and for two columns of one name.
    """
    if not isinstance(frame, pd.DataFrame):
        raise InvalidInput(f"frame must be a DataFrame, not {show(frame)}")
    names = [str(name) for name in frame.columns]
    if len(set(names)) < len(names):
        raise InvalidInput(f"a record has each name once: two columns are called {_find_twice(names)!r}")
    convert = _to_json if json else _to_plain
    columns = ([convert(value) for value in frame.iloc[:, place].tolist()] for place in range(len(names)))
    if not names:
        return [{} for _ in range(len(frame))]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


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
        return _to_plain(value.item())
    if isinstance(value, float):
        return None if math.isnan(value) else value
    if isinstance(value, list | tuple | np.ndarray):
        return [_to_plain(part) for part in value]
    if isinstance(value, dict):
        return {key: _to_plain(part) for key, part in value.items()}
    return value


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
            return write_time(value)
        case date() | time():
            return value.isoformat()
        case timedelta():
            return value.total_seconds()
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case list():
            return [_to_json(part) for part in value]
        case dict():
            return {str(key): _to_json(part) for key, part in value.items()}
    return str(value)
