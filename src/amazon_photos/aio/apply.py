"""Plans: any change can be shown before it is done, kept in a file, looked at, cut, and carried out later."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from os import PathLike
from typing import TYPE_CHECKING, Any

from ..errors import InvalidInput, TooManyDeletions
from ..frames.results import PLAN
from ..model.checks import show
from ..plans.limit import DEFAULT, DeleteLimit, MaxDelete
from ..plans.plan_rows import read_lines, read_records, read_rows, to_table, write_plan
from ..plans.step import Step
from .arguments import check_switches
from .base import ClientBase
from .history import History
from .plans.change import apply_steps, check_limit

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

_UPLOAD = frozenset(PLAN.names) - {"reason", "id", "name", "action"}


class PlanOperations(ClientBase):
    """Operations on plans."""

    @property
    def history(self) -> History:
        """What was changed in the library, by run: ``list``, ``show`` and ``undo``."""
        return History(self)

    async def apply(
        self,
        plan: pd.DataFrame | Iterable[Mapping[str, Any]] | str | PathLike[str],
        *,
        max_delete: MaxDelete = DEFAULT,
        dry_run: bool = False,
    ) -> pd.DataFrame:
        """Apply a plan that ``dry_run=True`` of any changing method gave, to the library as it is now.

        ``plan`` is such a frame, perhaps with rows left out, the same as records, or the path of a file of JSON lines
        (``save_plan``). Each row is compared first: one that is so already, that somebody changed since the plan was
        made, or that is not there any more, is skipped, and its reason says so. ``dry_run=True`` compares only, and
        gives the rows that still hold. The plan of an upload is carried out as ``upload(plan=…)`` does, and gives what
        that gives; what it is yet to replace counts for ``max_delete``, and what is replaced already does not.

        ``max_delete`` is how much may go to the trash or be deleted: a number of nodes, a share of the library ("10%"
        or 0.1), or both, of which the smaller counts. Raises ``TooManyDeletions`` for more, before anything is done,
        and ``InvalidInput`` for what is no plan, which names the row.

        Gives a row for each: ``id``, ``outcome`` (the action's word, "skipped" or "failed"), ``reason``.
        """
        check_switches(dry_run=dry_run)
        limit = DeleteLimit.read(max_delete)
        read = await asyncio.to_thread(_read, plan)
        if isinstance(read, list):
            return await apply_steps(self, "apply", read, limit=limit, dry_run=dry_run)
        upload: Any = self
        if not dry_run:
            read = await self._limit_upload(read, limit)
        frame: pd.DataFrame = await upload.upload(plan=read, dry_run=dry_run)
        return frame

    async def _limit_upload(self, plan: pa.Table, limit: DeleteLimit) -> pa.Table | pd.DataFrame:
        """Give the plan of an upload that replaces no more than may be; of one that did a part of it, what is left.

        What a plan replaces was counted: carrying it out decides again, and may only find that less is due.
        """
        from ..transfer.upload.saved_plan import list_replaced

        try:
            await check_limit(self, await asyncio.to_thread(list_replaced, plan), limit)
        except TooManyDeletions:
            upload: Any = self
            left: pd.DataFrame = await upload.upload(plan=plan, dry_run=True)
            await check_limit(self, await asyncio.to_thread(list_replaced, left), limit)
            return left
        return plan

    async def save_plan(self, plan: pd.DataFrame, path: str | PathLike[str]) -> None:
        """Save a plan as a file of JSON lines: one object for each row, with the columns' names.


        Whole or not at all; a plan of an upload, too. Raises ``InvalidInput`` for what is no plan, and
        ``LocalFileError``. Sends nothing.
        """
        await asyncio.to_thread(_save, plan, path)


def _save(plan: Any, path: str | PathLike[str]) -> None:
    read = _read(plan)
    write_plan(to_table(read) if isinstance(read, list) else read, path)


def _read(plan: Any) -> list[Step] | pa.Table:
    """The steps of a plan; of an upload's the table, whose rows ``upload`` reads."""
    if isinstance(plan, str | PathLike):
        lines = read_lines(plan)
        there = {name for row in lines for name in row}
        return _read_upload(lines) if there >= _UPLOAD else read_records(lines)
    rows: Any = plan
    if not hasattr(plan, "columns"):
        rows = list(plan) if isinstance(plan, Iterable) and not isinstance(plan, bytes | Mapping) else [None]
        if not all(isinstance(row, Mapping) for row in rows):
            raise InvalidInput(f"plan is a frame that dry_run=True gave, records, or the path of one; not {show(plan)}")
        if not rows:
            return []
    from ..frames.from_frame import column_names

    if set(column_names(rows)) >= _UPLOAD:
        return _read_upload(rows)
    return read_rows(rows)


def _read_upload(rows: Any) -> pa.Table:
    from ..transfer.upload.saved_plan import table_of_plan

    return table_of_plan(rows)
