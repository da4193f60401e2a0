"""What people look at: the whole catalogue, some columns of it, or the answer to a question in SQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .. import frames
from ..errors import InvalidInput, MissingExtra
from ..query.expr import Expr
from ..query.match import mask
from ..query.sort import SortKey, read_sort
from .sql_result import to_pandas_types
from .store import Store

if TYPE_CHECKING:
    import pandas as pd

DtypeBackend = Literal["pyarrow", "numpy_nullable"]
_SQL_TABLE = "db"


def arrow(store: Store, columns: Sequence[str] | None = None) -> pa.Table:
    """The catalogue, or the columns named in their order. Raises as ``Store.read``."""
    return store.read(columns)


def frame(
    store: Store,
    columns: Sequence[str] | None = None,
    *,
    dtype_backend: DtypeBackend | None = None,
) -> pd.DataFrame:
    """Return the catalogue, or the columns named, as a DataFrame. Raises as ``Store.read``."""
    return frames.to_frame(arrow(store, columns), dtype_backend=dtype_backend)


def find(
    store: Store,
    expr: Expr | None,
    *,
    sort: str | Sequence[str] | None = None,
    descending: bool = False,
    limit: int | None = None,
    offset: int = 0,
) -> pa.Table:
    """Find the rows that match a filter (None: all), in the catalogue's order or a given one (``query.sort``).

    At most ``limit`` of them, from ``offset``; ``descending`` turns every key of ``sort`` round. Raises as
    ``Store.read``, and ``FilterError`` for what cannot be answered offline or sorted by.
    """
    keys = read_sort(sort or (), "local")
    table = store.read(warm=True)
    rows = pc.indices_nonzero(pa.array(np.ones(len(table), bool)) if expr is None else mask(expr, table))
    if keys:
        rows = rows.take(_order(table.select([key.field.column for key in keys]).take(rows), keys, descending))
    return table.take(rows.slice(offset, limit))


def _order(table: pa.Table, keys: Sequence[SortKey], turned: bool) -> pa.Array:
    values = [c.cast(c.type.value_type) if pa.types.is_dictionary(c.type) else c for c in table.columns]
    directions = ["descending" if key.descending != turned else "ascending" for key in keys]
    by = [str(n) for n in range(len(keys))]
    return pc.sort_indices(pa.table(values, names=by), sort_keys=list(zip(by, directions, strict=True)))


def sql(store: Store, query: str) -> pa.Table:
    """The answer of DuckDB, in which the catalogue is the table ``db``.

    Dots in column names want quotes: ``select "image.make", count(*) from db group by 1``. Every name comes once, and
    every type is one that pandas can hold (``answer``). Raises ``MissingExtra`` without DuckDB, and ``InvalidInput``
    with DuckDB's words for a query that it refuses, and for a type that must be cast.
    """
    try:
        import duckdb
    except ImportError:
        raise MissingExtra("ap.sql() needs DuckDB: pip install 'amazon-photos[sql]'") from None
    store.require_header()
    with duckdb.connect(":memory:") as database:
        database.execute("SET TimeZone = 'UTC'")
        _introduce(database, store)
        try:
            found = database.sql(query)
            return pa.table({}) if found is None else to_pandas_types(found.to_arrow_table())
        except duckdb.Error as error:
            raise InvalidInput(f"DuckDB refuses this query: {error}") from None


def _introduce(database: Any, store: Store) -> None:
    path = str(store.path)
    if any(mark in path for mark in "*?["):  # DuckDB would take it for a pattern
        import pyarrow.dataset

        database.register(_SQL_TABLE, pyarrow.dataset.dataset(path, format="parquet"))
    else:
        quoted = path.replace("'", "''")
        # A folder that is called name=holiday must not become a column.
        source = f"read_parquet('{quoted}', hive_partitioning=false)"
        database.execute(f"CREATE VIEW {_SQL_TABLE} AS SELECT * FROM {source}")  # noqa: S608 - quoted
