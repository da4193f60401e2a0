"""``ap.history``: what this client changed in the library, and the way back."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import InvalidInput
from ..frames.results import RUNS, SHOWN_RUN, NodeOutcome, table_of
from ..plans.actions import Action
from ..plans.journal import Run, read_run, read_runs
from ..plans.limit import DEFAULT, DeleteLimit, MaxDelete
from ..plans.plan_rows import to_table
from ..plans.step import Step
from ..plans.undo import invert, list_to_undo, put_back_in_order
from .arguments import check_switches
from .base import ClientBase
from .batches import NodeResult
from .group import Group
from .plans.change import apply_steps
from .plans.made import settle_made
from .plans.state import list_members

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

_NO_WAY_BACK = "nothing takes it back"


class History(Group[ClientBase]):
    """The runs of this library: each call that changed something is one, with what is needed to take it back.

    They are kept beside the catalogue, in ``ap.parquet.runs``, until somebody removes them. ``Settings(history=False)``
    keeps none.
    """

    async def list(self) -> pd.DataFrame:
        """List the runs kept beside the catalogue, the latest first. Sends nothing.

        Gives a row for each: ``run`` (its id), ``began``, ``operation`` (the method), ``state`` ("done", "interrupted":
        of some steps nobody knows what became of them, "not begun"), how many ``steps`` were ``done``, ``failed``,
        ``skipped`` or are ``unknown``, how many of those done are ``reversible``, the run that it ``undoes``, and the
        one that it was ``undone_by``. A journal that cannot be read is left out.
        """
        rows = await asyncio.to_thread(_list_runs, self._client._store.runs_dir)
        return await self._client._to_frame(rows)

    async def show(self, run: str) -> pd.DataFrame:
        """Show one run, read from its journal: each step, what became of it and why. Sends nothing.

        Gives the columns of a plan, then ``outcome`` and ``reason``; both are missing where nobody knows. Raises
        ``InvalidInput`` for a run that there is not.
        """
        found = await asyncio.to_thread(read_run, self._client._store.runs_dir, run)
        return await self._client._to_frame(await asyncio.to_thread(_show, found), "nodes")

    async def undo(self, run: str, *, dry_run: bool = False, max_delete: MaxDelete = DEFAULT) -> pd.DataFrame:
        """Undo a run: put back, step by step and the last first, what it changed in the library.

        What is in the trash comes back, names, folders, descriptions, labels, favourites and hidden ones become what
        they were, and albums get back what they held, in their order. Files that went up go to the trash if they still
        hold what they held, and folders that were made if nothing else is in them. What somebody changed since is left
        alone; what nothing takes back (deleted for good, people that were merged) is told. It is a run itself, which
        can be undone. ``dry_run=True`` gives the plan.

        Gives a row for each step: ``id``, ``outcome`` (such as "restored", "skipped", "failed"), ``reason``. Raises
        ``InvalidInput`` for a run of another account, or of which nothing can be undone, and ``TooManyDeletions`` where
        more would go to the trash than ``max_delete`` allows; nothing was done then.
        """
        check_switches(dry_run=dry_run)
        limit = DeleteLimit.read(max_delete)
        client = self._client
        found = await asyncio.to_thread(read_run, client._store.runs_dir, run)
        if found.about.owner != await client._owner():
            raise InvalidInput(f"the run {run} changed the library of another account")
        to_undo, left = await settle_made(client, found, _list_steps(found))
        steps, lost = _divide(found, to_undo)
        albums = dict.fromkeys(step.target for step in steps if step.action is Action.ADD)
        there = {album: await list_members(client, album) for album in albums}
        return await apply_steps(
            client,
            "history.undo",
            put_back_in_order(steps, there),
            limit=limit,
            undoes=run,
            lost=[
                *left,
                *(NodeResult(step.id, NodeOutcome.SKIPPED, f"{step.action}: {_NO_WAY_BACK}") for step in lost),
            ],
            dry_run=dry_run,
        )


def _list_steps(run: Run) -> Sequence[Step]:
    """The steps that are to be taken back, the last first. Raises ``InvalidInput``."""
    if not run.began:
        raise InvalidInput(f"the run {run.about.run} never began: there is nothing to undo")
    return list_to_undo(run)


def _divide(run: Run, steps: Sequence[Step]) -> tuple[Sequence[Step], Sequence[Step]]:
    """The steps that take a run back, and the steps that nothing takes back. Raises ``InvalidInput``."""
    found, lost = [], []
    for step in steps:
        undo = invert(step)
        if undo is None:
            lost.append(step)
        else:
            found.append(undo)
    if lost and not found:
        raise InvalidInput(f"nothing of the run {run.about.run} can be undone: {lost[0].action}: {_NO_WAY_BACK}")
    return found, lost


def _list_runs(folder: Path) -> pa.Table:
    runs = list(read_runs(folder))
    undone_by = {run.about.undoes: run.about.run for run in reversed(runs) if run.about.undoes}
    return table_of((_to_row(run, undone_by.get(run.about.run)) for run in runs), RUNS)


def _to_row(run: Run, undone_by: str | None) -> Sequence[Any]:
    words = [one.outcome for one in run.done.values()]
    failed, skipped = words.count(NodeOutcome.FAILED), words.count(NodeOutcome.SKIPPED)
    unknown = len(run.steps) - len(words)
    state = "not begun" if not run.began else "interrupted" if run.interrupted else "done"
    reversible = sum(invert(step) is not None for step in list_to_undo(run)) if run.began else 0
    told = run.about
    return (
        told.run, told.began, told.operation, state, told.steps or len(run.steps), len(words) - failed - skipped,
        failed, skipped, unknown, reversible, told.undoes or None, undone_by,
    )  # fmt: skip


def _show(run: Run) -> pa.Table:
    return table_of(_list_rows(run), SHOWN_RUN)


def _list_rows(run: Run) -> Iterator[Sequence[Any]]:
    plan = to_table(run.steps).to_pylist()
    for place, row in enumerate(plan):
        done = run.done.get(place)
        made = run.find_made(place)
        told = {**row, "id": made or row["id"]}
        told |= {"outcome": None if done is None else done.outcome, "reason": done.reason or None if done else None}
        yield [told[name] for name in SHOWN_RUN.names]
