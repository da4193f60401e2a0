"""What a run made, as it is now: only what is surely the run's, and still as it left it, goes to the trash.

A file is known by the id that its answer told, and its MD5. One whose answer nobody noted (the program was killed) is
looked for under its name in its folder, by its MD5; it is the run's if it was made while the run was under way, and no
other run here has it. A folder goes if nothing is in it but what goes with it. An album that nobody noted is the one of
its name that was not there before, and that no run here has.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence, Set
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from ...errors import InvalidInput, NotFound, UnexpectedReply
from ...model.checks import normalize_md5
from ...model.node import Node
from ...net.concurrency import gather_or_cancel
from ...plans.actions import MAKING, Action
from ...plans.journal_reader import list_made
from ...plans.run import Run
from ...plans.step import Step, read_list
from ...plans.undo import keep, list_in_turn
from ...query.expr import AnyOf, Equal, Term, and_
from ...transfer.upload.plan import passing_name
from ...transfer.upload.verify_upload import as_node
from ...wire import nodes as wire
from ..resolve import Names
from .state import list_members

if TYPE_CHECKING:
    from ...catalog.index import LibraryIndex
    from ..base import ClientBase

_LAG = timedelta(minutes=10)
"""How long after a run's last sign of life Amazon may still finish what it was sent."""
_SKEW = timedelta(minutes=5)
"""How far Amazon's clock and this machine's may be apart."""
_MAX_CONCURRENT = 8
"""Nodes that are asked for at once."""
_MADE = (Action.UPLOAD, Action.CREATE_FOLDER)


async def settle_made(client: ClientBase, run: Run, steps: Sequence[Step]) -> list[Step]:
    """Settle which files, folders and albums that a run made are to go.

    Returns the steps to take back, in the order in which they can be; for what stays one that keeps it, and says why.
    Sends requests for what was made only, and without any of it the steps are as they were.
    """
    lost = any(step.action in MAKING and not _is_known(step) for step in steps)
    window = await asyncio.to_thread(_Window.read, client._store.runs_dir, run) if lost else None
    settled = [await _find_album(client, step, window) if window is not None else step for step in steps]
    if not any(step.action in _MADE for step in steps):
        return settled
    return await _settle_nodes(client, list_in_turn(settled), window)


async def _find_album(client: ClientBase, step: Step, window: _Window) -> Step:
    """The step; where it made an album that nobody noted, with that one's id."""
    if step.action is not Action.CREATE_ALBUM or _is_known(step):
        return step
    called = await Names(client).list_called(step.name)
    since = [album for album in called if album not in read_list(step.before) and album not in window.made]
    if len(since) == 1:
        return replace(step, id=since[0])
    what = f"albums called {step.name!r:.80} were made since: {', '.join(since)}" if since else "it was not made"
    return keep(step, what)


async def _settle_nodes(client: ClientBase, steps: Sequence[Step], window: _Window | None) -> list[Step]:
    making = [step for step in steps if step.action in _MADE]
    index = await client._load_index()
    settled: dict[int, Step] = {}

    async def settle(step: Step) -> None:
        if not _is_known(step):
            assert window is not None  # noqa: S101
            settled[id(step)] = await _look_for(client, step, _find_parent(step, index), window)
        elif step.action is Action.UPLOAD and not any(n.id == step.id for n in index.contents(step.after or "")):
            settled[id(step)] = await _look_at(client, step)

    for start in range(0, len(making), _MAX_CONCURRENT):
        await gather_or_cancel(settle(step) for step in making[start : start + _MAX_CONCURRENT])
    found = [settled.get(id(step), step) for step in steps]
    return _keep_folders(found, await _list_contents(client, found, index))


async def _list_contents(client: ClientBase, steps: Sequence[Step], index: LibraryIndex) -> Mapping[str, Set[str]]:
    """What is in the folders that are to go, as Amazon lists it and as the catalogue knows it."""
    folders = [step.id for step in steps if step.action is Action.CREATE_FOLDER]
    held: dict[str, Set[str]] = {}
    for start in range(0, len(folders), _MAX_CONCURRENT):
        some = folders[start : start + _MAX_CONCURRENT]
        listed = await gather_or_cancel(list_members(client, folder) for folder in some)
        for folder, members in zip(some, listed, strict=True):
            held[folder] = {*members, *(node.id for node in index.children(folder))}
    return held


