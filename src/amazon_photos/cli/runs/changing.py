"""What every command does that changes the library: show the plan, ask, do it, and say how it is taken back.

::

    --dry-run        the plan, on standard output; nothing is done
    --plan FILE      the plan goes into a file, for ``apply``; nothing is done
    at a terminal    the plan first, then a question, also where standard input is a pipe; --yes asks nothing, and
                     what only adds (a favourite, a photo to an album) is never asked
    elsewhere        it is done; what nothing takes back wants --yes
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ...errors import CatalogError, InvalidInput
from ...model.amounts import show_count
from .. import terminal
from ..exits import Exit
from ..options import Console, ExpandedPath, gather
from ..output.frames import check_printing, print_frame
from .running import RESULTS, TRANSFERRED, finishing

if TYPE_CHECKING:
    import pandas as pd

    from ...blocking.client import AmazonPhotos
    from ...plans.limit import MaxDelete
    from ...plans.step import Step

MAX_SHOWN = 20
"""Rows of a plan that are shown before the question."""
_RESULTS = ("id", "name", "outcome", "reason")
_PLAN = ("action", "path", "folder", "name", "before", "after", "count", "reason", "note", "id")
"""What is shown of a plan, of an upload's too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeOptions:
    """How a change is to be made, by the options."""

    dry_run: bool
    plan: Path | None
    yes: bool
    max_delete: str | None = None

    def __post_init__(self) -> None:
        if self.max_delete is not None:
            from ...plans.limit import DeleteLimit

            DeleteLimit.read(self.max_delete)  # a wrong one is told before anything is asked

    def limit(self, *, computed: bool) -> MaxDelete | None:
        """Return how much may go: what was asked for, else the usual where no hand chose each of them."""
        return self.limit_or_default() if computed else self.max_delete

    def limit_or_default(self) -> MaxDelete:
        """Return how much may go: what was asked for, else the usual."""
        from ...plans.limit import DEFAULT

        return DEFAULT if self.max_delete is None else self.max_delete


_CHANGING = (
    click.option("--dry-run", is_flag=True, help="Print the plan, and do nothing."),
    click.option(
        "--plan", type=ExpandedPath(path_type=Path, dir_okay=False), help="Write the plan to a file, and do nothing."
    ),
    click.option("-y", "--yes", is_flag=True, help="Ask nothing."),
)
_MAX_DELETE = click.option(
    "--max-delete", metavar="N|SHARE", help="How much may go: a number of nodes, or a share such as 10%."
)
change_options = gather("how", ChangeOptions, *_CHANGING)
"""Adds ``--dry-run``, ``--plan`` and ``--yes`` to a command that changes the library: ``how``."""
remove_options = gather("how", ChangeOptions, *_CHANGING, _MAX_DELETE)
"""The same, and ``--max-delete``, for one that may remove something: ``how``."""


def change(
    console: Console, client: AmazonPhotos, make: Callable[..., pd.DataFrame], how: ChangeOptions, *, asks: bool = True
) -> Exit:
    """Show, ask, and do what ``make`` does; ``make(dry_run=True)`` gives its plan.

    ``asks=False`` is for what adds, and can always be taken back: nobody is asked. Returns 0 where all was done, 3
    where a part failed, 1 where all did, and 6 where nobody said yes.
    """
    if not how.dry_run and how.plan is None:
        check_printing(console, (*_RESULTS, *RESULTS))  # before anybody is asked
    names: dict[str, str] = {}
    if how.dry_run or how.plan is not None or (asks and not how.yes):
        plan = make(dry_run=True)
        names |= _read_names(plan)
        if how.plan is not None:
            client.save_plan(plan, how.plan)
            told = show_count(len(plan), "changes")
            console.note(f"the plan of {told} is in {how.plan}: amazon-photos apply {how.plan}")
            return Exit.DONE
        if how.dry_run:
            print_frame(console, plan, _list_shown(plan) if console.output == "table" else None)
            return Exit.DONE
        _check_limit(client, make, plan)
        if not _may(console, plan):
            console.error("nothing was done")
            return Exit.REFUSED
    before = len(client.begun_runs)
    with finishing(client, console):
        done = make(dry_run=False)
    runs = _list_reversible(client, client.begun_runs[before:])
    for run in runs:
        names |= _read_names(client.history.show(run))
    done = _add_names(done, names, client)
    if "path" in done.columns:  # files went up
        print_frame(console, done, TRANSFERRED)
    else:
        _print(console, done)
    for run in runs:
        console.note(f"amazon-photos undo {run} takes it back, as far as anything does")
    return tell_failed(console, done)


def _list_shown(plan: pd.DataFrame) -> list[str]:
    """What people are shown of a plan."""
    return [name for name in _PLAN if name in plan.columns]


