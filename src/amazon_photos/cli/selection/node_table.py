"""The nodes of a catalogue as far as finding them goes, read once: by their ids, and by the folders that they are in.

What folders hold is put in order once; from then on a question costs what it finds, not what the library has.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Sequence
from functools import cached_property
from typing import TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

from ...catalog.catalog import Catalog
from ...query.constants import fill_false, join_chunks, mark_rows, to_array, to_scalar, view_numbers
from .found_node import FOLDER, FoundNode

_COLUMNS = ("id", "name", "kind", "parents")
RowNumbers: TypeAlias = pa.Array
"""Numbers of rows."""


class NodeTable:
    """The nodes of a catalogue as it is now. Raises ``CatalogError`` where it cannot be read."""

    def __init__(self, catalog: Catalog) -> None:
        table = catalog.arrow(*_COLUMNS)
        self._ids, self._names, self._kinds, self._parents = (join_chunks(table[name]) for name in _COLUMNS)

    def find_rows(self, ids: Collection[str]) -> RowNumbers:
        """Find the rows of nodes by their ids, in the table's order."""
        return _rows_of(_are_in(self._ids, ids))

    def find_inside(self, folders: Collection[str]) -> RowNumbers:
        """Find the rows of what is directly in the folders of these ids, each once, in the table's order."""
        places, rows, owners = self._below
        wanted = [place for one in folders if (place := places.get(one)) is not None]
        begins = ((bisect_left(owners, place), bisect_right(owners, place)) for place in wanted)
        parts = [rows.slice(begin, end - begin) for begin, end in begins]
        if len(parts) == 1:
            return parts[0]
        each = pc.unique(pa.concat_arrays([rows.slice(0, 0), *parts]))
        return each.take(pc.array_sort_indices(each))

    def find_kind(self, kind: str) -> RowNumbers:
        """Find the rows of a kind, such as "VISUAL_COLLECTION"."""
        return _rows_of(_is_kind(self._kinds, kind))

    def keep_kind(self, rows: RowNumbers, kind: str) -> RowNumbers:
        """Keep those of the rows that are of a kind."""
        return choose(rows, _is_kind(self._kinds.take(rows), kind))

    def list_names(self, rows: RowNumbers) -> pa.Array:
        """List the name of each row, "" where it has none."""
        return pc.fill_null(self._names.take(rows), to_array([""], pa.string())[0])

    def list_ids(self, rows: RowNumbers) -> list[str]:
        """List the id of each row."""
        return [str(one) for one in self._ids.take(rows).to_pylist()]

    def list_nodes(self, rows: RowNumbers) -> list[FoundNode]:
        """List the node of each row."""
        kinds = self._kinds.take(rows).to_pylist()
        names = self.list_names(rows).to_pylist()
        return [
            FoundNode(node_id, kind or "", name)
            for node_id, kind, name in zip(self.list_ids(rows), kinds, names, strict=True)
        ]

    def walk(self, folders: Iterable[str]) -> list[str]:
        """Walk folders and all folders below them: their ids, each once, those above first."""
        waiting = list(dict.fromkeys(folders))
        seen = dict.fromkeys(waiting)
        while waiting:
            below = [one for one in self._folders_below.get(waiting.pop(), ()) if one not in seen]
            seen |= dict.fromkeys(below)
            waiting += below
        return list(seen)

    @cached_property
    def _below(self) -> tuple[dict[str, int], RowNumbers, memoryview]:
        """The number of each folder, the rows of what is in each, one folder after the other, and whose each is."""
        folders = self._ids.take(self.find_kind(FOLDER))
        rows = pc.list_parent_indices(self._parents)
        above = pc.index_in(pc.list_flatten(self._parents), value_set=folders)
        numbers = pc.fill_null(above, to_scalar(len(folders), pa.int32()))
        order = pc.array_sort_indices(numbers)
        places = {node_id: place for place, node_id in enumerate(folders.to_pylist())}
        return places, rows.take(order), view_numbers(numbers.take(order))

    @cached_property
    def _folders_below(self) -> dict[str, list[str]]:
        rows = self.find_kind(FOLDER)
        found: dict[str, list[str]] = {}
        for node_id, parents in zip(self.list_ids(rows), self._parents.take(rows).to_pylist(), strict=True):
            for parent in parents or ():
                found.setdefault(parent, []).append(node_id)
        return found


def choose(rows: RowNumbers, marks: pa.Array) -> RowNumbers:
    """Choose the rows that are marked."""
    return rows.filter(marks) if len(rows) else rows


def sort_by_name(rows: RowNumbers, names: pa.Array) -> RowNumbers:
    """Sort rows by their names."""
    return rows.take(pc.array_sort_indices(names))


def _is_kind(kinds: pa.Array, kind: str) -> pa.Array:
    return fill_false(pc.equal(kinds.cast(pa.string()), to_array([kind], pa.string())[0]))


def _rows_of(marks: pa.Array) -> RowNumbers:
    return pc.indices_nonzero(marks).cast(pa.int64())


def _are_in(values: pa.Array, wanted: Collection[str]) -> pa.Array:
    texts: Sequence[str] = list(wanted)
    if not texts or not len(values):
        return mark_rows(len(values), to_array([], pa.int64()))
    return pc.is_in(values, value_set=to_array(texts, values.type))
