"""This machine's files against the library's."""

from __future__ import annotations

import asyncio
from os import PathLike
from typing import TYPE_CHECKING

from ..errors import InvalidInput
from ..model.node import Node
from ..model.tree import Folder
from .arguments import check_switches
from .base import ClientBase
from .resolve import GivenFolder

if TYPE_CHECKING:
    import pandas as pd

    from .ids import Row


class CompareOperations(ClientBase):
    """Operations that compare and change nothing."""

    async def check(
        self, folder: str | PathLike[str], *, of: str | Node | Folder | Row | None = None, junk: bool = False
    ) -> pd.DataFrame:
        """Compare a folder of this machine with the library, or with its folder ``of``, by content.

        Gives a row for each file: ``path`` (here; in the library, where only that has it), ``outcome``, ``reason``,
        ``id``, ``name``, ``size``, ``md5``. The outcomes: "same" (the content is there, under whatever name),
        "local_only", "remote_only", "different" (other content has this name there), "unreadable" (it could not be
        looked at, for the ``reason``). It looks at the same files as ``backed_up``. ``of`` is a path, found as
        ``find_path`` finds it, an id, a ``Folder``, a ``Node`` or a row of a folder.
        """
        from ..transfer.local import compare
        from ..transfer.local.roots import scan_roots
        from ..transfer.local.scan_all import scan_everything

        check_switches(junk=junk)
        target, roots = GivenFolder.read(of), scan_roots(folder)
        table = await self._load_library(compare.LIBRARY)
        index = await self._load_index(fresh=False, folders_only=True)
        below = await asyncio.to_thread(target.find, index)
        folder_id = index.folder(below)
        if folder_id is None:
            raise InvalidInput(f"the library has no folder {below!r}")
        paths = await asyncio.to_thread(index.folder_paths)
        there = await asyncio.to_thread(compare.files_below, table, paths, paths[folder_id])
        with self._progress.of("check", "files") as advance:
            here = await compare.hash_local(scan_everything(roots, junk=junk), self.settings, advance)
        return await self._to_frame(await asyncio.to_thread(compare.compare, here, there), "check")

    async def backed_up(self, *paths: str | PathLike[str], junk: bool = False) -> pd.DataFrame:
        """Look up whether the library holds the content of files and folders of this machine.

        ``ap.backed_up("/media/card").backed_up.all()`` says whether the card may be wiped.

        It looks at every regular file: hidden ones, the trash and dot folders too, but not at junk that cannot be a
        picture (``docs/transfers.md`` lists it; ``junk=True`` takes it in). A link to a file counts as what it leads
        to; one to a folder outside is not followed. So ``all()`` is True only if every one of these was looked at, and
        is there; a folder without any file is a row that says so.

        Gives a row for each file: ``path``, ``backed_up`` (True or False, never missing), ``outcome`` ("exists",
        "missing", "skipped" and "failed": it could not be looked at), ``reason``, ``id`` and ``name`` of the node that
        has it, ``size``, ``md5``. What Amazon is still working on counts as missing.
        """
        from ..transfer.local import compare
        from ..transfer.local.roots import scan_roots
        from ..transfer.local.scan_all import scan_everything

        check_switches(junk=junk)
        if not paths:
            raise InvalidInput("nothing to look for: name a file or a folder")
        roots = scan_roots(paths)
        library = await self._load_index()
        with self._progress.of("backed up", "files") as advance:
            files = scan_everything(roots, junk=junk, tell_empty=True)
            found = await compare.compare_contents(files, library, self.settings, advance)
        return await self._to_frame(found, "look-up")
