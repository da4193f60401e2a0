"""``amazon-photos usage``: how much is stored, by kind."""

from __future__ import annotations

from pathlib import Path

import click

from .client import open_client, print_frame
from .console import Console
from .formats import Format
from .options import connection_options, output_options


@click.command("usage")
@output_options
@connection_options
def command(
    *,
    output: Format | None,
    as_json: bool,
    profile: str | None,
    cookies: Path | None,
    tld: str | None,
    endpoint: str | None,
) -> None:
    """Tell how much is stored, by kind, and how much of it counts against the quota. One request.

    \b
    amazon-photos usage
    amazon-photos usage --json
    amazon-photos usage --profile family -o csv
    """
    console = Console(output=output, as_json=as_json)
    with open_client(cookies, tld, endpoint, profile=profile) as client:
        print_frame(console, client.usage())
