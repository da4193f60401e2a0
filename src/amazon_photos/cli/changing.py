"""What every command does that changes the library: show the plan, ask, do it, and say how it is taken back.

::

    --dry-run        the plan, on standard output; nothing is done
    --plan FILE      the plan goes into a file, for ``apply``; nothing is done
    at a terminal    the plan first, then a question; --yes asks nothing
    elsewhere        it is done; what nothing takes back wants --yes
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..model.amounts import show_count
from . import terminal
from .client import print_frame
from .console import Console
from .exits import Exit
from .options import Command, ExpandedPath

if TYPE_CHECKING:
    import pandas as pd

    from ..blocking.client import AmazonPhotos

MAX_SHOWN = 20
"""Rows of a plan that are shown before the question."""
_PLAN = ("action", "path", "folder", "name", "before", "after", "count", "reason", "note", "id")
"""What is shown of a plan, of an upload's too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class How:
    """How a change is to be made, by the options."""

    dry_run: bool
    plan: Path | None
    yes: bool


def change_options(command: Command) -> Command:
    """Add ``--dry-run``, ``--plan`` and ``--yes`` to a command that changes the library."""
    dry_run = click.option("--dry-run", is_flag=True, help="Print the plan, and do nothing.")
    plan = click.option(
        "--plan", type=ExpandedPath(path_type=Path, dir_okay=False), help="Write the plan to a file, and do nothing."
    )
    yes = click.option("-y", "--yes", is_flag=True, help="Ask nothing.")
    return dry_run(plan(yes(command)))


def max_delete_option(command: Command) -> Command:
    """Add ``--max-delete`` to a command that may remove something."""
    return click.option(
        "--max-delete", metavar="N|SHARE", help="How much may go: a number of nodes, or a share such as 10%."
    )(command)


def change(console: Console, client: AmazonPhotos, make: Callable[..., pd.DataFrame], how: How) -> Exit:
    """Show, ask, and do what ``make`` does; ``make(dry_run=True)`` gives its plan.

    Returns 0 where all was done, 3 where a part failed, 1 where all did, and 6 where nobody said yes.
    """
    if how.dry_run or how.plan is not None or not how.yes:
        plan = make(dry_run=True)
        if how.plan is not None:
            client.save_plan(plan, how.plan)
            console.note(
                f"the plan of {show_count(len(plan), 'changes')} is in {how.plan}: amazon-photos apply {how.plan}"
            )
            return Exit.DONE
        if how.dry_run:
            print_frame(console, plan)
            return Exit.DONE
        if not _may(console, plan):
            console.note("nothing was done")
            return Exit.REFUSED
    before = _list_runs(client)
    done = make(dry_run=False)
    print_frame(console, done)
    for run in _list_runs(client) - before:
        console.note(f"amazon-photos undo {run} takes it back, as far as anything does")
    return _tell_failed(console, done)


def _may(console: Console, plan: pd.DataFrame) -> bool:
    """Whether it may be done: somebody at a terminal says so, or it can be taken back."""
    lost = _count_lost(plan)
    if not terminal.is_there():
        if lost:
            console.note(f"{lost:,} of {len(plan):,} cannot be undone: --yes does it")
        return not lost
    shown = plan.head(MAX_SHOWN)
    columns = [name for name in _PLAN if name in shown.columns]
    print_frame(Console(output="table", out=sys.stderr), shown, columns)
    if len(plan) > len(shown):
        console.note(f"… and {len(plan) - len(shown):,} more")
    nodes = int(plan["count"].fillna(1).sum()) if "count" in plan.columns else len(plan)
    what = show_count(len(plan), "changes") + (f" ({show_count(nodes, 'nodes')})" if nodes != len(plan) else "")
    return terminal.confirm(f"{what}{f', {lost:,} of which cannot be undone' if lost else ''}: do it?")


def _count_lost(plan: pd.DataFrame) -> int:
    """How many changes nothing takes back; those of an upload can all be."""
    if "reversible" not in plan.columns:
        return 0
    rows = zip(plan["action"].tolist(), plan["reversible"].tolist(), strict=True)
    return sum(not reversible for action, reversible in rows if action != "keep")


def _list_runs(client: AmazonPhotos) -> set[str]:
    """The runs of which something can be undone: what is skipped leaves no run, and what is deleted no way back."""
    runs: Any = client.history.list()
    return set(runs["run"][runs["reversible"].fillna(0) > 0].tolist())


def _tell_failed(console: Console, done: pd.DataFrame) -> Exit:
    failed = int((done["outcome"] == "failed").sum())
    if failed:
        console.note(f"{failed:,} of {len(done):,} failed: the column reason says why")
    return Exit.DONE if not failed else Exit.FAILED if failed == len(done) else Exit.PARTLY
