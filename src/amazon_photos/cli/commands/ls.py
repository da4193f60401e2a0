"""``amazon-photos ls``: what a folder or an album holds, by the catalogue, without a request."""

from __future__ import annotations

from collections.abc import Iterator

import click
import pyarrow as pa
import pyarrow.compute as pc

from ...catalog.catalog import Catalog
from ...query.build import F
from ...query.constants import fill_false, to_scalar
from ..options import Account, Console, catalog_options, output_options
from ..output.columns import print_tables, read_columns
from ..selection.found_node import ALBUM, FOLDER
from ..selection.paths import Paths
from ..selection.selecting import Offline, list_album
from ..selection.selection import ALBUMS
from ..syntax.registry import Command

_COLUMNS = ("name", "kind", "size", "taken", "id")


@click.command("ls", cls=Command)
@click.argument("path", default="/")
@output_options
@catalog_options
def command(*, path: str, console: Console, account: Account) -> None:
    """List what a folder of the library holds, folders first; "albums" lists albums, "albums/Summer" what one holds.

    PATH may be a file, or a glob such as "/Pictures/*/IMG*": then what matches is listed itself. Nothing is sent: it is
    as of the catalogue's last refresh, an album as of the last refresh of relations.

    \b
    amazon-photos ls
    amazon-photos ls /Pictures/2019 -o jsonl
    amazon-photos ls albums/Summer -o ids
    """
    wanted = read_columns(console.columns, _COLUMNS)
    library = account.open_catalog()
    print_tables(console, wanted, _list(library, path, wanted))


def _list(library: Catalog, path: str, columns: list[str]) -> Iterator[pa.Table]:
    if path.strip("/") == ALBUMS and not path.startswith("/"):
        return library.batches(F.kind == ALBUM, columns=columns, sort="name")
    found = Paths(library, Offline(library)).find(path)
    node = found.nodes[0]
    if found.computed or node.kind not in (FOLDER, ALBUM):  # files, or what matches
        return library.batches(F.id(*(one.id for one in found.nodes)), columns=columns)
    if node.kind == ALBUM:
        return list_album(library, node.id, columns)
    asked = list(dict.fromkeys([*columns, "kind", "name"]))
    return _put_folders_first(list(library.batches(F.parents == node.id, columns=asked, sort="name")), columns)


def _put_folders_first(found: list[pa.Table], columns: list[str]) -> Iterator[pa.Table]:
    folder = to_scalar(FOLDER, pa.string())
    are_folders = [fill_false(pc.equal(table["kind"].cast(pa.string()), folder)) for table in found]
    for some, are in zip(found, are_folders, strict=True):
        yield some.filter(are).select(columns)
    for some, are in zip(found, are_folders, strict=True):
        yield some.filter(pc.invert(are)).select(columns)
