"""``amazon-photos sql``: asks DuckDB about the catalogue, without a request and without pandas."""

from __future__ import annotations

import click
import pyarrow as pa

from ...catalog.sql import stream_sql
from ...catalog.store import Store
from ..options import Account, Console, catalog_options, output_options
from ..output.columns import print_tables
from ..output.frames import print_table
from ..syntax.registry import Command


@click.command("sql", cls=Command)
@click.argument("query")
@output_options
@catalog_options
def command(*, query: str, console: Console, account: Account) -> None:
    """Ask DuckDB about the catalogue, the table db, and about what belongs to what, the table relations.

    Nothing is sent. Needs DuckDB, the extra sql; dots in names want quotes.

    \b
    amazon-photos sql "select extension, count(*) n, sum(size) bytes from db group by 1 order by 3 desc"
    amazon-photos sql 'select "image.make", count(*) from db group by 1' -o csv
    amazon-photos sql "select name, count(*) n from relations where relation = 'person' group by 1"
    """
    columns, found = stream_sql(Store(account.open_catalog().path), query)
    if console.columns is None and not console.sort:
        print_tables(console, columns, found)
    else:
        print_table(console, pa.concat_tables(found))
