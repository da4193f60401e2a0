"""The door for filters: who takes one takes text or a tree, and checks it here before anything is sent."""

from __future__ import annotations

from ..errors import InvalidInput
from ..model.fields import Dialect
from . import values
from .expr import Expr, Verbatim
from .parser import parse
from .translate import translate
from .validation import check, check_count


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
            blank = not filters.strip()
            return None if blank else translate(parse(filters, dialect=dialect, reserved=reserved, dates=True), dialect)
        case Expr():
            tree = translate(filters, dialect)
            if strict:
                check(tree, dialect)
                check_count(tree, dialect, reserved)
            return tree
    raise InvalidInput(
        f"a filter is text such as 'type:(PHOTOS)', or built from F such as F.type('PHOTOS'); this is {filters!r}"
    )


def _keep_text(text: str) -> Verbatim | None:
    try:
        kept = values.sendable(str.__str__(text))  # of an enum's member too
    except ValueError as error:
        raise InvalidInput(f"this filter {error}") from None
    return Verbatim(kept) if kept else None
