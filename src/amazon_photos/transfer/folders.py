"""Makes the folders that files go to: each once, only the missing ones, side by side as far as they can."""

from __future__ import annotations

import asyncio

from ..errors import Conflict, LocalFileError, UnexpectedReply
from ..model.node import Node
from ..net.session import Session
from ..wire import folders as wire_folders
from ..wire import nodes as wire_nodes
from .arrival import is_same_name
from .known import Known, folded

MAX_ATTEMPTS = 3
"""Of making a folder, while the answer names another."""


class FolderTaken(LocalFileError):
    """A file of the library has the name that a folder needs."""


class Folders:
    """Gives the id of a folder of the library, and makes it if it is not there."""

    def __init__(self, session: Session, known: Known, root: str) -> None:
        self._session = session
        self._known = known
        self._root = root
        self._made: dict[str, asyncio.Task[str]] = {}

    async def ensure(self, path: str) -> str:
        """The id of the folder at ``path``, such as "Pictures/2023". Raises ``FolderTaken``."""
        if not path:
            return self._root
        making = self._made.get(folded(path))
        if making is None:
            known = self._known.folder(path)
            making = asyncio.create_task(_given(known) if known else self._make(path))
            self._made[folded(path)] = making
            making.add_done_callback(lambda done: self._forget_failure(path, done))
        return await asyncio.shield(making)

    def forget(self) -> None:
        """A folder turned out to be gone: the next ``ensure`` makes what is missing anew."""
        self._known.forget_folders()
        self._made.clear()

    def _forget_failure(self, path: str, done: asyncio.Task[str]) -> None:
        if done.cancelled() or done.exception() is not None:
            self._made.pop(folded(path), None)

    async def _make(self, path: str) -> str:
        above, _, name = path.rpartition("/")
        parent = await self.ensure(above)
        for _ in range(MAX_ATTEMPTS):
            try:
                node = await self._session.send(wire_folders.create_folder(name, parent))
            except Conflict as conflict:
                return await self._existing(conflict, path, name, parent)
            if _is_folder(node, name, parent):
                return node.id
        raise UnexpectedReply(f"cannot make the folder {path}: Amazon's answer names something else ({node.id})")

    async def _existing(self, conflict: Conflict, path: str, name: str, parent: str) -> str:
        """409: it is there, by somebody else's hand or by an attempt whose answer was lost."""
        if conflict.existing_id is None:
            raise conflict
        node = await self._session.send(wire_nodes.node(conflict.existing_id))
        if node.kind != "FOLDER":
            raise FolderTaken(f"cannot make the folder {path}: a file of the library has that name") from None
        if node.id != conflict.existing_id or not _is_folder(node, name, parent):
            raise UnexpectedReply(f"cannot make the folder {path}: Amazon says that it is elsewhere ({node.id})")
        return node.id


def _is_folder(node: Node, name: str, parent: str) -> bool:
    """Whether it is the folder that was asked for: an answer may be another request's, and files go where it says."""
    live = node.kind == "FOLDER" and node.status != "TRASH"
    return live and parent in node.parents and is_same_name(node.name, name)


async def _given(folder: str) -> str:
    return folder
