"""A question to the service: what Amazon answers of it, and what is left for us."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from ..model.fields import Dialect
from ..query.accept import filter_text
from ..query.expr import Expr
from ..query.render import render
from ..query.split import split

Filters = str | Expr | Sequence[str] | None
"""A filter in Amazon's words, one built from ``F``, or a list that all must hold; None and "" ask for all."""


@dataclass(frozen=True, slots=True)
class Asked:
    """``text`` is sent; ``local`` is then asked of what comes back."""

    text: str
    local: Expr | None = None


def asked(filters: Filters, dialect: Dialect, *, strict: bool = True) -> Asked:
    """Divides a filter. Text is Amazon's own language and goes whole; a tree may hold more than Amazon can say.

    Raises ``FilterError`` before anything is sent; ``strict=False`` sends text untouched.
    """
    if isinstance(filters, Expr):
        parts = split(filters, dialect)
        text = "" if parts.server is None else render(parts.server, dialect=dialect)
        return Asked(text, parts.local)
    return Asked(filter_text(joined(filters), dialect=dialect, strict=strict))


def joined(filters: Filters) -> str | Expr | None:
    """A list of filters as one."""
    if isinstance(filters, list | tuple):
        return " AND ".join(f"({part})" for part in filters)
    return cast("str | Expr | None", filters)
