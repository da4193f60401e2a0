"""The movies of live photos: children of their stills, which the library's own listing leaves out (a guess).

::

    a still names a LIVE_VIDEO, and the catalogue has no movie of it         none such: nothing is asked
    by kind       kind:(ASSET*) of all nodes, modified since the oldest      a page for 200 movies
    one by one    the still's children, for those that didn't come so        a request each, MAX_ASKED a refresh
    settled       a still without any is asked about again once it is modified, or when everything is read

That a movie is its still's child was seen; that it can be listed by kind was not. So a service that lists none by kind,
or refuses to, costs more requests, and never the catalogue. Where the library's listing has them after all
(``Header.lists_movies``), they come, count and go like everything else.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from ..errors import BadRequest, InvalidInput, NotFound, UnexpectedReply
from ..frames.builder import TableBuilder
from ..frames.columns import empty
from ..frames.live_photos import mark_assets, mark_children, mark_movies, mark_stills
from ..frames.results import Change
from ..net.concurrency import gather_or_cancel
from ..net.session import Session
from ..query.constants import fill_false, join_chunks
from ..wire.nodes import children
from . import changes, fetch
from .changes import Changes
from .schema import Settled

_log = logging.getLogger("amazon_photos.catalog")

MAX_ASKED = 2000
"""Stills whose children are asked for in one refresh; the next one goes on."""
_AT_ONCE = 200
"""Stills. Where not one of so many has a movie, the service may tell none: this refresh asks no further."""
_THERE = pa.array(["AVAILABLE", "PENDING"])


@dataclass(frozen=True, slots=True)
class Found:
    """``movies`` are rows of the catalogue; of stills up to ``settled`` that have none, none is to be expected."""

    movies: pa.Table
    settled: Settled | None
    all: bool = True
    """Whether no still is left to be asked about."""


def has_any(table: pa.Table) -> bool:
    """Tell whether there are assets in what was listed."""
    return pc.any(mark_assets(table)).as_py() is True


def has_stills(table: pa.Table) -> bool:
    """Tell whether there are live photos among some nodes."""
    return pc.any(mark_stills(table)).as_py() is True


def count_library(table: pa.Table, *, lists_movies: bool) -> int:
    """Count the rows that the service counts as its library. The table has the column ``kind``."""
    if lists_movies:
        return len(table)
    return len(table) - int(pc.sum(mark_assets(table)).as_py() or 0)


def select_counted(table: pa.Table, *, lists_movies: bool) -> pa.Table:
    """Return the rows that the service counts as its library."""
    return table if lists_movies or not has_any(table) else table.filter(pc.invert(mark_assets(table)))


def list_left(table: pa.Table, what: Changes) -> list[str]:
    """List the ids of the movies whose still went, or names no movie any more: they went along."""
    changed = pc.and_not(pc.equal(what.table["change"], Change.CHANGED), mark_stills(what.table))
    gone = what.table["id"].filter(pc.or_(pc.equal(what.table["change"], Change.REMOVED), changed))
    if not len(gone) or not has_any(table):
        return []
    assets = table.select(["id", "kind", "parents"]).filter(mark_assets(table))
    left: list[str] = assets["id"].filter(mark_children(assets, join_chunks(gone))).to_pylist()
    return left


def select_kept(table: pa.Table, old: pa.Table) -> pa.Table:
    """Return the movies of ``old`` whose still is in ``table``."""
    stills = join_chunks(table["id"].filter(mark_stills(table)))
    return old.filter(pc.and_(mark_movies(old), mark_children(old, stills)))


async def find_movies(
    session: Session,
    table: pa.Table,
    *,
    settled: Settled | None,
    present: int | None,
    known: pa.Table | None = None,
) -> Found:
    """Find the movies that ``table`` lacks, of stills after ``settled``.

    ``present`` is the service's time. ``known`` are movies of an earlier catalogue: they stand in for those that the
    service does not list by kind.
    """
    stills = _without_movie(table, settled)
    if not len(stills):
        return Found(empty(), settled)
    since = max(0, pc.min(stills["modified"]).as_py() - fetch.OVERLAP)
    listed = _of(await _list_by_kind(session, since), stills)
    parts = [listed] if len(listed) or known is None else [_of(known, stills)]
    left = _lacking(stills, parts[0])
    asked = 0
    while asked < min(len(left), MAX_ASKED):
        some = left.slice(asked, min(_AT_ONCE, MAX_ASKED - asked))
        asked += len(some)
        parts.append(await ask_children(session, some["id"].to_pylist()))
        if not len(parts[-1]):
            break
    if asked < len(left):
        _log.info("the movies of %d live photos are asked for by the next refresh", len(left) - asked)
    movies = changes.newest(pa.concat_tables(parts).unify_dictionaries())
    return Found(movies, _advance_settled(_lacking(left.slice(0, asked), movies), settled, present), asked >= len(left))


def _without_movie(table: pa.Table, settled: Settled | None) -> pa.Table:
    """Id and modifiedDate of each still whose movie is not known, or not ready, the earliest first."""
    rows = table.select(["id", "modifiedDate"]).filter(mark_stills(table))
    modified = pc.fill_null(rows["modifiedDate"].cast(pa.int64()), 0)
    stills = pa.table({"id": rows["id"], "modified": modified})
    ready = pc.and_(mark_assets(table), join_chunks(pc.not_equal(table["status"].cast(pa.string()), "PENDING")))
    stills = _lacking(stills, table.select(["parents"]).filter(fill_false(ready)))
    if settled is not None:
        later = pc.greater(stills["modified"], settled.modified)
        same = pc.and_(pc.equal(stills["modified"], settled.modified), pc.greater(stills["id"], settled.id))
        stills = stills.filter(pc.or_(later, same))
    return stills.sort_by([("modified", "ascending"), ("id", "ascending")])


def _lacking(stills: pa.Table, movies: pa.Table) -> pa.Table:
    having = pc.list_flatten(join_chunks(movies["parents"]))
    return stills.filter(pc.invert(pc.is_in(stills["id"], value_set=having)))


def _of(nodes: pa.Table, stills: pa.Table) -> pa.Table:
    """The movies of these stills among some nodes."""
    there = fill_false(pc.is_in(join_chunks(nodes["status"].cast(pa.string())), value_set=_THERE))
    return nodes.filter(pc.and_(pc.and_(mark_movies(nodes), there), mark_children(nodes, join_chunks(stills["id"]))))


def _advance_settled(without: pa.Table, settled: Settled | None, present: int | None) -> Settled | None:
    """Up to where stills without a movie are not asked about again; that of a new still may be on its way."""
    if present is not None:
        without = without.filter(pc.less(without["modified"], present - fetch.OVERLAP))
    if not len(without):
        return settled
    last = without.slice(len(without) - 1).to_pylist()[0]
    return Settled(last["modified"], last["id"])


async def _list_by_kind(session: Session, since: int) -> pa.Table:
    try:
        return await fetch.list_assets(session, since)
    except (BadRequest, UnexpectedReply) as error:
        _log.info("movies cannot be listed by kind, they are asked for one by one: %s", error)
        return empty()


async def ask_children(session: Session, stills: Sequence[str]) -> pa.Table:
    """Ask for the children of these stills, and return the movies among them: a request for each still.

    Each has its still as its parent, whatever it says itself.
    """

    async def ask(still: str) -> Sequence[msgspec.Raw]:
        try:
            return (await session.send(children(still))).data
        except (NotFound, BadRequest, InvalidInput, UnexpectedReply):
            return ()

    answers = await gather_or_cancel(ask(still) for still in stills)
    gather = TableBuilder(session.surprises.at("refresh"))
    for nodes in answers:
        gather.add(nodes)
    found = await gather.table_async()
    parents = pa.array([[still] for still, nodes in zip(stills, answers, strict=True) for _ in nodes], _PARENTS)
    found = found.set_column(found.schema.get_field_index("parents"), found.schema.field("parents"), parents)
    return _of(found, pa.table({"id": pa.array(stills, pa.string())}))


_PARENTS = empty(["parents"]).schema.field("parents").type
