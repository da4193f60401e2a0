"""The rows of a catalogue that is there as one more sorted piece: a row group is read when its turn comes.

So some rows are merged into a catalogue of any size in the memory of a few columns and a few row groups.
"""

from __future__ import annotations

import pyarrow as pa

from ..errors import CatalogError
from ..frames.columns import empty
from ..frames.freed_memory import give_back
from ..query.constants import number_rows
from .listed_rows import PLACE, ListedRows
from .schema import SORTED_BY
from .sorted_rows import SortedRows
from .store import Store

_COLUMNS = ("id", SORTED_BY)
"""What rows are found and put in order by."""


class RowGroups(SortedRows):
    """The row groups of a file, which is open only while one is read; the one that was read last is kept.

    Used under the catalogue's lock. All of it raises as ``Store.read``.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._version = store.version()
        with store.open() as rows:
            super().__init__(rows.ends)
        self._kept: tuple[int, pa.Table] | None = None

    def load(self) -> pa.Table:
        """Return id, date and place of all rows."""
        with self._store.open() as rows:
            parts = [rows.read_group(number, _COLUMNS) for number in range(len(self._ends))]
        give_back()
        few = pa.concat_tables([empty(_COLUMNS), *parts])
        return few.append_column(PLACE, number_rows(0, len(few)))

    def _read(self, frame: int) -> pa.Table:
        if self._kept is None or self._kept[0] != frame:
            self._kept = None
            self._kept = frame, self._load(frame)
        return self._kept[1]

    def _load(self, frame: int) -> pa.Table:
        if self._store.version() != self._version:
            raise CatalogError(f"{self._store.path} was replaced by another program while it was read: try again")
        with self._store.open() as rows:
            table = rows.read_group(frame)
        give_back()
        return table


def load_rows(store: Store) -> ListedRows:
    """Load what rows are found and put in order by; the others stay in the file. Raises as ``Store.read``."""
    groups = RowGroups(store)
    return ListedRows(groups.load(), [groups])
