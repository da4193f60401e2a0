"""``ap.history``: what this client changed in the library, and the way back."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from ..errors import InvalidInput, LocalFileError
from ..frames.results import RUNS, SHOWN_RUN, table_of
from ..plans.actions import Action
from ..plans.journal_reader import list_runs, read_run, summarize_runs
from ..plans.limit import DEFAULT, DeleteLimit, MaxDelete
from ..plans.plan_rows import to_table
from ..plans.run import Run, Summary
from ..plans.step import NEW, Step, read_list
from ..plans.undo import list_to_undo, put_back_in_order
from .arguments import check_switches
from .base import ClientBase
from .group import Group
from .plans.change import apply_steps
from .plans.state import list_members
from .resolve import Names

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from .ids import Row


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
        one that it was ``undone_by``. Of a journal that cannot be read there is the id; its state is "damaged".
        """
        rows = await asyncio.to_thread(_list_runs, self._client._store.runs_dir)
        return await self._client._to_frame(rows)

    async def show(self, run: str | Row) -> pd.DataFrame:
        """Show one run, read from its journal: each step, what became of it and why. Sends nothing.

        ``run`` is its id, or its row of ``list()``. Gives the columns of a plan, then ``outcome`` and ``reason``; both
        are missing where nobody knows. Raises ``InvalidInput`` for a run that there is not.
        """
        found = await asyncio.to_thread(read_run, self._client._store.runs_dir, _id_of(run))
        return await self._client._to_frame(await asyncio.to_thread(_show, found), "nodes")

    async def undo(self, run: str | Row, *, dry_run: bool = False, max_delete: MaxDelete = DEFAULT) -> pd.DataFrame:
        """Undo a run: put back, step by step and the last first, what it changed in the library.

        ``run`` is its id, or its row of ``history.list()``. What is in the trash comes back, names, folders,
        descriptions, labels, favourites and hidden ones become what they were, and albums get back what they held, in
        their order. What somebody changed since is left alone; what nothing takes back (deleted for good, people that
        were merged) is told. It is a run itself, which can be undone. ``dry_run=True`` gives the plan; what it cannot
        take back is there as "keep", and the note says why.

        Gives a row for each step: ``id``, ``outcome`` (such as "restored", "skipped", "failed"), ``reason``. Raises
        ``InvalidInput`` for a run of another account, or of which nothing can be undone, and ``TooManyDeletions`` where
        more would go to the trash than ``max_delete`` allows; nothing was done then.
        """
        check_switches(dry_run=dry_run)
        limit = DeleteLimit.read(max_delete)
        client = self._client
        found = await asyncio.to_thread(read_run, client._store.runs_dir, _id_of(run))
        run_id = found.about.run
        if found.about.owner != await client._owner():
            raise InvalidInput(f"the run {run_id} changed the library of another account")
        steps = [await self._find_album(run_id, step) for step in _list_steps(found)]
        albums = dict.fromkeys(step.target for step in steps if step.action is Action.ADD)
        there = {album: await list_members(client, album) for album in albums}
        ordered = await asyncio.to_thread(put_back_in_order, steps, there)
        return await apply_steps(client, "history.undo", ordered, limit=limit, undoes=run_id, dry_run=dry_run)

    async def _find_album(self, run: str, step: Step) -> Step:
        """The step; where it takes back an album of which nobody knows whether it was made, by that one's id."""
        if not step.id.startswith(NEW):
            return step
        others = await asyncio.to_thread(_list_made, self._client._store.runs_dir)
        called = await Names(self._client).list_called(step.name)
        since = [album for album in called if album not in read_list(step.target) and album not in others]
        if len(since) == 1:
            return replace(step, id=since[0], target="")
        what = f"albums called {step.name!r:.80} were made since: {', '.join(since)}" if since else "it was not made"
        return Step(action=Action.KEEP, id=step.id, name=step.name, kind=step.kind, note=what)


def _id_of(run: Any) -> Any:
    """The id of a run that is given by it or by a row; anything else as it is, to be refused."""
    if isinstance(run, Mapping) or hasattr(run, "iloc"):
        found: Any = run.get("run", run)
        return found.iloc[0] if hasattr(found, "iloc") and hasattr(run, "columns") and len(found) == 1 else found
    return getattr(run, "run", run)


def _list_steps(run: Run) -> Sequence[Step]:
    """The steps that take a run back. Raises ``InvalidInput`` where there are none."""
    if not run.began:
        raise InvalidInput(f"the run {run.about.run} never began: there is nothing to undo")
    steps = list_to_undo(run)
    if steps and all(step.action is Action.KEEP for step in steps):
        raise InvalidInput(f"nothing of the run {run.about.run} can be undone: {steps[0].note}")
    return steps


def _list_made(folder: Path) -> set[str]:
    """The albums of which journals say that they were made."""
    found: set[str] = set()
    for name in list_runs(folder):
        with suppress(LocalFileError, InvalidInput):
            found |= {done.made for done in read_run(folder, name).done.values() if done.made}
    return found


def _list_runs(folder: Path) -> pa.Table:
    runs = list(summarize_runs(folder))
    undone_by = {run.about.undoes: run.run for run in reversed(runs) if run.about is not None and run.about.undoes}
    return table_of((_to_row(run, undone_by.get(run.run)) for run in runs), RUNS)


def _to_row(run: Summary, undone_by: str | None) -> Sequence[Any]:
    told, counts = run.about, run.counts
    if told is None or counts is None:
        return (run.run, None, None, "damaged", *[None] * 7, undone_by)
    state = "not begun" if not run.began else "interrupted" if counts.unknown else "done"
    return (
        told.run, told.began, told.operation, state, told.steps, counts.done, counts.failed, counts.skipped,
        counts.unknown, counts.reversible, told.undoes or None, undone_by,
    )  # fmt: skip


def _show(run: Run) -> pa.Table:
    return table_of(_list_rows(run), SHOWN_RUN)


def _list_rows(run: Run) -> Iterator[Sequence[Any]]:
    plan = to_table(run.steps).to_pylist()
    for place, row in enumerate(plan):
        done = run.done.get(place)
        made = done.made if done is not None and run.steps[place].action is Action.CREATE_ALBUM else ""
        told = {**row, "id": made or row["id"]}
        told |= {"outcome": None if done is None else done.outcome, "reason": done.reason or None if done else None}
        yield [told[name] for name in SHOWN_RUN.names]
