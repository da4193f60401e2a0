"""The index of a catalogue, kept for one version of its file: a new file is a new index."""

from __future__ import annotations

from typing import cast

import pyarrow as pa
import pyarrow.compute as pc

from ..errors import CatalogIncomplete
from ..query.constants import fill_false, to_scalar
from .index import COLUMNS, LibraryIndex
from .store import Store

_FOLDER_COLUMNS = ("id", "name", "parents", "kind", "isRoot")


class IndexCache:
    """Gives the index of a catalogue, and keeps it until the file changes."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._kept: dict[bool, tuple[tuple[int, int, int], LibraryIndex]] = {}

    def load(self, root: str | None = None, *, folders_only: bool = False) -> LibraryIndex:
        """Return the index of the catalogue as it is now, without asking anybody. Raises as ``Store.read``.

        ``root`` is the root folder's id; None: the catalogue knows it, or else ``CatalogIncomplete`` is raised. With
        ``folders_only`` it may know folders alone, which costs little.
        """
        version = self._store.version()
        for kept in (False, True) if folders_only else (False,):
            seen, index = self._kept.get(kept, (None, None))
            if index is not None and seen == version and root in (None, index.root):
                return index
        if self._kept and all(seen != version for seen, _ in self._kept.values()):
            self._kept = {}
        index = self._read_folders(root) if folders_only else self._read_all(root)
        self._kept[folders_only] = version, index
        return index

    def _read_folders(self, root: str | None) -> LibraryIndex:
        table = self._store.read(_FOLDER_COLUMNS)
        table = table.filter(pc.equal(table["kind"].cast(pa.string()), to_scalar("FOLDER", pa.string())))
        for name, kind in (("md5", pa.string()), ("size", pa.int64())):
            table = table.append_column(name, pa.nulls(len(table), kind))
        return LibraryIndex(table, self._root_of(table) if root is None else root)

    def _read_all(self, root: str | None) -> LibraryIndex:
        table = self._store.read([*COLUMNS, "isRoot"])
        return LibraryIndex(table, self._root_of(table) if root is None else root).arrange_contents()

    def _root_of(self, table: pa.Table) -> str:
        roots = table["id"].filter(fill_false(table["isRoot"])).to_pylist()
        if len(roots) != 1:
            raise CatalogIncomplete(f"{self._store.path} does not know the library's root folder: refresh() fills it")
        return cast("str", roots[0])
