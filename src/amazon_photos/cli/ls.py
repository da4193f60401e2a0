"""``amazon-photos ls``: what a folder or an album holds, by the catalogue, without a request."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
import pyarrow as pa
import pyarrow.compute as pc

from ..catalog.catalog import Catalog
from ..catalog.index_cache import IndexCache
from ..catalog.store import Store
from ..errors import InvalidInput
from ..query.build import F
from ..query.constants import fill_false, to_scalar
from ..query.expr import Expr
from .commands import Command
from .library import print_tables, read_columns
from .options import Account, Console, catalog_options, output_options

_COLUMNS = ("name", "kind", "size", "taken", "id")
_ALBUMS = "albums"
"""What stands before an album's name where a path is due."""


@click.command("ls", cls=Command)
@click.argument("path", default="/")
@output_options
@catalog_options
def command(*, path: str, console: Console, account: Account) -> None:
    """List what a folder of the library holds, folders first; "albums" lists albums, "albums/Summer" what one holds.

    Nothing is sent: it is as of the catalogue's last refresh, an album as of the last refresh of relations.

    \b
    amazon-photos ls
    amazon-photos ls /Pictures/2019 -o jsonl
    amazon-photos ls albums/Summer -o ids
    """
    wanted = read_columns(console.columns, _COLUMNS)
    library = account.open_catalog()
    print_tables(console, wanted, _list(library, path, wanted))


def _list(library: Catalog, path: str, columns: list[str]) -> Iterator[pa.Table]:
    asked = list(dict.fromkeys([*columns, "kind", "name"]))
    first, _, rest = path.strip("/").partition("/")
    if first == _ALBUMS and not rest:
        return library.batches(F.kind == "VISUAL_COLLECTION", columns=columns, sort="name")
    if first == _ALBUMS:
        return library.batches(F.album(rest), columns=columns)
    return _put_folders_first(
        list(library.batches(_in_folder(library.path, path), columns=asked, sort="name")), columns
    )


def _put_folders_first(found: list[pa.Table], columns: list[str]) -> Iterator[pa.Table]:
    folder = to_scalar("FOLDER", pa.string())
    are_folders = [fill_false(pc.equal(table["kind"].cast(pa.string()), folder)) for table in found]
    for some, are in zip(found, are_folders, strict=True):
        yield some.filter(are).select(columns)
    for some, are in zip(found, are_folders, strict=True):
        yield some.filter(pc.invert(are)).select(columns)


def _in_folder(catalog: Path, path: str) -> Expr:
    """The filter of what a folder holds. Raises ``InvalidInput`` where there is none."""
    index = IndexCache(Store(catalog)).load(folders_only=True)
    folder = index.folder(path.strip("/"))
    if folder is None:
        raise InvalidInput(f"the library has no folder {path!r:.80}: `amazon-photos ls` shows the first ones")
    return F.parents == folder
