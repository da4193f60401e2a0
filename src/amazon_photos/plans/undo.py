"""The way back: the steps that take a run back, by what the things are now. Pure.

A step is only taken back where what it changed is still as it left it: what somebody changed since stays. Albums get
back the order that they had: what comes back in the middle is put there by taking out, and adding again, what stands
behind it (Amazon adds at the end; a guess).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from msgspec.structs import replace

from .actions import KINDS, MAKING, Action
from .run import Run
from .step import NEW, Step

_BEHIND = "only to be added again, behind what comes back"
_NO_WAY_BACK = "nothing takes it back"
Albums = Mapping[str, Sequence[str]]
"""What is in albums now, in order, by their ids."""


def list_changed(run: Run) -> list[Step]:
    """List the steps of a run that are to be taken back, the last first.

    Steps of which nobody knows what became of them count. What was put into an album that the run made is left out: the
    album goes as a whole.
    """
    return [step for step in run.list_done() if not step.target.startswith(NEW)][::-1]


def take_back(steps: Sequence[Step]) -> list[Step]:
    """Return the steps that take others back. What has no way back is a step that keeps it, and says why."""
    return [step if step.action is Action.KEEP else invert(step) or keep(step, _no_way_back(step)) for step in steps]


def invert(step: Step) -> Step | None:
    """Return the step that takes one back; None where nothing does."""
    undo = KINDS[step.action].undo
    if undo is None or not step.reversible:
        return None
    if step.action in MAKING:
        before = None if step.action is Action.UPLOAD else "AVAILABLE"
        return Step(action=undo, id=step.id, name=step.name, kind=step.kind, before=before, after="TRASH")
    name = "" if step.action is Action.MOVE else step.target_name  # it goes back to another folder
    return replace(
        step, action=undo, before=step.after, after=KINDS[undo].after or step.before, note="", target_name=name
    )


def keep(step: Step, reason: str) -> Step:
    """Return the step that leaves alone what another one did."""
    return Step(action=Action.KEEP, id=step.id, name=step.name, kind=step.kind, note=reason)


def _no_way_back(step: Step) -> str:
    return f"{step.action}: {_NO_WAY_BACK}"


def list_in_turn(steps: Sequence[Step]) -> list[Step]:
    """List the steps that take a run back in the order in which they can be.

    What went up leaves its name to what it replaced; folders go when they are empty.
    """

    def turn(step: Step) -> int:
        return 2 if step.action is Action.CREATE_FOLDER else 1 if step.action is Action.TRASH else 0

    return sorted(steps, key=turn)


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
