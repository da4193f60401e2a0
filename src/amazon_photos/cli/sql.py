"""``amazon-photos sql``: asks DuckDB about the catalogue, without a request and without pandas."""

from __future__ import annotations

from pathlib import Path

import click

from ..catalog.sql import stream_sql
from ..catalog.store import Store
from .console import Console
from .formats import Format
from .library import open_catalog, print_tables
from .options import catalog_options, output_options


@click.command("sql")
@click.argument("query")
@output_options
@catalog_options
def command(*, query: str, output: Format | None, as_json: bool, profile: str | None, catalog: Path | None) -> None:
    """Ask DuckDB about the catalogue, the table db, and about what belongs to what, the table relations.

    Nothing is sent. Needs DuckDB, the extra sql; dots in names want quotes.

    \b
    amazon-photos sql "select extension, count(*) n, sum(size) bytes from db group by 1 order by 3 desc"
    amazon-photos sql 'select "image.make", count(*) from db group by 1' -o csv
    amazon-photos sql "select name, count(*) n from relations where relation = 'person' group by 1"
    """
    console = Console(output=output, as_json=as_json)
    columns, found = stream_sql(Store(open_catalog(profile, catalog).path), query)
    print_tables(console, columns, found)
