"""A filter as SQL over the table ``nodes``: ``where(tree, dialect)`` with its parameters, never with values inside.

Every word of both dialects has one line in ``_NODE`` or ``_SEARCH``, which says how it is compared.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

from amazon_photos.errors import FilterError
from amazon_photos.query.expr import AllOf, And, AnyOf, Equal, Expr, Not, Or, Prefix, Range, Term, Value
from amazon_photos.query.sort import SortKey

from ..clock import normalize

Dialect = Literal["node", "search"]


@dataclass(frozen=True, slots=True)
class Where:
    """A condition on ``nodes`` and the values for its question marks."""

    text: str
    values: tuple[str | int, ...] = ()

    def __and__(self, other: Where) -> Where:
        return Where(f"({self.text}) AND ({other.text})", self.values + other.values)


EVERYTHING = Where("1")
AS_THEY_CAME = "seq"
"""The order of a listing that says nothing of its own."""

_Leaf = Equal | Prefix | Range
_Compare = Callable[[_Leaf], Where]


def where(tree: Expr, dialect: Dialect) -> Where:
    """Translate ``tree`` into a condition.

    Raises ``FilterError`` for what the dialect doesn't know.
    """
    match tree:
        case Term(word, value):
            return _value(value, _comparison(word, dialect))
        case And(parts):
            return _join(" AND ", [where(part, dialect) for part in parts])
        case Or(parts):
            return _join(" OR ", [where(part, dialect) for part in parts])
        case Not():
            raise FilterError("there is no negation")
    raise FilterError("unreadable filter")


def is_field(word: str, dialect: Dialect) -> bool:
    """Tell whether filters of the dialect may ask for a word."""
    return word in (_NODE if dialect == "node" else _SEARCH)


def order(sort: Sequence[SortKey], *, default: str) -> str:
    """Write ORDER BY for a parsed ``sort``.

    What is equal stays in the order it came in. A column said again says nothing.
    """
    columns: dict[str, str] = {}
    for key in sort:
        columns.setdefault(_SORTED[key.field.path], "DESC" if key.descending else "ASC")
    keys = [f"{column} {direction}" for column, direction in columns.items()]
    return ", ".join([*(keys or [default]), AS_THEY_CAME]) if keys or default else AS_THEY_CAME


def _comparison(word: str, dialect: Dialect) -> _Compare:
    known = _NODE if dialect == "node" else _SEARCH
    if word not in known:
        raise FilterError(f"unknown word {word!r}")
    return known[word]


def _value(value: Value, compare: _Compare) -> Where:
    match value:
        case AllOf(parts):
            return _join(" AND ", [_value(part, compare) for part in parts])
        case AnyOf(parts):
            return _join(" OR ", [_value(part, compare) for part in parts])
        case Equal() | Prefix() | Range():
            return compare(value)
    raise FilterError("an operator that the service doesn't have")


def _join(word: str, parts: Sequence[Where]) -> Where:
    """In halves of halves: SQLite reads what is 1,000 deep, and takes a list of parts for a chain."""
    if len(parts) == 1:
        return parts[0]
    first, second = _join(word, parts[: len(parts) // 2]), _join(word, parts[len(parts) // 2 :])
    return Where(f"({first.text}){word}({second.text})", first.values + second.values)


# --- how a column is compared --------------------------------------------------------------------------------


def _text(column: str, leaf: _Leaf) -> Where:
    if isinstance(leaf, Equal):
        return Where(f"{column} = ?", (leaf.text,))
    if isinstance(leaf, Prefix):
        end = _behind(leaf.text)
        return _range(column, Range(leaf.text, end, include_high=False), str)
    return _range(column, leaf, str)


def _kind(leaf: _Leaf) -> Where:
    """Nearly every node is a file, so that an index is no way to find those; there is one for all others."""
    if isinstance(leaf, Equal) and leaf.text != "FILE":
        return Where("kind = ? AND kind <> 'FILE'", (leaf.text,))
    return _text("+kind", leaf)


def _behind(prefix: str) -> str | None:
    """The first text behind all that begin with ``prefix``; None if there is none."""
    kept = prefix.rstrip("\U0010ffff")
    if not kept:
        return None
    following = ord(kept[-1]) + 1
    return kept[:-1] + chr(0xE000 if following == 0xD800 else following)


def _time(column: str, leaf: _Leaf) -> Where:
    if isinstance(leaf, Prefix):
        raise FilterError(f"{leaf.text}* is no date")
    return Where(f"{column} = ?", (_moment(leaf.text),)) if isinstance(leaf, Equal) else _range(column, leaf, _moment)


def _range(column: str, leaf: Range, read: Callable[[str], str]) -> Where:
    ends: list[Where] = []
    if leaf.low is not None:
        ends.append(Where(f"{column} {'>=' if leaf.include_low else '>'} ?", (read(leaf.low),)))
    if leaf.high is not None:
        ends.append(Where(f"{column} {'<=' if leaf.include_high else '<'} ?", (read(leaf.high),)))
    return _join(" AND ", ends) if ends else Where(f"{column} IS NOT NULL")


def _flag(column: str, leaf: _Leaf) -> Where:
    """In the words of the index of those that have it."""
    return Where(column if _boolean(_exact(leaf)) else f"NOT {column}")


def _number(column: str, leaf: _Leaf) -> Where:
    text = _exact(leaf)
    try:
        number = int(text)
    except ValueError:
        raise FilterError(f"{text!r} is no number") from None
    if not -(2**63) <= number < 2**63:
        raise FilterError(f"{text!r} is too large a number")
    return Where(f"{column} = ?", (number,))


def _member(subquery: str, leaf: _Leaf) -> Where:
    return Where(f"seq IN ({subquery})", (_exact(leaf),))


def _label(leaf: _Leaf) -> Where:
    return Where("labels <> '[]' AND EXISTS (SELECT 1 FROM json_each(labels) WHERE value = ?)", (_exact(leaf),))


def _thing(leaf: _Leaf) -> Where:
    return Where("seq IN (SELECT node FROM things WHERE word = ?)", (_exact(leaf).lower(),))


def _type(leaf: _Leaf) -> Where:
    return Where("type = ?", (_exact(leaf).upper(),))


def _place(leaf: _Leaf) -> Where:
    """A place, and everything in it: ``CAN#BC`` finds ``CAN#BC#Vancouver`` too (guess)."""
    text = _exact(leaf)
    return Where("place = ? OR (place >= ? AND place < ?)", (text, text + "#", text + "$"))


