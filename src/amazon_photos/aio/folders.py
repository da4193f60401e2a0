"""Folders: the root, all of them, the tree they make, finding and creating one."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from ..catalog.index import LibraryIndex
from ..errors import Conflict, InvalidInput
from ..model.checks import is_node_id
from ..model.node import Node
from ..model.tree import Folder, build
from ..transfer.upload.folders import Folders as Makers
from ..transfer.upload.folders import FolderTaken
from ..wire import folders as wire
from ..wire import nodes as wire_nodes
from .arguments import check_nul
from .async_property import async_property
from .base import ClientBase
from .listing import Search
from .nodes import MAX_NAME

if TYPE_CHECKING:
    import pandas as pd


class FolderOperations(ClientBase):
    """Operations on folders."""

    @async_property
    async def root(self) -> Node:
        """The library's root folder; its ``owner_id`` is the account's. Asked once."""
        return await self._root_node()

    @async_property
    async def tree(self) -> Folder:
        """All folders as a tree, read afresh: one request for every 200 folders, some 16 more above 4,000."""
        root = await self._root_node()
        return build(root, [node async for node in self._all_folders().nodes() if is_node_id(node.id)])

    async def folders(self) -> pd.DataFrame:
        """All folders, a row for each, as ``nodes`` gives them."""
        return await self._all_folders().frame()

    async def find_path(self, path: str) -> Folder | None:
        """The folder at a path such as "Pictures/2023"; None if there is none.

        Each name means the folder that is called exactly so, else the only one that agrees ignoring case and Unicode
        form. Raises ``InvalidInput``, which lists them, if several do.
        """
        if not isinstance(path, str):
            raise InvalidInput(f"a path is text, such as 'Pictures/2023', not {path!r}")
        return (await self.tree).find(path)

    async def create_folders(self, *paths: str) -> pd.DataFrame:
        """Makes the folders at paths such as "Pictures/2024/Porto", with those above them, where they are missing.

        A row for each path: ``path``, ``id``, ``what`` ("created", "exists" or "failed"), ``reason``. Names mean what
        they mean in ``find_path``; a path that can mean several folders is a row that failed.
        """
        wanted = [_check_path(path) for path in paths]
        root = (await self._root_node()).id
        makers = Makers(self._session, LibraryIndex(await self._all_folders().table(), root), root)
        rows: list[tuple[str, str | None, str, str | None]] = []
        for path in wanted:
            before = len(makers.created)
            try:
                node_id = await makers.ensure(path)
            except (InvalidInput, Conflict, FolderTaken) as error:
                rows.append((path, None, "failed", str(error)))
                continue
            rows.append((path, node_id, "created" if node_id in makers.created[before:] else "exists", None))
        return self._convert_dtypes(_frame(rows))

    async def print_tree(self, *, show_id: bool = False, color: bool | None = None, indent: int = 4) -> None:
        """Prints the folders as a tree. ``color=None`` colours them on a terminal."""
        tree = await self.tree
        coloured = sys.stdout.isatty() if color is None else color
        encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
        for line in tree.lines(show_id=show_id, color=coloured, indent=indent):
            sys.stdout.write(_printable(line, encoding) + "\n")

    def _all_folders(self) -> Search:
        return self._search(self._list_pages(wire_nodes.nodes, wire.ALL_FOLDERS), local=None, title="folders")


_PLAIN = str.maketrans("├└─│", "|`-|")


def _printable(line: str, encoding: str) -> str:
    """What can be printed of it: a pipe on Windows and a terminal without a locale know no rails and few letters."""
    try:
        line.encode(encoding)
    except UnicodeEncodeError:
        return line.translate(_PLAIN).encode(encoding, "replace").decode(encoding)
    return line


def _check_path(path: str) -> str:
    """A path as we write it. Raises ``InvalidInput`` for one that names no folder."""
    check_nul("a folder's path", path)
    parts = path.strip("/").split("/") if isinstance(path, str) else []
    if not parts or any(not part.strip() or part in (".", "..") or len(part) > MAX_NAME for part in parts):
        raise InvalidInput(
            f"not a folder's path: {path!r} (write it like Pictures/2024; names have 1 to 256 characters)"
        )
    return "/".join(parts)


def _frame(rows: list[tuple[str, str | None, str, str | None]]) -> pd.DataFrame:
    import pandas as pd

    columns = zip(*rows, strict=True) if rows else ((), (), (), ())
    names = ("path", "id", "what", "reason")
    return pd.DataFrame({name: pd.array(values, dtype="string") for name, values in zip(names, columns, strict=True)})
