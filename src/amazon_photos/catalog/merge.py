"""What queries and uploads brought, and what uploads replaced, merged into the catalogue a row group at a time."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import islice

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from ..frames.builder import read
from ..frames.columns import empty
from ..frames.freed_memory import give_back
from ..frames.results import Change
from ..query.constants import to_array
from . import movies
from .changes import Changes, select_rows
from .os_errors import translate_os_errors
from .placed_rows import PlacedRows, select_loaded
from .row_groups import load_rows
from .schema import AGE, Header
from .store import Store

_PART = 1_000
"""Nodes that are read at once. Larger parts take more memory; what they gain is nothing beside what sending takes."""
_NONE = empty(AGE)
_log = logging.getLogger("amazon_photos")


def merge(store: Store, *, owner: str, table: pa.Table, trashed: pa.Table = _NONE) -> Changes:
    """Merge what a query fetched into the catalogue, which never shrinks by it; return what is new.

    A node that the catalogue has is replaced only by a newer one. Nodes in the trash and of other owners stay out, and
    so do temporary links. Nodes that were ``trashed`` leave as ``compare_newer`` tells, live photos with their movies.
    Makes an incomplete catalogue where there is no file. Only inside ``Store.lock()``. Raises ``CatalogDamaged`` for
    what is damaged or not ``owner``'s, and as ``refresh``: a few rows never take the place of anything.
    """
    with translate_os_errors("merge into", store.path):
        header = store.header_for(owner)
        old = PlacedRows(select_loaded(empty(), 0), []) if header is None else load_rows(store)
        own = _own(select_with_ids(table), owner)
        new, what = old.merge_newer(own, trashed)
        if left := _list_left_movies(store, what):
            movie_rows = old.pick(to_array(left, pa.string())).select(AGE)
            new, what = old.merge_newer(own, pa.concat_tables([trashed, movie_rows]))
        give_back()
        if len(what) or header is None:
            kept = header or Header(owner=owner)
            kept = replace(kept, has_movies=kept.has_movies and not movies.has_stills(what.select_fresh()))
            store.write_groups(new.groups(), kept, what=None if header is None else what.table)
        return what


def merge_nodes(store: Store, nodes: Iterable[msgspec.Raw], trashed: Iterable[msgspec.Raw] = (), *, owner: str) -> None:
    """Merge nodes as they came, as ``merge`` does; those ``trashed`` as they were before."""
    give_back()
    try:
        merge(store, owner=owner, table=_read_all(nodes), trashed=_read_all(trashed, AGE))
    finally:
        give_back()


def _read_all(nodes: Iterable[msgspec.Raw], columns: Sequence[str] | None = None) -> pa.Table:
    left, parts = iter(nodes), [empty(columns)]
    while some := list(islice(left, _PART)):
        part = read(some)
        parts.append(part if columns is None else part.select(columns))
    return pa.concat_tables(parts).unify_dictionaries()


def _list_left_movies(store: Store, what: Changes) -> list[str]:
    """List the movies of stills that leave: few do, so what tells of movies is read for these alone."""
    gone = what.table.filter(pc.equal(what.table["change"], Change.REMOVED))
    if not movies.has_stills(gone):
        return []
    return movies.list_left(store.read(["id", "kind", "parents"]), replace(what, table=gone))


def select_with_ids(table: pa.Table) -> pa.Table:
    """Select the rows of a table that have an id; a warning says how many have none."""
    without = table.column("id").null_count
    if not without:
        return table
    told = "1 node came without an id: the catalogue leaves it out"
    if without > 1:
        told = f"{without} nodes came without an id: the catalogue leaves them out"
    _log.warning("%s", told)
    return table.filter(pc.is_valid(table.column("id")))


def _own(table: pa.Table, owner: str) -> pa.Table:
    owners = table.column("ownerId").cast(pa.string())
    table = select_rows(table, pc.fill_null(pc.equal(owners, owner), True))
    index = table.schema.get_field_index("tempLink")
    return table.set_column(index, table.schema.field(index), pa.nulls(len(table), pa.string()))
