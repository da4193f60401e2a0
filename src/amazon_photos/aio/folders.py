"""Folders: the root, all of them, the tree they make, finding and creating one."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from ..errors import CatalogError, Conflict, FolderTaken, InvalidInput, LocalFileError
from ..frames.columns import Columns
from ..frames.results import FOLDERS, FolderOutcome
from ..model.checks import show
from ..model.names import MAX_NAME, fold_name
from ..model.node import Node
from ..model.tree import Folder
from ..plans.actions import Action
from ..plans.plan_rows import to_table
from ..plans.step import NEW_FOLDER, Step
from ..transfer.upload.folders import Folders as Makers
from ..wire import folders as wire
from ..wire import nodes as wire_nodes
from .arguments import check_nul, check_switches, to_count
from .async_property import async_property
from .base import ClientBase
from .listing import Search
from .plans.open_log import open_log

if TYPE_CHECKING:
    import pandas as pd

    from ..catalog.index import LibraryIndex


class FolderOperations(ClientBase):
    """Operations on folders."""

    @async_property
    async def root(self) -> Node:
        """The library's root folder; its ``owner_id`` is the account's. Asked once."""
        return await self._root_node()

    @async_property
    async def tree(self) -> Folder:
        """All folders as a tree, as of the last ``refresh``: from ap.parquet, which is built if it is not there."""
        index = await self._load_index(fresh=False, folders_only=True)
        return await asyncio.to_thread(index.tree)

    async def folders(self, *, columns: Columns = None) -> pd.DataFrame:
        """List all folders in the library now, a row for each, as ``nodes`` gives them.

        A request for every 200.
        """
        return await self._all_folders(columns).frame()

    async def find_path(self, path: str) -> Folder | None:
        """Find the folder at a path such as "Pictures/2023" in ap.parquet; None if there is none.

        Sends nothing: it is as of the last ``refresh``, and of what this client has made since. Each name means the
        folder that is called exactly so, else the only one that agrees ignoring case and Unicode form. Raises
        ``InvalidInput``, which lists them, if several do.
        """
        if not isinstance(path, str):
            raise InvalidInput(f"a path is text, such as 'Pictures/2023', not {show(path)}")
        return (await self.tree).find(path)

    async def create_folders(self, *paths: str, dry_run: bool = False) -> pd.DataFrame:
        """Create the folders at paths such as "Pictures/2024/Porto", and those above them, where missing.

        Gives a row for each path: ``path``, ``id``, ``outcome`` ("created", "exists" or "failed"), ``reason``. Names
        mean what they mean in ``find_path``; a path that can mean several folders is a row that failed.
        ``dry_run=True`` gives the plan: a row for each folder that is missing. Raises ``InvalidInput`` there for a path
        that can mean several.
        """
        check_switches(dry_run=dry_run)
        wanted = [_check_path(path) for path in paths]
        index = await self._load_index(folders_only=True)
        if dry_run:
            return await self._to_frame(to_table(_plan(wanted, index)), "changes")
        rows: list[FolderRow] = []
        async with await open_log(self, "create_folders") as log:
            makers = Makers(self._session, index, log)
            try:
                with self._progress.of("create folders", "folders") as advance:
                    for path in wanted:
                        rows.append(await _make(path, makers))
                        advance(len(rows), len(wanted))
                log.check()
            finally:
                if nodes := makers.take_kept():
                    with suppress(CatalogError, LocalFileError):  # the next refresh finds them
                        await self._merge(nodes)
        return self._rows(rows, FOLDERS, "folders")

    async def print_tree(self, *, show_id: bool = False, color: bool | None = None, indent: int = 4) -> None:
        """Print the folders of ap.parquet as a tree. ``color=None`` colours them on a terminal."""
        check_switches(show_id=show_id, color=color is None or color)
        indent = to_count("indent", indent)
        tree = await self.tree
        coloured = sys.stdout.isatty() if color is None else color
        encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
        for line in tree.lines(show_id=show_id, color=coloured, indent=indent):
            sys.stdout.write(_printable(line, encoding) + "\n")

    def _all_folders(self, columns: Columns) -> Search:
        pages = self._list_pages(wire_nodes.nodes, wire.ALL_FOLDERS)
        return self._search(pages, local=None, title="folders", columns=columns)


FolderRow = tuple[str, str | None, FolderOutcome, str | None]
_PLAIN = str.maketrans("├└─│", "|`-|")


def _printable(line: str, encoding: str) -> str:
    """What can be printed of it: a pipe on Windows and a terminal without a locale know no rails and few letters."""
    try:
        line.encode(encoding)
    except UnicodeEncodeError:
        return line.translate(_PLAIN).encode(encoding, "replace").decode(encoding)
    return line


def _plan(paths: Sequence[str], index: LibraryIndex) -> Iterator[Step]:
    """The steps that make what is missing, those above first. Two ways to write one folder make one."""
    spelled: dict[str, str] = {}
    for path in paths:
        above = ""
        for name in path.split("/"):
            own = f"{above}/{name}" if above else name
            there = spelled.get(fold_name(own))
            if there is None and index.folder(own) is None:
                step_id = f"{NEW_FOLDER}{len(spelled) + 1}"
                yield Step(
                    action=Action.CREATE_FOLDER, id=step_id, name=name, kind="FOLDER", target_name=above, after=own
                )
                spelled[fold_name(own)] = own
            above = there or own


async def _make(path: str, makers: Makers) -> FolderRow:
    before = len(makers.created)
    try:
        node_id = await makers.ensure(path)
    except (InvalidInput, Conflict, FolderTaken) as error:
        return path, None, FolderOutcome.FAILED, str(error)
    made = node_id in makers.created[before:]
    return path, node_id, FolderOutcome.CREATED if made else FolderOutcome.EXISTS, None


def _check_path(path: str) -> str:
    """A path as we write it. Raises ``InvalidInput`` for one that names no folder."""
    check_nul("a folder's path", path)
    parts = path.strip("/").split("/")
    if any(not part.strip() or part in (".", "..") or len(part) > MAX_NAME for part in parts):
        raise InvalidInput(
            f"not a folder's path: {path!r} (write it like Pictures/2024; names have 1 to {MAX_NAME} characters)"
        )
    return "/".join(parts)
