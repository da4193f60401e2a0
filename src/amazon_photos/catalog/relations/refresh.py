"""Brings ap.relations.parquet up to date with the catalogue, which was refreshed a moment ago.

::

    told       which keys there are, and how many nodes each has                one request for each category
    known      which of them are to be listed, by what is known of them         none
    listed     their nodes' ids, several keys at once, kept in the journal      one for each 200 nodes
    written    old rows and new, without nodes that the catalogue doesn't have; then the journal goes

The catalogue is on the disk before this begins, and the file names the revision that it goes with. A crash leaves an
older file beside a newer catalogue: what happened between the two is in the catalogue's history, so the next refresh
lists what it would have listed. Where the history doesn't tell (a catalogue that was put back from a backup, or built
anew), every key is listed.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import partial

import pyarrow as pa
import pyarrow.compute as pc

from ...errors import CatalogDamaged, FilterError, NotFound, UnexpectedReply, UnknownCursor
from ...model.amounts import show_count
from ...model.checks import MAX_SHOWN, is_size
from ...model.plain_text import to_plain
from ...net.concurrency import gather_or_cancel
from ...net.paging import OnPage
from ...net.session import Session
from ...query.constants import join_chunks, to_array
from ..history import History
from ..in_thread import in_thread
from ..schema import Header, Revision
from . import rows
from .journal import MAX_AGE, Journal
from .known import KeyId, ToldKey, choose_keys, find_runs, find_touched
from .members import list_members
from .relations_file import SCHEMA, RelationKey, RelationsFile, RelationsHeader
from .rows import Answer
from .told import REFUSED, tell_keys

_log = logging.getLogger("amazon_photos")


@dataclass(frozen=True, slots=True, kw_only=True)
class Freshness:
    """How relations are to be refreshed.

    ``max_age`` is in milliseconds: no answer is older afterwards; 0 lists every key. ``begin`` is called when it
    begins, and gives what to tell how far it is.
    """

    max_age: int
    begin: Callable[[], OnPage]


@dataclass(frozen=True, slots=True, eq=False)
class _Known:
    """The file as it is; empty where there is none that can be used. ``damage`` is what is wrong with one."""

    header: RelationsHeader
    table: pa.Table
    damage: CatalogDamaged | None = None

    @property
    def keys(self) -> dict[KeyId, RelationKey]:
        return {(key.relation, key.key): key for key in self.header.keys}


async def refresh_relations(
    session: Session,
    file: RelationsFile,
    history: History,
    *,
    header: Header,
    catalog: pa.Table,
    wanted: Freshness,
) -> tuple[str, ...]:
    """Refresh the relations of a catalogue, which is given; return what is to be told.

    Only inside the catalogue's lock. Raises ``CatalogError``, ``DiskFull`` and what requests raise; the file is then
    what it was, and what was listed is in the journal.
    """
    on_page = wanted.begin()
    known = await asyncio.to_thread(_read_known, file, header.owner)
    told, untold, now = await tell_keys(session, catalog, known.keys)
    changed = await asyncio.to_thread(_list_changed, history, header.revision, known.header.revision)
    touched = await asyncio.to_thread(find_touched, known.table, known.keys, changed)
    to_list = choose_keys(told, known.keys, touched=touched, now=now, max_age=wanted.max_age)
    journal = Journal(file.path.with_name(f"{file.path.name}.part"), header.owner)
    answers = await in_thread(partial(_resume, journal, history, header.revision, to_list, now))
    listing = _Listing(session, journal, on_page, now, _list_certain(known))
    answers |= await listing.list_all([key for key in to_list if key.id not in answers])
    there = [key for key in told if key.id not in listing.gone]
    ids = join_chunks(catalog.column("id"))
    table, keys = await asyncio.to_thread(
        partial(rows.merge, known.table, known.keys, there, answers, refused=listing.refused, catalog=ids, now=now)
    )
    new = RelationsHeader(owner=header.owner, revision=header.revision, keys=keys, untold=untold)
    notes = await in_thread(partial(_replace, file, known, table, new))
    await in_thread(journal.clear)
    return notes


def _read_known(file: RelationsFile, owner: str) -> _Known:
    """Read the owner's file. Raises ``CatalogError`` for one that cannot be read though nothing says it is damaged."""
    nothing = RelationsHeader(owner=owner, revision=None)
    try:
        header, table = file.header(), file.read()
    except CatalogDamaged as damage:
        return _Known(nothing, SCHEMA.empty_table(), damage)
    if header is None or table is None or header.owner != owner:
        return _Known(nothing, SCHEMA.empty_table())
    runs = find_runs(table)
    if len({run.id for run in runs}) < len(runs):
        return _Known(nothing, SCHEMA.empty_table(), CatalogDamaged("rows of one key do not stand together"))
    return _Known(header, table)


