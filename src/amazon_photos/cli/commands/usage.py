"""``amazon-photos usage``: how much is stored, by kind."""

from __future__ import annotations

import click

from ..options import Account, Console, connection_options, output_options
from ..output.frames import print_frame
from ..syntax.registry import Command


@click.command("usage", cls=Command)
@output_options
@connection_options
def command(*, console: Console, account: Account) -> None:
    """Tell how much is stored, by kind, and how much of it counts against the quota. One request.

    \b
    amazon-photos usage
    amazon-photos usage --json
    amazon-photos usage --profile family -o csv
    """
    with account.open_client(console) as client:
        print_frame(console, client.usage())
