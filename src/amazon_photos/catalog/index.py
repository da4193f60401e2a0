"""What the library holds, arranged for the questions an upload asks: this content? this name? this folder?

A million nodes take some 25 MB more than their table: contents are found by the first half of their MD5 in a
sorted array, and names are only arranged for the folders that files go to.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import compress
from typing import Any, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..model.names import FolderIndex, NameAndId, resolve_name

COLUMNS = ("id", "name", "parents", "md5", "size", "kind")
"""What is read from the table."""
_MANY = 32


class IndexedNode:
    """A node of the library: a row of its table, read as far as it is asked for."""

    __slots__ = ("_columns", "_row", "id", "name")

    def __init__(self, columns: Mapping[str, pa.Array], row: int, id: str, name: str | None) -> None:  # noqa: A002
        self._columns, self._row = columns, row
        self.id, self.name = id, name or ""

    @property
    def md5(self) -> str | None:
        return cast("str | None", self._columns["md5"][self._row].as_py())

    @property
    def kind(self) -> str:
        return self._columns["kind"][self._row].as_py() or ""

    @property
    def parents(self) -> list[str]:
        return self._columns["parents"][self._row].as_py() or []


class LibraryIndex:
    """``table`` holds ``COLUMNS`` of every node that is not in the trash; ``root`` is the root folder's id."""

    def __init__(self, table: pa.Table, root: str) -> None:
        self._table = table.select(list(COLUMNS)).combine_chunks()
        self._columns = {name: self._table[name].combine_chunks() for name in COLUMNS}
        self._root = root
        self._contents = _by_content(self._table)
        parents = self._table["parents"]
        self._child_rows = pc.list_parent_indices(parents).to_numpy()
        self._child_parents = pc.list_flatten(parents)
        self._names: dict[str, dict[str, int]] = {}
        self._expected: dict[str, IndexedNode] = {}
        self._folders = index_folders(self._table, root)

    def expect(self, md5s: Sequence[str]) -> None:
        """Contents that are asked for next: many together are found in a fifth of the time."""
        self._expected = {}
        if len(md5s) < _MANY:
            return
        highs, lows, rows = (np.asarray(part) for part in self._contents)
        wanted = _halves(md5s)
        places = np.searchsorted(highs, wanted[::2])
        there = places < len(highs)
        there[there] = (highs[places[there]] == wanted[::2][there]) & (lows[places[there]] == wanted[1::2][there])
        found = rows[places[there]]
        ids, names = (self._columns[name].take(pa.array(found)).to_pylist() for name in ("id", "name"))
        held = (IndexedNode(self._columns, *values) for values in zip(found.tolist(), ids, names, strict=True))
        self._expected = dict(zip(compress(md5s, there), held, strict=True))

    def has(self, node_id: str) -> bool:
        """Whether the node was in the table."""
        return bool(pc.any(pc.equal(self._columns["id"], node_id)).as_py())

    def content(self, md5: str) -> IndexedNode | None:
        """A file of that content, wherever it is."""
        return self._expected.get(md5) or next(self.contents(md5), None)

    def contents(self, md5: str) -> Iterator[IndexedNode]:
        """Every file of that content."""
        high, low = int(md5[:16], 16), int(md5[16:], 16)
        highs, lows, rows = self._contents
        place = bisect_left(highs, high)
        while place < len(highs) and highs[place] == high:
            if lows[place] == low:
                yield self._node_at(rows[place])
            place += 1

    def find_named(self, folder: str, name: str) -> IndexedNode | None:
        """The node of that name, ignoring case, in the folder of that id."""
        row = self._names_in(folder).get(fold_case(name))
        return None if row is None else self._node_at(row)

    def folder(self, path: str) -> str | None:
        """The id of the folder at a path such as "Pictures/2023". Raises ``InvalidInput`` if it can mean several."""
        return self._folders.find(path)

    def folder_in(self, parent: str, name: str) -> str | None:
        """The id of the folder of that name in the folder of that id. Raises ``InvalidInput`` if it can mean
        several."""
        return self._folders.find_in(parent, name)

    def deepest_folder(self, path: str) -> tuple[str, str]:
        """The id of the last folder of a path that is there, and what of the path is below it. Raises
        ``InvalidInput``."""
        return self._folders.find_deepest(path)

    def forget_folders(self) -> None:
        """The folders turned out to be no longer what the table says."""
        self._folders.clear()

    def album(self, name: str) -> str | None:
        """The id of the album of that name or id. Raises ``InvalidInput`` if the name can mean several."""
        albums = self._table.filter(pc.equal(self._table["kind"], "VISUAL_COLLECTION"))
        pairs = zip(albums["name"].to_pylist(), albums["id"].to_pylist(), strict=True)
        there = [NameAndId(own or "", node_id) for own, node_id in pairs]
        if any(album.id == name for album in there):
            return name
        found = resolve_name(name, there, kind="album")
        return None if found is None else found.id

    def _node_at(self, row: int) -> IndexedNode:
        return IndexedNode(self._columns, row, self._columns["id"][row].as_py(), self._columns["name"][row].as_py())

    def _names_in(self, folder: str) -> dict[str, int]:
        names = self._names.get(folder)
        if names is None:
            rows = self._child_rows[pc.equal(self._child_parents, folder).to_numpy(zero_copy_only=False)]
            column = self._table["name"].take(pa.array(rows))
            names = {fold_case(name or ""): int(row) for name, row in zip(column.to_pylist(), rows, strict=True)}
            self._names[folder] = names
        return names


def index_folders(table: pa.Table, root: str) -> FolderIndex:
    """Arrange the folders of ``table`` (id, name, parents, kind) to be found by path below the folder ``root``."""
    table = table.filter(pc.equal(table["kind"], "FOLDER"))
    index = FolderIndex(root)
    columns = (table[name].to_pylist() for name in ("id", "name", "parents"))
    for node_id, name, parents in zip(*columns, strict=True):
        index.add(node_id, name or "", parents or ())
    return index


def fold_case(name: str) -> str:
    """What Amazon compares when it refuses a name: case is ignored, and no more (as far as is known).

    What a name *means* is another question: ``model.names``.
    """
    return name.lower()


def _by_content(table: pa.Table) -> tuple[memoryview, memoryview, memoryview]:
    """Both halves of each MD5, in order of the first, and the row of each."""
    md5 = table["md5"].combine_chunks()
    md5 = pc.cast(md5, pa.string()) if not pa.types.is_string(md5.type) else md5
    usable = pc.fill_null(pc.match_substring_regex(md5, "^[0-9a-f]{32}$"), False)
    rows = np.flatnonzero(usable.to_numpy(zero_copy_only=False))
    halves = _halves(md5.filter(usable).to_pylist())
    order = np.argsort(halves[::2], kind="stable")
    return halves[::2][order].data, halves[1::2][order].data, rows[order].data


def _halves(md5s: Iterable[str]) -> np.ndarray[Any, np.dtype[np.uint64]]:
    return np.frombuffer(bytes.fromhex("".join(md5s)), dtype=">u8").astype(np.uint64)
