"""The way back: the steps that take a run back, by what the things are now. Pure.

A step is only taken back where what it changed is still as it left it: what somebody changed since stays. Albums get
back the order that they had: what comes back in the middle is put there by taking out, and adding again, what stands
behind it (Amazon adds at the end; a guess).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from msgspec.structs import replace

from .actions import KINDS, Action
from .run import Run
from .step import NEW, Step

_BEHIND = "only to be added again, behind what comes back"
_NO_WAY_BACK = "nothing takes it back"
Albums = Mapping[str, Sequence[str]]
"""What is in albums now, in order, by their ids."""


def list_to_undo(run: Run) -> list[Step]:
    """List the steps that take a run back, the last first.

    What was done and has no way back is a step that keeps it.
    Steps of which nobody knows what became of them count. What was put into an album that the run made is left out: the
    album goes as a whole.
    """
    done = [step for step in run.list_done() if not step.target.startswith(NEW)]
    return [invert(step) or _keep(step) for step in reversed(done)]


def invert(step: Step) -> Step | None:
    """Return the step that takes one back; None where nothing does.

    Of an album that has no id, as nobody knows whether it was made, the ``target`` lists those that were there before.
    """
    undo = KINDS[step.action].undo
    if undo is None or not step.reversible:
        return None
    if step.action is Action.CREATE_ALBUM:
        known = step.before or "" if step.id.startswith(NEW) else ""
        return Step(
            action=undo, id=step.id, name=step.name, kind=step.kind, target=known, before="AVAILABLE", after="TRASH"
        )
    name = "" if step.action is Action.MOVE else step.target_name  # it goes back to another folder
    return replace(
        step, action=undo, before=step.after, after=KINDS[undo].after or step.before, note="", target_name=name
    )


def _keep(step: Step) -> Step:
    note = f"{step.action}: {_NO_WAY_BACK}"
    return Step(action=Action.KEEP, id=step.id, name=step.name, kind=step.kind, note=note)


def put_back_in_order(steps: Sequence[Step], now: Albums) -> list[Step]:
    """Replace the steps that add to albums by those that leave each album in the order that it had.

    ``steps`` have the ``position`` that each node had. Of several steps for a node and an album the last one decides.
    Steps of other kinds stay, in their order.
    """
    last = {(step.target, step.id): step for step in steps if step.changes == "album"}
    adding: dict[str, list[Step]] = defaultdict(list)
    leaving: dict[str, set[str]] = defaultdict(set)
    others = []
    for step in steps:
        if step.changes != "album":
            others.append(step)
        elif step is not last[step.target, step.id]:
            continue
        elif step.action is Action.ADD:
            adding[step.target].append(step)
        else:
            leaving[step.target].add(step.id)
            others.append(replace(step, before="in"))
    for album, some in adding.items():
        there = [node_id for node_id in now.get(album, ()) if node_id not in leaving[album]]
        others += _restore_order(some, there)
    return others


def _restore_order(adding: Sequence[Step], there: Sequence[str]) -> Iterator[Step]:
    """Take out what must stand behind the nodes that come back, and add all of it in order."""
    back = {step.id: step for step in adding}
    order = _insert(adding, [node_id for node_id in there if node_id not in back])
    same = next((n for n, (one, other) in enumerate(zip(there, order, strict=False)) if one != other), len(there))
    album = Step(
        action=Action.ADD, id="", target=adding[0].target, target_name=adding[0].target_name, before="out", after="in"
    )
    for node in there[same:]:
        yield replace(album, action=Action.REMOVE, id=node, before="in", after="out", note=_BEHIND)
    for node in order[same:]:
        known = back.get(node, album)
        yield replace(album, id=node, name=known.name, kind=known.kind)


def _insert(adding: Sequence[Step], there: Sequence[str]) -> list[str]:
    """The order with each of them where it was; what had no place comes last."""
    placed = sorted((step.position, step.id) for step in adding if step.position is not None)
    order: list[str] = []
    left = iter(there)
    for position, node_id in placed:
        while len(order) < position and (node := next(left, None)) is not None:
            order.append(node)
        order.append(node_id)
    return [*order, *left, *(step.id for step in adding if step.position is None)]
