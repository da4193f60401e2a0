"""Checks of arguments: each gives the value to work with, or a ``InvalidInput`` that names the argument."""

from __future__ import annotations

from typing import Literal

from ..errors import FilterError, InvalidInput
from ..model.checks import check_choice as check_choice
from ..model.checks import show
from ..model.checks import to_count as to_count
from ..model.checks import to_limit as to_limit
from ..query.sort import Sort as Sort
from ..query.sort import SortOrder, is_amazon_text, read_sort, render_sort

BoolText = bool | Literal["true", "false"]
"""A switch; the predecessor's examples write them as text."""


def check_text(what: str, text: str) -> None:
    """Check that it is text. Raises ``InvalidInput``, which says ``what`` it is."""
    if not isinstance(text, str):
        raise InvalidInput(f"{what} must be text, not {show(text)}")


def check_nul(what: str, text: str) -> None:
    """Check that a name or a path in the library, which is ``what``, can be one. Raises ``InvalidInput``."""
    check_text(what, text)
    if "\0" in text:
        raise InvalidInput(f"{what} holds a NUL character, which no name has: {text[:200]!r}")


def to_bool(name: str, value: BoolText) -> bool:
    """Convert a switch to a boolean."""
    if isinstance(value, bool):
        return value
    if not isinstance(value, str) or value not in ("true", "false"):
        raise InvalidInput(f"{name} must be True or False, not {show(value)}")
    return value == "true"


def to_sort_order(sort: Sort, *, strict: bool = True) -> SortOrder:
    """Read a sort as Amazon shall. Raises ``FilterError``, unless told to let Amazon judge."""
    amazons = isinstance(sort, str) and is_amazon_text(sort)
    try:
        keys = read_sort(sort, "node")
    except FilterError:
        if strict:
            raise
        untouched = [sort] if isinstance(sort, str) else sort or ()
        return SortOrder(str(sort) if amazons else f"[{', '.join(map(repr, untouched))}]")
    return SortOrder(str(sort) if amazons else render_sort(keys), keys)
