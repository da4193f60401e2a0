"""The rows of a listing: of each a few columns are in memory, all of them stand in sorted pieces on the disk.

::

    loaded     id, dates, kind …, and the place    one table of all rows: it is compared, counted and put in order
    pieces     00001.rows 00002.rows …             a span of createdDate each, sorted by contentDate
               what changed meanwhile              a few rows in memory, sorted too: a piece like the others
               ap.parquet                          where rows are merged into one that is there (``row_groups``)
    groups     the catalogue's row groups          of each piece the rows whose turn it is: no piece is read twice

So a first catalogue of any size is written in the memory of a few columns. A row that was replaced, or went, stays
in its piece; nothing in ``loaded`` leads there any more.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from ..frames.columns import empty
from ..frames.live_photos import STILL, mark_stills
from ..query.constants import join_chunks, number_rows, to_array
from . import changes, movies
from .changes import Changes
from .parquet_file import size_groups
from .rows import CatalogRows
from .schema import SORTED_BY, order
from .sorted_rows import SortedRows, SortedTable, sort_rows, take_places

_COLUMNS = ("id", "version", "kind", "status", "parents", "createdDate", "modifiedDate", SORTED_BY, STILL)
"""What is compared, counted and sorted by: some 100 bytes a row in all, most of them the id."""
PLACE = "place"
"""Which row of all pieces, one behind the other."""


class ListedRows(CatalogRows):
    """``loaded`` comes from ``select_loaded``, or is some of its rows in their order."""

    def __init__(self, loaded: pa.Table, pieces: Sequence[SortedRows]) -> None:
        super().__init__(loaded)
        self._pieces = pieces

    @property
    def has_all_columns(self) -> bool:
        return False

    def pick(self, ids: pa.Array) -> pa.Table:
        """Return all columns of the rows with these ids. Raises ``RowsDamaged``."""
        places = self.loaded[PLACE].filter(pc.is_in(self.loaded["id"], ids, memory_pool=pa.system_memory_pool()))
        return take_places(self._pieces, join_chunks(places)) if len(places) else empty()

    def load_all(self) -> pa.Table:
        """Return all rows with all columns, by date. Raises ``RowsDamaged``."""
        return pa.concat_tables([empty(), *self.groups()]).unify_dictionaries()

    def load_few(self) -> pa.Table:
        """Return them with few columns, from memory."""
        return self.loaded

    def groups(self) -> Iterator[pa.Table]:
        """Yield the rows by date, as many at a time as stand in one row group.

        Raises ``RowsDamaged``.
        """
        by_date = order(self.loaded[SORTED_BY])
        places = self.loaded[PLACE] if by_date is None else self.loaded[PLACE].take(by_date)
        size = size_groups(len(places))
        for start in range(0, len(places), size):
            yield take_places(self._pieces, join_chunks(places.slice(start, size)))

    def apply(self, incoming: pa.Table, removed: Sequence[str] = ()) -> tuple[ListedRows, Changes]:
        """Apply as ``CatalogRows`` does; of the pieces only those rows are read that are compared."""
        new, what = self._apply(incoming, removed)
        left = movies.list_left(new.loaded, what)
        return self._apply(incoming, [*removed, *left]) if left else (new, what)

    def merge_newer(self, incoming: pa.Table, trashed: pa.Table) -> tuple[ListedRows, Changes]:
        """Merge what ``changes.compare_newer`` tells.

        Of the pieces only those rows are read that are compared. Raises as their reading does.
        """
        touched = pa.concat_arrays([join_chunks(incoming["id"]), join_chunks(trashed["id"])])
        what = changes.compare_newer(self.pick(touched), incoming, trashed)
        return (self._replace(what) if len(what) else self), what

    def _apply(self, incoming: pa.Table, removed: Sequence[str]) -> tuple[ListedRows, Changes]:
        touched = pa.concat_arrays([join_chunks(incoming["id"]), to_array(removed, pa.string())])
        what = changes.compare(self.pick(touched), incoming, removed)
        return (self._replace(what) if len(what) else self), what

    def _replace(self, what: Changes) -> ListedRows:
        """Return the rows after these changes."""
        fresh, gone = SortedTable(sort_rows(what.select_fresh().unify_dictionaries())), what.list_gone()
        kept = self.loaded.filter(pc.invert(pc.is_in(self.loaded["id"], gone))) if len(gone) else self.loaded
        begin = sum(map(len, self._pieces))
        names = [name for name in self.loaded.schema.names if name != PLACE]
        added = [select_loaded(table, begin, names) for table in fresh.take(number_rows(0, len(fresh)))]
        return ListedRows(pa.concat_tables([kept, *added]).unify_dictionaries(), [*self._pieces, fresh])


def select_loaded(table: pa.Table, begin: int, names: Sequence[str] = _COLUMNS) -> pa.Table:
    """Return the columns kept in memory of rows that begin at the place ``begin``."""
    columns = [mark_stills(table) if name == STILL else table[name] for name in names]
    return pa.table([*columns, number_rows(begin, begin + len(table))], [*names, PLACE])
