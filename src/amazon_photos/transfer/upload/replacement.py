"""The second half of a replacement: what went up under its passing name gets its own, and the other goes to the trash.

Before anything is trashed: the new file is known to be right (the uploader sees to that), and what has the name is the
very node that the plan saw there. Another client may have put something else there since: then both stay.
"""

from __future__ import annotations

from ...errors import Conflict, LocalFileError, UnexpectedReply
from ...frames.results import NodeOutcome
from ...model.node import Node
from ...net.session import Session
from ...plans.actions import Action
from ...plans.run_log import RunLog
from ...plans.step import make_step
from ...wire import nodes as wire_nodes
from ...wire import trash as wire_trash
from .upload_task import UploadTask
from .verify_upload import UploadProbe, is_live_file, is_same_name

MAX_ATTEMPTS = 3
"""Of each request whose answer says that it was carried out, while the library says it was not."""


class Replacement:
    """Gives replacements their names. ``log`` is told of what goes to the trash before it does."""

    def __init__(self, session: Session, arrivals: UploadProbe, log: RunLog) -> None:
        self._session = session
        self._log = log
        self._arrivals = arrivals

    async def put_in_place(self, task: UploadTask, node: Node) -> Node:
        """Put the node under its own name, and return it.

        Raises ``LocalFileError`` if it cannot have it: it is beside the other then.
        """
        for _ in range(MAX_ATTEMPTS):
            try:
                return await self._rename(node, task.step.name)
            except Conflict as conflict:
                if conflict.existing_id is None:
                    raise
                await self._make_room(task, node, conflict.existing_id)
        raise UnexpectedReply(f"the name stays taken: the file is beside the other, as {node.name}")

    async def _rename(self, node: Node, name: str) -> Node:
        for _ in range(MAX_ATTEMPTS):
            renamed = await self._session.send(wire_nodes.rename(node.id, name))
            if renamed.id != node.id or not is_same_name(renamed.name, name):
                renamed = (await self._arrivals.look(node.id)).node  # that answered something else
            if is_same_name(renamed.name, name):
                return renamed
        raise UnexpectedReply(f"rename: Amazon says yes, and the file is still called {node.name}")

    async def _make_room(self, task: UploadTask, node: Node, taken_by: str) -> None:
        """Puts what has the name in the trash, from where it can come back, if it is what the plan meant."""
        old, name = (await self._arrivals.look(taken_by)).node, task.step.name
        if old.kind != "FILE":
            raise LocalFileError(f"{name} is a folder there: the file is beside it, as {node.name}")
        meant = old.id == task.step.id and is_same_name(old.name, name) and task.parent in old.parents
        if not meant or not is_live_file(old):
            raise LocalFileError(
                f"another file has come under the name {name} ({old.id}): both stay, the new one as {node.name}"
            )
        step = await self._log.write([make_step(Action.TRASH, old.id, old, note=f"replaced by {node.id}")])
        if old.id in await self._session.send(wire_trash.trash([old.id])):
            self._log.note(step, NodeOutcome.FAILED, "Amazon refused it")
            raise LocalFileError(f"{name} cannot be put in the trash: the new file is beside it, as {node.name}")
        self._log.note(step, NodeOutcome.TRASHED)
        task.note(f"the other is in the trash ({old.id})")
