"""What people look at: the whole catalogue, some columns of it, or the answer to a question.

Tables and rows are made without pandas: only ``frame`` and ``sql`` load it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from ..errors import CatalogError, CatalogIncomplete, InvalidInput, MissingExtra
from ..frames.columns import Columns, DtypeBackend, choose_columns
from ..query.expr import Expr
from ..query.implicit_scope import narrow
from ..query.match import list_columns, mask
from ..query.relations import Answers, list_questions
from ..query.sort import Sort, SortKey, read_sort
from . import schema
from .relation_cache import RelationCache
from .store import Store

if TYPE_CHECKING:
    import pandas as pd

_SQL_TABLE, _RELATIONS_TABLE = "db", "relations"
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


def sql(store: Store, query: str) -> pa.Table:
    """Ask DuckDB; the catalogue is the table ``db``, and what belongs to what ``relations``.

    Dots in column names want quotes: ``select "image.make", count(*) from db group by 1``. Every name comes once, and
    every type is one that pandas can hold (``sql_result``). Raises ``MissingExtra`` without DuckDB, ``InvalidInput``
    with DuckDB's words for a query that it refuses, and for a type that must be cast, and ``CatalogIncomplete``
    for a query of relations where there are none that can be read.
    """
    try:
        import duckdb
    except ImportError:
        raise MissingExtra("sql() needs DuckDB: pip install duckdb") from None
    from .sql_result import to_pandas_types

    header = store.require_header()
    with duckdb.connect(":memory:") as database:
        database.execute("SET TimeZone = 'UTC'")
        if schema.is_current(header):
            _show_file(database, _SQL_TABLE, store.path)
        else:  # columns that a file of an older version lacks are made here
            database.register(_SQL_TABLE, store.read())
        missing = _show_relations(database, store) if _RELATIONS_TABLE in query.lower() else None
        try:
            found = database.sql(query)
            return pa.table({}) if found is None else to_pandas_types(found.to_arrow_table())
        except duckdb.CatalogException as error:
            if missing is not None and f"with name {_RELATIONS_TABLE} " in str(error):
                raise CatalogIncomplete(str(missing)) from None
            raise InvalidInput(f"DuckDB refuses this query: {error}") from None
        except duckdb.Error as error:
            raise InvalidInput(f"DuckDB refuses this query: {error}") from None


def _show_relations(database: Any, store: Store) -> CatalogError | None:
    """Make the relations a table; return why that cannot be, for a query that wants it."""
    from . import relations_view

    try:
        if relations_view.is_current(store):
            _show_file(database, _RELATIONS_TABLE, store.relations.path)
        else:
            database.register(_RELATIONS_TABLE, relations_view.read_relations(store))
    except CatalogError as error:
        return error
    return None


def _show_file(database: Any, name: str, path: Path) -> None:
    if any(mark in str(path) for mark in "*?["):  # DuckDB would take it for a pattern
        import pyarrow.dataset

        database.register(name, pyarrow.dataset.dataset(str(path), format="parquet"))
    else:
        quoted = str(path).replace("'", "''")
        # A folder that is called name=holiday must not become a column.
        source = f"read_parquet('{quoted}', hive_partitioning=false)"
        database.execute(f"CREATE VIEW {name} AS SELECT * FROM {source}")  # noqa: S608 - quoted
