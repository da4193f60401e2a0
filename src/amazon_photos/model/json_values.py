"""What is read of a JSON value that has not its field's type: as much as nothing is lost by.

``"1"`` and ``1.0`` are a whole number, ``7`` is a text where one is due, ``"true"`` is true, and a time without a zone
is one of UTC. Of a whole number with too many digits for a float the nearest one is read, as of any decimal. One reader
for each type of ``fields.FieldType``; they raise ``ValueError`` for what cannot be read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

import msgspec

from .fields import FieldType

INT_BOUND = 2**63
"""Whole numbers have 64 bits, as in tables."""
_WHOLE = re.compile(r"[+-]?[0-9]{1,19}\Z")


def _string(value: Any, text: bytes) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return text.decode()
    raise ValueError(value)


def _int(value: Any, text: bytes) -> int:
    if isinstance(value, str) and _WHOLE.match(value):
        value = int(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and -INT_BOUND <= value < INT_BOUND:
        return value
    raise ValueError(value)


def _float(value: Any, text: bytes) -> float:
    if isinstance(value, str):
        value = msgspec.json.decode(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    raise ValueError(value)


def _bool(value: Any, text: bytes) -> bool:
    value = {"true": True, "false": False}.get(value, value) if isinstance(value, str) else value
    if isinstance(value, bool):
        return value
    raise ValueError(value)


def _time(value: Any, text: bytes) -> datetime:
    if not isinstance(value, str):
        raise ValueError(value)
    moment = datetime.fromisoformat(value.upper())  # "t" and "z" are as good (RFC 3339)
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    if not has_date(moment):
        raise ValueError(value)
    return moment


def _strings(value: Any, text: bytes) -> list[str]:
    if isinstance(value, list) and all(part is None or isinstance(part, str) for part in value):
        return [part for part in value if part is not None]
    raise ValueError(value)


READERS: Mapping[FieldType, Callable[[Any, bytes], Any]] = MappingProxyType(
    {"string": _string, "int": _int, "float": _float, "bool": _bool, "time": _time, "strings": _strings}
)
"""JSON value and its text -> the value that is meant."""


def has_date(moment: datetime) -> bool:
    """Tell whether a moment with a zone lies in the years 1 to 9999 in UTC too."""
    if moment.year in (1, 9999):
        try:
            moment.astimezone(UTC)
        except OverflowError:
            return False
    return True
