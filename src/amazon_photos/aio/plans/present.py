"""Compares the steps of a plan with what things are now: what holds is brought up to date, what does not says why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from ...errors import InvalidInput
from ...model.node import Node
from ...plans.actions import MAKING, Action
from ...plans.step import NEW, Step, are_equal, read_aspect, read_list, write_list
from ...plans.undo import keep
from ..resolve import Names
from .state import list_family, list_members, list_people, read_nodes

if TYPE_CHECKING:
    from ...catalog.index import LibraryIndex
    from ..base import ClientBase

_OF_PEOPLE = ("person", "picture")
_ELSEWHERE = ("album", "family", *_OF_PEOPLE)
"""Aspects that a node by itself does not tell."""
_GONE = "it is not there any more"
SO_ALREADY = "it is so already"
_NEXT = "undo first what put that one there, or restore it under another name"


class Present:
    """What the things that steps change are now.

    ``exact``: what would come back from the trash under another name, as its own is taken by now, stays there.
    """

    def __init__(self, client: ClientBase, *, exact: bool = False) -> None:
        self._client = client
        self._exact = exact
        self._library: LibraryIndex | None = None
        self._nodes: Mapping[str, Node | None] = {}
        self._places: dict[str, dict[str, int]] = {}
        self._family: set[str] = set()
        self._people: Mapping[str, tuple[str, str]] = {}
        self._called: dict[str, list[str]] = {}
        self._made: dict[str, str] = {}
        self._folders: LibraryIndex | None = None
        self._noted: dict[tuple[str, str, str], str | None] = {}

    async def read(self, steps: Sequence[Step]) -> None:
        """Read what the steps change: each node, album and list once."""
        client = self._client
        making = [step for step in steps if step.action is Action.CREATE_ALBUM]
        if any(step.action is Action.CREATE_FOLDER for step in steps):
            self._folders = await client._load_index(folders_only=True)
        if self._exact and any(step.action is Action.RESTORE for step in steps):
            self._library = await client._load_index()
        steps = [step for step in steps if step.action not in (*MAKING, Action.KEEP)]
        await self._find_made(making)
        for album in dict.fromkeys(self._target_of(step) for step in steps if step.changes == "album"):
            members = [] if album.startswith(NEW) else await list_members(client, album)
            self._places[album] = {node_id: place for place, node_id in enumerate(members)}
        if any(step.changes == "family" for step in steps):
            self._family = await list_family(client)
        if any(step.changes in _OF_PEOPLE for step in steps):
            self._people = await list_people(client)
        self._nodes = await read_nodes(client, [step.id for step in steps if step.changes not in _ELSEWHERE])

    async def _find_made(self, making: Sequence[Step]) -> None:
        """Find albums that were made since: whoever applies a plan twice wants one."""
        names = Names(self._client)
        for step in making:
            self._called[step.id] = await names.list_called(step.after or "")
            since = [album for album in self._called[step.id] if album not in read_list(step.before)]
            if since:
                self._made[step.id] = since[0]

    def _target_of(self, step: Step) -> str:
        return self._made.get(step.target, step.target)

    def check(self, step: Step) -> tuple[Step, str]:
        """Give a step as of now, and why it is not to be done; "" where it is.

        Steps come in their order: the next one finds it done.
        """
        if step.action is Action.KEEP:
            return step, step.note or "it was to stay as it is"
        if step.action is Action.CREATE_ALBUM:
            return self._check_creating(step)
        if step.action is Action.CREATE_FOLDER:
            return step, SO_ALREADY if self._has_folder(step) else ""
        if step.changes not in _ELSEWHERE and step.id not in self._nodes:
            return step, ""  # nobody may see it: Amazon will say why
        step = self._bring_up_to_date(step)
        now = self._read(step)
        reason = _tell_skipped(step, now)
        if not reason and step.action is Action.RESTORE and (reason := self._tell_taken(step)):
            step = keep(step, reason)
        if not reason:
            step = replace(step, before=now)
            self._noted[_key_of(step)] = step.after
        return step, reason

    def _check_creating(self, step: Step) -> tuple[Step, str]:
        if step.id in self._made:
            return step, f"{SO_ALREADY}: the album {self._made[step.id]} was made since"
        if step.id not in self._called:
            return step, f"{SO_ALREADY}: the plan makes this album twice"
        return replace(step, before=write_list(self._called.pop(step.id))), ""

    def _tell_taken(self, step: Step) -> str:
        """Tell what has the name of something in the trash, and does not go there itself; "" where it is free."""
        node = self._nodes[step.id]
        if node is None or self._library is None:
            return ""
        for parent in node.parents:
            holder = self._library.find_named(parent, node.name)
            if holder is not None and self._noted.get(("status", holder.id, "")) != "TRASH":
                return f"another has its name by now ({holder.id}): it stays in the trash; {_NEXT}"
        return ""

    def _has_folder(self, step: Step) -> bool:
        try:
            return self._folders is not None and self._folders.folder((step.after or "").strip("/")) is not None
        except InvalidInput:  # its path can mean several: that row fails, and says so
            return False

    def _bring_up_to_date(self, step: Step) -> Step:
        if step.changes == "album":
            target = self._target_of(step)
            return replace(step, target=target, position=self._places[target].get(step.id))
        node = self._nodes.get(step.id) if step.changes not in _ELSEWHERE else None
        return step if node is None else replace(step, name=node.name or step.name, kind=node.kind or step.kind)

    def _read(self, step: Step) -> str | None:
        """What a step changes as it is now; None for what is not there.

        An album does not show what is in the trash: what the plan brings back from there may be in it.
        """
        key = _key_of(step)
        if key in self._noted:
            return self._noted[key]
        if step.changes == "album":
            hidden = step.action is Action.REMOVE and self._noted.get(("status", step.id, "")) == "AVAILABLE"
            return "in" if hidden or step.id in self._places[step.target] else "out"
        if step.changes == "family":
            return "in" if step.id in self._family else "out"
        if step.changes in _OF_PEOPLE:
            person = self._people.get(step.id)
            return None if person is None else person[step.changes == "picture"]
        node = self._nodes[step.id]
        return None if node is None else read_aspect(node, step.changes)


def _key_of(step: Step) -> tuple[str, str, str]:
    """What a step changes: the aspect, the id, and of albums and families which."""
    return step.changes, step.id, step.target if step.changes in ("album", "family") else ""


def _tell_skipped(step: Step, now: str | None) -> str:
    """Tell why a step is skipped, by what it would change as it is ``now``; "" where it holds."""
    if now is None:
        return _GONE
    if now == step.after and step.action is not Action.MERGE:
        return SO_ALREADY
    if step.before is not None and not are_equal(step.changes, now, step.before):
        return f"it changed since the plan was made: it was {step.before!r:.60}, now {now!r:.60}"
    return ""
