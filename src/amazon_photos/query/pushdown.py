"""Divides a filter into the part that Amazon evaluates and the residual that is evaluated on this machine.

::

    type:PHOTOS AND timeYear:2023 AND NOT favorite:true
        pushed     type:PHOTOS AND timeYear:2023
        residual   NOT favorite:true
"""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import FilterError
from ..model.fields import Dialect
from .expr import And, Expr, and_
from .implicit_scope import widen
from .translate import translate
from .validation import MAX_TERMS, check, check_depth, columns_of, count_of, refuse_relations, too_many


@dataclass(frozen=True, slots=True)
class Pushdown:
    """``pushed`` AND ``residual`` is the whole filter: one is sent, the other is asked of what comes back.

    None: nothing to ask.
    """

    pushed: Expr | None
    residual: Expr | None


def push_down(expr: Expr, dialect: Dialect, *, most: int = MAX_TERMS, settled: bool = False) -> Pushdown:
    """Push as much as ``dialect`` can say in ``most`` parameters, in its own words; the rest stays.

    Only an AND is divided. Where the rest may hold of more than is listed by itself (albums, the trash: see
    ``implicit_scope``), more is asked for, unless what is listed is ``settled``. Raises ``FilterError`` if a rest would
    be left that cannot be answered offline (``~F.things("beach")``: only Amazon knows things, and Amazon knows no NOT),
    or that nobody understands, or that may hold of what ``dialect`` never lists.

        >>> from amazon_photos import F
        >>> found = push_down(F.type("PHOTOS") & (F.size > 1000), "search")
        >>> found.residual == (F.size > 1000)
        True
    """
    if dialect == "local":
        check(expr, "local")
        refuse_relations(expr)
        return Pushdown(None, expr)
    check_depth(expr)
    parts = expr.parts if isinstance(expr, And) else (expr,)
    asked = _pushed_terms(parts, dialect)
    for room in range(most, -1, -1):
        sent = _choose(asked, room)
        server = [asked[place] for place in sorted(sent)]
        rest = [part for place, part in enumerate(parts) if place not in sent]
        more = [] if settled else widen(expr, server, rest, dialect)
        if _count(server) + _count(more) <= most:
            break
    lost = [part for place, part in asked.items() if place not in sent and not _is_residual(part)]
    if lost:
        needed = [part for part in asked.values() if not _is_residual(part)]
        raise too_many(_count(needed), MAX_TERMS - most + _count(more))
    server += more
    return Pushdown(and_(*server) if server else None, and_(*rest) if rest else None)


def _pushed_terms(parts: tuple[Expr, ...], dialect: Dialect) -> dict[int, Expr]:
    """Place -> what Amazon can be asked, in its words. Raises ``FilterError`` for what nobody can answer."""
    asked: dict[int, Expr] = {}
    for place, part in enumerate(parts):
        translated = translate(part, dialect)
        try:
            check(translated, dialect)
            asked[place] = translated
        except FilterError:
            check(part, "local")
            refuse_relations(part)
    return asked


def _choose(asked: dict[int, Expr], room: int) -> set[int]:
    """The places of what is sent: first what only Amazon can answer, then as many parts as there is room for."""
    chosen = set()
    for place in sorted(asked, key=lambda place: (_is_residual(asked[place]), count_of(asked[place]))):
        count = count_of(asked[place])
        if count <= room:
            chosen.add(place)
            room -= count
    return chosen


def _is_residual(expr: Expr) -> bool:
    return all(columns_of(term.field) for term in expr.terms())


def _count(parts: list[Expr]) -> int:
    return sum(map(count_of, parts))
