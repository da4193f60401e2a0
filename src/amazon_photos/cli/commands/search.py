"""``amazon-photos search``: what Amazon's search index finds, as its own page does."""

from __future__ import annotations

import click

from ..options import Account, Console, account_options, output_options
from ..selection.querying import SearchArguments, print_found, search_options
from ..syntax.registry import Command


@click.command("search", cls=Command)
@search_options
@output_options
@account_options
def command(*, query: SearchArguments, console: Console, account: Account) -> None:
    """Search Amazon's index: photos and videos, the newest first, by who, what and where is on them.

    It is what `find` is for the catalogue. FILTER is such as "things:(beach)", "people:(Ada) AND timeYear:(2019)" or
    "location:(Seattle)"; several must all hold. Without one, all photos and videos come.

    \b
    amazon-photos search "things:(beach OR sea)" --limit 20
    amazon-photos search "people:(Ada)" "type:(VIDEOS)" --sort=-size
    amazon-photos search "things:(receipt)" -o ids
    """
    with account.open_client(console) as client:
        print_found(console, client.query, query)
