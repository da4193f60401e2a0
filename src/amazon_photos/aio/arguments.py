"""Checks of arguments: each gives the value to work with, or a ``InvalidInput`` that names the argument."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, TypeVar, get_args

from ..errors import InvalidInput
from ..model.checks import to_count as to_count
from ..model.checks import to_limit as to_limit
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


def to_bool(name: str, value: BoolText) -> bool:
    """A switch as a boolean."""
    if isinstance(value, bool):
        return value
    if not isinstance(value, str) or value not in ("true", "false"):
        raise InvalidInput(f"{name} must be True or False, not {value!r}")
    return value == "true"


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
