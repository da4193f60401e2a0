"""What people look at: the whole catalogue, some columns of it, or the answer to a question.

Tables and rows are made without pandas: only ``frame`` and ``sql`` load it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from ..frames.columns import Columns, DtypeBackend, choose_columns
from ..query.expr import Expr
from ..query.implicit_scope import narrow
from ..query.match import list_columns, mask
from ..query.relations import Answers, list_questions
from ..query.sort import Sort, SortKey, read_sort
from .relation_cache import RelationCache
from .store import Store

if TYPE_CHECKING:
    import pandas as pd

_ROWS_AT_ONCE = 1_000
"""Rows that are Python's values at the same time."""


def arrow(store: Store, columns: Sequence[str] | None = None) -> pa.Table:
    """Return the catalogue, or the columns named in their order. Raises as ``Store.read``."""
    return store.read(columns)


def frame(
    store: Store,
    columns: Sequence[str] | None = None,
    *,
    dtype_backend: DtypeBackend | None = None,
) -> pd.DataFrame:
    """Return the catalogue, or the columns named, as a DataFrame. Raises as ``Store.read``."""
    from ..frames.to_pandas import to_frame

    return to_frame(arrow(store, columns), dtype_backend=dtype_backend)


def find(
    store: Store,
    expr: Expr | None,
    *,
    relations: RelationCache | None = None,
    columns: Columns = None,
    sort: Sort = None,
    descending: bool = False,
    limit: int | None = None,
    offset: int = 0,
) -> pa.Table:
    """Find the rows that match a filter (None: all), in the catalogue's order or a given one.

    The movie of a live photo is part of its photo, as in Amazon's listings: a filter finds it only if it says something
    of ``kind``. At most ``limit`` rows come, from ``offset``; ``descending`` turns every key of ``sort`` round.
    Of named ``columns`` no others are read than those that answer the question. ``relations`` answer what no column
    does. Raises as ``Store.read``, and ``FilterError`` for what cannot be answered offline or sorted by.
    """
    keys, columns = read_sort(sort or (), "local"), choose_columns(columns)
    expr = None if expr is None else narrow(expr)
    if columns is None:
        needed = None
    else:
        asked = () if expr is None else list_columns(expr)
        needed = list(dict.fromkeys([*columns, *asked, *(key.field.column for key in keys)]))
    table, answers = _read(store, expr, needed, relations)
    if expr is not None:
        found = pc.indices_nonzero(mask(expr, table, answers))
    if keys:
        ordered = table.select([key.field.column for key in keys])
        order = order_by(ordered if expr is None else ordered.take(found), keys, descending=descending)
        found = order if expr is None else found.take(order)
    shown = table if columns is None else table.select(columns)
    if expr is None and not keys:
        return shown.slice(offset, limit)
    return shown.take(found.slice(offset, limit))


def _read(
    store: Store, expr: Expr | None, columns: Sequence[str] | None, relations: RelationCache | None
) -> tuple[pa.Table, Answers | None]:
    """The rows, and what answers the relations that ``expr`` asks of, both of one version of the file."""
    questions = [] if expr is None else list_questions(expr)
    if not questions:
        return store.read(columns, warm=columns is None), None
    relations = relations or RelationCache(store)
    relations.require(questions)
    while True:
        version = store.version()
        index = relations.load()
        table = store.read(columns, warm=columns is None)
        if store.version() == version:
            return table, None if index is None else index.answer


def order_by(table: pa.Table, keys: Sequence[SortKey], *, descending: bool = False) -> pa.Array:
    """Return how to take rows so that they are sorted by ``keys``.

    ``descending`` turns each of them round. What has no value comes last, whatever the direction.
    """
    columns = [table[key.field.column] for key in keys]
    values = [c.cast(c.type.value_type) if pa.types.is_dictionary(c.type) else c for c in columns]
    directions = ["descending" if key.descending != descending else "ascending" for key in keys]
    by = [str(n) for n in range(len(keys))]
    return pc.sort_indices(pa.table(values, names=by), sort_keys=list(zip(by, directions, strict=True)))


def to_rows(table: pa.Table) -> Iterator[dict[str, Any]]:
    """Give each row as plain Python values; times have the zone UTC (but for ``taken``)."""
    for start in range(0, len(table), _ROWS_AT_ONCE):
        some = table.slice(start, _ROWS_AT_ONCE)
        for values in zip(*map(_to_values, some.columns), strict=True):
            yield dict(zip(table.column_names, values, strict=True))


def _to_values(column: pa.ChunkedArray) -> list[Any]:
    if pa.types.is_timestamp(column.type):  # one with a zone would load pandas
        moments: list[datetime | None] = column.cast(pa.timestamp(column.type.unit)).to_pylist()
        zone = UTC if column.type.tz else None
        return [None if moment is None else moment.replace(tzinfo=zone) for moment in moments]
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    values: list[Any] = column.to_pylist()
    return values
