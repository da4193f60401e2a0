"""Single values of frames that went through other programs, as what they were.

=======  ============================================================================================
string   text; a number, as a name such as 2019 becomes in a CSV (no id or MD5 with a point, though)
int      a whole number, also as text or with a point: 3, 3.0, "3", "3.0"
time     a moment, a day, ISO 8601 as text; a number counts milliseconds since 1970, or micro- or
         nanoseconds where milliseconds would lead beyond the year 9999; 20230601 and 20230601123000 are
         read as they look. Without a zone: UTC. ``naive_time`` is read alike, and has none
strings  a list or tuple; as text ``["a", "b"]``, ``('a', 'b')`` or numpy's ``['a' 'b']``; one id alone
=======  ============================================================================================

None, NaN, NaT, NA and, but for texts, "" and what programs write in their place are a missing value.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Any

import msgspec
import numpy as np
import pandas as pd

from ..model.checks import is_node_id, is_shown
from ..model.fields import FieldType
from ..query.values import milliseconds

_MISSING = frozenset(("", "nan", "nat", "none", "null", "<na>", "na", "n/a"))
_LIKE_A_DATE = re.compile(r"[+-]?[0-9]{4,}[-:/][0-9]{2}[-:/][0-9]{2}(?![0-9])")
_WRITTEN_DATE = re.compile(r"(?:18|19|20)[0-9]{6}(?:[0-9]{6})?\Z")
"""A number that shows a day, or a second; as milliseconds it would be the first of January 1970, or the year 2540."""
_QUOTED = re.compile(r"""\s*(?:'([^'\\]*)'|"([^"\\]*)")[\s,]*""")
_NO_NUMBERS = frozenset(("id", "md5"))
_PER_MILLISECOND = (1, 1_000, 1_000_000)

DUE: Mapping[FieldType, str] = MappingProxyType(
    {
        "string": "text",
        "int": "a whole number",
        "float": "a number",
        "bool": "True or False",
        "time": "a date (ISO 8601, or milliseconds since 1970)",
        "naive_time": "a date (ISO 8601, or milliseconds since 1970)",
        "strings": "a list of texts",
    }
)
"""What an error asks for."""


def read(value: Any, field_type: FieldType, *, column: str) -> Any:
    """Read a value as a column of this type holds it; times in milliseconds.

    Raises ``ValueError`` or ``OverflowError``.
    """
    if _is_missing(value, field_type):
        return None
    if isinstance(value, np.generic):
        value = pd.Timestamp(value) if isinstance(value, np.datetime64) else value.item()
    if isinstance(value, float) and column in _NO_NUMBERS:
        raise ValueError(value)
    return _READ[field_type](value)


def _is_missing(value: Any, field_type: FieldType) -> bool:
    if isinstance(value, str):
        return field_type != "string" and value.strip().lower() in _MISSING
    return value is None or (pd.api.types.is_scalar(value) and bool(pd.isna(value)))


def _string(value: Any) -> str:
    if isinstance(value, str):
        return str(value)
    if isinstance(value, float | Decimal) and value == int(value):
        value = int(value)
    if isinstance(value, int | float | Decimal):
        return str(value)
    raise ValueError(value)


def _number(value: Any) -> Decimal:
    try:
        if isinstance(value, str | int | float | Decimal) and not isinstance(value, bool):
            return Decimal(value.strip() if isinstance(value, str) else value)
    except InvalidOperation:
        pass
    raise ValueError(value)


def _int(value: Any) -> int:
    number = _number(value)
    whole = int(number)
    if whole != number or not -(2**63) <= whole < 2**63:
        raise ValueError(value)
    return whole


def _float(value: Any) -> float:
    return float(_number(value))


def _bool(value: Any) -> bool:
    found = {"true": True, "false": False}.get(value.strip().lower()) if isinstance(value, str) else value
    if found not in (True, False):
        raise ValueError(value)
    return bool(found)


def _time(value: Any) -> int | None:
    if isinstance(value, datetime):
        return milliseconds(value)
    if isinstance(value, date):
        return milliseconds(datetime(value.year, value.month, value.day))  # noqa: DTZ001 - UTC, as all without a zone
    if isinstance(value, str):
        try:
            return milliseconds(datetime.fromisoformat(value.strip()))
        except ValueError:
            if _LIKE_A_DATE.match(value.strip()):
                return None  # such as the year 0: a date, but none that can be shown
    count = _int(value)
    if _WRITTEN_DATE.match(str(count)):
        form = "%Y%m%d" if len(str(count)) == 8 else "%Y%m%d%H%M%S"
        return milliseconds(datetime.strptime(str(count), form))  # noqa: DTZ007 - UTC, as all without a zone
    return next((count // per for per in _PER_MILLISECOND if is_shown(count // per)), None)


def _strings(value: Any) -> list[str | None]:
    if isinstance(value, str):
        return _parse_list(value.strip())
    found = value.tolist() if isinstance(value, np.ndarray) else value
    if isinstance(found, list | tuple) and all(part is None or isinstance(part, str) for part in found):
        return list(found)
    raise ValueError(value)


def _parse_list(text: str) -> list[str | None]:
    """A list that was written down."""
    if is_node_id(text):
        return [text]
    try:
        return msgspec.json.decode(text, type=list[str | None])
    except msgspec.DecodeError:
        pass
    inside = text[1:-1].strip()
    found = list(_QUOTED.finditer(inside))
    if text[:1] + text[-1:] not in ("[]", "()") or "".join(part[0] for part in found) != inside:
        raise ValueError(text)
    return [part[1] if part[1] is not None else part[2] for part in found]


_READ: Mapping[FieldType, Callable[[Any], Any]] = MappingProxyType(
    {
        "string": _string,
        "int": _int,
        "float": _float,
        "bool": _bool,
        "time": _time,
        "naive_time": _time,
        "strings": _strings,
    }
)
