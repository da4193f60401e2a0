"""The one way in which the library is changed: steps are limited, shown as a plan, or carried out."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from ...errors import InvalidInput
from ...frames.results import NodeOutcome
from ...model.node import Node
from ...plans.actions import KINDS, REMOVING, Action
from ...plans.limit import DEFAULT, DeleteLimit, MaxDelete, check_removed, count_deleted, count_removed
from ...plans.plan_rows import to_table
from ...plans.step import NEW, Step, make_step
from ..batches import NodeResult
from ..resolve import looks_like_id
from .perform import Performance, perform
from .present import SO_ALREADY, Present
from .select import Selected, select_nodes
from .state import MAX_ASKED_BESIDE, read_albums, read_at_hand, read_nodes, read_trash

if TYPE_CHECKING:
    import pandas as pd

    from ...query.expr import Expr
    from ..base import ClientBase
    from ..ids import Ids

_GONE_AT_ONCE = "it is not in the trash: it is deleted at once, and nothing brings it back"
_FOR_GOOD = "nothing brings it back"
_NOT_THERE = "it is not there"
_NO_ID = "that is no node's id, and nothing is called so"


async def change_status(
    client: ClientBase,
    action: Action,
    nodes: Ids | Expr,
    *,
    operation: str,
    dry_run: bool,
    max_delete: MaxDelete | None,
) -> pd.DataFrame:
    """Trash, restore or delete nodes."""
    limit = None if max_delete is None else DeleteLimit.read(max_delete)
    selected = await select_nodes(client, nodes, in_trash=action is not Action.TRASH)
    known: Mapping[str, Node | None] = selected.known
    if dry_run or limit is not None or (client.settings.history and action is not Action.DELETE):
        known = await _read_status(client, action, selected)
    steps = [_make_step(action, node_id, known, selected.unknown) for node_id in selected.ids]
    if action is Action.DELETE:
        steps = [replace(step, note=_FOR_GOOD if step.before == "TRASH" else _GONE_AT_ONCE) for step in steps]
    return await carry_out(client, operation, steps, dry_run=dry_run, limit=limit, computed=selected.computed)


async def change_each(
    client: ClientBase,
    action: Action,
    nodes: Ids | Expr,
    *,
    operation: str,
    dry_run: bool,
    after: str | None = None,
    target_name: str = "",
    note: str = "",
) -> pd.DataFrame:
    """Change one aspect of each node to ``after``, or to what the action says.

    ``target_name`` is what people call where it goes, ``note`` what they should know before.
    """
    selected = await select_nodes(client, nodes)
    known: Mapping[str, Node | None] = selected.known
    if dry_run or client.settings.history:
        known = await read_nodes(client, selected.ids)
    after = KINDS[action].after if after is None else after
    steps = [
        _make_step(action, node_id, known, selected.unknown, after=after, target_name=target_name)
        for node_id in selected.ids
    ]
    steps = [replace(step, note=step.note or note) for step in steps] if note else steps
    return await carry_out(client, operation, steps, dry_run=dry_run)


def _make_step(
    action: Action, node_id: str, known: Mapping[str, Node | None], unknown: Mapping[str, str], **more: str | None
) -> Step:
    """The step; ``known`` has None for what is not there, ``unknown`` what is told of names that nothing has."""
    gone = looks_like_id(node_id) and node_id in known and known[node_id] is None
    note = _NOT_THERE if gone else unknown.get(node_id, "")
    return make_step(action, node_id, known.get(node_id), note=note, **more)


def _note(step: Step) -> Step:
    """A step as a plan shows it, with what a person should know of it."""
    if step.note or step.id.startswith(NEW):
        return step
    if not step.name and not looks_like_id(step.id):
        return replace(step, note=_NO_ID)
    return replace(step, note=SO_ALREADY) if step.changes_nothing else step


async def carry_out(
    client: ClientBase,
    operation: str,
    steps: Sequence[Step],
    *,
    dry_run: bool,
    limit: DeleteLimit | None = None,
    computed: bool = False,
    there: Sequence[NodeResult] = (),
) -> pd.DataFrame:
    """Carry steps out that were just made, or give them as a plan.

    ``there`` is told before them: what is so already. ``limit`` counts what is removed; without one, what was
    ``computed`` has the usual limit. Raises ``TooManyDeletions`` before anything is done.
    """
    if computed and limit is None:
        limit = DeleteLimit.read(DEFAULT)
    if dry_run or limit is not None:
        steps = await _count_contents(client, steps)
    if dry_run:
        return await client._to_frame(to_table(map(_note, steps)), "changes")
    await check_limit(client, steps, limit)
    performance = Performance(client, steps, first=there)
    for place, step in enumerate(steps):
        if step.action is Action.KEEP:
            performance.skip(place, step.note)
    return await perform(performance, operation)


async def carry_out_whole(
    client: ClientBase, operation: str, steps: Sequence[Step]
) -> tuple[Mapping[str, Any], Sequence[NodeResult]]:
    """Carry out what is one thing to whoever asked; return Amazon's last words, and what became of it.

    Raises the error of a step that failed, as Amazon gave it.
    """
    performance = Performance(client, steps, whole=True)
    await perform(performance, operation)
    results = [performance.results[place] for place in range(len(steps))]
    if performance.last_reply.error is not None:
        performance.last_reply.error.outcomes = performance.frame() if len(steps) > 1 else None
        raise performance.last_reply.error
    if failed := [one for one in results if one.outcome is NodeOutcome.FAILED]:
        raise InvalidInput(f"{failed[0].id!r:.80}: {failed[0].reason}")
    return performance.last_reply.answer, results


async def apply_steps(
    client: ClientBase,
    operation: str,
    steps: Sequence[Step],
    *,
    limit: DeleteLimit,
    undoes: str = "",
    dry_run: bool = False,
    exact: bool = False,
) -> pd.DataFrame:
    """Carry out the steps of a plan that was made before; those that no longer hold are skipped.

    With ``dry_run`` it gives those that hold, and those that keep something, which says what cannot be done. With
    ``exact`` nothing comes back from the trash whose name is taken by now.
    """
    present = Present(client, exact=exact)
    await present.read(steps)
    checked = [present.check(step) for step in steps]
    counted = iter(await _count_contents(client, [step for step, reason in checked if not reason]))
    steps = [step if reason else next(counted) for step, reason in checked]
    left = [step for step, (_, reason) in zip(steps, checked, strict=True) if not reason]
    if dry_run:
        shown = [s for s, (_, reason) in zip(steps, checked, strict=True) if not reason or s.action is Action.KEEP]
        return await client._to_frame(to_table(shown), "changes")
    await check_limit(client, left, limit)
    performance = Performance(client, steps)
    for place, (_, reason) in enumerate(checked):
        if reason:
            performance.skip(place, reason)
    return await perform(performance, operation, undoes=undoes)


async def check_limit(client: ClientBase, steps: Sequence[Step], limit: DeleteLimit | None) -> None:
    """Check that no more is removed than may be. Raises ``TooManyDeletions``."""
    if limit is None or not count_removed(steps):
        return
    from ...catalog.fetch import remote_state

    library = (await remote_state(client._session)).count
    check_removed(steps, limit, library + count_deleted(steps))


async def _read_status(client: ClientBase, action: Action, selected: Selected) -> Mapping[str, Node | None]:
    """What is known of nodes: from what was given, from the catalogue as it is, and of Amazon.

    Of many it is asked for as little as need be: which of them are albums, or which are in the trash.
    """
    known: dict[str, Node | None] = {key: node for key, node in selected.known.items() if node.status and node.kind}
    for read in (read_at_hand, read_albums if action is Action.TRASH else read_trash):
        if len(missing := [node_id for node_id in selected.ids if node_id not in known]) > MAX_ASKED_BESIDE:
            known |= await read(client, missing)
    missing = [node_id for node_id in selected.ids if node_id not in known]
    return known | (await read_nodes(client, missing) if len(missing) <= MAX_ASKED_BESIDE else {})


async def _count_contents(client: ClientBase, steps: Sequence[Step]) -> list[Step]:
    """The steps; those that remove a folder count all it holds."""
    folders = [step.id for step in steps if step.action in REMOVING and step.kind == "FOLDER"]
    if not folders:
        return list(steps)
    table = await client._load_library(["id", "parents"])
    alone = {step.id for step in steps if step.action in REMOVING and step.kind != "FOLDER"}
    held = await asyncio.to_thread(_count_below, table["id"].to_pylist(), table["parents"].to_pylist(), folders, alone)
    return [replace(step, count=held.get(step.id, step.count)) for step in steps]


def _count_below(
    ids: Sequence[str], parents: Sequence[Sequence[str] | None], folders: Sequence[str], alone: AbstractSet[str]
) -> dict[str, int]:
    """How many nodes go with each folder, itself included; each node counts once, with the innermost.

    Those ``alone`` are counted by themselves.
    """
    below: dict[str, list[str]] = {}
    for node_id, above in zip(ids, parents, strict=True):
        for parent in above or ():
            below.setdefault(parent, []).append(node_id)
    inner_first = sorted(folders, key=lambda folder: len(_walk(folder, below, set())))
    seen = set(alone)
    return {folder: max(1, len(_walk(folder, below, seen))) for folder in inner_first}


def _walk(folder: str, below: Mapping[str, Sequence[str]], seen: set[str]) -> list[str]:
    """The folder and all below it that were not seen before."""
    found, left = [], [folder]
    while left:
        here = left.pop()
        if here in seen:
            continue
        seen.add(here)
        found.append(here)
        left += below.get(here, ())
    return found
