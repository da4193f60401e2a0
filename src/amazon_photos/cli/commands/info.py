"""``amazon-photos info``: all that the catalogue knows of one node, without a request."""

from __future__ import annotations

import click

from ...catalog.catalog import Catalog
from ...errors import InvalidInput
from ...model.fields import COLUMNS, EXTRA_COLUMN
from ...query.build import F
from ..options import Account, Console, catalog_options, output_options
from ..selection.paths import Paths
from ..selection.selecting import Offline
from ..selection.standard_input import is_id
from ..syntax.registry import Command


@click.command("info", cls=Command)
@click.argument("path", metavar="ID|PATH")
@output_options
@catalog_options
def command(*, path: str, console: Console, account: Account) -> None:
    """Tell all that the catalogue knows of a file, a folder or an album: a row for each column that has a value.

    As JSON it is an array of one object, with all columns. Nothing is sent.

    \b
    amazon-photos info HeMReF-vvJiTTkdPIeWuoP
    amazon-photos info /Pictures/2019/IMG_1.jpg --json
    amazon-photos info albums/Summer
    """
    columns = [*COLUMNS, EXTRA_COLUMN]
    library = account.open_catalog()
    node_id = path if is_id(path) else _find_one(library, path)
    anything = F.kind.exists() | ~F.kind.exists()  # a live photo's movie too, which is only found by its kind
    found = list(library.rows((F.id == node_id) & anything, columns=columns))
    if not found:
        raise InvalidInput(f"the catalogue has no node of the id {node_id!r:.80}")
    if console.output in ("json", "jsonl", "ids"):
        console.table(columns, [tuple(found[0].values())])
        return
    known = [(name, value) for name, value in found[0].items() if value not in (None, [], "")]
    console.table(("column", "value"), known)


def _find_one(library: Catalog, path: str) -> str:
    found = Paths(library, Offline(library)).find(path).nodes
    if len(found) > 1:
        raise InvalidInput(f"{path!r:.200} means {len(found):,} nodes, and this is about one: `amazon-photos ls` lists")
    return found[0].id