def _person(leaf: _Leaf) -> Where:
    """A cluster's id; one that was merged into another stands for that one (guess)."""
    return Where(
        "seq IN (SELECT node FROM faces WHERE cluster IN "
        "(SELECT COALESCE(merged_into, id) FROM clusters WHERE id = ?))",
        (_exact(leaf),),
    )


def _exact(leaf: _Leaf) -> str:
    if isinstance(leaf, Equal):
        return leaf.text
    raise FilterError("only single values, no prefixes and no ranges")


def _boolean(text: str) -> bool:
    if text.lower() not in ("true", "false"):
        raise FilterError(f"{text!r} is neither true nor false")
    return text.lower() == "true"


def _moment(text: str) -> str:
    try:
        return normalize(text)
    except ValueError:
        raise FilterError(f"{text!r} is no date") from None


_NODE: Mapping[str, _Compare] = {
    "isRoot": partial(_flag, "is_root"),
    "name": partial(_text, "name"),
    "kind": _kind,
    "createdDate": partial(_time, "created"),
    "modifiedDate": partial(_time, "modified"),
    "contentProperties.contentDate": partial(_time, "content_date"),
    "labels": _label,
    "description": partial(_text, "description"),
    "contentProperties.md5": partial(_text, "md5"),
    "parents": partial(
        _member, "SELECT child FROM placements WHERE parent = (SELECT seq FROM nodes AS folder WHERE folder.id = ?)"
    ),
    "parentIds": partial(
        _member, "SELECT child FROM placements WHERE parent = (SELECT seq FROM nodes AS folder WHERE folder.id = ?)"
    ),
    "status": partial(_text, "status"),
    "settings.hidden": partial(_flag, "hidden"),
    "settings.favorite": partial(_flag, "favorite"),
    "contentProperties.contentType": partial(_text, "content_type"),
    "contentProperties.extension": partial(_text, "extension"),
}

_SEARCH: Mapping[str, _Compare] = {
    "type": _type,
    "things": _thing,
    "timeYear": partial(_number, "year"),
    "timeMonth": partial(_number, "month"),
    "timeDay": partial(_number, "day"),
    "location": _place,
    "people": _person,
    "clusterId": _person,
    "favorite": partial(_flag, "favorite"),
    "extension": partial(_text, "extension"),
    "name": partial(_text, "name"),
}

_SORTED: Mapping[str, str] = {
    "name": "name",
    "kind": "kind",
    "status": "status",
    "createdDate": "created",
    "modifiedDate": "modified",
    "contentProperties.contentDate": "content_date",
    "contentProperties.size": "size",
    "contentProperties.contentType": "content_type",
    "contentProperties.extension": "extension",
}
