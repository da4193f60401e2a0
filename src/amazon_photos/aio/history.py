"""``ap.history``: what this client changed in the library, and the way back."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..errors import FileInUse, InvalidInput
from ..plans.actions import Action
from ..plans.journal_reader import is_under_way, read_run
from ..plans.limit import DEFAULT, DeleteLimit, MaxDelete
from ..plans.run import Run
from ..plans.run_rows import tabulate_run, tabulate_runs
from ..plans.step import Step
from ..plans.undo import list_changed, put_back_in_order, take_back
from .arguments import check_switches
from .base import ClientBase
from .group import Group
from .plans.change import apply_steps
from .plans.made import settle_made
from .plans.state import list_members

if TYPE_CHECKING:
    import pandas as pd

    from .ids import Row


class History(Group[ClientBase]):
    """The runs of this library: each call that changed something is one, with what is needed to take it back.

    They are kept beside the catalogue, in ``ap.parquet.runs``, until somebody removes them. ``Settings(history=False)``
    keeps none.
    """

    async def list(self) -> pd.DataFrame:
        """List the runs kept beside the catalogue, the latest first. Sends nothing.

        Gives a row for each: ``run`` (its id), ``began``, ``operation`` (the method), ``state`` ("done", "under way",
        "not begun", "interrupted": of some steps nobody knows what became of them), how many ``steps`` were ``done``,
        ``failed``, ``skipped`` or are ``unknown``, how many of those done are ``reversible``, the run that it
        ``undoes``, and the one that it was ``undone_by``. Of a journal that cannot be read there is the id; its state
        is "damaged".
        """
        rows = await asyncio.to_thread(tabulate_runs, self._client._store.runs_dir)
        return await self._client._to_frame(rows)

    async def show(self, run: str | Row) -> pd.DataFrame:
        """Show one run, read from its journal: each step, what became of it and why. Sends nothing.

        ``run`` is its id, or its row of ``list()``. Gives the columns of a plan, then ``outcome`` and ``reason``; both
        are missing where nobody knows. Raises ``InvalidInput`` for a run that there is not.
        """
        steps = await asyncio.to_thread(tabulate_run, self._client._store.runs_dir, _id_of(run))
        return await self._client._to_frame(steps, "nodes")

    async def undo(self, run: str | Row, *, dry_run: bool = False, max_delete: MaxDelete = DEFAULT) -> pd.DataFrame:
        """Undo a run: put back, step by step and the last first, what it changed in the library.

        ``run`` is its id, or its row of ``history.list()``. What is in the trash comes back, names, folders,
        descriptions, labels, favourites and hidden ones become what they were, and albums get back what they held, in
        their order. Files that went up go to the trash if they still hold what they held, and folders that were made if
        nothing else is in them. What somebody changed since is left alone; what nothing takes back (deleted for good,
        people that were merged) is told. What an upload replaced stays in the trash if its name is another's by now;
        anything else that comes back gets another name from Amazon then, and its row says which.
        It is a run itself, which can be undone. ``dry_run=True`` gives the plan; what it cannot take back is there as
        "keep", and the note says why.

        Gives a row for each step: ``id``, ``outcome`` (such as "restored", "skipped", "failed"), ``reason``. Raises
        ``InvalidInput`` for a run of another account, or of which nothing can be undone, ``FileInUse`` for one that is
        still under way, and ``TooManyDeletions`` where more would go to the trash than ``max_delete`` allows; nothing
        was done then.
        """
        check_switches(dry_run=dry_run)
        limit = DeleteLimit.read(max_delete)
        client = self._client
        found = await asyncio.to_thread(read_run, client._store.runs_dir, _id_of(run))
        run_id = found.about.run
        if found.about.owner != await client._owner():
            raise InvalidInput(f"the run {run_id} changed the library of another account")
        if await asyncio.to_thread(is_under_way, client._store.runs_dir, run_id):
            raise FileInUse(f"the run {run_id} is still under way: it can be undone once it has ended")
        changed = await settle_made(client, found, _list_changed(found))
        steps = take_back(changed)
        albums = dict.fromkeys(step.target for step in steps if step.action is Action.ADD)
        there = {album: await list_members(client, album) for album in albums}
        ordered = await asyncio.to_thread(put_back_in_order, steps, there)
        return await apply_steps(
            client,
            "history.undo",
            ordered,
            limit=limit,
            undoes=run_id,
            dry_run=dry_run,
            exact=bool(found.about.undoes) or any(step.action is Action.UPLOAD for step in found.steps),
        )


def _id_of(run: Any) -> Any:
    """The id of a run that is given by it or by a row; anything else as it is, to be refused."""
    if isinstance(run, Mapping) or hasattr(run, "iloc"):
        found: Any = run.get("run", run)
        return found.iloc[0] if hasattr(found, "iloc") and hasattr(run, "columns") and len(found) == 1 else found
    return getattr(run, "run", run)


def _list_changed(run: Run) -> Sequence[Step]:
    """The steps of a run that are to be taken back. Raises ``InvalidInput`` where nothing takes any of them back."""
    if not run.began:
        raise InvalidInput(f"the run {run.about.run} never began: there is nothing to undo")
    steps = list_changed(run)
    if steps and not any(step.reversible for step in steps):
        (first, *_) = take_back(steps)
        raise InvalidInput(f"nothing of the run {run.about.run} can be undone: {first.note}")
    return steps
