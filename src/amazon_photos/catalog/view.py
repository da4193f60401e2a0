"""What people look at: the whole catalogue, some columns of it, or the answer to a question in SQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..errors import InvalidInput, MissingExtra
from ..frames.to_pandas import to_frame
from ..query.expr import Expr
from ..query.match import mask
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
    engine: str | None = None,
) -> pd.DataFrame:
    """The same as a DataFrame. ``engine="fastparquet"`` lets pandas read the file with that (``MissingExtra``)."""
    if engine == "fastparquet":
        return _by_fastparquet(store, columns)
    return to_frame(arrow(store, columns), dtype_backend=dtype_backend)


def _by_fastparquet(store: Store, columns: Sequence[str] | None) -> pd.DataFrame:
    import pandas as pd

    store.require_header()
    try:
        return pd.read_parquet(store.path, engine="fastparquet", columns=None if columns is None else list(columns))
    except ImportError as error:
        raise MissingExtra("engine='fastparquet' is not installed: pip install fastparquet") from error


def find(
    store: Store, expr: Expr | None, *, sort: str | None = None, descending: bool = False, limit: int | None = None
) -> pa.Table:
    """The rows that match a filter (None: all), in the catalogue's order or by a column; at most ``limit``.

    Raises as ``Store.read``, ``FilterError`` for what cannot be answered offline, and ``InvalidInput`` for a column
    that cannot be sorted by.
    """
    table = store.read(warm=True)
    rows = pc.indices_nonzero(pa.array(np.ones(len(table), bool)) if expr is None else mask(expr, table))
    if sort is not None:
        rows = rows.take(_order(store.read([sort], warm=True).column(sort).take(rows), descending))
    return table.take(rows if limit is None else rows[:limit])


def _order(values: pa.ChunkedArray, descending: bool) -> pa.Array:
    if pa.types.is_list(values.type):
        raise InvalidInput("cannot sort by a column of lists")
    if pa.types.is_dictionary(values.type):
        values = values.cast(values.type.value_type)
    return pc.sort_indices(pa.table({"by": values}), sort_keys=[("by", "descending" if descending else "ascending")])


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
