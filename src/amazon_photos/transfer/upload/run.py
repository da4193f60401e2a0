"""A whole upload: from what is found to a frame of outcomes.

::

    scan (thread) ──> hash (threads, cache) ──> plan ──┬──> send, many at once ──> outcomes
                                                       └──> nothing to send ─────> outcomes
"""

from __future__ import annotations

import asyncio
import gc
import os
from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Iterator, Mapping, Sequence
from contextlib import aclosing, suppress
from dataclasses import replace
from typing import TYPE_CHECKING

import pyarrow as pa

from ...errors import LocalFileError
from ...frames.freed_memory import give_back
from ...frames.results import PLAN, TRANSFERS, UploadAction
from ...frames.row_builder import RowBuilder
from ...net.limits import AdaptiveLimiter
from ...settings import Settings
from ..events import EventEmitter
from ..file_result import FileResult
from ..local.found import FoundFiles, LocalFile
from ..local.hash_prefetch import hash_batches
from ..local.hashing import open_hasher
from ..local.scan import restat
from ..pool import run_bounded
from ..run_report import RunReport
from ..stopping import NotBegun, StopRequest
from .new_nodes import PendingMerge
from .plan import Planner
from .saved_plan import list_existing, rows_of, step_of, table_of_plan
from .steps import TO_SEND, PlanStep, SettledSteps, Steps, result_columns
from .upload_task import UploadResult
from .uploader import Uploader

if TYPE_CHECKING:
    import pandas as pd

OnDone = Callable[[int, int | None], None]
"""Called with how many files are done and, once known, how many there are."""
OnMerge = Callable[[PendingMerge], Awaitable[None]]
PlanSteps = AsyncGenerator[Steps]
"""What is to be done, as many steps together as are known."""
_UNCONFIRMED = "size and MD5 are not yet confirmed"
_MIN_ROWS_TO_COLLECT = 200_000
"""From so many rows on, a round of Python's collector (0.05 s) is small beside the plan (seconds for a million)."""
_MAX_NODES = 10_000
"""New nodes that are held before they are passed on."""


async def plan_steps(
    files: Iterator[FoundFiles], planner: Planner, settings: Settings, *, keep: bool = False
) -> PlanSteps:
    """Yield what is to be done with each file, in order; hashing goes ahead in threads.

    ``keep``: with what is in small files, which are sent next.
    """
    async with (
        open_hasher(settings) as (hasher, cache),
        aclosing(hash_batches(files, hasher, cache, keep=keep)) as runs,
    ):
        async for run in runs:
            yield planner.decide_all(run)


async def collect_plan(work: PlanSteps, on_done: OnDone) -> pa.Table:
    """Collect the steps in a table."""
    rows = RowBuilder(PLAN)
    async with aclosing(work):
        async for steps in work:
            rows.extend([step.row() for step in steps])
            on_done(rows.count, None)
    if rows.count >= _MIN_ROWS_TO_COLLECT:
        gc.collect()  # frees spare tuples, which else keep the memory in which the plan knew its files from going back
    return rows.table()


