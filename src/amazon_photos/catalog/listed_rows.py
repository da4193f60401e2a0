"""The rows of a listing: of each a few columns are in memory, all of them stand in sorted pieces on the disk.

::

    loaded     id, dates, kind …, and the place    one table of all rows: it is compared, counted and put in order
    pieces     00001.rows 00002.rows …             a span of createdDate each, sorted by contentDate
               what changed meanwhile              a few rows in memory, sorted too: a piece like the others

So a first catalogue of any size is written in the memory of a few columns, row group by row group: of each piece the
rows whose turn it is, and no piece is read twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pyarrow as pa

from ..frames.live_photos import STILL
from ..query.constants import join_chunks, to_array
from . import changes, movies
from .changes import Changes
from .placed_rows import FOUND_BY, PlacedRows
from .rows import CatalogRows

LISTED = (*FOUND_BY, "version", "kind", "status", "parents", "createdDate", "modifiedDate", STILL)
"""What is compared, counted and sorted by: some 100 bytes a row in all, most of them the id."""


class ListedRows(CatalogRows):
    """``placed`` has the columns that are ``LISTED``. What reads the pieces raises ``PieceDamaged``."""

    def __init__(self, placed: PlacedRows) -> None:
        super().__init__(placed.loaded)
        self._placed = placed

    @property
    def has_all_columns(self) -> bool:
        return False

    def pick(self, ids: pa.Array) -> pa.Table:
        """Return all columns of the rows with these ids. Raises ``PieceDamaged``."""
        return self._placed.pick(ids)

    def load_all(self) -> pa.Table:
        """Return all rows with all columns, by date. Raises ``PieceDamaged``."""
        return self._placed.load_all()

    def load_few(self) -> pa.Table:
        """Return them with few columns, from memory."""
        return self.loaded

    def groups(self) -> Iterator[pa.Table]:
        """Yield the rows by date, as many at a time as stand in one row group.

        Raises ``PieceDamaged``.
        """
        return self._placed.groups()

    def apply(self, incoming: pa.Table, removed: Sequence[str] = ()) -> tuple[ListedRows, Changes]:
        """Apply as ``CatalogRows`` does; of the pieces only those rows are read that are compared."""
        new, what = self._apply(incoming, removed)
        left = movies.list_left(new.loaded, what)
        return self._apply(incoming, [*removed, *left]) if left else (new, what)

    def _apply(self, incoming: pa.Table, removed: Sequence[str]) -> tuple[ListedRows, Changes]:
        touched = pa.concat_arrays([join_chunks(incoming["id"]), to_array(removed, pa.string())])
        what = changes.compare(self.pick(touched), incoming, removed)
        return (ListedRows(self._placed.replace(what)) if len(what) else self), what
