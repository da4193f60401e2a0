"""Runs as tables: what was changed, for whoever looks at the history, with a client or without one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import InvalidInput, LocalFileError
from ..frames.results import RUNS, SHOWN_RUN
from ..frames.row_builder import table_of
from .journal_reader import is_under_way, read_run, summarize_runs
from .plan_rows import to_table
from .run import Run, Summary

if TYPE_CHECKING:
    import pyarrow as pa


def tabulate_runs(folder: Path) -> pa.Table:
    """Make a table of the runs of a folder of journals, the latest first: the columns ``RUNS``.

    Raises ``LocalFileError``.
    """
    runs = list(summarize_runs(folder))
    undone_by = {run.about.undoes: run.run for run in reversed(runs) if run.about is not None and run.about.undoes}
    return table_of((_to_row(run, _tell_state(folder, run), undone_by.get(run.run)) for run in runs), RUNS)


def _tell_state(folder: Path, run: Summary) -> str:
    if not run.began:
        return "not begun"
    if not run.interrupted:
        return "done"
    with suppress(LocalFileError, InvalidInput):  # it may be removed right now
        return "under way" if is_under_way(folder, run.run) else "interrupted"
    return "interrupted"


def _to_row(run: Summary, state: str, undone_by: str | None) -> Sequence[Any]:
    told, counts = run.about, run.counts
    if told is None or counts is None:
        return (run.run, None, None, "damaged", *[None] * 7, undone_by)
    return (
        told.run, told.began, told.operation, state, counts.steps, counts.done, counts.failed, counts.skipped,
        counts.unknown, counts.reversible, told.undoes or None, undone_by,
    )  # fmt: skip


def tabulate_run(folder: Path, run: str) -> pa.Table:
    """Make a table of the steps of one run, and what became of each: the columns ``SHOWN_RUN``.

    Raises ``InvalidInput`` for a run that there is not, and ``LocalFileError``.
    """
    return table_of(_list_rows(read_run(folder, run)), SHOWN_RUN)


def _list_rows(run: Run) -> Iterator[Sequence[Any]]:
    plan = to_table(run.steps).to_pylist()
    for place, row in enumerate(plan):
        done = run.done.get(place)
        made = run.find_made(place)
        told = {**row, "id": made or row["id"]}
        told |= {"outcome": None if done is None else done.outcome, "reason": done.reason or None if done else None}
        yield [told[name] for name in SHOWN_RUN.names]
