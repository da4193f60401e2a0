"""The rows of a catalogue that is there as one more sorted piece: a row group is read when its turn comes.

So some rows are merged into a catalogue of any size in the memory of a few columns and a few row groups.
"""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from ..errors import CatalogError
from ..frames.columns import empty
from ..frames.freed_memory import give_back
from .placed_rows import FOUND_BY, PlacedRows, select_loaded
from .schema import SORTED_BY, order
from .sorted_rows import SortedRows, SortedTable, sort_rows
from .store import Store


class RowGroups(SortedRows):
    """The row groups of a file, which is open only while some are read.

    Used under the catalogue's lock. All of it raises as ``Store.read``.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._version = store.version()
        with store.open() as rows:
            super().__init__(rows.ends)

    def load(self) -> pa.Table:
        """Load id and date of all rows."""
        parts = self._read_groups(range(len(self._ends)), FOUND_BY)
        return pa.concat_tables([empty(FOUND_BY), *parts])

    def load_all(self) -> pa.Table:
        """Load all columns of all rows."""
        return pa.concat_tables([empty(), *self._read_groups(range(len(self._ends)))]).unify_dictionaries()

    def _load(self, group: int) -> pa.Table:
        return self._read_groups([group])[0]

    def _read_groups(self, numbers: Sequence[int], columns: Sequence[str] | None = None) -> list[pa.Table]:
        try:
            with self._store.open() as rows:
                found = [rows.read_group(number, columns) for number in numbers]
        finally:  # whatever another file gave, and whatever went wrong with it
            if self._store.version() != self._version:
                raise CatalogError(f"{self._store.path} was replaced by another program while it was read: try again")
        give_back()
        return found


def load_rows(store: Store) -> PlacedRows:
    """Load what rows are found and put in order by; the other columns stay in the file.

    A file that another program wrote in another order is read whole: group by group it would be read again and again.
    Raises as ``Store.read``.
    """
    found = RowGroups(store)
    few = found.load()
    piece: SortedRows = found
    if order(few[SORTED_BY]) is not None:
        table = sort_rows(found.load_all())
        few, piece = table.select(FOUND_BY), SortedTable(table)
    return PlacedRows(select_loaded(few, 0), [piece])
