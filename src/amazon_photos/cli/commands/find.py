"""``amazon-photos find``: what matches in the catalogue, without a request."""

from __future__ import annotations

import click

from ...query.expr import Expr
from ..options import Account, Console, catalog_options, output_options
from ..output.columns import print_tables, read_shown
from ..selection.selecting import Offline
from ..selection.selection import Selection, condition_options
from ..syntax.registry import Command


@click.command("find", cls=Command)
@click.argument("filters", nargs=-1, metavar="[FILTER]...")
@condition_options
@click.option("--limit", type=click.IntRange(min=0), help="At most so many rows.")
@click.option("--offset", type=click.IntRange(min=0), default=0, help="Pass over so many rows first.")
@output_options
@catalog_options
def command(
    *,
    filters: tuple[str, ...],
    selection: Selection,
    limit: int | None,
    offset: int,
    console: Console,
    account: Account,
) -> None:
    """Find what matches in the catalogue, as of its last refresh. Nothing is sent.

    FILTER is as in a search, by every column: "extension:heic", "timeYear:2019", "size:[10000000 TO *]", "NOT
    favorite:true", and after a refresh of relations "people:(Ada) AND things:(beach)", --album and --person. Several
    must all hold.

    \b
    amazon-photos find "type:(VIDEOS)" --sort=-size --limit 10
    amazon-photos find "name:IMG*" --columns name,taken,size -o csv
    amazon-photos find "timeYear:2019" -o ids
    """
    wanted = read_shown(console)
    catalog = account.open_catalog()
    conditions: list[str | Expr | None] = [*filters, *Offline(catalog).read_conditions(selection)]
    found = catalog.batches(conditions, sort=list(console.sort) or None, limit=limit, offset=offset, columns=wanted)
    print_tables(console, wanted, found)
