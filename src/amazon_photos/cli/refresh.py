"""``amazon-photos refresh``: brings the catalogue up to date, and tells what is new."""

from __future__ import annotations

from pathlib import Path

import click

from .client import open_client, print_frame
from .console import Console
from .formats import Format
from .options import catalog_option, connection_options, output_options

_COLUMNS = ("change", "name", "kind", "size", "taken", "id")


@click.command("refresh")
@click.option("--relations", is_flag=True, help="Also who is on what, what and where, and what albums hold.")
@click.option("--full", is_flag=True, help="Read everything, and compare.")
@output_options
@catalog_option
@connection_options
def command(
    *,
    relations: bool,
    full: bool,
    output: Format | None,
    as_json: bool,
    catalog: Path | None,
    profile: str | None,
    cookies: Path | None,
    tld: str | None,
    endpoint: str | None,
) -> None:
    """Refresh the catalogue: ask Amazon for what changed since the last time, and print it, a row for each node.

    The first time everything is read, which goes on where it was interrupted.

    \b
    amazon-photos refresh
    amazon-photos refresh --relations -o jsonl
    amazon-photos refresh --full --profile family
    """
    console = Console(output=output, as_json=as_json)
    with open_client(cookies, tld, endpoint, profile=profile, catalog=catalog) as client:
        changed = client.refresh(relations=relations, full=full)
        print_frame(console, changed, _COLUMNS)
        console.note(f"{len(changed):,} changed; the catalogue is {client.catalog.path}")
