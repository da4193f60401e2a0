"""Rows of results -> tables, in little more memory than the table has."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ..files.paths import escape_bytes
from .row_order import is_ascending, take_by_column

_BATCH = 1024
_JOINED = 4
"""Batches that become one."""


class RowBuilder:
    """Rows on their way to a table, gathered in batches: a million of them take little more than their table does."""

    count: int

    def __init__(self, schema: pa.Schema) -> None:
        self._schema = schema
        self._columns: list[list[Any]] = [[] for _ in schema]
        self._made: list[pa.RecordBatch] = []
        self._kept: list[pa.RecordBatch] = []
        self.count = 0

    def add(self, row: Sequence[Any]) -> None:
        """Add a row: a value for each column of the schema."""
        self.extend((row,))

    def extend(self, rows: Sequence[Sequence[Any]]) -> None:
        """Add rows."""
        if rows:
            self.extend_columns(tuple(zip(*rows, strict=True)))

    def extend_columns(self, columns: Sequence[Sequence[Any]]) -> None:
        """Add rows, of which the values of each column come together."""
        for column, values in zip(self._columns, columns, strict=True):
            column.extend(values)
        self.count += len(columns[0])
        if len(self._columns[0]) >= _BATCH:
            self._flush()

    def _flush(self) -> None:
        arrays = [_array(column, field.type) for column, field in zip(self._columns, self._schema, strict=True)]
        self._made.append(pa.record_batch(arrays, schema=self._schema))
        self._columns = [[] for _ in self._schema]
        if len(self._made) == _JOINED:
            self._join()

    def _join(self) -> None:
        """Copy the last batches into one: what arrays are made in is up to twice as large as what they hold."""
        made = pa.Table.from_batches(self._made, schema=self._schema)
        self._kept += made.combine_chunks(pa.system_memory_pool()).to_batches()
        self._made = []

    def table(self) -> pa.Table:
        """Return all rows; in the order of ``place`` where there is such a column, which is then left out."""
        self._flush()
        table = pa.Table.from_batches([*self._kept, *self._made], schema=self._schema)
        if "place" in self._schema.names:
            places, table = table["place"], table.drop_columns(["place"])
            if not is_ascending(places):  # ``sort_by`` would load Arrow's engine for plans, 7 MB
                table = take_by_column(table, pc.sort_indices(places, memory_pool=pa.system_memory_pool()))
        return table


def table_of(rows: Iterable[Sequence[Any]], schema: pa.Schema) -> pa.Table:
    """Return rows as a table with the schema's columns and types."""
    builder = RowBuilder(schema)
    for row in rows:
        builder.add(row)
    return builder.table()


def _array(values: Iterable[Any], kind: pa.DataType) -> pa.Array:
    pool = pa.system_memory_pool()
    try:
        return pa.array(values, kind, memory_pool=pool)
    except UnicodeEncodeError:
        escaped = [escape_bytes(value) if isinstance(value, str) else value for value in values]
        return pa.array(escaped, kind, memory_pool=pool)
