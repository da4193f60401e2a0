"""A question to the service: what Amazon answers of it, and what is left for us."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ..errors import FilterError
from ..model.fields import Dialect
from ..query.coerce import Filters as Filters
from ..query.coerce import list_filters, to_filter_text, to_filter_trees
from ..query.expr import Expr, and_
from ..query.pushdown import Pushdown, push_down
from ..query.render import render
from ..query.validation import MAX_TERMS

_QUOTED = re.compile(r'\\.|"(?:[^"\\]|\\.)*"', re.DOTALL)
"""What is no bracket, however it looks."""
_SIGNS = re.compile(r"[()\"]|\\\Z")
_MAX_TERMS = {"search": MAX_TERMS, "node": MAX_TERMS - 1}
"""Terms sent of a tree: a node listing past 9,999 is split by one term more."""


@dataclass(frozen=True, slots=True)
class PreparedFilter:
    """``text`` is sent; ``local`` is then asked of what comes back."""

    text: str
    residual: Expr | None = None


def prepare_filter(filters: Filters, dialect: Dialect, *, strict: bool = True, reserved: int = 0) -> PreparedFilter:
    """Divides a filter. Text is Amazon's own language and goes whole; a tree may hold more than Amazon can say.

    ``reserved`` is how many parameters the operation adds itself: it says by them what is listed, and leaves less room.
    Of text that is too much, of a tree it is then answered here. Each part of a list is read by itself.
    Raises ``FilterError`` and ``InvalidInput`` before anything is sent; ``strict=False`` sends text untouched.
    """
    parts = list_filters(filters)
    typed = [] if strict else [part for part in parts if isinstance(part, str)]
    trees = to_filter_trees(
        parts if strict else [part for part in parts if not isinstance(part, str)], dialect, reserved
    )
    if any(isinstance(part, Expr) for part in parts):
        found = push_down(and_(*trees), dialect, most=_MAX_TERMS[dialect] - reserved, settled=reserved > 0)
    else:
        found = Pushdown(and_(*trees) if trees else None, None)
    texts = [] if found.pushed is None else [render(found.pushed, dialect=dialect)]
    texts += [to_filter_text(text, dialect=dialect, strict=False) for text in typed]
    if reserved or len(texts) > 1:
        for text in texts:
            _check_whole(text)
    return PreparedFilter(_both(texts), found.residual)


def _check_whole(text: str) -> None:
    """Check that text of the caller's, in brackets, stays in them: ``a) OR (b`` would undo what it is sent along with.

    Raises ``FilterError``.
    """
    depth = 0
    for sign in _SIGNS.findall(_QUOTED.sub("", text)):
        depth += {"(": 1, ")": -1}.get(sign, 0)
        if depth < 0 or sign in '"\\':
            break
    else:
        if depth == 0:
            return
    raise FilterError(
        "brackets or quotes that do not close within a filter cannot be sent along with another", text=text
    )


def _both(texts: Sequence[str]) -> str:
    return texts[0] if len(texts) == 1 else " AND ".join(f"({text})" for text in texts)
