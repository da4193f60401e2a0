"""Brings the catalogue up to date: by what changed, or, where that isn't enough, by reading everything.

::

    changed     nodes modified since the last refresh, and the trash since then
    counted     one request: does the service count what we hold?     yes: done
    purged      it counts fewer: where, and which nodes are gone      then once more from the top, twice at the most
    everything  still apart: all nodes, one span of createdDate after the other, kept in the journal; then what changed
                and what was purged meanwhile, as above
    movies      of live photos that came: no listing has them so far, and no count (``movies``)

Every time is the service's own: the newest ``modifiedDate`` it knew when a refresh began. The next refresh begins
somewhat earlier (``OVERLAP``), because listings learn of changes late; what was PENDING then is asked for again. Where
the service's clock was set back meanwhile (``service_clock``), it begins earlier by as much; by more than a day, or by
nobody knows how much, everything is read.

One thing is older than it looks: the covers that an album has in ``extra``. They follow its pictures, but the album is
not modified by that; they are as old as its own last change, or the last time that everything was read.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import aclosing, contextmanager, suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from ..errors import CatalogDamaged, CatalogError
from ..frames.columns import empty
from ..net.paging import OnPage
from ..net.session import Session
from ..wire.common import filter_text
from . import changes, fetch, movies
from .changes import Changes
from .fetch import OVERLAP, RemoteState
from .in_thread import in_thread
from .journal import About, Journal
from .rows import CHANGE_COLUMNS, CatalogRows, read_present, replace_present
from .schema import VERSION, Header, is_listed
from .service_clock import STEADY, kept_ahead, not_after, time_set_back
from .sorted_rows import PieceDamaged
from .store import Store

if TYPE_CHECKING:
    from .relations.refresh import Freshness

_log = logging.getLogger("amazon_photos.catalog")
_MAX_PENDING = 86_400_000
"""Milliseconds; how long a node that stays PENDING is asked for again and again."""
_MAX_STEP_BACK = 86_400_000
"""Milliseconds; a clock that was set back by more costs a reading of everything."""
_ROUNDS = 3
"""How often what changed is asked for until the counts agree: something may change between listing and count."""

_MAX_NEWER = 1_000
"""Nodes newer than the last refresh: five requests more, each time."""
_COUNTED = ("id", "kind", "createdDate")
"""The columns by which those are found that are gone."""
_Outcome = tuple[Header, CatalogRows, Changes]


async def refresh(
    session: Session,
    store: Store,
    *,
    owner: str,
    full: bool = False,
    on_page: OnPage | None = None,
    relations: Freshness | None = None,
    quick: bool = False,
    columns: Sequence[str] | None = None,
) -> Changes:
    """Refresh the catalogue from the library of ``owner``; return what was added, changed and deleted.

    ``full=True`` reads everything; so do the first refresh, one that finds the counts apart, and one of a catalogue
    of an older version that lacks what Amazon tells. Reading everything goes on where it was interrupted, within a day;
    a library of up to ``fetch.SPAN`` nodes (20,000: 100 requests, some seconds) begins again. ``relations`` refreshes
    those, too, once the catalogue is written. ``quick`` reads no more of the file than it needs: damage elsewhere is
    left to whoever reads there. ``columns`` of the nodes are returned; None: all, which for the first refresh of a
    large library take more memory than everything else. Raises ``CatalogLocked``, ``CatalogError``, ``DiskFull`` and
    what requests raise; the catalogue is then what it was before, or up to date while its relations are what they were.
    """
    async with store.lock():
        notes: list[str] = []  # what was kept aside by a try that failed later stays aside
        refresh_once = partial(_refresh, session, store, owner, on_page, columns=columns, notes=notes)
        if quick and not full and relations is None:
            with suppress(CatalogDamaged), _damage_logged():  # in what was not read at first: begin again, read it all
                return await refresh_once(read=CHANGE_COLUMNS)
        with _damage_logged():
            return await refresh_once(full=full, relations=relations)
        try:
            return await refresh_once(full=full, relations=relations)
        except PieceDamaged as damage:
            why = "right after it was listed again: the disk does not keep what is written"
            raise CatalogError(f"{damage}, {why}; check it, or put the catalogue on another one") from None


@contextmanager
def _damage_logged() -> Iterator[None]:
    """Log that a piece of the listing is damaged, and go on behind the block: what is left of it is used again."""
    try:
        yield
    except PieceDamaged as damage:
        _log.warning("%s: the nodes from there on are listed again", damage)


async def _refresh(
    session: Session,
    store: Store,
    owner: str,
    on_page: OnPage | None,
    *,
    full: bool = False,
    relations: Freshness | None = None,
    read: Sequence[str] | None = None,
    columns: Sequence[str] | None = None,
    notes: list[str],
) -> Changes:
    """Refresh once: at first ``read`` only these columns, return ``columns``; None: all. Adds to ``notes``."""
    header, old, damage = await in_thread(partial(read_present, store, owner, read))
    outcome = None
    if header is not None and header.complete and is_listed(header) and not full:
        outcome = await _by_changes(session, header, old, on_page)
    if outcome is None:
        present = None if header is None else await in_thread(old.load_all)
        outcome = await _everything(session, store, owner, present, on_page)
    new_header, new, what = outcome
    nameless = relations is not None and (header is None or header.revision is None)  # they say of which they are
    # no change but shorter: rows were there twice
    if len(what) or new_header != header or len(new) != len(old) or nameless:
        changed = None if header is None else what.table
        await in_thread(partial(replace_present, store, damage, new, new_header, changed, notes))
    await in_thread(Journal(store.resume_dir, _about(owner, RemoteState(0, None))).clear)
    if not len(old):  # of a whole library there is no room for two: what was written is read, in its order
        del outcome, new
        new = CatalogRows(empty(CHANGE_COLUMNS), store)  # any few: all are read if relations ask
        few = None if columns is None else list(dict.fromkeys(["id", *columns]))  # a table of no column has no rows
        what = replace(what, table=changes.to_added(await in_thread(partial(store.read, few))))
    if relations is not None:
        from .relations.refresh import refresh_relations  # seven modules, that most refreshes do without

        written = await in_thread(store.require_header)
        notes += await refresh_relations(
            session, store.relations, store.history, header=written, catalog=new.load_all(), wanted=relations
        )
    table = what.table if columns is None else what.table.select(["change", *columns])
    return replace(what, table=table, notes=tuple(notes))


# --- by what changed ---------------------------------------------------------------------------------------------


async def _by_changes(session: Session, header: Header, old: CatalogRows, on_page: OnPage | None) -> _Outcome | None:
    """None when the counts stay apart, or nobody knows since when to ask."""
    now = await fetch.remote_state(session)
    since = _since(header, now, old.loaded)
    if since is None:
        return None
    new, what, count_offset = await _catch_up(session, header, old, since, on_page)
    if count_offset != header.count_offset:
        return None
    refreshed_at = header.refreshed_at
    if len(what) or _count_newer(new.loaded, refreshed_at) > _MAX_NEWER:  # a file is not rewritten just to move a time
        refreshed_at = not_after(max(filter(None, (refreshed_at, now.changed_at)), default=None), now.present)
    ahead = kept_ahead(header.ahead, now.ahead)
    header = replace(header, refreshed_at=refreshed_at, ahead=ahead, version=VERSION)
    asked = since if header.has_movies and not new.has_all_columns else None  # those of the others are known
    header, new, further = await _add_movies(session, header, new, now, since=asked)
    return header, new, changes.combine(what, further)


async def _catch_up(
    session: Session, header: Header, old: CatalogRows, since: int, on_page: OnPage | None
) -> tuple[CatalogRows, Changes, int]:
    """``old`` with what changed since then and without what was purged; and how many nodes more the service counts.

    That is ``count_offset`` of the header if all went well.
    """
    removed: list[str] = []
    fruitless = False
    for further in reversed(range(_ROUNDS)):
        incoming = await fetch.list_changed(session, since, on_page)
        new, what = await in_thread(partial(old.apply, incoming, removed))
        count = movies.count_library(new.loaded, lists_movies=header.lists_movies)
        more = (await fetch.remote_state(session)).count - count
        if more == header.count_offset:
            break
        if more < header.count_offset and further and not fruitless:
            from .deletions import find_deleted  # by numpy, which others do without

            counted = (await in_thread(new.load_few)).select(_COUNTED)
            ours = movies.select_counted(counted, lists_movies=header.lists_movies)
            found = await find_deleted(session, ours)
            removed, fruitless = removed + found, not found
    return new, what, more


async def _add_movies(
    session: Session,
    header: Header,
    rows: CatalogRows,
    now: RemoteState,
    *,
    known: pa.Table | None = None,
    since: int | None = None,
) -> tuple[Header, CatalogRows, Changes]:
    """Add the movies of live photos that the rows lack, those modified ``since`` or all of them.

    Where the service lists movies with the rest, they have them.
    """
    if header.lists_movies:
        return replace(header, has_movies=True), rows, Changes(table=changes.to_added(empty()))
    table = await in_thread(rows.load_few if since is None else partial(rows.pick_recent, since))
    found = await movies.find_movies(session, table, settled=header.settled, present=now.present, known=known)
    new, what = await in_thread(partial(rows.apply, found.movies))
    return replace(header, settled=found.settled, has_movies=found.all), new, what


def _since(header: Header, now: RemoteState, old: pa.Table) -> int | None:
    """Where to begin: somewhat before the last refresh, and before what was PENDING then.

    None where nobody knows: the service's present is before what it told of last time, or before it by too much.
    """
    refreshed_at = header.refreshed_at
    if refreshed_at is None:
        return None
    back = time_set_back(header.ahead, now.ahead)
    unexplained = now.present is not None and refreshed_at - now.present > back + STEADY
    if back > _MAX_STEP_BACK or unexplained:
        return None
    pending = old.filter(pc.equal(old.column("status").cast(pa.string()), "PENDING")).column("modifiedDate")
    oldest = pc.min(pending.cast(pa.int64())).as_py()
    since = refreshed_at - OVERLAP - back
    return since if oldest is None else min(since, max(oldest, refreshed_at - _MAX_PENDING))


def _count_newer(rows: pa.Table, since: int | None) -> int:
    """Count what was modified since then: an upload merged it, and each refresh lists it again."""
    modified = rows.column("modifiedDate").cast(pa.int64())
    return pc.sum(pc.greater(modified, pa.scalar(since or 0, pa.int64()))).as_py() or 0


# --- everything --------------------------------------------------------------------------------------------------


async def _everything(
    session: Session, store: Store, owner: str, old: pa.Table | None, on_page: OnPage | None
) -> _Outcome:
    """``old`` is None where there is no catalogue: then the rows stay on the disk, and the changes are empty.

    The caller reads them from the file.
    """
    now = await fetch.remote_state(session)
    told = None if on_page is None else (lambda done, total: on_page(done, max(total, now.count)))
    about = _about(owner, now)
    journal = await in_thread(partial(Journal.open, store.resume_dir, about))
    listed, header = await _list_everything(session, journal, told)
    if header.count_offset < 0 or (journal.resumed and header.count_offset):  # something is wrong in it: once more
        journal = Journal(store.resume_dir, about)
        await in_thread(journal.clear)
        listed, header = await _list_everything(session, journal, told)
    known = None if old is None else await in_thread(partial(movies.select_kept, listed.loaded, old))
    header, new, _ = await _add_movies(session, header, listed, now, known=known)
    if old is None:
        return header, new, Changes(table=changes.to_added(empty()), full=True)
    new = CatalogRows(await in_thread(new.load_all))
    what = await in_thread(partial(changes.diff, old, new.loaded))
    return header, new, replace(what, full=True)


def _about(owner: str, now: RemoteState) -> About:
    began = not_after(now.changed_at, now.present)
    return About(owner=owner, filters=filter_text(fetch.AVAILABLE), began=began, ahead=now.ahead)


async def _list_everything(session: Session, journal: Journal, on_page: OnPage | None) -> tuple[CatalogRows, Header]:
    """The whole library as the service lists it, and what is to be known of it."""
    if not journal.ended:
        async with aclosing(fetch.spans(session, journal.until, journal.rows, on_page)) as spans:
            async for span, until in spans:
                await in_thread(partial(journal.keep, span, until=until))
    listed: CatalogRows = await in_thread(journal.gather)
    about = journal.about
    header = Header(owner=about.owner, complete=True, refreshed_at=about.began, ahead=about.ahead)
    header = replace(header, lists_movies=movies.has_any(listed.loaded))
    if about.began is None:
        return listed, replace(header, count_offset=(await fetch.remote_state(session)).count - len(listed))
    listed, _, count_offset = await _catch_up(session, header, listed, about.began - OVERLAP, None)
    return listed, replace(header, count_offset=count_offset, lists_movies=movies.has_any(listed.loaded))
