"""The rows of a catalogue, of which a refresh that finds nothing new reads few columns: not a third of the work."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from ..errors import CatalogDamaged
from ..frames.columns import empty
from ..frames.live_photos import mark_assets, mark_children
from ..query.constants import fill_false, join_chunks, to_scalar
from .schema import Header
from .store import Store

WATCHED = ("id", "kind", "status", "modifiedDate", "parents")
"""The columns by which is told whether anything is new, gone, or still to be asked about."""


class CatalogRows:
    """``some`` columns of all rows, and all of them once somebody needs them.

    ``store`` is where they are read from; None if nothing is missing.
    """

    def __init__(self, some: pa.Table, store: Store | None = None) -> None:
        self.some = some
        self._store = store

    def __len__(self) -> int:
        return len(self.some)

    @property
    def is_whole(self) -> bool:
        """Whether all columns have been read."""
        return self._store is None

    def pick(self, ids: pa.Array) -> pa.Table:
        """Return all columns of the rows with these ids. Raises as ``Store.read``."""
        if self._store is None:
            return self.some.filter(pc.is_in(self.some["id"], ids))
        places = pc.indices_nonzero(pc.is_in(self.some["id"], ids)).to_pylist()
        with self._store.open() as file:
            near = file.read_near(places) if places else empty()
        return near.filter(pc.is_in(near["id"], ids))

    def pick_recent(self, since: int) -> pa.Table:
        """Return all columns of the rows modified since then, and of the movies of live photos among them."""
        recent = fill_false(pc.greater_equal(self.some["modifiedDate"].cast(pa.int64()), to_scalar(since, pa.int64())))
        ids = join_chunks(self.some["id"].filter(recent))
        movies = pc.and_(mark_assets(self.some), mark_children(self.some, ids))
        return self.pick(pa.concat_arrays([ids, join_chunks(self.some["id"].filter(movies))]))

    def whole(self) -> pa.Table:
        """Return all columns. Raises as ``Store.read``."""
        if self._store is not None:
            self.some, self._store = self._store.read(), None
        return self.some


def read_present(
    store: Store, owner: str, columns: Sequence[str] | None
) -> tuple[Header | None, CatalogRows, CatalogDamaged | None]:
    """Read the owner's catalogue as it is; where the file is something else, return what is wrong with it.

    Of ``columns`` no others at first. Raises ``CatalogError`` for a file that cannot be read though nothing proves that
    it is damaged.
    """
    try:
        header = store.header_for(owner)
        if header is None:
            return None, CatalogRows(empty()), None
        return header, CatalogRows(store.read(columns), None if columns is None else store), None
    except CatalogDamaged as damage:
        return None, CatalogRows(empty()), damage


def replace_present(
    store: Store, damage: CatalogDamaged | None, new: CatalogRows, header: Header, what: pa.Table
) -> tuple[str, ...]:
    """Write the catalogue; return what is to be told about what was there."""
    table = new.whole()  # before the file that it is read from makes room
    notes = store.make_room(header.owner, damage)
    store.write(table, header, what=what)
    return notes
