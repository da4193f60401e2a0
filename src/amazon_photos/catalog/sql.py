"""DuckDB is asked about the catalogue: the table ``db``, and what belongs to what, ``relations``.

Dots in column names want quotes: ``select "image.make", count(*) from db group by 1``.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa

from ..errors import CatalogError, CatalogIncomplete, InvalidInput, MissingExtra
from ..frames.invalid_values import without_hidden_dates
from . import schema
from .open_rows import ROWS_AT_ONCE
from .store import Store
from .unique_names import make_unique

_SQL_TABLE, _RELATIONS_TABLE = "db", "relations"
_ONLY_AS_TEXT = ("INTERVAL", "UNION", "BIT", "BIGNUM", "TIME WITH TIME ZONE", "TIME_NS")
"""Types that Arrow, or Python, has no value for."""


def sql(store: Store, query: str) -> pa.Table:
    """Ask DuckDB. Every name comes once, and every type is one that pandas can hold (``sql_result``).

    Raises ``MissingExtra`` without DuckDB, ``InvalidInput`` with DuckDB's words for a query that it refuses, and for a
    type that must be cast, and ``CatalogIncomplete`` for a query of relations where there are none that can be read.
    """
    with _ask(store, query) as found:
        from .sql_result import to_pandas_types

        return pa.table({}) if found is None else to_pandas_types(found.to_arrow_table())


def stream_sql(store: Store, query: str) -> tuple[list[str], Iterator[pa.Table]]:
    """Ask DuckDB; return the names of its answer, and the rows as they come, without pandas.

    What neither Arrow nor Python has a value for is text, as DuckDB writes it. Raises as ``sql``, and ``InvalidInput``
    for what is no question.
    """
    answer = _stream(store, query)
    return next(answer).column_names, answer


def _stream(store: Store, query: str) -> Iterator[pa.Table]:
    """A table of nothing comes first: it has the names."""
    with _ask(store, query) as found:
        if found is None:
            raise InvalidInput('this asks nothing: a query is such as "select count(*) from db"')
        shown = found.project(", ".join(_to_arrow_type(number, kind) for number, kind in enumerate(found.types, 1)))
        names = make_unique(found.columns)
        yield pa.table({name: pa.nulls(0) for name in names})
        for batch in shown.to_arrow_reader(ROWS_AT_ONCE):
            yield without_hidden_dates(pa.Table.from_batches([batch]).rename_columns(names))


def _to_arrow_type(number: int, kind: object) -> str:
    odd = any(name in str(kind) for name in _ONLY_AS_TEXT)
    return f"cast(#{number} as varchar)" if odd else f"#{number}"


@contextmanager
def _ask(store: Store, query: str) -> Iterator[Any]:
    """What DuckDB answers, which it computes when it is read; None to a query that asks nothing."""
    try:
        import duckdb
    except ImportError:
        raise MissingExtra("sql() needs DuckDB: pip install duckdb") from None

    header = store.require_header()
    with duckdb.connect(":memory:") as database:
        database.execute("SET TimeZone = 'UTC'")
        if schema.is_current(header):
            _show_file(database, _SQL_TABLE, store.path)
        else:  # columns that a file of an older version lacks are made here
            database.register(_SQL_TABLE, store.read())
        missing = _show_relations(database, store) if _RELATIONS_TABLE in query.lower() else None
        try:
            yield database.sql(query)
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
