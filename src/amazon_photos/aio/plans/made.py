"""What a run made, as it is now: only what is surely the run's, and still as it left it, goes to the trash.

A file is known by the id that its answer told, and its MD5. One whose answer nobody noted (the program was killed) is
looked for under its name in its folder, by its MD5; it is the run's if it was made while the run was under way, and no
other run here has it. A folder goes if nothing is in it but what goes with it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence, Set
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from ...errors import NotFound, UnexpectedReply
from ...frames.results import NodeOutcome
from ...model.checks import normalize_md5
from ...model.node import Node
from ...net.concurrency import gather_or_cancel
from ...plans.actions import Action
from ...plans.journal import Run, read_runs
from ...plans.step import Step
from ...plans.undo import list_in_turn
from ...query.expr import Equal, Term, and_
from ...transfer.upload.verify_upload import as_node
from ...wire import nodes as wire
from ..batches import NodeResult
from .state import list_members

if TYPE_CHECKING:
    from ...catalog.index import LibraryIndex
    from ..base import ClientBase

_LAG = timedelta(minutes=10)
"""How long after a run's last sign of life Amazon may still finish what it was sent."""
_SKEW = timedelta(minutes=5)
"""How far Amazon's clock and this machine's may be apart."""
_TOGETHER = 8
_MADE = (Action.UPLOAD, Action.CREATE_FOLDER)
Found = Step | NodeResult
"""A step to take back, with its id; or why it is left alone."""


async def settle_made(client: ClientBase, run: Run, steps: Sequence[Step]) -> tuple[list[Step], list[NodeResult]]:
    """Settle which files and folders that a run made are to go.

    Returns the steps to take back, in that order, and what stays, and why. Sends requests for these only, and without
    them the steps are as they were.
    """
    if not any(step.action in _MADE for step in steps):
        return list(steps), []
    steps = list_in_turn(steps)
    making = [step for step in steps if step.action in _MADE]
    unknown = [step for step in making if not _is_known(step)]
    window = await asyncio.to_thread(_Window.read, client._store.runs_dir, run) if unknown else None
    index = await client._load_index()
    settled: dict[int, Found] = {}

    async def settle(step: Step) -> None:
        if not _is_known(step):
            assert window is not None  # noqa: S101
            settled[id(step)] = await _look_for(client, step, window)
        elif step.action is Action.UPLOAD and not any(n.id == step.id for n in index.contents(step.after or "")):
            settled[id(step)] = await _look_at(client, step)

    for start in range(0, len(making), _TOGETHER):
        await gather_or_cancel(settle(step) for step in making[start : start + _TOGETHER])
    found = [settled.get(id(step), step) for step in steps]
    return _divide(found, await _list_contents(client, found, index))


async def _list_contents(client: ClientBase, found: Sequence[Found], index: LibraryIndex) -> Mapping[str, Set[str]]:
    """What is in the folders that are to go, as Amazon lists it and as the catalogue knows it."""
    folders = [one.id for one in found if isinstance(one, Step) and one.action is Action.CREATE_FOLDER]
    held: dict[str, Set[str]] = {}
    for start in range(0, len(folders), _TOGETHER):
        some = folders[start : start + _TOGETHER]
        listed = await gather_or_cancel(list_members(client, folder) for folder in some)
        for folder, members in zip(some, listed, strict=True):
            held[folder] = {*members, *(node.id for node in index.children(folder))}
    return held


def _divide(found: Sequence[Found], held: Mapping[str, Set[str]]) -> tuple[list[Step], list[NodeResult]]:
    stay: list[Step] = []
    left: list[NodeResult] = []
    going = {one.id for one in found if isinstance(one, Step) and one.action is Action.UPLOAD}
    for one in found:
        if isinstance(one, NodeResult):
            left.append(one)
        elif one.action is not Action.CREATE_FOLDER:
            stay.append(one)
        elif others := held[one.id] - going:
            what = f"{len(others):,} others are" if len(others) > 1 else "another is"
            left.append(_leave(one, f"the folder {one.after} stays: {what} in it"))
        else:
            going.add(one.id)
            stay.append(one)
    return stay, left


class _Window:
    """What tells whether a node that nobody noted is a run's: when it was made, and that no other run has it."""

    def __init__(self, since: datetime, until: datetime, others: Mapping[str, str]) -> None:
        self._since, self._until, self._others = since, until, others

    @classmethod
    def read(cls, folder: Path, run: Run) -> _Window:
        others = {
            other.find_made(place): other.about.run
            for other in read_runs(folder)
            if other.about.run != run.about.run
            for place in range(len(other.steps))
        }
        last = datetime.fromtimestamp((folder / f"{run.about.run}.jsonl").stat().st_mtime, UTC)
        return cls(run.about.began - _SKEW, last + _LAG, others)

    def doubt(self, node: Node) -> str:
        """Say why it may not be the run's; "" where it is."""
        if other := self._others.get(node.id):
            return f"the run {other} made it"
        created = node.created_date
        if created is None:
            return "nobody knows when it was made"
        created = created if created.tzinfo else created.replace(tzinfo=UTC)
        return "" if self._since <= created <= self._until else "it was made at another time than this run"


async def _look_for(client: ClientBase, step: Step, window: _Window) -> Found:
    """Find what the run made and nobody noted."""
    page = await client._send(
        wire.nodes(filters=and_(Term("parents", Equal(step.target)), Term("name", Equal(step.name))), limit=50)
    )
    nodes = [node for node in map(_read, page.data) if node is not None]
    for node in nodes:
        if node.status == "TRASH" or step.target not in node.parents or not _is_what_was_made(step, node):
            continue
        if reason := window.doubt(node):
            return _leave(replace(step, id=node.id), f"nobody noted whether this run made it, and {reason}: it stays")
        return replace(step, id=node.id)
    path = "/".join(filter(None, (step.target_name, step.name)))
    return _leave(replace(step, id=""), f"{path}: nobody noted whether it was made, and it is not there")


def _is_what_was_made(step: Step, node: Node) -> bool:
    if step.action is Action.CREATE_FOLDER:
        return node.kind == "FOLDER" and node.name == step.name
    return node.kind == "FILE" and node.name == step.name and normalize_md5(node.md5) == step.after


async def _look_at(client: ClientBase, step: Step) -> Found:
    """Look at a file that the catalogue does not know to hold what went up."""
    try:
        node = await client._send(wire.node(step.id))
    except NotFound:
        return _leave(step, "it is not there any more")
    md5 = normalize_md5(node.md5)
    if node.status == "TRASH":
        return _leave(step, "it is in the trash already")
    if md5 is None:
        return _leave(step, "Amazon does not say yet what it holds: it stays; undo the run once more")
    return step if md5 == step.after else _leave(step, "it holds other content now: it stays")


def _is_known(step: Step) -> bool:
    return " " not in step.id


def _leave(step: Step, reason: str) -> NodeResult:
    return NodeResult(step.id, NodeOutcome.SKIPPED, reason)


def _read(raw: msgspec.Raw) -> Node | None:
    try:
        return as_node(raw)
    except UnexpectedReply:  # what cannot be read is not ours
        return None
