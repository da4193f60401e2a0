"""Live photos are two files: what brings one of them brings its movie too, right behind it.

ap.parquet knows the movies of the photos that it has. Where it may lack some, and of photos that it lacks itself, the
photo's row says whether there is one (``extra``), and Amazon is asked for it: one request.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..errors import CatalogError
from ..model.fields import EXTRA_COLUMN
from .ids import drop_repeats
from .resolve import cast_to

if TYPE_CHECKING:
    import pyarrow as pa

    from ..catalog.store import Store
    from .base import ClientBase

_TELLING = ("id", "kind", "parents", EXTRA_COLUMN)


async def add_movies(client: ClientBase, nodes: pa.Table) -> pa.Table:
    """Put the movie of each live photo behind it, unless it is there already."""
    import pyarrow as pa

    if not set(_TELLING) <= set(nodes.column_names):
        return nodes
    known = await _load_movies(client, nodes)
    left = (await asyncio.to_thread(_list_stills, nodes, known)).to_pylist()
    movies = pa.concat_tables([known, *(await _ask_for_movies(client, left, nodes.schema) if left else ())])
    return await asyncio.to_thread(_put_behind, nodes, movies) if len(movies) else nodes


async def _ask_for_movies(client: ClientBase, stills: Sequence[str], schema: pa.Schema) -> list[pa.Table]:
    from ..catalog.movies import ask_children

    parts = []
    with client._progress.of("look up", "live photos") as advance:
        for start in range(0, len(stills), 200):
            found = await ask_children(client._session, stills[start : start + 200])
            parts.append(cast_to(found, schema))
            advance(min(start + 200, len(stills)), len(stills))
    return parts


def read_known(store: Store, columns: Sequence[str]) -> pa.Table:
    """Read some columns of ap.parquet for a download.

    ``extra``, the largest, is read only where it is needed to tell of movies, and null elsewhere. Raises as
    ``Store.read``.
    """
    import pyarrow as pa

    header = store.require_header()
    if EXTRA_COLUMN not in columns or header.lists_movies or not header.has_movies:
        return store.read(columns)
    table = store.read([name for name in columns if name != EXTRA_COLUMN])
    return table.append_column(EXTRA_COLUMN, pa.nulls(len(table), pa.string())).select(columns)


def _list_stills(nodes: pa.Table, known: pa.Table) -> pa.Array:
    """The ids of the live photos among some nodes whose movies are neither there nor known."""
    import pyarrow.compute as pc

    from ..frames.live_photos import mark_assets, mark_stills
    from ..query.constants import join_chunks

    stills = join_chunks(nodes["id"].filter(mark_stills(nodes)))
    for movies in (nodes.filter(mark_assets(nodes)), known):
        having = pc.list_flatten(join_chunks(movies["parents"]))
        stills = stills.filter(pc.invert(pc.is_in(stills, value_set=having)))
    return stills


async def _load_movies(client: ClientBase, nodes: pa.Table) -> pa.Table:
    """The movies of some nodes that ap.parquet has, and that are not among them."""
    try:
        return await asyncio.to_thread(_read_movies, client._store, nodes)
    except CatalogError:  # there is none, or it cannot be read: then nothing is known
        return nodes.slice(0, 0)


def _read_movies(store: Store, nodes: pa.Table) -> pa.Table:
    import pyarrow as pa
    import pyarrow.compute as pc

    from ..frames.live_photos import mark_children, mark_movies
    from ..query.constants import join_chunks

    ids, there = join_chunks(nodes["id"]).cast(pa.string()), read_known(store, nodes.column_names)
    there = there.filter(mark_movies(there))
    wanted = pc.and_not(mark_children(there, ids), pc.is_in(join_chunks(there["id"]), value_set=ids))
    return cast_to(there.filter(wanted), nodes.schema)


def _put_behind(nodes: pa.Table, movies: pa.Table) -> pa.Table:
    import pyarrow as pa
    import pyarrow.compute as pc

    from ..query.constants import join_chunks, number_rows, to_scalar

    stills = pc.list_element(join_chunks(movies["parents"]), 0)
    behind = pc.index_in(stills, value_set=join_chunks(nodes["id"])).cast(pa.int64())
    one, two = (to_scalar(number, pa.int64()) for number in (1, 2))
    places = [pc.multiply(number_rows(0, len(nodes)), two), pc.add(pc.multiply(behind, two), one)]
    order = pc.array_sort_indices(pa.concat_arrays(places))
    return drop_repeats(pa.concat_tables([nodes, movies]).take(order))
