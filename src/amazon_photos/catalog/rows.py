"""The rows of a catalogue. A refresh that finds nothing new reads few of their columns, for a third of the work."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from ..errors import CatalogDamaged
from ..frames.columns import empty
from ..frames.live_photos import mark_assets, mark_children
from ..query.constants import fill_false, join_chunks, to_scalar
from . import changes, movies
from .changes import Changes
from .parquet_file import cut_groups
from .schema import Header
from .store import Store

CHANGE_COLUMNS = ("id", "kind", "status", "modifiedDate", "parents")
"""The columns that show whether anything is new, gone, or still to be asked about."""


class CatalogRows:
    """All rows with the columns that have been ``loaded``; the others are read once somebody needs them.

    ``store`` is where those are read from; None if there are none.
    """

    def __init__(self, loaded: pa.Table, store: Store | None = None) -> None:
        self.loaded = loaded
        self._store = store

    def __len__(self) -> int:
        return len(self.loaded)

    @property
    def has_all_columns(self) -> bool:
        """Whether all columns have been read."""
        return self._store is None

    def pick(self, ids: pa.Array) -> pa.Table:
        """Return all columns of the rows with these ids. Raises as ``Store.read``."""
        if self._store is None:
            return self.loaded.filter(pc.is_in(self.loaded["id"], ids))
        places = pc.indices_nonzero(pc.is_in(self.loaded["id"], ids)).to_pylist()
        with self._store.open() as file:
            near = file.read_near(places) if places else empty()
        return near.filter(pc.is_in(near["id"], ids))

    def pick_recent(self, since: int) -> pa.Table:
        """Return all columns of the rows modified since then, and of live photos whose movie was not ready.

        The movies of all of these come with them.
        """
        modified, assets = self.loaded["modifiedDate"].cast(pa.int64()), mark_assets(self.loaded)
        recent = fill_false(pc.greater_equal(modified, to_scalar(since, pa.int64())))
        pending = fill_false(pc.equal(self.loaded["status"].cast(pa.string()), "PENDING"))
        waited_for = join_chunks(self.loaded["parents"].filter(pc.and_(assets, pending))).flatten()
        ids = pa.concat_arrays([join_chunks(self.loaded["id"].filter(recent)), waited_for])
        movies = pc.and_(assets, mark_children(self.loaded, ids))
        return self.pick(pa.concat_arrays([ids, join_chunks(self.loaded["id"].filter(movies))]))

    def load_all(self) -> pa.Table:
        """Return all columns. Raises as ``Store.read``."""
        if self._store is not None:
            self.loaded, self._store = self._store.read(), None
        return self.loaded

    def load_few(self) -> pa.Table:
        """Return all rows with at least the columns that are counted and that tell of movies.

        Here those are all columns. Raises as ``Store.read``.
        """
        return self.load_all()

    def groups(self) -> Iterator[pa.Table]:
        """Return all rows as the file is to have them, a row group at a time.

        Everything is read when this is called, not when the first group is asked for. Raises as ``Store.read``.
        """
        return cut_groups(self.load_all())

    def apply(self, incoming: pa.Table, removed: Sequence[str] = ()) -> tuple[CatalogRows, Changes]:
        """Apply what came, as ``changes.apply``; the movie of a live photo goes with its still.

        Raises as ``Store.read``.
        """
        if not removed:  # nearly always what comes is what changed last, and known
            what = changes.compare(self.pick(join_chunks(incoming["id"])), incoming)
            if not len(what):
                return self, what
        whole = self.load_all()
        new, what = changes.apply(whole, incoming, removed)
        left = movies.list_left(new, what)
        if left:
            new, what = changes.apply(whole, incoming, [*removed, *left])
        return CatalogRows(new), what


def read_present(
    store: Store, owner: str, columns: Sequence[str] | None
) -> tuple[Header | None, CatalogRows, CatalogDamaged | None]:
    """Read the owner's catalogue as it is; where the file is something else, return what is wrong with it.

    At first only ``columns`` are read; None: all. Raises ``CatalogError`` for a file that cannot be read though nothing
    proves that it is damaged.
    """
    try:
        header = store.header_for(owner)
        if header is None:
            return None, CatalogRows(empty()), None
        return header, CatalogRows(store.read(columns), None if columns is None else store), None
    except CatalogDamaged as damage:
        return None, CatalogRows(empty()), damage


def replace_present(
    store: Store,
    damage: CatalogDamaged | None,
    new: CatalogRows,
    header: Header,
    what: pa.Table | None,
    notes: list[str],
) -> None:
    """Write the catalogue; add to ``notes`` what is to be told about what was there.

    ``what`` is as in ``Store.write``.
    """

    def make_room() -> None:
        notes.extend(store.make_room(header.owner, damage))

    store.write_groups(new.groups(), header, what=what, make_room=make_room)
