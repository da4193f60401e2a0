"""``amazon-photos refresh``: brings the catalogue up to date, and tells what is new."""

from __future__ import annotations

import click

from ...catalog.names_file import keep_names
from ...model.fields import COLUMNS, EXTRA_COLUMN
from ..options import Account, Console, account_options, output_options
from ..output.frames import check_column, choose, print_frame
from ..syntax.registry import Command

_COLUMNS = ("change", "name", "kind", "size", "taken", "id")


@click.command("refresh", cls=Command)
@click.option("--relations", is_flag=True, help="Also who is on what, what and where, and what albums hold.")
@click.option("--full", is_flag=True, help="Read everything, and compare.")
@output_options
@account_options
def command(*, relations: bool, full: bool, console: Console, account: Account) -> None:
    """Refresh the catalogue: ask Amazon for what changed since the last time, and print it, a row for each node.

    The first time everything is read, which goes on where it was interrupted.

    \b
    amazon-photos refresh
    amazon-photos refresh --relations -o jsonl
    amazon-photos refresh --full --profile family
    """
    with account.open_client(console) as client:
        changed = client.refresh(relations=relations, full=full, columns=_choose_columns(console))
        print_frame(console, changed, _COLUMNS)
        keep_names(client.catalog.path)  # for completion: whoever presses the key need not wait
        console.note(f"{len(changed):,} changed; the catalogue is {client.catalog.path}")


def _choose_columns(console: Console) -> list[str]:
    """Choose what is printed or sorted by: the first time all nodes are new, and other columns would fill memory.

    Raises ``InvalidInput`` for what is none, before anything is asked for.
    """
    there = ["change", *COLUMNS, EXTRA_COLUMN]
    sorted_by = [check_column(name.removeprefix("-"), there) for name in console.sort]
    wanted = [*choose(console.columns, there, list(_COLUMNS)), *sorted_by]
    return [name for name in dict.fromkeys(wanted) if name != "change"]
