"""``amazon-photos find``: what matches in the catalogue, without a request."""

from __future__ import annotations

from pathlib import Path

import click

from .console import Console
from .formats import Format
from .library import open_catalog, print_tables, read_columns
from .options import catalog_options, output_options


@click.command("find")
@click.argument("filters", nargs=-1, metavar="[FILTER]...")
@click.option("--columns", default="short", show_default=True, help="short, all, or names with commas between.")
@click.option("--sort", multiple=True, metavar="COLUMN", help="By a column; with a minus before it the largest first.")
@click.option("--limit", type=click.IntRange(min=0), help="At most so many rows.")
@click.option("--offset", type=click.IntRange(min=0), default=0, help="Pass over so many rows first.")
@output_options
@catalog_options
def command(
    *,
    filters: tuple[str, ...],
    columns: str,
    sort: tuple[str, ...],
    limit: int | None,
    offset: int,
    output: Format | None,
    as_json: bool,
    profile: str | None,
    catalog: Path | None,
) -> None:
    """Find what matches in the catalogue, as of its last refresh. Nothing is sent.

    FILTER is as in a search, by every column: "extension:heic", "timeYear:2019", "size:[10000000 TO *]", "NOT
    favorite:true", and after a refresh of relations "people:(Ada) AND things:(beach)". Several must all hold.

    \b
    amazon-photos find "type:(VIDEOS)" --sort=-size --limit 10
    amazon-photos find "name:IMG*" --columns name,taken,size -o csv
    amazon-photos find "timeYear:2019" -o ids
    """
    console = Console(output=output, as_json=as_json)
    wanted = read_columns(columns)
    found = open_catalog(profile, catalog).batches(
        list(filters), sort=list(sort) or None, limit=limit, offset=offset, columns=wanted
    )
    print_tables(console, wanted, found)
