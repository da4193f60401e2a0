"""``amazon-photos history``, ``undo`` and ``apply``: what was changed, the way back, and plans that were kept."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import click

from ...catalog.store import Store
from ...plans.run_rows import tabulate_run, tabulate_runs
from ..exits import Exit
from ..options import Account, Console, ExpandedPath, account_options, catalog_options, output_options
from ..output.frames import print_table
from ..runs.changing import ChangeOptions, change, remove_options
from ..syntax.registry import Command

_RUNS = ("run", "began", "operation", "state", "done", "failed")
_STEPS = ("action", "name", "before", "after", "outcome", "reason", "id")
"""What is shown at a terminal unless columns are asked for."""


@click.command("history", cls=Command)
@click.argument("run", required=False)
@output_options
@catalog_options
def history(*, run: str | None, console: Console, account: Account) -> None:
    """List what was changed in the library, a row for each run, the latest first; or the steps of one run.

    Nothing is sent: it is read from the journals beside the catalogue.

    \b
    amazon-photos history
    amazon-photos history 20260501-100000-123456-3f2a
    amazon-photos history -o csv
    """
    folder = Store(account.find_catalog()).runs_dir
    on_screen = console.output == "table"
    if run is None:
        print_table(console, tabulate_runs(folder), _RUNS if on_screen else None)
    else:
        print_table(console, tabulate_run(folder, run), _STEPS if on_screen else None)


@click.command("undo", cls=Command)
@click.argument("run")
@remove_options
@output_options
@account_options
def undo(*, run: str, how: ChangeOptions, console: Console, account: Account) -> Exit:
    """Undo a run: put back what it changed, where nobody changed it since. It is a run itself.

    \b
    amazon-photos undo 20260501-100000-123456-3f2a --dry-run
    amazon-photos undo 20260501-100000-123456-3f2a
    amazon-photos undo 20260501-100000-123456-3f2a --yes --max-delete 500

    Exit codes: 0 done, 1 failed, 3 a part failed, 6 refused: a limit, or nobody said yes.
    """
    with account.open_client(console) as client:
        make = partial(client.history.undo, run, max_delete=how.limit_or_default())
        return change(console, client, make, how)


@click.command("apply", cls=Command)
@click.argument("file", type=ExpandedPath(path_type=Path, dir_okay=False))
@remove_options
@output_options
@account_options
def apply(*, file: Path, how: ChangeOptions, console: Console, account: Account) -> Exit:
    """Apply a plan that --plan kept: rows that no longer hold are skipped, and say why.

    \b
    amazon-photos trash --filter "extension:tmp" --plan plan.jsonl
    amazon-photos apply plan.jsonl --dry-run
    amazon-photos apply plan.jsonl --yes

    Exit codes: 0 done, 1 failed, 3 a part failed, 6 refused: a limit, or nobody said yes.
    """
    with account.open_client(console) as client:
        make = partial(client.apply, file, max_delete=how.limit_or_default())
        return change(console, client, make, how)
