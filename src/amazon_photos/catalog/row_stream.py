"""A question's rows, some thousand at a time as they are read: a million of them need no more memory than a few.

=====================  ========================================================================================
nothing asked          one row group is read after the other
a filter               first the columns that it asks of, whole; then the row groups that hold what was found
a sort                 first the columns sorted by; then what was found (up to the limit), whole, to be put in order
=====================  ========================================================================================
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..frames.columns import Columns, choose_columns
from ..query.constants import array_of, numbers_of
from ..query.expr import Expr
from ..query.implicit_scope import narrow
from ..query.match import list_columns, mask
from ..query.relations import Answers, list_questions
from ..query.sort import Sort, SortKey, read_sort
from .open_rows import ROWS_AT_ONCE, OpenRows, Positions
from .relation_cache import RelationCache
from .store import Store
from .view import find, order_by


def stream(
    store: Store,
    expr: Expr | None,
    *,
    relations: RelationCache | None = None,
    columns: Columns = None,
    sort: Sort = None,
    limit: int | None = None,
    offset: int = 0,
) -> Iterator[pa.Table]:
    """Find the same rows as ``view.find``, and yield some of them at a time, as they are read.

    Errors are those of ``find``, and come with the call; that a file is damaged further on is found when it is read.
    """
    keys, columns = read_sort(sort or (), "local"), choose_columns(columns)
    if store.is_warm():
        return _cut(find(store, expr, relations=relations, columns=columns, sort=sort, limit=limit, offset=offset))
    window = slice(offset, None if limit is None else offset + limit)
    rows = _read(store, None if expr is None else narrow(expr), relations, columns, keys, window)
    next(rows)
    return rows


def _read(
    store: Store,
    expr: Expr | None,
    relations: RelationCache | None,
    columns: Sequence[str] | None,
    keys: Sequence[SortKey],
    window: slice,
) -> Iterator[pa.Table]:
    """A table of nothing comes first, when the question is understood and answered."""
    with _open(store, expr, relations) as (rows, answers):
        found = _find(rows, expr, keys, answers)[window]
        yield pa.table({})
        if not keys:
            yield from rows.stream(found, columns)
        elif len(found):
            ascending = np.sort(found)
            table = pa.concat_tables(rows.stream(ascending, columns)).unify_dictionaries()
            yield from _cut(table.take(array_of(np.searchsorted(ascending, found))))


@contextmanager
def _open(
    store: Store, expr: Expr | None, relations: RelationCache | None
) -> Iterator[tuple[OpenRows, Answers | None]]:
    """The rows, and what answers the relations that ``expr`` asks of, both of one version of the file."""
    questions = [] if expr is None else list_questions(expr)
    relations = relations or RelationCache(store)
    relations.require(questions)
    while True:
        version = store.version()
        index = relations.load() if questions else None
        with store.open() as rows:
            if not questions or store.version() == version:
                yield rows, None if index is None else index.answer
                return


def _find(rows: OpenRows, expr: Expr | None, keys: Sequence[SortKey], answers: Answers | None) -> Positions:
    asked = [*(() if expr is None else list_columns(expr)), *(key.field.column for key in keys)]
    if expr is None and not keys:
        return range(len(rows))
    table = rows.read(list(dict.fromkeys(asked)))
    found = None if expr is None else pc.indices_nonzero(mask(expr, table, answers))
    if keys:
        order = order_by(table if found is None else table.take(found), keys)
        found = order if found is None else found.take(order)
    return numbers_of(found).astype(np.int64)


def _cut(table: pa.Table) -> Iterator[pa.Table]:
    return (table.slice(at, ROWS_AT_ONCE) for at in range(0, len(table), ROWS_AT_ONCE))
