"""Values as texts, as each format spells them; none of them can break a row or steer a terminal."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from json.encoder import encode_basestring
from typing import Any

from ...errors import hide_controls
from ...model.times import write_time


@dataclass(frozen=True, slots=True)
class Spelling:
    """How a format writes what it has no rows and columns for."""

    text: Callable[[str], str]
    """Of strangers: it can hold anything."""
    none: str = ""
    quote: str = ""
    """What stands around times and other texts of ours."""
    infinite: Callable[[float], str] = str
    json_inside: bool = False
    """Whether a list is written as it is; elsewhere its JSON is a text."""


def write_values(values: Iterable[Any], spelling: Spelling) -> list[str]:
    """Write each of Python's values."""
    return [_write(value, spelling) for value in values]


def _write(value: Any, spelling: Spelling) -> str:
    if isinstance(value, str):
        return spelling.text(value)
    if value is None:
        return spelling.none
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float | Decimal):
        return write_number(value, spelling)
    if isinstance(value, date | time):
        return f"{spelling.quote}{_write_moment(value)}{spelling.quote}"
    if isinstance(value, list | tuple | dict):
        inside = write_json(value)
        return inside if spelling.json_inside else spelling.text(inside)
    return spelling.text(str(value))


def write_number(value: float | Decimal, spelling: Spelling) -> str:
    """Write a number with all of its digits. What is none is missing, as in frames."""
    if math.isfinite(value):
        return f"{value:f}" if isinstance(value, Decimal) else repr(value)
    return spelling.none if math.isnan(value) else spelling.infinite(float(value))


def write_json(value: Any) -> str:
    """Write a value as JSON, in one line and without anything that steers a terminal."""
    return _escape(_to_json(value))


def _to_json(value: Any) -> str:
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_to_json, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{quote(str(key))}: {_to_json(part)}' for key, part in value.items())}}}"
    return _write(value, JSON)


def quote(text: str) -> str:
    """Write a text as JSON has it, and escape what its rules leave but terminals obey."""
    return _escape(encode_basestring(text))


def _escape(line: str) -> str:
    return line if line.isprintable() else "".join(map(_escape_control, line))


def _escape_control(c: str) -> str:
    return c if c == " " or hide_controls(c) == c else json.dumps(c)[1:-1]


def _write_moment(value: date | time) -> str:
    return write_time(value) if isinstance(value, datetime) else value.isoformat()


JSON = Spelling(quote, none="null", quote='"', infinite=lambda _: "null", json_inside=True)
