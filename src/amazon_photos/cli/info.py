"""``amazon-photos info``: all that the catalogue knows of one node, without a request."""

from __future__ import annotations

import click

from ..errors import InvalidInput
from ..model.fields import COLUMNS, EXTRA_COLUMN
from ..query.build import F
from .commands import Command
from .options import Account, Console, catalog_options, output_options


@click.command("info", cls=Command)
@click.argument("node_id", metavar="ID")
@output_options
@catalog_options
def command(*, node_id: str, console: Console, account: Account) -> None:
    """Tell all that the catalogue knows of a file, a folder or an album: a row for each column that has a value.

    As JSON it is one object with all columns. Nothing is sent. An ID may begin with a hyphen.

    \b
    amazon-photos info HeMReF-vvJiTTkdPIeWuoP
    amazon-photos info HeMReF-vvJiTTkdPIeWuoP --json
    amazon-photos info -eMReF-vvJiTTkdPIeWuoP
    """
    columns = [*COLUMNS, EXTRA_COLUMN]
    anything = F.kind.exists() | ~F.kind.exists()  # a live photo's movie too, which is only found by its kind
    found = list(account.open_catalog().rows((F.id == node_id) & anything, columns=columns))
    if not found:
        raise InvalidInput(f"the catalogue has no node of the id {node_id!r:.80}")
    if console.output in ("json", "jsonl", "ids"):
        console.table(columns, [tuple(found[0].values())])
        return
    console.table(
        ("column", "value"), [(name, value) for name, value in found[0].items() if value not in (None, [], "")]
    )