def _check_limit(client: AmazonPhotos, make: Callable[..., pd.DataFrame], plan: pd.DataFrame) -> None:
    """Check that no more would go than may, before anybody is asked. Raises ``TooManyDeletions``.

    It is checked again when it is done, against the library as it is then.
    """
    limit = getattr(make, "keywords", {}).get("max_delete")
    if limit is None:
        return
    from .limiting import check_limit

    with suppress(CatalogError):
        check_limit(client.catalog.path, _list_steps(plan), limit)


def _list_steps(plan: pd.DataFrame) -> list[Step]:
    """What is done to which node; of the plan of an upload what it puts in the trash."""
    from ...plans.actions import Action
    from ...plans.step import Step
    from ...transfer.upload.saved_plan import list_replaced

    if "count" not in plan.columns:
        return list_replaced(plan)
    rows = zip(plan["action"].tolist(), plan["id"].tolist(), plan["count"].fillna(1).tolist(), strict=True)
    return [Step(action=Action(action), id=node_id, count=int(count)) for action, node_id, count in rows]


def _print(console: Console, done: pd.DataFrame) -> None:
    """Print what was done: it was, so columns that only uploads have change nothing of that."""
    try:
        print_frame(console, done)
    except InvalidInput as error:
        console.error(str(error))
        console.columns, console.sort = None, ()
        print_frame(console, done)


def _read_names(steps: pd.DataFrame) -> dict[str, str]:
    """What each node is called, by the rows of a plan or of a run."""
    if not {"id", "name"} <= set(steps.columns):
        return {}
    known = steps.dropna(subset=["id", "name"])
    return dict(zip(known["id"].tolist(), known["name"].tolist(), strict=True))


def _add_names(done: pd.DataFrame, names: dict[str, str], client: AmazonPhotos) -> pd.DataFrame:
    """Results with a column of names, where they have none: people know no ids."""
    if "name" in done.columns or "id" not in done.columns:
        return done
    if missing := [one for one in done["id"].tolist() if one not in names]:
        from ...catalog.catalog import Catalog
        from ...query.build import F

        with suppress(CatalogError):  # there may be none yet
            rows = Catalog.open(client.catalog.path).rows(F.id(*missing), columns=["id", "name"])
            names |= {row["id"]: row["name"] for row in rows}
    named = done.copy()
    named.insert(list(done.columns).index("id") + 1, "name", done["id"].map(names).astype(done["id"].dtype))
    return named


def _may(console: Console, plan: pd.DataFrame) -> bool:
    """Whether it may be done: somebody at a terminal says so, or it can be taken back."""
    lost = _list_lost(plan)
    if not len(plan) or not terminal.can_confirm():
        if lost:
            console.error(f"{len(lost):,} of {len(plan):,} cannot be undone ({_name(lost)}): --yes does it")
        return not lost
    shown = plan.head(MAX_SHOWN)
    print_frame(Console(output="table", out=sys.stderr), shown, _list_shown(plan))
    if len(plan) > len(shown):
        console.note(f"… and {len(plan) - len(shown):,} more")
    nodes = int(plan["count"].fillna(1).sum()) if "count" in plan.columns else len(plan)
    what = show_count(len(plan), "changes") + (f" ({show_count(nodes, 'nodes')})" if nodes != len(plan) else "")
    told = f", {len(lost):,} of which cannot be undone ({_name(lost)})" if lost else ""
    return terminal.confirm(f"{what}{told}: do it?")


def _list_lost(plan: pd.DataFrame) -> list[str]:
    """What nothing takes back, each by what is done and its name; those of an upload can all be."""
    if "reversible" not in plan.columns:
        return []
    rows = zip(*(plan[name].tolist() for name in ("action", "reversible", "name", "id")), strict=True)
    return [
        f"{action} {repr(name) if isinstance(name, str) else node_id}"
        for action, reversible, name, node_id in rows
        if not reversible and action != "keep"
    ]


def _name(changes: list[str]) -> str:
    """The first of them, and how many more there are."""
    more = f" and {len(changes) - 1:,} more" if len(changes) > 1 else ""
    return f"{changes[0]:.100}{more}"


def _list_reversible(client: AmazonPhotos, begun: Sequence[str]) -> list[str]:
    """Those of which something can be undone: what is skipped leaves no run, and what is deleted no way back."""
    if not begun:
        return []
    runs: Any = client.history.list()
    reversible = set(runs["run"][runs["reversible"].fillna(0) > 0].tolist())
    return [run for run in begun if run in reversible]


def tell_failed(console: Console, done: pd.DataFrame) -> Exit:
    """Tell how many of the rows failed, and return the code for it."""
    failed = int((done["outcome"] == "failed").sum())
    if failed:
        console.error(f"{failed:,} of {len(done):,} failed: the column reason says why")
    return Exit.DONE if not failed else Exit.FAILED if failed == len(done) else Exit.PARTLY
