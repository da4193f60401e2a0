"""Compares the catalogue with what the service returns now, and merges the two. Pure: tables in, tables out.

A node counts as changed if any column differs, ``extra`` too. An album's covers follow its pictures, so a full refresh
may report an album as changed although nobody modified it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import reduce

import pyarrow as pa
import pyarrow.compute as pc

from ..frames.columns import empty
from ..frames.derived import DERIVED_COLUMNS
from ..frames.results import Change
from ..model.fields import EXTRA_COLUMN
from ..query.constants import join_chunks, number_rows, to_array, to_scalar
from .schema import SORTED_BY, order

_VOLATILE = frozenset({"tempLink"})
"""Says nothing about the node: a link that soon ends."""
_TRASHED = pa.array(["TRASH", "PURGED"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """``table`` has one row for each node that differs: ``change`` (a word of ``Change``), then the node's columns.

    A changed node is shown as it is now, one that was removed as it was. ``full`` says whether the whole library was
    read; ``notes`` what the person should be told (a file that was kept aside).
    """

    table: pa.Table
    full: bool = False
    notes: tuple[str, ...] = ()

    def count(self, what: Change) -> int:
        return int(pc.sum(pc.equal(self.table.column("change"), what)).as_py() or 0)

    def select_fresh(self) -> pa.Table:
        """Return the nodes that changed, and behind them those that were added, with their columns alone."""
        words = self.table.column("change")
        parts = [select_rows(self.table, pc.equal(words, word)) for word in (Change.CHANGED, Change.ADDED)]
        return pa.concat_tables(parts).drop_columns(["change"])

    def list_gone(self) -> pa.Array:
        """List the ids of the rows that are no longer there as they were: changed, or gone."""
        return join_chunks(self.table["id"].filter(pc.not_equal(self.table["change"], Change.ADDED)))

    def __len__(self) -> int:
        return int(self.table.num_rows)


def apply(old: pa.Table, incoming: pa.Table, removed: Iterable[str] = ()) -> tuple[pa.Table, Changes]:
    """Update the catalogue as ``compare`` tells; it stays the same table where nothing differs."""
    what = compare(old, incoming, removed)
    return (_replace(old, what) if len(what) else old), what


def compare(old: pa.Table, incoming: pa.Table, removed: Iterable[str] = ()) -> Changes:
    """Compare ``incoming`` nodes with the catalogue; the ids in ``removed`` leave it, and what is trashed.

    Of ``old``, rows that have none of their ids make no difference. A node that is older than ours is left out.
    """
    purged = pa.array(list(removed), pa.string())
    incoming = newest(incoming)
    # all that follows would look through every row of ours, and copy it
    old = old.filter(pc.is_in(old.column("id"), pa.concat_arrays([join_chunks(incoming.column("id")), purged])))
    fresh, incoming, before = _pair(old, incoming)
    incoming, before = _not_older(incoming, before)
    gone = _leaves(incoming, purged)
    leaving = pa.concat_arrays([join_chunks(incoming.column("id").filter(gone)), purged])
    stays = pc.invert(gone)
    added = select_rows(fresh, pc.invert(_leaves(fresh, purged)))
    changed = _select_changed(select_rows(incoming, stays), select_rows(before, stays))
    return _build_changes(added, changed, old.filter(pc.is_in(old.column("id"), leaving)))


def compare_newer(old: pa.Table, incoming: pa.Table, trashed: pa.Table) -> Changes:
    """Compare as ``compare`` does, but let only the ``trashed`` leave, and only a newer node replace one.

    The trashed are as they were before that, by ``schema.AGE``; where ours is newer it was restored since, and stays.
    """
    incoming = newest(incoming)
    there = pc.invert(_leaves(incoming, join_chunks(trashed.column("id"))))
    added, incoming, before = _pair(old, select_rows(incoming, there))
    _, last, ours = _pair(old, newest(trashed))
    changed = _select_changed(*_not_older(incoming, before, strictly=True))
    return _build_changes(added, changed, _not_older(last, ours)[1])


def diff(old: pa.Table, new: pa.Table) -> Changes:
    """Compare two catalogues: what happened from one to the next, in the catalogue's order.

    Of a first catalogue all was added; it is not copied, and stays in the order that it has.
    """
    if not len(old):
        return Changes(table=to_added(new))
    before = _align(old, new)
    known = pc.is_valid(before.column("id"))
    differing = pc.and_(known, pc.invert(_same(before, new)))
    removed = pc.invert(pc.is_in(old.column("id"), join_chunks(new.column("id"))))
    added, changed = (_in_order(new.filter(rows)) for rows in (pc.invert(known), differing))
    return _build_changes(added, changed, old.filter(removed))


def to_added(table: pa.Table) -> pa.Table:
    """Return a whole catalogue as changes: all of it was added."""
    return _with_word(table, Change.ADDED).unify_dictionaries()


def join_steps(steps: Sequence[pa.Table]) -> pa.Table:
    """Join changes that followed each other: what differs between before the first and after the last.

    Each is a table as in ``Changes``. What came and went again is left out; what went and came again has changed.
    """
    if not steps:
        return to_added(empty())
    table = pa.concat_tables(steps)
    rows = pa.table({"id": table.column("id"), "row": number_rows(0, len(table))})
    ends = rows.group_by("id", use_threads=False).aggregate([("row", "min"), ("row", "max")])
    words = table.column("change")
    was_there = pc.not_equal(words.take(join_chunks(ends.column("row_min"))), Change.ADDED)
    last = table.take(join_chunks(ends.column("row_max")))
    is_there = pc.not_equal(last.column("change"), Change.REMOVED)
    nodes = last.drop_columns(["change"])
    added = nodes.filter(pc.and_not(is_there, was_there))
    return _build_changes(
        added, nodes.filter(pc.and_(was_there, is_there)), nodes.filter(pc.and_not(was_there, is_there))
    ).table


def combine(first: Changes, second: Changes) -> Changes:
    """Combine the changes of different nodes into one."""
    if not len(second):
        return first
    both = pa.concat_tables([first.table, second.table])
    parts = [both.filter(pc.equal(both.column("change"), word)) for word in Change]
    return replace(first, table=pa.concat_tables(parts).unify_dictionaries())


def newest(table: pa.Table) -> pa.Table:
    """Keep one row for each id, the newest; of equals the last. Rows without an id are left out."""
    ids = table.column("id")
    if ids.null_count:
        table = table.filter(pc.is_valid(ids))
    if pc.count_distinct(table.column("id"), memory_pool=pa.system_memory_pool()).as_py() == len(table):
        return table
    keys = pa.table(
        {
            "id": table.column("id"),
            "version": pc.fill_null(table.column("version"), -1),
            "modified": pc.fill_null(table.column("modifiedDate").cast(pa.int64()), 0),
            "row": number_rows(0, len(table)),
        }
    )
    ordered = keys.sort_by([("version", "ascending"), ("modified", "ascending"), ("row", "ascending")])
    last = ordered.group_by("id", use_threads=False).aggregate([("row", "last")])
    return table.take(join_chunks(last.column("row_last")).sort())


def select_rows(table: pa.Table, rows: pa.ChunkedArray | pa.Array) -> pa.Table:
    """Return the rows that are marked: the same table where all are, as nearly always, and no copy of it."""
    return table if pc.all(rows, skip_nulls=False).as_py() else table.filter(rows)


def _replace(old: pa.Table, what: Changes) -> pa.Table:
    kept = pc.indices_nonzero(pc.invert(pc.is_in(old.column("id"), what.list_gone())))
    return _interleave(old, kept, what.select_fresh())


def _interleave(old: pa.Table, kept: pa.Array, fresh: pa.Table) -> pa.Table:
    """The kept rows and the fresh ones in the catalogue's order, each copied once.

    Where all are kept the fresh ones come behind them, and nothing is copied: who writes the file puts it in order.
    """
    both = pa.concat_tables([old, fresh])
    if len(kept) == len(old):
        return both.unify_dictionaries()
    rows = pa.concat_arrays([join_chunks(kept).cast(pa.int64()), number_rows(len(old), len(both))])
    by_date = order(pa.chunked_array([join_chunks(both.column(SORTED_BY)).take(rows)]))
    return both.unify_dictionaries().take(rows if by_date is None else rows.take(by_date))


def _in_order(table: pa.Table) -> pa.Table:
    by_date = order(table.column(SORTED_BY))
    return table if by_date is None else table.take(by_date)


def _pair(old: pa.Table, incoming: pa.Table) -> tuple[pa.Table, pa.Table, pa.Table]:
    """Return the rows of ``incoming`` that we don't have, those that we have, and our row for each of these."""
    known = pc.is_in(incoming.column("id"), join_chunks(old.column("id")), memory_pool=pa.system_memory_pool())
    fresh, ours = select_rows(incoming, pc.invert(known)), incoming.filter(known)
    return fresh, ours, _align(old, ours)


