"""The one way in which the library is changed: steps are limited, shown as a plan, or carried out."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from ...errors import InvalidInput
from ...frames.results import NodeOutcome
from ...model.node import Node
from ...plans.actions import KINDS, MAKING, Action
from ...plans.limit import DEFAULT, DeleteLimit, MaxDelete, check_removed, count_removed
from ...plans.plan_rows import to_table
from ...plans.step import Step, make_step
from ...plans.undo import tell_skipped
from ..batches import NodeResult
from .perform import Performance, perform
from .select import Selected, select_nodes
from .state import Present, read_at_hand, read_nodes

if TYPE_CHECKING:
    import pandas as pd

    from ...query.expr import Expr
    from ..base import ClientBase
    from ..ids import Ids

_GONE_AT_ONCE = "it is not in the trash: it is deleted at once, and nothing brings it back"
_FOR_GOOD = "nothing brings it back"


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
    known = await _read_status(
        client, selected, ask=dry_run or (client.settings.history and action is not Action.DELETE)
    )
    steps = [make_step(action, node_id, known.get(node_id)) for node_id in selected.ids]
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
) -> pd.DataFrame:
    """Change one aspect of each node to ``after``, or to what the action says."""
    selected = await select_nodes(client, nodes)
    known: Mapping[str, Node | None] = selected.known
    if dry_run or client.settings.history:
        known = await read_nodes(client, selected.ids)
    after = KINDS[action].after if after is None else after
    steps = [make_step(action, node_id, known.get(node_id), after=after) for node_id in selected.ids]
    return await carry_out(client, operation, steps, dry_run=dry_run)


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
        return await client._to_frame(to_table(steps), "changes")
    await check_limit(client, steps, limit)
    return await perform(Performance(client, steps, first=there), operation)


async def carry_out_whole(
    client: ClientBase, operation: str, steps: Sequence[Step]
) -> tuple[Mapping[str, Any], Sequence[NodeResult]]:
    """Carry out what is one thing to whoever asked for it; give what Amazon said last, and what became of each step.

    Raises the error of a step that failed, as Amazon gave it.
    """
    performance = Performance(client, steps)
    await perform(performance, operation)
    results = [performance.results[place] for place in range(len(steps))]
    if performance.watch.error is not None:
        performance.watch.error.outcomes = performance.frame() if len(steps) > 1 else None
        raise performance.watch.error
    if failed := [one for one in results if one.outcome is NodeOutcome.FAILED]:
        raise InvalidInput(f"{failed[0].id!r:.80}: {failed[0].reason}")
    return performance.watch.answer, results


async def apply_steps(
    client: ClientBase,
    operation: str,
    steps: Sequence[Step],
    *,
    limit: DeleteLimit,
    undoes: str = "",
    lost: Sequence[NodeResult] = (),
    dry_run: bool = False,
) -> pd.DataFrame:
    """Carry out steps of a plan that was made before: what no longer holds is skipped, and says why.

    ``lost`` is told after them: what cannot be done.
    """
    present = Present(client)
    await present.read(steps)
    performance = Performance(client, steps, last=lost)
    for place, step in enumerate(steps):
        if step.action in MAKING:
            if present.is_there(step):
                performance.skip(place, "it is so already")
            continue
        if reason := tell_skipped(step, present.get(step)):
            performance.skip(place, reason)
        else:
            present.note(step)
    left = await _count_contents(client, [step for n, step in enumerate(steps) if n not in performance.results])
    if dry_run:
        return await client._to_frame(to_table(left), "changes")
    await check_limit(client, left, limit)
    return await perform(performance, operation, undoes=undoes)


async def check_limit(client: ClientBase, steps: Sequence[Step], limit: DeleteLimit | None) -> None:
    """Check that no more is removed than may be. Raises ``TooManyDeletions``."""
    if limit is None or not count_removed(steps):
        return
    from ...catalog.fetch import remote_state

    check_removed(steps, limit, (await remote_state(client._session)).count)


async def _read_status(client: ClientBase, selected: Selected, *, ask: bool) -> Mapping[str, Node | None]:
    """What is known of nodes: from what was given, from the catalogue, and, to ``ask``, from Amazon."""
    known: dict[str, Node | None] = {key: node for key, node in selected.known.items() if node.status}
    if not ask:
        return known
    known |= await read_at_hand(client, _missing(selected, known))
    return known | await read_nodes(client, _missing(selected, known))


def _missing(selected: Selected, known: Mapping[str, Node | None]) -> list[str]:
    return [node_id for node_id in selected.ids if node_id not in known]


async def _count_contents(client: ClientBase, steps: Sequence[Step]) -> list[Step]:
    """The steps; those that trash a folder count all it holds."""
    folders = [step.id for step in steps if step.action is Action.TRASH and step.kind == "FOLDER"]
    if not folders:
        return list(steps)
    table = await client._load_library(["id", "kind", "parents"])
    alone = {step.id for step in steps if step.action is Action.TRASH and step.kind != "FOLDER"}
    held = await asyncio.to_thread(_count_below, table.to_pylist(), folders, alone)
    return [replace(step, count=held.get(step.id, step.count)) for step in steps]


def _count_below(
    rows: Iterable[Mapping[str, object]], folders: Sequence[str], alone: AbstractSet[str]
) -> dict[str, int]:
    """How many nodes go with each folder, itself included; each node counts once, with the outermost.

    Those ``alone`` are counted by themselves.
    """
    below: dict[str, list[str]] = {}
    for row in rows:
        for parent in row["parents"] or ():  # type: ignore[attr-defined]
            below.setdefault(parent, []).append(str(row["id"]))
    counts: dict[str, int] = {}
    seen = set(alone)
    inside = {child for folder in folders for child in _walk(folder, below, set())[1:]}
    for folder in sorted(folders, key=lambda one: one in inside):
        counts[folder] = len(_walk(folder, below, seen))
    return counts


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
