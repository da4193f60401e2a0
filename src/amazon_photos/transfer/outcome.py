"""What became of each file, as rows of a frame.

Rows are gathered in Arrow batches, so a million of them cost some 200 bytes each and not a kilobyte.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa

if TYPE_CHECKING:
    import pandas as pd

_BATCH = 8192


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """``what`` happened to the file at ``path``, and the ``reason`` where one is needed.

    Up: uploaded, renamed, replaced, exists, duplicate, conflict, skipped, failed.
    Down: downloaded, exists, conflict, failed.
    """

    path: str
    what: str
    reason: str | None = None
    id: str | None = None
    name: str | None = None
    size: int | None = None
    md5: str | None = None

    def row(self, place: int) -> tuple[Any, ...]:
        return (place, self.path, self.id, self.name, self.what, self.reason, self.size, self.md5)


OUTCOMES = pa.schema(
    [
        ("place", pa.int64()),
        ("path", pa.string()),
        ("id", pa.string()),
        ("name", pa.string()),
        ("what", pa.string()),
        ("reason", pa.string()),
        ("size", pa.int64()),
        ("md5", pa.string()),
    ]
)
"""``place`` is where a file stood in the work; rows end up in that order, however the work went."""


class RowBuilder:
    """Rows on their way to a table."""

    def __init__(self, schema: pa.Schema) -> None:
        self._schema = schema
        self._rows: list[Sequence[Any]] = []
        self._batches: list[pa.RecordBatch] = []
        self.count = 0

    def add(self, row: Sequence[Any]) -> None:
        self._rows.append(row)
        self.count += 1
        if len(self._rows) >= _BATCH:
            self._flush()

    def _flush(self) -> None:
        columns = zip(*self._rows, strict=True) if self._rows else [()] * len(self._schema)
        arrays = [_array(column, field.type) for column, field in zip(columns, self._schema, strict=True)]
        self._batches.append(pa.record_batch(arrays, schema=self._schema))
        self._rows = []

    def table(self) -> pa.Table:
        """All rows; in the order of ``place`` where there is such a column, which is then left out."""
        self._flush()
        table = pa.Table.from_batches(self._batches, schema=self._schema)
        if "place" in self._schema.names:
            table = table.sort_by("place").drop_columns(["place"])
        return table


def _array(values: Iterable[Any], kind: pa.DataType) -> pa.Array:
    try:
        return pa.array(values, kind)
    except UnicodeEncodeError:
        return pa.array([printable(value) if isinstance(value, str) else value for value in values], kind)


def printable(name: str) -> str:
    r"""A local name as text that can be written down: bytes that are no UTF-8 appear as ``\xff``."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def to_frame(table: pa.Table) -> pd.DataFrame:
    """Text as pandas strings, numbers as nullable integers."""
    import pandas as pd

    kinds = {pa.string(): pd.StringDtype("pyarrow"), pa.int64(): pd.Int64Dtype(), pa.bool_(): pd.BooleanDtype()}
    frame: pd.DataFrame = table.to_pandas(types_mapper=kinds.get)
    return frame
