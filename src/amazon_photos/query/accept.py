"""The door for filters: who takes one takes text or a tree, and checks it here before anything is sent."""

from __future__ import annotations

from ..errors import BadInput
from ..model.fields import Dialect
from .expr import Expr
from .parser import parse
from .render import render
from .semantics import check
from .translate import translate


def filter_text(filters: str | Expr | None, *, dialect: Dialect, strict: bool = True) -> str:
    """The text to send to Amazon; "" when nothing is asked.

    What is sent is our own spelling of what was understood, not the text as typed: people may then write what Amazon
    would stumble over (line breaks, single quotes, old names of words), and text and tree take the same way.
    ``strict=False`` checks nothing and sends text untouched, for what Amazon adds tomorrow.

        >>> filter_text("type:photos timeYear:2023", dialect="search")
        'type:(photos) AND timeYear:(2023)'

    Raises ``FilterError``, and ``BadInput`` for what is no filter at all.
    """
    if isinstance(filters, str) and not strict:
        return filters
    tree = _read(filters, dialect)
    if tree is None:
        return ""
    tree = translate(tree, dialect)
    if strict:
        check(tree, dialect)
    return render(tree, dialect=dialect)


def filter_tree(filters: str | Expr | None, dialect: Dialect) -> Expr | None:
    """The filter as a tree that ``dialect`` can answer; None when nothing is asked.

    Raises ``FilterError``, and ``BadInput`` for what is no filter at all.
    """
    tree = _read(filters, dialect)
    if tree is None:
        return None
    tree = translate(tree, dialect)
    check(tree, dialect)
    return tree


def _read(filters: object, dialect: Dialect) -> Expr | None:
    if filters is None or isinstance(filters, Expr):
        return filters
    if isinstance(filters, str):
        return parse(filters, dialect=dialect) if filters.strip() else None
    raise BadInput(
        f"a filter is text such as 'type:(PHOTOS)', or built from F such as F.type('PHOTOS'); this is {filters!r}"
    )
