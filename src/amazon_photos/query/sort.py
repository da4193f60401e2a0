"""Sorting: ``['createdDate DESC']``, with either quote; no direction means DESC (live). All lists sort by the same."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..errors import FilterError
from ..model.fields import WORDS, Field

_KEY = re.compile(r"""\s*['"]?\s*([A-Za-z.]+)(?:\s+(ASC|DESC))?\s*['"]?\s*$""", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Sort:
    """One key to sort by."""

    field: Field
    descending: bool


def parse_sort(text: str) -> tuple[Sort, ...]:
    """The keys of a sort parameter; () for an empty one. Raises ``FilterError`` for what cannot be sorted by."""
    inside = text.strip().removeprefix("[").removesuffix("]")
    return tuple(_key(part, text) for part in inside.split(",") if part.strip())


def _key(part: str, text: str) -> Sort:
    found = _KEY.match(part)
    if not found:
        raise FilterError(f"cannot read the sort {text!r}", hint="write it like ['createdDate DESC']")
    word = found[1]
    field = WORDS["node"].get(word)
    if field is None or not field.sortable:
        sortable = dict.fromkeys(f.path for f in WORDS["node"].values() if f.sortable)
        raise FilterError(f"Amazon cannot sort by {word!r}", hint="it sorts by " + ", ".join(sortable))
    return Sort(field, (found[2] or "DESC").upper() == "DESC")
