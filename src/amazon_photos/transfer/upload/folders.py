"""Makes the folders that files go to: each once, only the missing ones, side by side as far as they can."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import msgspec

from ...catalog.index import LibraryIndex, fold_case
from ...errors import Conflict, FolderTaken, ServiceError, UnexpectedReply
from ...frames.results import NodeOutcome
from ...model.names import fold_name
from ...model.node import Node
from ...net.session import Session
from ...plans.actions import Action
from ...plans.run_log import RunLog
from ...plans.step import NEW_FOLDER, Step
from ...wire import folders as wire_folders
from ...wire import nodes as wire_nodes
from .verify_upload import is_same_name

MAX_ATTEMPTS = 3
"""Of making a folder, while the answer names another."""


class Folders:
    """Gives the id of a folder of the library, and makes it if it is not there. ``log`` is told before it is made."""

    def __init__(self, session: Session, known: LibraryIndex, log: RunLog) -> None:
        self._session = session
        self._known = known
        self._log = log
        self._root = known.root
        self._settled: dict[str, str] = {}
        self._made: dict[tuple[str, str], asyncio.Task[str]] = {}
        self._alike: Callable[[str], str] = fold_name
        self.created: list[str] = []
        """Ids of the folders that were made, in that order."""
        self._kept: list[msgspec.Raw] = []

    def take_kept(self) -> list[msgspec.Raw]:
        """Return the folders that were made since the last call, as the service told them, for ap.parquet."""
        kept, self._kept = self._kept, []
        return kept

    async def ensure(self, path: str) -> str:
        """Return the id of the folder at ``path``, such as "Pictures/2023"; make it if it is missing.

        Raises ``FolderTaken``, and ``InvalidInput`` for a path that can mean several folders.
        """
        settled, here = self._settled, self._settled.get(path)
        if here is None:
            here, above = self._root, ""
            for name in filter(None, path.split("/")):
                above = f"{above}/{name}" if above else name
                here = self._known.folder_in(here, name) or await self._child(here, name, above)
            settled[path] = here
        return here

    def find(self, path: str) -> str | None:
        """Find the id of the folder at ``path``: one that was there, or was made. Raises as ``ensure``."""
        return self._settled.get(path) or self._known.folder(path)

    def forget(self) -> None:
        """Forget the folders: one turned out to be gone. The next ``ensure`` makes what is missing anew."""
        self._known.forget_folders()
        self._settled, self._made = {}, {}
        self._alike = fold_case  # what else is there is no longer known: only what Amazon takes for one is one

    async def _child(self, parent: str, name: str, path: str) -> str:
        made, key = self._made, (parent, self._alike(name))
        making = made.get(key)
        if making is None:
            making = made[key] = asyncio.create_task(self._make(name, parent, path))
            making.add_done_callback(lambda done: _forget_failure(made, key, done))
        return await asyncio.shield(making)

    async def _make(self, name: str, parent: str, path: str) -> str:
        step = await self._log.write([_to_step(name, parent, path)])
        for _ in range(MAX_ATTEMPTS):
            try:
                node, raw = await self._session.send(wire_folders.create_kept_folder(name, parent))
            except Conflict as conflict:
                self._log.note(step, NodeOutcome.EXISTS)
                return await self._existing(conflict, path, name, parent)
            except ServiceError as error:
                if not error.retryable:
                    self._log.note(step, NodeOutcome.FAILED, str(error))
                raise
            if _is_folder(node, name, parent):
                self._log.note(step, NodeOutcome.CREATED, made=node.id)
                self.created.append(node.id)
                self._kept.append(raw)
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


def _forget_failure(
    made: dict[tuple[str, str], asyncio.Task[str]], key: tuple[str, str], done: asyncio.Task[str]
) -> None:
    if done.cancelled() or done.exception() is not None:
        made.pop(key, None)


def _to_step(name: str, parent: str, path: str) -> Step:
    above = path.rpartition("/")[0]
    return Step(
        action=Action.CREATE_FOLDER,
        id=NEW_FOLDER,
        name=name,
        kind="FOLDER",
        target=parent,
        target_name=above,
        after=path,
    )


def _is_folder(node: Node, name: str, parent: str) -> bool:
    """Whether it is the folder that was asked for: an answer may be another request's, and files go where it says."""
    live = node.kind == "FOLDER" and node.status != "TRASH"
    return live and parent in node.parents and is_same_name(node.name, name)
