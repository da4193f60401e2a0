"""The index of the library: path <-> id, what a folder holds, MD5 -> nodes, an album by its name.

Whoever looks something up in the library asks here: uploads, ``check``, ``create_folders``, ``tree``, ``find_path`` and
downloads into folders. What a name means is decided in ``model.names``, once. An index is arranged as far as it is
asked for, and kept until the catalogue changes (``index_cache``).

A million nodes take some 25 MB more than their table: contents are found by the first half of their MD5 in a
sorted array, and names are only arranged for the folders that files go to.
"""

from __future__ import annotations

import copy
from array import array
from bisect import bisect_left
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, cast

import pyarrow as pa
import pyarrow.compute as pc

from ..model import tree
from ..model.checks import is_node_id
from ..model.names import FolderIndex, NameAndId, resolve_name
from ..query.constants import array_of, fill_false, to_array, to_scalar, view_numbers
from .content_index import ContentIndex
from .md5_lookup import join_column

COLUMNS = ("id", "name", "parents", "md5", "size", "kind")
"""What is read from the table."""


class IndexedNode:
    """A node of the library: a row of its table, read as far as it is asked for."""

    id: str
    name: str

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


class _Nodes:
    """The nodes of a table, each arrangement made when it is first asked for."""

    def __init__(self, table: pa.Table) -> None:
        self.columns = {name: join_column(table[name]) for name in COLUMNS}
        self.names: dict[str, dict[str, int]] = {}

    @cached_property
    def folders(self) -> pa.Table:
        return _only(self.columns, "FOLDER")

    @cached_property
    def contents(self) -> ContentIndex:
        movies = to_array(list(self.movies.values()), pa.int64())
        return ContentIndex(self.columns["md5"].cast(pa.string()), movies)

    @cached_property
    def movies(self) -> dict[str, int]:
        """The row of each live photo's movie, by its id."""
        rows = pc.indices_nonzero(_is_kind(self.columns["kind"], "ASSET"))
        return dict(zip(self.columns["id"].take(rows).to_pylist(), rows.to_pylist(), strict=True))

    @cached_property
    def stills(self) -> dict[str, IndexedNode]:
        """The still of each live photo's movie, by the movie's id."""
        above = self.columns["parents"].take(to_array(list(self.movies.values()), pa.int64()))
        owners = pc.list_parent_indices(above).to_pylist()
        places = pc.index_in(pc.list_flatten(above), value_set=self.columns["id"]).to_pylist()
        movies = list(self.movies)
        return {
            movies[number]: self.node_at(row) for number, row in zip(owners, places, strict=True) if row is not None
        }

    @cached_property
    def still_ids(self) -> frozenset[str]:
        return frozenset(still.id for still in self.stills.values())

    @cached_property
    def children(self) -> tuple[pa.Array, pa.Array]:
        """The row of each child, once for each of its parents, and the id of that parent."""
        parents = self.columns["parents"]
        return pc.list_parent_indices(parents), pc.list_flatten(parents)

    @cached_property
    def id_hashes(self) -> memoryview:
        """In their order: every upload asks for the id that it was answered with, and nearly all ids are new."""
        hashes = array_of(array("q", map(hash, self.columns["id"].to_pylist())))
        return view_numbers(hashes.take(pc.array_sort_indices(hashes)))

    def node_at(self, row: int) -> IndexedNode:
        name = self.columns["name"][row].as_py()
        return IndexedNode(self.columns, row, self.columns["id"][row].as_py(), name)

    def rows_in(self, folder: str) -> list[int]:
        rows, parents = self.children
        found: list[int] = rows.filter(pc.equal(parents, to_scalar(folder, pa.string()))).to_pylist()
        return found

    def names_in(self, folder: str) -> dict[str, int]:
        names = self.names.get(folder)
        if names is None:
            rows = self.rows_in(folder)
            held = (self.columns["name"][row].as_py() or "" for row in rows)
            names = self.names[folder] = {fold_case(name): row for name, row in zip(held, rows, strict=True)}
        return names


