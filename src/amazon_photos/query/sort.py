"""Sorting: one grammar for everything that lists.

::

    "size"                     ascending
    "-size", "size desc"       descending; ``asc`` and ``desc`` in either case
    ["kind", "-size"]          by kind, and those of one kind by size; so does "kind, -size"
    "['createdDate DESC']"     Amazon's own text, with either quote; there, no direction means DESC (live)

A word is a column's name, a path of Amazon's or a word of the filters, and is translated as in filters: ``nodes`` and
``query`` sort by ``size`` as ``find`` does. Amazon's own text is Amazon's language, and takes only its words. What has
no value comes last, whatever the direction.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, NoReturn

from ..errors import FilterError
from ..model.checks import show
from ..model.fields import WORDS, Field

Sort = str | Sequence[str] | None
"""A sort as people write it, in any of the forms above; None and "" leave the order as it is."""
_KEY = re.compile(r"""\s*['"]?\s*([A-Za-z.]+)(?:\s+(ASC|DESC))?\s*['"]?\s*$""", re.IGNORECASE)
_OUR_KEY = re.compile(r"\s*(-?)([A-Za-z][\w.]*)(?:\s+(ASC|DESC))?\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class SortKey:
    """One key to sort by."""

    field: Field
    descending: bool


@dataclass(frozen=True, slots=True)
class SortOrder:
    """A sort, read once: ``text`` is what Amazon is sent, ``keys`` what that means; () where only Amazon can tell."""

    text: str = ""
    keys: tuple[SortKey, ...] = ()
    here: bool = False
    """Amazon cannot sort so: all is listed, and sorted on this machine. ``text`` is then empty."""

    def __bool__(self) -> bool:
        return bool(self.text)


UNSORTED = SortOrder()
"""In whatever order Amazon gives."""


def parse_sort(text: str) -> tuple[SortKey, ...]:
    """Parse Amazon's own text; () for an empty one. Raises ``FilterError`` for what cannot be sorted by."""
    return tuple(_amazon_key(part, text) for part in _parts(text))


def read_sort(sort: Sort, dialect: Literal["node", "local"]) -> tuple[SortKey, ...]:
    """Read a sort in any form; () for an empty one.

    ``dialect`` says who sorts: "node" is Amazon, "local" is this library, by every column. Raises ``FilterError`` for
    what cannot be read or sorted by.
    """
    if sort is None:
        return ()
    if isinstance(sort, str):
        if is_amazon_text(sort):
            return parse_sort(sort) if dialect == "node" else _amazon_here(sort)
        sort = sort.split(",") if sort.strip() else ()
    if not isinstance(sort, Iterable):
        raise _unreadable(sort)
    return tuple(_key(part, dialect) for part in sort)


def _amazon_here(text: str) -> tuple[SortKey, ...]:
    return tuple(_key(part.strip().strip("'\""), "local", "DESC") for part in _parts(text))


def render_sort(keys: Sequence[SortKey]) -> str:
    """Render the keys as Amazon reads them."""
    inside = ", ".join(f"'{key.field.path} {'DESC' if key.descending else 'ASC'}'" for key in keys)
    return f"[{inside}]" if inside else ""


def is_amazon_text(sort: str) -> bool:
    """Tell whether it is Amazon's own text."""
    return sort.lstrip().startswith("[")


def _parts(text: str) -> list[str]:
    inside = text.strip().removeprefix("[").removesuffix("]")
    return [part for part in inside.split(",") if part.strip()]


def _amazon_key(part: str, text: str) -> SortKey:
    found = _KEY.match(part)
    if not found:
        raise FilterError(f"cannot read the sort {text!r}", hint="write it like ['createdDate DESC']")
    field = WORDS["node"].get(found[1])
    if field is None or not field.sortable:
        raise _not_amazons(found[1], by_column=False)
    return SortKey(field, (found[2] or "DESC").upper() == "DESC")


def _key(part: str, dialect: Literal["node", "local"], default: str = "ASC") -> SortKey:
    found = _OUR_KEY.match(part) if isinstance(part, str) else None
    if not found or (found[1] and found[3]):
        raise _unreadable(part)
    word, descending = found[2], bool(found[1]) or (found[3] or default).upper() == "DESC"
    field = WORDS["node"].get(word) or WORDS["local"].get(word)
    if dialect == "node":
        if field is None or not field.sortable:
            raise _not_amazons(word, by_column=True)
    elif (field := WORDS["local"].get(word)) is None or not field.column:
        near = difflib.get_close_matches(word, [name for name, one in WORDS["local"].items() if one.column], n=1)
        raise FilterError(
            f"there is no column {word!r} to sort by",
            hint=f"did you mean {near[0]}?" if near else "sort by a column's name, such as size or -taken",
        )
    elif field.type == "strings":
        raise FilterError(f"cannot sort by {word!r}, a column of lists")
    return SortKey(field, descending)


def refuse_pages(sort: SortOrder) -> NoReturn:
    """Refuse a sort that takes all, where pages come one after the other. Raises ``FilterError``."""
    words = ", ".join(key.field.column for key in sort.keys)
    raise FilterError(
        f"Amazon cannot sort by {words!r}, so nothing can be given before everything is there",
        hint="frame() sorts by every column; " + _list_sortable(by_column=True),
    )


def _unreadable(part: object) -> FilterError:
    return FilterError(f"cannot sort by {show(part)}", hint="write it like size, -size or size desc")


def _not_amazons(word: str, *, by_column: bool) -> FilterError:
    return FilterError(
        f"Amazon cannot sort by {word!r}", hint=f"{_list_sortable(by_column=by_column)}; find() sorts by every column"
    )


def _list_sortable(*, by_column: bool) -> str:
    sortable = [field for field in dict.fromkeys(WORDS["node"].values()) if field.sortable]
    return f"it sorts by {', '.join(field.column if by_column else field.path for field in sortable)}"
