"""What of a filter Amazon can answer, and what is left for us.

::

    type:PHOTOS AND timeYear:2023 AND NOT favorite:true
        server   type:PHOTOS AND timeYear:2023
        local    NOT favorite:true
"""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import FilterError
from ..model.fields import Dialect
from .expr import And, Expr, all_of
from .semantics import MOST_TERMS, check, columns_of
from .translate import translate


@dataclass(frozen=True, slots=True)
class Split:
    """``server`` AND ``local`` is the whole filter. None: nothing to ask."""

    server: Expr | None
    local: Expr | None


def split(expr: Expr, dialect: Dialect, *, most: int = MOST_TERMS) -> Split:
    """As much as ``dialect`` can say in ``most`` parameters, in its own words; the rest as it was.

    Only an AND is divided. Raises ``FilterError`` if a rest would be left that cannot be answered offline
    (``~F.things("beach")``: only Amazon knows things, and Amazon knows no NOT), or that nobody understands.

        >>> from amazon_photos import F
        >>> rest = split(F.type("PHOTOS") & (F.size > 1000), "search").local
        >>> rest == (F.size > 1000)
        True
    """
    if dialect == "local":
        check(expr, "local")
        return Split(None, expr)
    parts = expr.parts if isinstance(expr, And) else (expr,)
    sent = _sent(parts, dialect, most)
    server = [sent[place] for place in sorted(sent)]
    local = [part for place, part in enumerate(parts) if place not in sent]
    for part in local:
        check(part, "local")
    return Split(all_of(*server) if server else None, all_of(*local) if local else None)


def _sent(parts: tuple[Expr, ...], dialect: Dialect, most: int) -> dict[int, Expr]:
    """Place -> what is sent: first what only Amazon can answer, then as many parts as there is room for."""
    asked = {place: translate(part, dialect) for place, part in enumerate(parts)}
    sent: dict[int, Expr] = {}
    for place in sorted((p for p in asked if _understood(asked[p], dialect)), key=lambda p: _urgency(asked[p])):
        count = _count(asked[place])
        if count <= most:
            sent[place] = asked[place]
            most -= count
    return sent


def _understood(expr: Expr, dialect: Dialect) -> bool:
    try:
        check(expr, dialect)
    except FilterError:
        return False
    return True


def _urgency(expr: Expr) -> tuple[bool, int]:
    return all(columns_of(term.field) for term in expr.terms()), _count(expr)


def _count(expr: Expr) -> int:
    return sum(1 for _ in expr.terms())