def _not_older(incoming: pa.Table, before: pa.Table, *, strictly: bool = False) -> tuple[pa.Table, pa.Table]:
    """Return the rows of ``incoming`` that are not older than ours (``strictly``: newer), and our row for each."""
    version = _compare(before.column("version"), incoming.column("version"))
    modified = _compare(before.column("modifiedDate"), incoming.column("modifiedDate"))
    sign = pc.if_else(pc.equal(version, 0), modified, version)
    if strictly:
        ready = pc.and_(_is(before, "PENDING"), pc.invert(_is(incoming, "PENDING")))
        wanted = pc.or_(pc.greater(sign, 0), ready)
    else:
        wanted = pc.greater_equal(sign, 0)
    return select_rows(incoming, wanted), select_rows(before, wanted)


def _select_changed(incoming: pa.Table, before: pa.Table) -> pa.Table:
    """The rows of ``incoming`` that do not say the same as ours."""
    return incoming.filter(pc.invert(_same(before, incoming)))


def _leaves(table: pa.Table, purged: pa.Array) -> pa.ChunkedArray:
    return pc.or_(_is_trashed(table), pc.is_in(table.column("id"), purged))


def _is_trashed(table: pa.Table) -> pa.ChunkedArray:
    return pc.is_in(_to_comparable(table.column("status")), _TRASHED)


