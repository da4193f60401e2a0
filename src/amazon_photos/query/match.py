"""Answers a filter offline: a tree becomes a mask over an Arrow table that has the catalogue's columns.

What the server can be asked too means the same here. A missing value never matches a term, and NOT is the exact
complement, so what has no value passes a NOT. pyarrow is loaded when something is answered, not before: the emulator
reads filters without it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .expr import Expr
from .relations import Answers, list_questions, missing_relations
from .validation import check, columns_of

if TYPE_CHECKING:
    import pyarrow as pa

_MAX_CHUNKS = 64
"""A table in more pieces than this is first put together: each piece costs some calls."""


def list_columns(expr: Expr) -> tuple[str, ...]:
    """List the columns that answer ``expr``. Raises ``FilterError`` for what cannot be answered offline.

    >>> from amazon_photos.query.parser import parse
    >>> list_columns(parse("type:PHOTOS AND timeYear:2019"))
    ('contentType', 'kind', 'contentDate')
    """
    check(expr, "local")
    return tuple(dict.fromkeys(column for term in expr.terms() for column in columns_of(term.field)))


def mask(expr: Expr, table: pa.Table, answers: Answers | None = None) -> pa.ChunkedArray:
    """Mark the rows of ``table`` that match ``expr``: True for those, False for every other; never null.

    The table has at least ``list_columns(expr)``. Patterns are RE2's. ``answers`` gives the rows of what no column
    answers (``relations``). Raises ``FilterError`` for what cannot be answered offline.
    """
    import pyarrow as pa

    from .evaluate import evaluate

    needed = {name: table[name] for name in list_columns(expr)}
    for question in list_questions(expr):
        if answers is None:
            raise missing_relations(question.word)
        needed[question.column] = pa.chunked_array([answers(question)], pa.bool_())
    found = pa.table(needed)
    if any(column.num_chunks > _MAX_CHUNKS for column in found.columns):
        found = found.combine_chunks()
    return pa.chunked_array([evaluate(expr, batch) for batch in found.to_batches()], pa.bool_())


def check_pattern(regex: str) -> None:
    """Check that RE2 reads a regular expression: it knows no look-around and no references back.

    Raises ``FilterError``.
    """
    import pyarrow as pa

    from .constants import to_array
    from .evaluate import search

    search(to_array([""], pa.string()), regex)