class LibraryIndex:
    """The library as it can be asked; ``root`` is the root folder's id.

    ``table`` holds ``COLUMNS`` of every node that is not in the trash.
    """

    def __init__(self, table: pa.Table, root: str) -> None:
        self.root = root
        self._nodes = _Nodes(table)
        self._folders = _index_folders(self._nodes.folders, root)
        self._tree: tree.Folder | None = None

    def copy(self) -> LibraryIndex:
        """Return one that forgets folders without this one noticing; both share their table."""
        return copy.copy(self)

    def arrange_contents(self) -> LibraryIndex:
        """Sort the contents now, and not when the first one is asked for; return the index itself."""
        _ = self._nodes.contents
        return self

    def has(self, node_id: str) -> bool:
        """Tell whether the node was in the table."""
        hashes, sought = self._nodes.id_hashes, hash(node_id)
        place = bisect_left(hashes, sought)
        if place == len(hashes) or hashes[place] != sought:
            return False
        return pc.any(pc.equal(self._nodes.columns["id"], to_scalar(node_id, pa.string()))).as_py() is True

    def content(self, md5: str) -> IndexedNode | None:
        """Find a file of that content, wherever it is."""
        return next(self.contents(md5), None)

    def contents(self, md5: str) -> Iterator[IndexedNode]:
        """Find every file of that content."""
        return map(self._nodes.node_at, self._nodes.contents.find(md5))

    def find_contents(self, md5s: Sequence[str]) -> Iterator[tuple[str | None, str | None]]:
        """Find what ``content`` finds, for many together, in a tenth of the time.

        Gives the id and the name for each; None where there is no such file.
        """
        rows = self._nodes.contents.find_rows(md5s)
        ids, names = (self._nodes.columns[name].take(rows).to_pylist() for name in ("id", "name"))
        return zip(ids, names, strict=True)

    def still_of(self, movie: str) -> IndexedNode | None:
        """Find the still of the live photo whose movie has that id; None for whatever is no such movie."""
        return self._nodes.stills.get(movie) if movie in self._nodes.movies else None

    def is_still(self, node_id: str) -> bool:
        """Tell whether the node is the still of a live photo whose movie is known."""
        return node_id in self._nodes.still_ids

    @property
    def movies(self) -> Collection[str]:
        """The ids of the movies of live photos."""
        return self._nodes.movies.keys()

    def children(self, folder: str) -> list[IndexedNode]:
        """List what is in the folder or album of that id."""
        return [self._nodes.node_at(row) for row in self._nodes.rows_in(folder)]

    def find_named(self, folder: str, name: str) -> IndexedNode | None:
        """Find the node that has a name, ignoring case, in the folder of that id: Amazon refuses a second one."""
        row = self._nodes.names_in(folder).get(fold_case(name))
        return None if row is None else self._nodes.node_at(row)

    def folder(self, path: str) -> str | None:
        """Find the id of the folder at a path such as "Pictures/2023".

        Raises ``InvalidInput`` if it can mean several.
        """
        return self._folders.find(path)

    def folder_in(self, parent: str, name: str) -> str | None:
        """Find the id of the folder of that name in the folder of that id. Raises as ``folder``."""
        return self._folders.find_in(parent, name)

    def deepest_folder(self, path: str) -> tuple[str, str]:
        """Find the last folder of a path that is there: its id, and the path below it. Raises as ``folder``."""
        return self._folders.find_deepest(path)

    def forget_folders(self) -> None:
        """Forget the folders: they turned out to be no longer what the table says."""
        self._folders = FolderIndex(self.root)

    def folder_paths(self) -> Mapping[str, str]:
        """Map the id of each folder below the root to its path; the root's is ""."""
        rows = _triples(self._nodes.folders)
        return _paths({i: (name, parents[0] if parents else "") for i, name, parents in rows}, self.root)

    def tree(self) -> tree.Folder:
        """Build the tree of the folders, once. Folders that no path leads to are left out."""
        if self._tree is None:
            self._tree = tree.build(self.root, (row for row in _triples(self._nodes.folders) if is_node_id(row[0])))
        return self._tree

    def album(self, name: str) -> str | None:
        """Find the id of the album of that name or id.

        Raises ``InvalidInput`` if the name can mean several.
        """
        there = [
            NameAndId(own, node_id) for node_id, own, _ in _triples(_only(self._nodes.columns, "VISUAL_COLLECTION"))
        ]
        if any(album.id == name for album in there):
            return name
        found = resolve_name(name, there, kind="album")
        return None if found is None else found.id


# --- folders ---------------------------------------------------------------------------------------------------------


def _index_folders(folders: pa.Table, root: str) -> FolderIndex:
    index = FolderIndex(root)
    for node_id, name, parents in _triples(folders):
        index.add(node_id, name, parents)
    return index


def _triples(nodes: pa.Table) -> Iterator[tuple[str, str, Sequence[str]]]:
    """Id, name and parents of each."""
    columns = (nodes[name].to_pylist() for name in ("id", "name", "parents"))
    return ((node_id, name or "", parents or ()) for node_id, name, parents in zip(*columns, strict=True))


def _only(columns: Mapping[str, pa.Array], kind: str) -> pa.Table:
    rows = pc.indices_nonzero(_is_kind(columns["kind"], kind))
    return pa.table([columns[name].take(rows) for name in ("id", "name", "parents")], ["id", "name", "parents"])


def _is_kind(kinds: Any, kind: str) -> Any:
    return fill_false(pc.equal(kinds.cast(pa.string()), to_scalar(kind, pa.string())))


def _paths(folders: Mapping[str, tuple[str, str]], root: str) -> Mapping[str, str]:
    paths: dict[str, str] = {root: ""}
    for folder in folders:
        chain: list[str] = []
        here = folder
        while here not in paths and here in folders and here not in chain:
            chain.append(here)
            here = folders[here][1]
        for node in reversed(chain):
            name, above = folders[node]
            paths[node] = "/".join(filter(None, (paths.get(above, ""), name)))
    return paths


def fold_case(name: str) -> str:
    """Fold a name to what Amazon compares when it refuses one: only case is ignored, as far as is known.

    What a name *means* is another question: ``model.names``.
    """
    return name.lower()
