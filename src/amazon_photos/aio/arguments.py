"""Checks of arguments: each gives the value to work with, or a ``InvalidInput`` that names the argument."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Literal, TypeVar, get_args

from ..errors import InvalidInput
from ..query.sort import parse_sort

T = TypeVar("T")
BoolText = bool | Literal["true", "false"]
"""A switch; the seed's examples write them as text."""
Sort = str | Sequence[str]
"""``"['createdDate DESC']"``, ``"createdDate DESC"``, or a list of keys."""


def check_choice(name: str, value: T, choices: Any) -> T:
    """``value``, if the ``Literal`` type has it."""
    if not isinstance(value, str) or value not in get_args(choices):
        raise InvalidInput(f"{name} must be one of {', '.join(map(repr, get_args(choices)))}, not {value!r}")
    return value


def check_nul(what: str, text: str) -> None:
    """Check that a name or a path in the library can be one. Raises ``InvalidInput``, which says ``what`` it is."""
    if isinstance(text, str) and "\0" in text:
        raise InvalidInput(f"{what} holds a NUL character, which no name has: {text[:200]!r}")


def to_bool(name: str, value: BoolText) -> bool:
    """A switch as a boolean."""
    if isinstance(value, bool):
        return value
    if not isinstance(value, str) or value not in ("true", "false"):
        raise InvalidInput(f"{name} must be True or False, not {value!r}")
    return value == "true"


def to_count(name: str, value: float) -> int:
    """A whole number from 0 upwards; numpy's and ``3.0`` count."""
    try:
        number = int(value)
    except (TypeError, ValueError, OverflowError):
        number = -1
    if isinstance(value, bool) or number != value or number < 0:
        raise InvalidInput(f"{name} must be a whole number from 0 upwards, not {value!r}")
    return number


def to_limit(limit: float | None) -> int | None:
    """A limit as a whole number; None and infinity mean all."""
    return None if limit is None or limit == math.inf else to_count("limit", limit)


def to_sort_text(sort: Sort, *, strict: bool = True) -> str:
    """The sort parameter as Amazon reads it. Raises ``FilterError``, unless told to let Amazon judge."""
    if isinstance(sort, str):
        bare = sort.strip() and not sort.strip().startswith("[")
        text = f"['{sort.strip()}']" if bare else sort
    else:
        text = f"[{', '.join(repr(key) for key in sort)}]" if sort else ""
    if strict:
        parse_sort(text)
    return text
