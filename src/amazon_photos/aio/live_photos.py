"""Live photos are two files: what brings one of them brings its movie too, right behind it.

Which still has one is told by its own row (``extra``); which one it is, by ap.parquet, or else by Amazon: one request.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from ..errors import CatalogError
from ..model.fields import EXTRA_COLUMN
from .ids import drop_repeats
from .resolve import cast_to

if TYPE_CHECKING:
    import pyarrow as pa

    from .base import ClientBase

_TELLING = ("id", "kind", "parents", EXTRA_COLUMN)


async def add_movies(client: ClientBase, nodes: pa.Table) -> pa.Table:
    """Put the movie of each live photo behind it, unless it is there already."""
    import pyarrow as pa

    from ..catalog.movies import ask_children

    if not set(_TELLING) <= set(nodes.column_names):
        return nodes
    stills = await asyncio.to_thread(_list_stills, nodes)
    if not len(stills):
        return nodes
    known = await _load_movies(client, stills, nodes.schema)
    left = _without(stills, known).to_pylist()
    parts = [known]
    with client._progress.of("look up", "live photos") as advance:
        for start in range(0, len(left), 200):
            found = await ask_children(client._session, left[start : start + 200])
            parts.append(cast_to(found, nodes.schema))
            advance(min(start + 200, len(left)), len(left))
    return await asyncio.to_thread(_put_behind, nodes, pa.concat_tables(parts))


def _list_stills(nodes: pa.Table) -> pa.Array:
    """The ids of the live photos among some nodes whose movies are not."""
    from ..frames.live_photos import mark_assets, mark_stills
    from ..query.constants import join_chunks

    stills = join_chunks(nodes["id"].filter(mark_stills(nodes)))
    return _without(stills, nodes.filter(mark_assets(nodes)))


def _without(stills: pa.Array, movies: pa.Table) -> pa.Array:
    import pyarrow.compute as pc

    from ..query.constants import join_chunks

    having = pc.list_flatten(join_chunks(movies["parents"]))
    return stills.filter(pc.invert(pc.is_in(stills, value_set=having)))


async def _load_movies(client: ClientBase, stills: pa.Array, schema: pa.Schema) -> pa.Table:
    """The movies of these stills that ap.parquet has."""
    from ..frames.columns import empty
    from ..frames.live_photos import mark_children, mark_movies

    there = empty()
    with suppress(CatalogError):  # there is none, or it cannot be read: then nothing is known
        there = await asyncio.to_thread(client._store.read, schema.names)
    there = there.filter(mark_movies(there))
    return cast_to(there.filter(mark_children(there, stills)), schema)


def _put_behind(nodes: pa.Table, movies: pa.Table) -> pa.Table:
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    from ..query.constants import join_chunks

    stills = pc.list_element(join_chunks(movies["parents"]), 0)
    behind = pc.index_in(stills, value_set=join_chunks(nodes["id"])).to_numpy(zero_copy_only=False)
    order = np.argsort(np.concatenate([np.arange(len(nodes)) * 2, behind * 2 + 1]), kind="stable")
    return drop_repeats(pa.concat_tables([nodes, movies]).take(pa.array(order)))
