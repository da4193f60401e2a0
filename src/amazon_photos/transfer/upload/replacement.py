"""The second half of a replacement: what went up under its passing name gets its own, and the other goes to the trash.

Before anything is trashed: the new file is known to be right (the uploader sees to that), and what has the name is the
very node that the plan saw there. Another client may have put something else there since: then both stay.
"""

from __future__ import annotations

import msgspec

from ...errors import AmazonPhotosError, Conflict, LocalFileError, UnexpectedReply
from ...frames.results import NodeOutcome
from ...model.node import Node
from ...net.session import Session
from ...plans.actions import Action
from ...plans.run_log import RunLog
from ...plans.step import make_step
from ...wire import nodes as wire_nodes
from ...wire import trash as wire_trash
from .new_nodes import PendingMerge
from .plan_index import NodesInUse
from .upload_task import UploadTask
from .verify_upload import (
    DecodedNode,
    Look,
    UploadProbe,
    as_node,
    is_live,
    is_outcome_unknown,
    is_same_name,
)

MAX_ATTEMPTS = 3
"""Of each request whose answer says that it was carried out, while the library says it was not."""


class _LatestNodes:
    """What is known of both: ``new`` as it is now, None while nobody knows its name; and what went to the trash.

    Only one node ever goes there: the one that the plan saw.
    """

    def __init__(self, new: msgspec.Raw) -> None:
        self.new: msgspec.Raw | None = new
        self.trashed: msgspec.Raw | None = None


class Replacement:
    """Gives replacements their names. ``log`` is told of what goes to the trash before it does.

    ``pending`` gets what is known of both files, also of a replacement that ends in the middle. ``in_use`` knows what
    other files are there as, and is told what goes.
    """

    def __init__(
        self, session: Session, arrivals: UploadProbe, log: RunLog, pending: PendingMerge, in_use: NodesInUse
    ) -> None:
        self._session = session
        self._in_use = in_use
        self._log = log
        self._arrivals = arrivals
        self._pending = pending

    async def put_in_place(self, task: UploadTask, passing: DecodedNode) -> Node:
        """Put the node under its own name, and return it.

        Raises ``LocalFileError`` if it cannot have it: it is beside the other then. The task's notes tell where, after
        any error, and what went to the trash.
        """
        latest = _LatestNodes(passing.raw)
        try:
            return await self._put(task, passing, latest)
        except AmazonPhotosError:
            doubt = "" if latest.new is not None else f", and may be called {task.step.name} by now"
            task.note(f"the new file went up as {passing.node.name}{doubt}")
            raise
        finally:
            if latest.new is not None:
                self._pending.nodes.add(latest.new)
            if latest.trashed is not None:
                self._pending.trashed.add(latest.trashed)
                task.note(f"the other is in the trash ({task.step.id})")

    async def _put(self, task: UploadTask, passing: DecodedNode, latest: _LatestNodes) -> Node:
        rooms = 0
        while True:
            try:
                return await self._rename(task, passing, latest)
            except Conflict as conflict:
                if conflict.existing_id is None:
                    raise
                if conflict.existing_id == task.step.id:
                    latest.trashed = None  # that it went there was not true
                if rooms == MAX_ATTEMPTS:  # nothing more is trashed
                    raise UnexpectedReply("the name stays taken") from None
                latest.trashed = (await self._make_room(task, passing.node, conflict.existing_id)).raw
                rooms += 1

    async def _rename(self, task: UploadTask, passing: DecodedNode, latest: _LatestNodes) -> Node:
        name, node = task.step.name, passing.node
        for _ in range(MAX_ATTEMPTS):
            latest.new = None  # until it is answered, and the answer is known to be true
            try:
                raw = await self._session.send(wire_nodes.rename_raw(node.id, name))
            except AmazonPhotosError as error:
                latest.new = None if is_outcome_unknown(error) else passing.raw
                raise
            renamed = DecodedNode(raw, as_node(raw))
            is_meant = renamed.node.id == node.id and is_same_name(renamed.node.name, name)
            if not (is_meant and renamed.node.parents and task.wanted.is_content_of(renamed.node)):
                seen = await self._arrivals.look(node.id)  # that answered something else, or not all of it
                renamed = DecodedNode(seen.raw, seen.node)
            if is_same_name(renamed.node.name, name):
                latest.new = renamed.raw
                return renamed.node
        raise UnexpectedReply("rename: Amazon says yes, and the file is still called as before")

    async def _make_room(self, task: UploadTask, node: Node, taken_by: str) -> Look:
        """Put what has the name in the trash, from where it can come back, if it is what the plan meant.

        Return it as it was.
        """
        seen, name = await self._arrivals.look(taken_by), task.step.name
        old = seen.node
        if old.kind != "FILE":
            raise LocalFileError(f"{name} is a folder there")
        meant = old.id == task.step.id and is_same_name(old.name, name) and task.parent in old.parents
        if meant and not is_live(old):
            return seen  # somebody else put it there: the name is free
        if not meant:
            raise LocalFileError(f"another file has come under the name {name} ({old.id}): both stay")
        if self._in_use.is_kept(old.id):
            raise LocalFileError(f"another file of this upload is there as {name}: both stay")
        self._in_use.replace(old.id)
        if task.entry is not None:
            task.entry.note_made(node.id)
        step = await self._log.write([make_step(Action.TRASH, old.id, old, note=f"replaced by {node.id}")])
        if old.id in await self._session.send(wire_trash.trash([old.id])):
            self._log.note(step, NodeOutcome.FAILED, "Amazon refused it")
            raise LocalFileError(f"{name} cannot be put in the trash: Amazon refuses it")
        self._log.note(step, NodeOutcome.TRASHED)
        return seen
