"""The door for filters: who takes one takes text or a tree, and checks it here before anything is sent."""

from __future__ import annotations

from collections.abc import Sequence

from ..errors import InvalidInput
from ..model.checks import show
from ..model.fields import Dialect
from . import values
from .expr import Expr, Verbatim, and_
from .parser import parse
from .translate import translate
from .validation import check, check_count, check_types, count_of

Filters = str | Expr | Sequence[str | Expr | None] | None
"""A filter in Amazon's words, one built from ``F``, or a list that all must hold; None and "" ask for all."""


def to_filter_tree(
    filters: str | Expr | None, dialect: Dialect, *, strict: bool = True, reserved: int = 0
) -> Expr | None:
    """Read a filter as a tree that ``dialect`` can answer; None when nothing is asked.

    What is sent is our own spelling of what was understood, not the text as typed: people may then write what Amazon
    would stumble over (line breaks, single quotes, old names of words), and text and tree take the same way.
    ``strict=False`` checks nothing and keeps text as it is, for what Amazon adds tomorrow. ``reserved`` parameters are
    sent along.

        >>> render(to_filter_tree("type:photos timeYear:2023", "search"))
        'type:(PHOTOS) AND timeYear:(2023)'

    Raises ``FilterError``, and ``InvalidInput`` for what is no filter at all.
    """
    match filters:
        case None:
            return None
        case str() if not strict:
            return _keep_text(filters)
        case str():
            if not filters.strip():
                return None
            tree = translate(parse(filters, dialect=dialect, reserved=reserved, dates=True), dialect)
            check_types(tree)
            return tree
        case Expr():
            tree = translate(filters, dialect)
            if strict:
                check(tree, dialect)
                check_count(tree, dialect, reserved)
                check_types(tree)
            return tree
    raise InvalidInput(
        f"a filter is text such as 'type:(PHOTOS)', or built from F such as F.type('PHOTOS'); this is {show(filters)}"
    )


def join_filters(filters: Filters) -> Expr | None:
    """Join a filter, or a list of them that all must hold, to one tree that ap.parquet can answer.

    None when nothing is asked. Raises ``FilterError``, and ``InvalidInput`` for what is no filter at all.
    """
    trees = to_filter_trees(list_filters(filters), "local")
    return to_filter_tree(and_(*trees), "local") if trees else None


def list_filters(filters: Filters) -> list[str | Expr]:
    """List what is asked; anything that is no filter too, for the reader that refuses it."""
    parts = filters if isinstance(filters, list | tuple) else (filters,)
    return [part for part in parts if part is not None and not (isinstance(part, str) and not part.strip())]


def to_filter_trees(parts: Sequence[str | Expr], dialect: Dialect, reserved: int = 0) -> list[Expr]:
    """Return each part as a tree.

    Text is checked as ``dialect``; parameters are counted where all is text.
    """
    trees: list[Expr] = []
    together = not any(isinstance(part, Expr) for part in parts)
    for part in parts:
        taken = reserved + (sum(map(count_of, trees)) if together else 0)
        tree = part if isinstance(part, Expr) else to_filter_tree(part, dialect, reserved=taken)
        if tree is not None:
            trees.append(tree)
    return trees


def _keep_text(text: str) -> Verbatim | None:
    try:
        kept = values.sendable(str.__str__(text))  # of an enum's member too
    except ValueError as error:
        raise InvalidInput(f"this filter {error}") from None
    return Verbatim(kept) if kept else None
