"""Rows that stand in sorted pieces, each found by its place: in memory are few columns, and what is merged.

::

    loaded     id, date, and the place       one table of all rows: they are found and put in order by it
    pieces     of a journal, of ap.parquet   sorted rows; the place tells which, one piece behind the other

A row that was replaced, or went, stays in its piece; nothing in ``loaded`` leads there any more.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from ..frames.columns import empty
from ..frames.live_photos import STILL, mark_stills
from ..query.constants import join_chunks, number_rows
from . import changes
from .changes import Changes
from .parquet_file import size_groups
from .schema import SORTED_BY, order
from .sorted_rows import SortedRows, SortedTable, sort_rows, take_places

FOUND_BY = ("id", SORTED_BY)
"""What rows are found and put in order by."""
PLACE = "place"
"""Which row of all pieces, one behind the other."""


class PlacedRows:
    """Rows of some pieces: of all that are there, or of those that are left.

    ``loaded`` comes from ``select_loaded``, or is some of its rows; it has at least what rows are ``FOUND_BY``. What
    reads the pieces raises as they do.
    """

    def __init__(self, loaded: pa.Table, pieces: Sequence[SortedRows]) -> None:
        self.loaded = loaded
        self._pieces = pieces

    def pick(self, ids: pa.Array) -> pa.Table:
        """Return all columns of the rows with these ids."""
        places = self.loaded[PLACE].filter(pc.is_in(self.loaded["id"], ids, memory_pool=pa.system_memory_pool()))
        return take_places(self._pieces, join_chunks(places)) if len(places) else empty()

    def load_all(self) -> pa.Table:
        """Return all rows with all columns, by date."""
        return pa.concat_tables([empty(), *self.groups()]).unify_dictionaries()

    def groups(self) -> Iterator[pa.Table]:
        """Yield the rows by date, as many at a time as stand in one row group of the catalogue."""
        by_date = order(self.loaded[SORTED_BY])
        places = self.loaded[PLACE] if by_date is None else self.loaded[PLACE].take(by_date)
        size = size_groups(len(places))
        for start in range(0, len(places), size):
            yield take_places(self._pieces, join_chunks(places.slice(start, size)))

    def merge_newer(self, incoming: pa.Table, trashed: pa.Table) -> tuple[PlacedRows, Changes]:
        """Merge what ``changes.compare_newer`` tells.

        Of the pieces only those rows are read that are compared.
        """
        touched = pa.concat_arrays([join_chunks(incoming["id"]), join_chunks(trashed["id"])])
        what = changes.compare_newer(self.pick(touched), incoming, trashed)
        return (self.replace(what) if len(what) else self), what

    def replace(self, what: Changes) -> PlacedRows:
        """Return the rows after these changes."""
        fresh, gone = SortedTable(sort_rows(what.select_fresh().unify_dictionaries())), what.list_gone()
        kept = self.loaded.filter(pc.invert(pc.is_in(self.loaded["id"], gone))) if len(gone) else self.loaded
        begin = sum(map(len, self._pieces))
        names = [name for name in self.loaded.schema.names if name != PLACE]
        added = [select_loaded(table, begin, names) for table in fresh.take(number_rows(0, len(fresh)))]
        return PlacedRows(pa.concat_tables([kept, *added]).unify_dictionaries(), [*self._pieces, fresh])


def select_loaded(table: pa.Table, begin: int, names: Sequence[str] = FOUND_BY) -> pa.Table:
    """Return the columns kept in memory of rows that begin at the place ``begin``."""
    columns = [mark_stills(table) if name == STILL else table[name] for name in names]
    return pa.table([*columns, number_rows(begin, begin + len(table))], [*names, PLACE])
