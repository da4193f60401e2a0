"""The predecessor's other public methods: what scripts rely on, and a warning that names what replaces each.

Their results have the predecessor's shapes: nodes as Amazon's nested JSON, trees of dicts. The ``DeprecationWarning``
points at the caller's line. What they can do to files and to the library is never more than what they did there.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import AsyncGenerator, Iterable, Iterator, Mapping, Sequence
from contextlib import aclosing
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from ..errors import InvalidInput
from ..files.paths import expand_path
from ..model.checks import normalize_md5, show
from ..model.json_text import mend
from ..query.build import F
from ..query.expr import Expr
from ..query.parser import parse
from ..wire import folders as wire_folders
from ..wire import nodes as wire_nodes
from .arguments import check_nul, check_text
from .catalog import CatalogOperations
from .filters import Filters, prepare_filter
from .folders import FolderOperations
from .ids import has_columns
from .misuse import accept_positional, deprecate

if TYPE_CHECKING:
    import pandas as pd

    from ..transfer.local.found import LocalFile

_log = logging.getLogger("amazon_photos")
_ROOT = parse("isRoot:true", dialect="node")
_NAMES_AT_ONCE = 100


class PredecessorOperations(CatalogOperations, FolderOperations):
    """Operations that only the predecessor's scripts use."""

    @deprecate("nodes(F.name == name), or offline find(F.name(*names))")
    async def nodes_by_name(self, names: Sequence[str] | pd.Series[Any]) -> pd.DataFrame:
        """List a node of each name that is called exactly so, as Amazon has it now.

        The predecessor's: of several nodes of one name it gives only the first that Amazon lists. A row for each node
        that was found, in the order of the names, as ``nodes`` gives it.
        """
        from ..frames.builder import TableBuilder

        builder, found = TableBuilder(), dict[str, msgspec.Raw]()
        for some in _split_names(_read_names(names)):
            for raws in await asyncio.gather(*map(self._find_first, some)):
                found.update((_decode(raw).get("id", ""), raw) for raw in raws)
        builder.add(list(found.values()))
        return await self._to_frame(await asyncio.to_thread(builder.table))

    @deprecate("refresh(), then db")
    async def refresh_db(self, filters: Filters = None) -> pd.DataFrame:
        """Refresh ap.parquet, and return the whole library.

        The predecessor's: it fetched only what matched ``filters``, or the last days. Here everything that changed is
        fetched, whatever the filters, so what they match is among it. ``db`` is then the same.
        """
        prepare_filter(filters, "node", strict=False)
        await self.refresh()
        return await self.db

    @deprecate("refresh(), then db")
    async def refresh_db_aggressive(self) -> pd.DataFrame:
        """Refresh ap.parquet, and return the whole library: the same as ``refresh_db``.

        The predecessor's: it fetched the last days.
        """
        await self.refresh()
        return await self.db

    @deprecate("db, or columns('id', 'name') for some columns")
    async def load_db(self, *, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """Load the whole library, or some ``columns`` of it, from ap.parquet.

        The file is built if it is not there.
        """
        return await self.db if columns is None else await self.columns(*columns)

    @deprecate("root, a Node")
    async def get_root(self) -> dict[str, Any]:
        """Get the library's root folder from Amazon, as a dict of its JSON: ``id``, ``ownerId`` and more."""
        async for raw in self._list_raw(_ROOT):
            return _decode(raw)
        return _decode(msgspec.json.encode(await self._root_node()))  # raises, in the words of every other method

    @deprecate("folders(), a frame, or tree")
    async def get_folders(self) -> list[dict[str, Any]]:
        """List all folders as Amazon has them now, but the root.

        Each is a dict of its JSON: ``id``, ``name``, ``parents`` …
        """
        return [found async for raw in self._list_raw(wire_folders.ALL_FOLDERS) if not _is_root(found := _decode(raw))]

    @deprecate("tree, a Folder")
    async def build_tree(self, folders: Sequence[Mapping[str, Any]] | None = None) -> dict[str, Any]:
        """Build a tree of dicts from folders as ``get_folders`` gives them; None: from these.

        Each has ``name`` ("" for the root), ``id``, ``children``, and ``path``: a dict of the names from the root down
        to it, with their ids. The list that is given stays as it is. Folders whose parents lead nowhere are left out.
        """
        if folders is None:
            found = self._list_raw(wire_folders.ALL_FOLDERS)
            folders = [_decode(raw) async for raw in found]
        folders = _check_folders(folders)
        root = next((folder for folder in folders if _is_root(folder)), None)
        root_id = (await self._root_node()).id if root is None else root["id"]
        return await asyncio.to_thread(_build_tree, root_id, folders)

    @deprecate("backed_up(path), which also tells which node has the content")
    @accept_positional("max_workers")
    async def dedup_files(
        self, path: str | PathLike[str], md5s: Iterable[str], *, max_workers: int | None = None
    ) -> list[Path]:
        """List the files below a folder whose content is none of ``md5s``. Nothing is deleted, here or there.

        ``md5s`` are such as ``set(ap.db.md5)``. Paths begin as ``path`` does, as those of ``Path(path).rglob("*")``. A
        file that cannot be read is listed too, and logged: nobody has shown that it is a duplicate. ``max_workers`` is
        ignored: ``Settings.hash_threads`` counts.
        """
        known, folder = _read_md5s(md5s), Path(expand_path("path", path))
        files = await asyncio.to_thread(_list_files, folder)
        unique, done = list[Path](), 0
        with self._progress.of("duplicates", "files") as advance:
            async with aclosing(self._hash(files)) as hashed:
                async for found, md5 in hashed:
                    if md5 is None:
                        _log.warning("%r is listed as no duplicate: %s", found.path, found.reason)
                    if md5 not in known:
                        unique.append(Path(found.path))
                    advance(done := done + 1, len(files))
        return unique

    # --- parts --------------------------------------------------------------------------------------------

    async def _find_first(self, name: str) -> list[msgspec.Raw]:
        question = prepare_filter(F.name == name, "node", strict=True)
        return [raw async for raw in self._list_raw(question.pushed, limit=1)]

    async def _list_raw(self, filters: Expr | None, limit: int | None = None) -> AsyncGenerator[msgspec.Raw, None]:
        pages = self._list_pages(wire_nodes.nodes, filters)(offset=0, limit=limit, on_page=None, restart=False)
        async with aclosing(pages):
            async for page in pages:
                for raw in page.data:
                    yield raw

    async def _hash(self, files: Sequence[Path]) -> AsyncGenerator[tuple[LocalFile, str | None], None]:
        from ..transfer.local.hash_prefetch import hash_files
        from ..transfer.local.hashing import open_hasher
        from ..transfer.local.scan import restat

        here = (restat(str(file)) for file in files)
        async with open_hasher(self.settings) as (hasher, cache), aclosing(hash_files(here, hasher, cache)) as hashed:
            async for pair in hashed:
                yield pair


def _split_names(names: Sequence[str]) -> Iterator[Sequence[str]]:
    return (names[start : start + _NAMES_AT_ONCE] for start in range(0, len(names), _NAMES_AT_ONCE))


def _read_names(names: Sequence[str] | pd.Series[Any]) -> list[str]:
    """Each once. Raises ``InvalidInput`` for what is no list of texts."""
    if isinstance(names, str) or not isinstance(names, Iterable) or has_columns(names):
        raise InvalidInput(f"names is a list, such as ['IMG_1.jpg'], not {show(names)}")
    found = list(names)
    for name in found:
        check_nul("a name", name)
    return list(dict.fromkeys(found))


def _read_md5s(md5s: Iterable[str]) -> frozenset[str]:
    """Those that are MD5s: a library's column has missing ones, too."""
    if isinstance(md5s, str | bytes) or not isinstance(md5s, Iterable) or has_columns(md5s):
        raise InvalidInput(f"md5s is a set, such as set(ap.db.md5), not {show(md5s)}")
    return frozenset(md5 for text in md5s if (md5 := normalize_md5(text)))


def _list_files(folder: Path) -> list[Path]:
    """What a script lists that compares: in the same words, so that a difference of sets is right."""
    if not os.path.isdir(folder):
        raise InvalidInput(f"path must be a folder of this machine, not {show(str(folder))}")
    return sorted(file for file in folder.rglob("*") if os.path.isfile(file))


def _decode(raw: msgspec.Raw | bytes) -> dict[str, Any]:
    """A node as Amazon's JSON has it; {} for what is no object."""
    try:
        found = msgspec.json.decode(mend(bytes(raw)))
    except (msgspec.DecodeError, RecursionError):
        found = None
    return found if isinstance(found, dict) else {}


def _is_root(folder: Mapping[str, Any]) -> bool:
    return folder.get("isRoot") is True or folder.get("parents") == [None]  # the predecessor's own entry for it


def _check_folders(folders: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Raises ``InvalidInput`` for what has not the shape of ``get_folders``: a script may have made it itself."""
    if not isinstance(folders, Iterable) or isinstance(folders, str | Mapping):
        raise InvalidInput(f"folders is a list of dicts, as get_folders() gives it, not {show(folders)}")
    found = list(folders)
    for folder in found:
        if not isinstance(folder, Mapping):
            raise InvalidInput(f"a folder is a dict of its JSON, as get_folders() gives it, not {show(folder)}")
        if not isinstance(folder.get("parents") or [], list):
            raise InvalidInput(f"a folder's parents are a list of ids, not {show(folder['parents'])}")
        if _is_root(folder) or folder.get("parents"):
            check_text("a folder's id", folder.get("id", None))
    return found


def _build_tree(root_id: str, folders: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    root: dict[str, Any] = {"name": "", "id": root_id, "children": [], "path": {"": root_id}}
    nodes: dict[str, dict[str, Any]] = {root_id: root}
    below: dict[str, list[dict[str, Any]]] = {}
    for folder in folders:
        if folder.get("parents") and not _is_root(folder) and folder.get("id") not in nodes:
            node = {"name": folder.get("name") or "", "id": folder["id"], "children": [], "path": {}}
            nodes[folder["id"]] = node
            if isinstance(parent := folder["parents"][0], str):
                below.setdefault(parent, []).append(node)
    waiting = [root]
    while waiting:
        parent = waiting.pop()
        for node in below.get(parent["id"], ()):
            node["path"] = {**parent["path"], node["name"]: node["id"]}
            parent["children"].append(node)
            waiting.append(node)
    return root
