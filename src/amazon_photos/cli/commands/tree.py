"""``amazon-photos tree``: the folders of the catalogue, and how much each holds, without a request."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from ...errors import InvalidInput
from ..options import Account, Console, catalog_options, output_options
from ..output.frames import check_column, choose
from ..syntax.registry import Command

if TYPE_CHECKING:
    from ...catalog.catalog import Catalog
    from ...model.tree import Folder

_COLUMNS = ("folder", "path", "name", "depth", "count", "size", "id")
_TABLE, _SHORT = ("folder", "count", "size"), ("path", "count", "size", "id")
Row = dict[str, Any]


@click.command("tree", cls=Command)
@click.argument("path", default="/")
@click.option("--depth", type=click.IntRange(min=0), metavar="N", help="Only so many folders deep; 0 is PATH alone.")
@output_options
@catalog_options
def command(*, path: str, depth: int | None, console: Console, account: Account) -> None:
    """Draw the folders below PATH as a tree: how many files each and all below it hold, and their bytes.

    Elsewhere than at a terminal it is a row for each folder, with its path and id. Nothing is sent: it is as of the
    catalogue's last refresh.

    \b
    amazon-photos tree
    amazon-photos tree /Pictures --depth 1 --sort=-size
    amazon-photos tree --columns path,count,id -o jsonl
    """
    wanted = choose(console.columns, _COLUMNS, list(_TABLE if console.output == "table" else _SHORT))
    order = [(check_column(name.removeprefix("-"), _COLUMNS), name.startswith("-")) for name in console.sort]
    rows = list(_list_rows(account.open_catalog(), path, depth))
    for name, descending in reversed(order):
        rows.sort(key=lambda row: row[name], reverse=descending)
    console.table(wanted, (tuple(row[name] for name in wanted) for row in rows))


def _list_rows(catalog: Catalog, path: str, depth: int | None) -> Iterator[Row]:
    from ...catalog.index_cache import IndexCache
    from ...catalog.store import Store

    root = IndexCache(Store(catalog.path)).load(folders_only=True).tree()
    top = root.find(path)
    if top is None:
        raise InvalidInput(f"the library has no folder {path!r:.200}: `amazon-photos tree` shows which there are")
    folders = list(root.walk())
    held = dict(zip((one.id for one in folders), _count_below(catalog, folders), strict=True))
    depths = {id(top): 0}
    for folder, line in zip(top.walk(), top.lines(), strict=True):
        own = depths.setdefault(id(folder), depths.get(id(folder.parent), 0) + 1)
        if depth is None or own <= depth:
            count, size = held[folder.id]
            told = {"folder": line, "path": f"/{folder.path}", "name": folder.name, "depth": own}
            yield {**told, "count": count, "size": size, "id": folder.id}


def _count_below(catalog: Catalog, folders: Sequence[Folder]) -> list[tuple[int, int]]:
    """How many files each folder and all below it hold, and their bytes. Folders come after those that they are in."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    from ...query.constants import fill_false, join_chunks, numbers_of, to_array, to_scalar

    table = catalog.arrow("kind", "size", "parents")
    table = table.filter(fill_false(pc.equal(table["kind"].cast(pa.string()), to_scalar("FILE", pa.string()))))
    parents, sizes = join_chunks(table["parents"]), join_chunks(table["size"])
    ids = to_array([one.id for one in folders], pa.string())
    above = pc.fill_null(pc.index_in(pc.list_flatten(parents), value_set=ids), to_scalar(len(ids), pa.int32()))
    places, owners = numbers_of(above), numbers_of(pc.list_parent_indices(parents))
    bytes_of = numbers_of(pc.fill_null(sizes, to_scalar(0, pa.int64())))[owners]
    counts = np.bincount(places, minlength=len(folders) + 1).tolist()
    totals = np.bincount(places, weights=bytes_of, minlength=len(folders) + 1).astype(np.int64).tolist()
    numbers = {id(folder): place for place, folder in enumerate(folders)}
    for place in reversed(range(1, len(folders))):
        parent = numbers[id(folders[place].parent)]
        counts[parent] += counts[place]
        totals[parent] += totals[place]
    return list(zip(counts[:-1], totals[:-1], strict=True))
