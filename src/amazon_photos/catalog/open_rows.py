"""The rows of one open catalogue file: read whole, or as they come, one row group after the other.

Whoever streams holds some thousand rows at a time, however many there are, and all of them are of one version of the
file, also when it is replaced meanwhile.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, TypeAlias

import pyarrow as pa
import pyarrow.parquet as pq

from ..frames.columns import check_columns
from ..frames.derived import sources_of
from ..frames.invalid_values import without_hidden_dates
from ..query.constants import array_of
from .schema import check_ids, conform, header_of, is_current

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

ROWS_AT_ONCE = 4_096
"""With all columns some 4 MB of Arrow's, and twice as much as text."""
_ROWS_OF_GROUP_AT_ONCE = 2_048
_COLUMNS_AT_ONCE = 12
Positions: TypeAlias = "range | npt.NDArray[np.int64]"
"""Numbers of rows, ascending."""


class OpenRows:
    """Reads a file that is open. What is missing in it, or of an older version, is made as ``Store.read`` gives it."""

    def __init__(self, file: pq.ParquetFile) -> None:
        self._file = file
        self._derive = not is_current(header_of(file.schema_arrow))

    def __len__(self) -> int:
        return int(self._file.metadata.num_rows)

    @property
    def ends(self) -> list[int]:
        """Where each row group ends, in rows."""
        groups = (self._file.metadata.row_group(group).num_rows for group in range(self._file.num_row_groups))
        return list(accumulate(groups))

    def read(self, columns: Sequence[str] | None = None) -> pa.Table:
        """Read all rows; only the columns named, where some are. Raises ``CatalogDamaged``."""
        return self._convert(self._file.read(self._list_needed(columns)), columns)

    def read_near(self, numbers: Sequence[int]) -> pa.Table:
        """Read the rows of these numbers, and whatever stands in a row group with one.

        Raises ``CatalogDamaged``.
        """
        ends = self.ends
        return self._convert(self._file.read_row_groups(sorted({bisect_right(ends, row) for row in numbers})), None)

    def read_group(self, number: int, columns: Sequence[str] | None = None) -> pa.Table:
        """Read one row group; only the columns named, where some are. Raises ``CatalogDamaged``.

        It comes in the system's memory, by few columns and rows at a time and without Arrow's threads, of each of which
        Arrow keeps some: so a merge takes little more than the group.
        """
        needed = self._list_needed(columns) or self._file.schema_arrow.names
        found: dict[str, pa.ChunkedArray] = {}
        for start in range(0, len(needed), _COLUMNS_AT_ONCE):
            some = needed[start : start + _COLUMNS_AT_ONCE]
            batches = self._file.iter_batches(_ROWS_OF_GROUP_AT_ONCE, [number], some, use_threads=False)
            there = pa.Table.from_batches(batches, pa.schema([self._file.schema_arrow.field(name) for name in some]))
            table = there.unify_dictionaries().combine_chunks(pa.system_memory_pool())
            found |= zip(table.column_names, table.columns, strict=True)
        return self._convert(pa.table(found), columns)

    def stream(self, positions: Positions, columns: Sequence[str] | None = None) -> Iterator[pa.Table]:
        """Yield the rows at these positions, some at a time; row groups that have none of them are not read."""
        begin = 0
        for number in range(self._file.num_row_groups):
            first, begin = begin, begin + self._file.metadata.row_group(number).num_rows
            left = len(_within(positions, first, begin))
            if not left:
                continue
            for batch in self._file.iter_batches(ROWS_AT_ONCE, row_groups=[number], columns=self._list_needed(columns)):
                wanted = _within(positions, first, first + len(batch))
                if len(wanted):
                    yield self._convert(_pick(pa.Table.from_batches([batch]), wanted, first), columns)
                first, left = first + len(batch), left - len(wanted)
                if not left:
                    break

    def _list_needed(self, columns: Sequence[str] | None) -> list[str] | None:
        """What is read for these columns; where none of them is in the file, what is missing is as long as the ids."""
        if columns is None:
            return None
        names = check_columns(columns)
        needed = sources_of(names) if self._derive else names
        return [name for name in needed if name in self._file.schema_arrow.names] or ["id"]

    def _convert(self, table: pa.Table, columns: Sequence[str] | None) -> pa.Table:
        table = check_ids(without_hidden_dates(table.replace_schema_metadata(None)))
        return conform(table, columns, derive=self._derive)


def _within(positions: Positions, first: int, last: int) -> Positions:
    """Those of ``first`` to before ``last``."""
    if isinstance(positions, range):
        return range(max(positions.start, first), min(positions.stop, last))
    return positions[bisect_left(positions, first) : bisect_left(positions, last)]


def _pick(rows: pa.Table, positions: Positions, first: int) -> pa.Table:
    if len(positions) == len(rows):
        return rows
    if isinstance(positions, range):
        return rows.slice(positions.start - first, len(positions))
    return rows.take(array_of(positions - first))
