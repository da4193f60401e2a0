"""A question to the service: what Amazon answers of it, and what is left for us."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from ..model.fields import Dialect
from ..query.accept import filter_text
from ..query.expr import Expr, all_of
from ..query.parser import parse
from ..query.render import render
from ..query.semantics import MOST_TERMS
from ..query.split import split

Filters = str | Expr | Sequence[str | Expr] | None
"""A filter in Amazon's words, one built from ``F``, or a list that all must hold; None and "" ask for all."""

_MOST = {"search": MOST_TERMS, "node": MOST_TERMS - 1}
"""Terms sent of a tree: a node listing past 9,999 is split by one term more."""


@dataclass(frozen=True, slots=True)
class Asked:
    """``text`` is sent; ``local`` is then asked of what comes back."""

    text: str
    local: Expr | None = None


def asked(filters: Filters, dialect: Dialect, *, strict: bool = True) -> Asked:
    """Divides a filter. Text is Amazon's own language and goes whole; a tree may hold more than Amazon can say.

    Raises ``FilterError`` before anything is sent; ``strict=False`` sends text untouched.
    """
    filters = joined(filters)
    if isinstance(filters, Expr):
        parts = split(filters, dialect, most=_MOST[dialect])
        text = "" if parts.server is None else render(parts.server, dialect=dialect)
        return Asked(text, parts.local)
    return Asked(filter_text(filters, dialect=dialect, strict=strict))


def joined(filters: Filters) -> str | Expr | None:
    """A list of filters as one."""
    if not isinstance(filters, list | tuple):
        return cast("str | Expr | None", filters)
    if all(isinstance(part, str) for part in filters):
        return " AND ".join(f"({part})" for part in filters)
    return all_of(*(part if isinstance(part, Expr) else parse(part) for part in filters))