def _is(table: pa.Table, status: str) -> pa.ChunkedArray:
    return pc.fill_null(pc.equal(_to_comparable(table.column("status")), status), False)


def _compare(before: pa.ChunkedArray, now: pa.ChunkedArray) -> pa.ChunkedArray:
    """1 where it grew, -1 where it shrank, 0 where it is equal or unknown."""
    grew = pc.fill_null(pc.greater(now, before), False).cast(pa.int8())
    shrank = pc.fill_null(pc.less(now, before), False).cast(pa.int8())
    return pc.subtract(grew, shrank)


def _align(table: pa.Table, like: pa.Table) -> pa.Table:
    """For each row of ``like`` the row of ``table`` with its id; nulls where there is none."""
    places = pc.index_in(join_chunks(like.column("id")), value_set=join_chunks(table.column("id")))
    return table.take(places)


def _same(before: pa.Table, now: pa.Table) -> pa.ChunkedArray:
    """Where two rows say the same."""
    names = [name for name in now.schema.names if name not in (*_VOLATILE, *DERIVED_COLUMNS, EXTRA_COLUMN)]
    same = reduce(
        pc.and_, (_equal(_to_comparable(before.column(name)), _to_comparable(now.column(name))) for name in names)
    )
    return pc.and_(same, _same_json(before.column(EXTRA_COLUMN), now.column(EXTRA_COLUMN)))


def _same_json(a: pa.ChunkedArray, b: pa.ChunkedArray) -> pa.ChunkedArray:
    """Where two texts say the same as JSON; only those that differ are parsed. null equals null."""
    same = join_chunks(_equal(a, b))
    apart = pc.and_not(pc.and_(join_chunks(pc.is_valid(a)), join_chunks(pc.is_valid(b))), same)
    pairs = zip(a.filter(apart).to_pylist(), b.filter(apart).to_pylist(), strict=True)
    found = [_canonical(one) == _canonical(other) for one, other in pairs]
    return pa.chunked_array([pc.replace_with_mask(same, apart, to_array(found, pa.bool_()))])


def _canonical(text: str) -> str:
    """The same for the same JSON in whatever order its keys stand; the text itself for what is none."""
    try:
        return json.dumps(json.loads(text, parse_float=Decimal), sort_keys=True, default=repr)
    except (ValueError, RecursionError):
        return text


def _equal(a: pa.ChunkedArray, b: pa.ChunkedArray) -> pa.ChunkedArray:
    """null equals null."""
    both_null = pc.and_(pc.is_null(a), pc.is_null(b))
    return pc.or_(pc.fill_null(pc.equal(a, b), False), both_null)


def _to_comparable(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Something that can be compared: plain text for dictionaries, joined text for lists."""
    if pa.types.is_dictionary(column.type):
        return column.cast(column.type.value_type)
    if pa.types.is_list(column.type):
        parts = [_join(chunk) for chunk in column.chunks]
        return pa.chunked_array(parts, pa.string())
    return column


def _join(lists: pa.ListArray) -> pa.Array:
    length = pc.list_value_length(lists).cast(pa.string())
    texts = pc.fill_null(pc.binary_join(lists, "\x00"), "")
    return pc.binary_join_element_wise(length, texts, ":")


def _build_changes(added: pa.Table, changed: pa.Table, removed: pa.Table) -> Changes:
    parts = ((Change.ADDED, added), (Change.CHANGED, changed), (Change.REMOVED, removed))
    return Changes(table=pa.concat_tables([_with_word(part, word) for word, part in parts]).unify_dictionaries())


def _with_word(table: pa.Table, word: Change) -> pa.Table:
    words = pa.repeat(to_scalar(word, pa.string()), len(table))
    return table.add_column(0, pa.field("change", pa.string()), words)