class UploadRun:
    """Carries steps out. ``table()`` has a row for each file that was finished, also after an error.

    ``pending`` gets what the uploader does not put there itself; ``on_merge`` is given all of it in the end, and before
    that whenever much has gathered.
    """

    def __init__(
        self, uploader: Uploader, report: RunReport, watch: EventEmitter, pending: PendingMerge, *, on_merge: OnMerge
    ) -> None:
        self._uploader = uploader
        self._report = report
        self._watch = watch
        self._pending = pending
        self._on_merge = on_merge
        self._rows = RowBuilder(TRANSFERS)
        self._unconfirmed: dict[int, UploadResult] = {}
        self._total = 0

    async def run(self, work: PlanSteps, limit: AdaptiveLimiter, stop: StopRequest) -> None:
        """Apply the steps, until somebody asks to stop.

        Raises what ends the whole run, after what was under way has been finished.
        """
        width = limit.max_width
        try:
            async with aclosing(work), aclosing(self._to_send(work)) as sending:
                await run_bounded(sending, self._send, width=width, now=lambda: 2 * limit.width, stop=stop)
            async with aclosing(_each(self._unconfirmed)) as unconfirmed:
                await run_bounded(unconfirmed, self._confirm, width=width)
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is not None and task.cancelling() < 2:  # a second time means now
                await self._pass_on()
            raise
        except Exception:
            await self._pass_on()
            raise
        await self._pass_on()

    def table(self) -> pa.Table:
        for place, sent in sorted(self._unconfirmed.items()):  # the run ended before anybody looked again
            with suppress(LocalFileError):  # that nothing can be reported is told already
                self._add([(place, replace(sent.result, reason=sent.result.reason or _UNCONFIRMED))])
        self._unconfirmed.clear()
        give_back()
        return self._rows.table()

    async def _to_send(self, work: PlanSteps) -> AsyncGenerator[tuple[int, PlanStep]]:
        async for steps in work:
            to_send = list[tuple[int, PlanStep]]()
            if not isinstance(steps, SettledSteps):
                numbered = enumerate(steps, self._total)
                to_send = [(place, step) for place, step in numbered if step.action in TO_SEND]
            self._watch.plan(files=len(steps), bytes=sum(step.found.size for _, step in to_send))
            self._add_settled(steps, {place for place, _ in to_send})
            self._total += len(steps)
            for item in to_send:
                yield item
        self._watch.plan(complete=True)

    async def _send(self, item: tuple[int, PlanStep]) -> None:
        place, step = item
        try:
            sent = await self._uploader.upload(step)
        except NotBegun:
            return
        if sent.node is not None:
            self._pending.nodes.add(sent.node)
        if sent.confirmed:
            self._add([(place, sent.result)])
        else:
            self._unconfirmed[place] = sent
        if len(self._pending.nodes) >= _MAX_NODES:
            await self._pass_on()

    async def _confirm(self, item: tuple[int, UploadResult]) -> None:
        place, sent = item
        sent = await self._uploader.confirm(sent)
        self._unconfirmed.pop(place)
        if sent.node is not None:
            self._pending.nodes.add(sent.node)
        self._add([(place, sent.result)])

    def _add(self, done: Sequence[tuple[int, FileResult]]) -> None:
        self._rows.extend([result.row(place) for place, result in done])
        for _, result in done:
            self._report.add(result)
            self._watch.finish(result)

    def _add_settled(self, steps: Steps, to_send: Collection[int]) -> None:
        """The rows of the steps that send nothing, of which there may be a million."""
        places: Sequence[int] = range(self._total, self._total + len(steps))
        if to_send:
            places = [place for place in places if place not in to_send]
            steps = [step for place, step in enumerate(steps, self._total) if place not in to_send]
        if self._report.is_kept or self._watch.is_watched:
            self._add([(place, step.result()) for place, step in zip(places, steps, strict=True)])
        elif steps:
            self._rows.extend_columns((places, *result_columns(steps)))

    async def _pass_on(self) -> None:
        if len(self._pending):
            await self._on_merge(self._pending.take())


async def _each(items: Mapping[int, UploadResult]) -> AsyncGenerator[tuple[int, UploadResult]]:
    for item in list(items.items()):
        yield item


async def replay_plan(plan: pd.DataFrame, planner: Planner, settings: Settings) -> PlanSteps:
    """Yield the steps of a plan made before, each looked at again.

    Files change, and so do libraries.
    """
    table = table_of_plan(plan)
    planner.keep(list_existing(table))
    async with open_hasher(settings) as (hasher, _):
        for row in rows_of(table):
            if row["action"] not in TO_SEND:
                yield [step_of(row)]
                continue
            found = _as_it_is_now(row["path"])._replace(folder=row["folder"] or "", name=row["name"])
            unchanged = (found.size, found.mtime_ns) == (row["size"], row["mtime_ns"])
            md5: str | None = row["md5"] if unchanged and found.reason is None else None
            if found.reason is None and md5 is None:
                try:
                    md5 = await hasher.submit(found)
                except LocalFileError as error:
                    found = found._replace(reason=str(error), failed=True)
            yield [planner.decide_again(found, md5, UploadAction(row["action"]), row["id"])]


def _as_it_is_now(path: str) -> LocalFile:
    found = restat(path)
    if found.reason is not None and not os.path.lexists(path):
        return found._replace(reason="it is no longer there")
    return found
