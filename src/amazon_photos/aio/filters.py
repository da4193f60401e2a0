"""Prepares a filter: which part Amazon evaluates, and which part is evaluated on this machine."""

from __future__ import annotations

import re

from ..errors import FilterError
from ..model.fields import WORDS, Dialect
from ..query.coerce import Filters as Filters
from ..query.coerce import list_filters, to_filter_tree, to_filter_trees
from ..query.expr import Expr, Verbatim, and_
from ..query.parser import parse
from ..query.pushdown import Pushdown, push_down
from ..query.validation import MAX_TERMS, check_types, count_of
from .arguments import check_switches

_QUOTED = re.compile(r'\\.|"(?:[^"\\]|\\.)*"', re.DOTALL)
"""What is no bracket, however it looks."""
_SIGNS = re.compile(r"[()\"]|\\\Z")
_MAX_TERMS = {"search": MAX_TERMS, "node": MAX_TERMS - 1}
"""Terms sent of a tree: a node listing past 9,999 is split by one term more."""


def prepare_filter(filters: Filters, dialect: Dialect, *, strict: bool = True, within: Expr | None = None) -> Pushdown:
    """Divide a filter into what is sent and what is answered here.

    Text is Amazon's own language and goes whole; a tree may hold more than Amazon can say.

    ``within`` is the filter that the operation itself adds (the trash adds its status): its parameters count against
    Amazon's limit of 8. Text that exceeds the limit then is an error; of a tree, the rest is answered here. Each part
    of a list is read by itself.
    Raises ``FilterError`` and ``InvalidInput`` before anything is sent; ``strict=False`` sends text untouched.
    """
    check_switches(strict=strict)
    reserved = 0 if within is None else count_of(within)
    parts = list_filters(filters)
    typed = [] if strict else [part for part in parts if isinstance(part, str)]
    read = [_name_columns(part, dialect) for part in parts] if strict else parts
    trees = to_filter_trees(
        read if strict else [part for part in parts if not isinstance(part, str)], dialect, reserved
    )
    if any(isinstance(part, Expr) for part in read):
        found = push_down(and_(*trees), dialect, most=_MAX_TERMS[dialect] - reserved, settled=within is not None)
    else:
        found = Pushdown(and_(*trees) if trees else None, None)
    for tree in trees if strict else ():
        check_types(tree)
    kept = [to_filter_tree(text, dialect, strict=False) for text in typed]
    sent = [tree for tree in (within, found.pushed, *kept) if tree is not None]
    if len(sent) > 1:
        for tree in sent:
            _check_whole(tree)
    return Pushdown(and_(*sent) if sent else None, found.residual)


def _name_columns(part: str | Expr, dialect: Dialect) -> str | Expr:
    """A text with names of columns that Amazon's filters do not take becomes a tree, to be divided; any other stays."""
    if not isinstance(part, str):
        return part
    try:
        tree = parse(part, dialect="local", dates=True)
    except FilterError:
        return part
    asked = ((term.field, WORDS["local"][term.field]) for term in tree.terms())
    ours = (field.column and (word not in WORDS[dialect] or not field.operators(dialect)) for word, field in asked)
    return tree if any(ours) else part


def _check_whole(tree: Expr) -> None:
    """Check that the caller's text cannot close the brackets put around it: ``a) OR (b`` would undo our own filter.

    Raises ``FilterError``.
    """
    if not isinstance(tree, Verbatim):
        return
    text = tree.text
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
