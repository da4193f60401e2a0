"""What a download's sidecars tell: the rows that were loaded for it, what each node belongs to, and how old that is."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from ..errors import CatalogDamaged, CatalogError

if TYPE_CHECKING:
    import pyarrow as pa

    from ..catalog.schema import Header
    from ..catalog.store import Store
    from ..transfer.sidecars.memberships import MembershipIndex
    from ..transfer.sidecars.sidecar_writer import SidecarFormat, SidecarWriter
    from .base import ClientBase

MODIFIED: Final = "modifiedDate"
"""Changes with everything that is known of a node: where it is the catalogue's, so is the rest."""


async def load_writer(
    client: ClientBase, table: pa.Table, sidecars: SidecarFormat, *, fresh: bool, stars: bool, fsync: bool
) -> SidecarWriter:
    """Load what is known of the nodes in ``table``, and make the writer of their sidecars.

    ``fresh``: what the catalogue does not have was asked of Amazon just now. ``stars``: favourites have them. Raises
    ``CatalogDamaged`` for relations that cannot be read: without them, sidecars would lose albums and people.
    """
    return await asyncio.to_thread(
        _make_writer,
        client._store,
        table,
        sidecars,
        asked_at=datetime.now(UTC) if fresh else None,
        stars=stars,
        fsync=fsync,
    )


def _make_writer(
    store: Store,
    table: pa.Table,
    sidecars: SidecarFormat,
    *,
    asked_at: datetime | None,
    stars: bool,
    fsync: bool,
) -> SidecarWriter:
    from ..transfer.sidecars.knowledge import Knowledge
    from ..transfer.sidecars.sidecar_writer import SidecarWriter, list_columns

    header: Header | None = None
    with suppress(CatalogError):  # then nothing is known of it, as for the download itself
        header = store.header()
    knowledge = Knowledge(
        table.select(list_columns(sidecars)),
        json=sidecars == "json",
        asked_at=_find_ages(store, header, table, asked_at),
        memberships=_index_memberships(store, header, table["id"]),
    )
    return SidecarWriter(knowledge, sidecars, favorite_rating=stars, fsync=fsync)


def _find_ages(store: Store, header: Header | None, table: pa.Table, asked_at: datetime | None) -> pa.ChunkedArray:
    """When each row was known to be so: at the catalogue's refresh where it has the same, else ``asked_at``."""
    import pyarrow as pa
    import pyarrow.compute as pc

    from ..frames.columns import TIME
    from ..query.constants import fill_false

    otherwise = pa.scalar(asked_at, TIME)
    if header is None:
        return pa.chunked_array([pa.repeat(otherwise, len(table))])
    try:
        known = store.read(["id", MODIFIED])
    except CatalogError:
        return pa.chunked_array([pa.repeat(otherwise, len(table))])
    there = known[MODIFIED].take(pc.index_in(table["id"], value_set=known["id"].combine_chunks()))
    same = fill_false(pc.equal(table[MODIFIED].cast(TIME), there))
    return pc.if_else(same, pa.scalar(header.refreshed_at, pa.int64()).cast(TIME), otherwise)


def _index_memberships(store: Store, header: Header | None, ids: pa.ChunkedArray) -> MembershipIndex | None:
    """What the nodes belong to; None where nobody asked for it, or for another account."""
    from ..transfer.sidecars.memberships import MembershipIndex

    relations = store.relations
    told = relations.header()
    if told is None or (header is not None and header.owner != told.owner):
        return None
    rows, keys = relations.read(), relations.keys()
    if rows is None or keys is None:
        raise CatalogDamaged(f"{relations.path} went away while it was read: run again")
    return MembershipIndex(ids, rows, keys)
