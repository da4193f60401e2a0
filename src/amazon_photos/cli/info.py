"""``amazon-photos info``: all that the catalogue knows of one node, without a request."""

from __future__ import annotations

from pathlib import Path

import click

from ..errors import InvalidInput
from ..model.fields import COLUMNS, EXTRA_COLUMN
from ..query.build import F
from .console import Console
from .formats import Format
from .library import open_catalog
from .options import catalog_options, output_options


@click.command("info")
@click.argument("node_id", metavar="ID")
@output_options
@catalog_options
def command(*, node_id: str, output: Format | None, as_json: bool, profile: str | None, catalog: Path | None) -> None:
    """Tell all that the catalogue knows of a file, a folder or an album: a row for each column that has a value.

    As JSON it is one object with all columns. Nothing is sent. An ID may begin with a hyphen: write -- before it.

    \b
    amazon-photos info HeMReF-vvJiTTkdPIeWuoP
    amazon-photos info HeMReF-vvJiTTkdPIeWuoP --json
    amazon-photos info -- -eMReF-vvJiTTkdPIeWuoP
    """
    console = Console(output=output, as_json=as_json)
    columns = [*COLUMNS, EXTRA_COLUMN]
    anything = F.kind.exists() | ~F.kind.exists()  # a live photo's movie too, which is only found by its kind
    found = list(open_catalog(profile, catalog).rows((F.id == node_id) & anything, columns=columns))
    if not found:
        raise InvalidInput(f"the catalogue has no node of the id {node_id!r:.80}")
    if as_json or output in ("json", "jsonl", "ids"):
        console.table(columns, [tuple(found[0].values())])
        return
    console.table(("column", "value"), [(name, value) for name, value in found[0].items() if value not in (None, [])])
