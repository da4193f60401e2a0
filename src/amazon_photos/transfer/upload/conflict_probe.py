"""Finds out what a 409 means: is it this file, which is there already, or another one in its way?"""

from __future__ import annotations

import asyncio

from ...catalog.index import LibraryIndex
from ...errors import Conflict
from ...frames.results import UploadAction
from ...model.node import Node
from ...net.session import Session
from .upload_task import NotSent, UploadTask
from .verify_upload import WITH_CONTENT, DecodedNode, UploadProbe, is_live

_SAME_CONTENT = ("MD5_DUPLICATE", "DuplicatesConflictError")
"""Amazon's words for a file that is refused because its content is there."""
_MAX_LOOKS = 5
"""At a node that Amazon is still working on, each after twice the pause."""


class ConflictProbe:
    """Looks for what uploads were refused for; ``known`` is what the library had before them."""

    def __init__(self, session: Session, arrivals: UploadProbe, known: LibraryIndex) -> None:
        self._session = session
        self._known = known
        self._arrivals = arrivals

    async def find(self, task: UploadTask, conflict: Conflict) -> DecodedNode | NotSent | None:
        """Find the node, if it holds this content; None if the upload should be tried again another way."""
        step, wanted = task.step, task.wanted
        seen = await self._look(task, conflict)
        node = None if seen is None else seen.node
        holds = node is not None and node.kind in WITH_CONTENT and wanted.is_content_of(node)
        if seen is not None and node is not None and holds and (wanted.size or wanted.is_place_of(node)):
            if node.status == "TRASH":
                return NotSent("Amazon has it in the trash: restore it, or empty the trash", node.id)
            if not is_live(node):
                return NotSent(f"Amazon has it, but says that it is {node.status}", node.id)
            task.tell_apart(node, self._known)
            return seen
        if seen is not None and holds is None and is_live(seen.node) and _is_known_content(task, conflict, seen.node):
            task.tell_apart(seen.node, self._known)
            return seen  # it is confirmed like one that was just sent
        if conflict.code != "NAME_ALREADY_EXISTS":
            return NotSent(str(conflict), conflict.existing_id)
        if step.action != UploadAction.RENAME:
            other = f"other content has the name: {task.name}; the plan did not see it"
            pending = f"something that Amazon is still working on has the name: {task.name}; run again"
            return NotSent(pending if holds is None else other, conflict.existing_id)
        task.name = next(name for name in task.other_names if name != task.name)
        return None

    async def _look(self, task: UploadTask, conflict: Conflict) -> DecodedNode | None:
        """The node that a 409 means, once Amazon has read it: one of ours may still be in the works."""
        pause = self._session.settings.backoff_initial
        seen: DecodedNode | None = None
        for _ in range(_MAX_LOOKS):
            if conflict.existing_id is not None:
                look = await self._arrivals.look(conflict.existing_id)
                seen = DecodedNode(look.raw, look.node)
            else:
                seen = await self._arrivals.find(task.wanted)
            if seen is not None and seen.node.status != "PENDING":
                return seen
            await asyncio.sleep(pause)
            pause *= 2
        return seen


def _is_known_content(task: UploadTask, conflict: Conflict, node: Node) -> bool:
    """Tell whether it holds the file's content although Amazon does not say its MD5 yet.

    It was refused for that, or it has the passing name of a replacement, in which the MD5 stands: another run, now or
    before, sent it.
    """
    passing = task.step.action == UploadAction.REPLACE and task.wanted.is_place_of(node)
    return passing or conflict.code in _SAME_CONTENT