def _keep_folders(steps: Sequence[Step], held: Mapping[str, Set[str]]) -> list[Step]:
    """The steps; folders stay that hold anything but what goes with them."""
    found: list[Step] = []
    going = {step.id for step in steps if step.action is Action.UPLOAD}
    for step in steps:
        if step.action is not Action.CREATE_FOLDER:
            found.append(step)
        elif others := held[step.id] - going:
            what = f"{len(others):,} others are" if len(others) > 1 else "another is"
            found.append(keep(step, f"the folder {step.after} stays: {what} in it"))
        else:
            going.add(step.id)
            found.append(step)
    return found


class _Window:
    """What tells whether a node that nobody noted is a run's: when it was made, and that no other run has it."""

    def __init__(self, since: datetime, until: datetime, made: Mapping[str, str]) -> None:
        self._since, self._until, self.made = since, until, made

    @classmethod
    def read(cls, folder: Path, run: Run) -> _Window:
        last = datetime.fromtimestamp((folder / f"{run.about.run}.jsonl").stat().st_mtime, UTC)
        return cls(run.about.began - _SKEW, last + _LAG, list_made(folder))

    def doubt(self, node: Node) -> str:
        """Say why it may not be the run's; "" where it is."""
        if other := self.made.get(node.id):
            return f"the run {other} made it"
        created = node.created_date
        if created is None:
            return "nobody knows when it was made"
        created = created if created.tzinfo else created.replace(tzinfo=UTC)
        return "" if self._since <= created <= self._until else "it was made at another time than this run"


def _find_parent(step: Step, index: LibraryIndex) -> str | None:
    """The id of the folder in which a step made something; a plan of folders tells only the path of it."""
    if step.target:
        return step.target
    try:
        return index.folder(step.target_name) if step.target_name else index.root
    except InvalidInput:  # several are meant by it
        return None


async def _look_for(client: ClientBase, step: Step, parent: str | None, window: _Window) -> Step:
    """Find what the run made and nobody noted."""
    nodes: Sequence[Node | None] = ()
    if parent is not None:
        names = AnyOf(tuple(Equal(name) for name in _list_names(step)))
        filters = and_(Term("parents", Equal(parent)), Term("name", names))
        nodes = [_read(raw) for raw in (await client._send(wire.nodes(filters=filters, limit=50))).data]
    for node in nodes:
        if node is None or node.status == "TRASH" or parent not in node.parents or not _is_what_was_made(step, node):
            continue
        if reason := window.doubt(node):
            return keep(replace(step, id=node.id), f"nobody noted whether this run made it, and {reason}: it stays")
        return replace(step, id=node.id)
    path = "/".join(filter(None, (step.target_name, step.name)))
    return keep(replace(step, id=""), f"{path}: nobody noted whether it was made, and it is not there")


def _list_names(step: Step) -> Sequence[str]:
    """What it may be called: the file of a replacement that was cut off has its passing name yet."""
    passing = () if step.action is Action.CREATE_FOLDER else (passing_name(step.name, step.after or ""),)
    return (step.name, *passing)


def _is_what_was_made(step: Step, node: Node) -> bool:
    if node.name not in _list_names(step):
        return False
    if step.action is Action.CREATE_FOLDER:
        return node.kind == "FOLDER"
    return node.kind == "FILE" and normalize_md5(node.md5) == step.after


async def _look_at(client: ClientBase, step: Step) -> Step:
    """Look at a file that the catalogue does not know to hold what went up."""
    try:
        node = await client._send(wire.node(step.id))
    except NotFound:
        return keep(step, "it is not there any more")
    md5 = normalize_md5(node.md5)
    if node.status == "TRASH":
        return keep(step, "it is in the trash already")
    if md5 is None:
        return keep(step, "Amazon does not say yet what it holds: it stays; undo the run once more")
    return step if md5 == step.after else keep(step, "it holds other content now: it stays")


def _is_known(step: Step) -> bool:
    return " " not in step.id


def _read(raw: msgspec.Raw) -> Node | None:
    try:
        return as_node(raw)
    except UnexpectedReply:  # what cannot be read is not ours
        return None