def _replace(file: RelationsFile, known: _Known, table: pa.Table, header: RelationsHeader) -> tuple[str, ...]:
    """Write the file, if it is to be another one; return what is to be told."""
    if header == known.header and len(table) == len(known.table):
        return ()
    note = file.replace(table, header, damage=known.damage)
    if note is None:
        return ()
    logging.getLogger("amazon_photos.catalog").warning(note)
    return (note,)


def _list_changed(history: History, now: Revision | None, then: Revision | None) -> pa.Array | None:
    """List the ids of the nodes that came, changed or went from one revision to another; None: nobody knows."""
    if now is None or then is None:
        return None
    try:
        steps = history.read_since(now, then)
    except (UnknownCursor, FileNotFoundError):
        return None
    return pc.unique(pa.concat_arrays([pa.array([], pa.string()), *(join_chunks(step.column("id")) for step in steps)]))


def _resume(
    journal: Journal, history: History, revision: Revision | None, to_list: Sequence[ToldKey], now: int
) -> dict[KeyId, Answer]:
    """Take from the journal the answers that still hold, and make it ready for the others."""
    answers = journal.load()
    changed = _list_changed(history, revision, journal.revision)
    known = {id_: answer.key for id_, answer in answers.items()}
    touched = find_touched(rows.gather(answers.values()), known, changed)
    left = {key.id for key in choose_keys(to_list, known, touched=touched, now=now, max_age=MAX_AGE)}
    if left:
        journal.begin(revision, dropped=left & set(answers))
    wanted = {key.id for key in to_list} - left
    return {id_: answer for id_, answer in answers.items() if id_ in wanted}


def _list_certain(known: _Known) -> frozenset[KeyId]:
    """List the keys that have rows which nothing speaks against."""
    return frozenset(
        run.id for run in find_runs(known.table) if run.id in known.keys and not known.keys[run.id].doubtful
    )


def _to_count(told: int) -> int | None:
    return told if is_size(told) else None


class _Listing:
    """Lists keys, several at once.

    ``gone`` are the albums that were deleted since the catalogue heard of them, ``refused`` are keys whose rows stay as
    they were. A key of those ``certain`` that is counted but lists nothing is believed the second time.
    """

    gone: set[KeyId]
    refused: set[KeyId]

    def __init__(
        self, session: Session, journal: Journal, on_page: OnPage, now: int, certain: Collection[KeyId] = ()
    ) -> None:
        self.gone, self.refused = set(), set()
        self._certain = certain
        self._unread: UnexpectedReply | None = None
        self._session = session
        self._journal = journal
        self._on_page = on_page
        self._offset = now - time.monotonic() * 1000
        self._answers: dict[KeyId, Answer] = {}
        self._done = 0
        self._total = 0

    async def list_all(self, keys: Sequence[ToldKey]) -> dict[KeyId, Answer]:
        """List the nodes of these keys; of one that is refused there is none.

        Raises ``UnexpectedReply`` where no answer can be read, and nothing was known.
        """
        self._total = sum(key.count or 0 for key in keys)
        waiting = iter(keys)

        async def work() -> None:
            for key in waiting:
                await self._list(key)

        await gather_or_cancel(work() for _ in range(min(self._session.limit.max_width, len(keys))))
        if self._unread is not None and not self._answers and not self._certain:
            raise self._unread
        return self._answers

    async def _list(self, key: ToldKey) -> None:
        asked_at = int(self._offset + time.monotonic() * 1000)
        try:
            found = await list_members(self._session, key)
        except (FilterError, *REFUSED) as error:
            if key.relation == "album" and isinstance(error, NotFound):
                self.gone.add(key.id)
            else:
                self._unread = error if isinstance(error, UnexpectedReply) else self._unread
                self._refuse(key, error)
            return
        is_empty = not found.ids and found.count > 0
        if is_empty and key.id in self._certain:
            self._refuse(key, f"it counts {show_count(found.count, 'nodes')} and gives none")
            return
        told = RelationKey(
            relation=key.relation,
            key=key.key,
            name=key.name,
            count=_to_count(found.count) if key.count is None else key.count,
            asked_at=asked_at,
            node_id=key.node_id,
            doubtful=is_empty,
        )
        answer = Answer(told, to_array(found.ids, pa.string()))
        await in_thread(partial(self._journal.keep, answer))
        self._answers[key.id] = answer
        self._done += len(found.ids)
        self._total += len(found.ids) - (key.count or 0)
        self._on_page(self._done, max(self._total, self._done))

    def _refuse(self, key: ToldKey, why: object) -> None:
        self.refused.add(key.id)
        shown = f"{key.relation} {to_plain(key.key)[:MAX_SHOWN]}"
        _log.warning("Amazon does not list %s: what is known of it stays (%s)", shown, why)
