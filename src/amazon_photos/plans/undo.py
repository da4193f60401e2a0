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
from .journal import Run
from .step import NEW, Step

_BEHIND = "only to be added again, behind what comes back"
Albums = Mapping[str, Sequence[str]]
"""What is in albums now, in order, by their ids."""


def list_to_undo(run: Run) -> list[Step]:
    """List the steps that may have been done, the last first; those of which nobody knows, too.

    An album that the run made has its id. What changed nothing is left out.
    """
    found = []
    for place, step in enumerate(run.steps):
        done = run.done.get(place)
        if done is not None and done.outcome != KINDS[step.action].done:
            continue
        if step.changes_nothing:
            continue
        if step.action in MAKING:
            made = run.find_made(place)
            if not made and (done is not None or step.action is Action.CREATE_ALBUM):
                continue
            step = replace(step, id=made or step.id)  # what nobody knows is looked for
        if step.action is Action.CREATE_ALBUM:
            step = replace(step, name=step.after or "", kind="VISUAL_COLLECTION")
        if step.target.startswith(NEW):
            continue  # the album that was made goes as a whole
        found.append(step)
    return found[::-1]


def invert(step: Step) -> Step | None:
    """Return the step that takes one back; None where nothing does."""
    undo = KINDS[step.action].undo
    if undo is None or not step.reversible:
        return None
    if step.action in MAKING:
        before = None if step.action is Action.UPLOAD else "AVAILABLE"
        return Step(action=undo, id=step.id, name=step.name, kind=step.kind, before=before, after="TRASH")
    if step.changes in ("person", "picture") and not step.before:
        return None  # nobody can be made nameless again
    after = KINDS[undo].after or step.before
    return replace(step, action=undo, before=step.after, after=after, count=step.count, note="")


def list_in_turn(steps: Sequence[Step]) -> list[Step]:
    """List the steps that take a run back in the order in which they can be.

    What went up leaves its name to what it replaced; folders go when they are empty.
    """

    def turn(step: Step) -> int:
        return 2 if step.action is Action.CREATE_FOLDER else 1 if step.action is Action.TRASH else 0

    return sorted(steps, key=turn)


def put_back_in_order(steps: Sequence[Step], now: Albums) -> list[Step]:
    """Replace the steps that add to albums by those that leave each album in the order that it had.

    ``steps`` have the ``position`` that each node had. Steps of other kinds stay, in their order.
    """
    there = {album: list(nodes) for album, nodes in now.items()}
    adding: dict[str, list[Step]] = defaultdict(list)
    for step in steps:
        if step.action is Action.ADD:
            adding[step.target].append(step)
        elif step.action is Action.REMOVE and step.id in there.get(step.target, ()):
            there[step.target].remove(step.id)
    others = [step for step in steps if step.action is not Action.ADD]
    return others + [step for album, some in adding.items() for step in _restore_order(some, there.get(album, []))]


def _restore_order(adding: Sequence[Step], there: Sequence[str]) -> Iterator[Step]:
    """Take out what must stand behind the nodes that come back, and add all of it in order."""
    back = {step.id: step for step in adding if step.id not in there}
    order = list(there)
    for step in sorted(back.values(), key=lambda step: len(there) if step.position is None else step.position):
        order.insert(len(order) if step.position is None else step.position, step.id)
    same = next((n for n, (one, other) in enumerate(zip(there, order, strict=False)) if one != other), len(there))
    album = Step(
        action=Action.ADD, id="", target=adding[0].target, target_name=adding[0].target_name, before="out", after="in"
    )
    for place, node in enumerate(there[same:], same):
        yield replace(album, action=Action.REMOVE, id=node, before="in", after="out", position=place, note=_BEHIND)
    for place, node in enumerate(order[same:], same):
        known = back.get(node, album)
        yield replace(album, id=node, name=known.name, kind=known.kind, position=place)


def tell_skipped(step: Step, now: str | None) -> str:
    """Tell why a step is skipped, by what it would change as it is ``now``; "" where it holds.

    ``now`` is None for what is not there any more.
    """
    if now is None:
        return "it is not there any more"
    if now == step.after and step.action is not Action.MERGE:
        return "it is so already"
    if step.before is not None and now != step.before:
        return f"it changed since the plan was made: it was {step.before!r:.60}, now {now!r:.60}"
    return ""
