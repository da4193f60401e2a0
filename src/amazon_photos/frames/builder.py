"""Gathers the raw nodes of many pages into one table.

``pyarrow.json`` is quick with some 25 pages at a time and slow with single ones, so pages wait until there are
that many. Whole batches are read by a thread while more pages come: Amazon takes longer for a page than it does, and
two would take a twentieth more of the CPU. Fast and strict comes first; a batch that it refuses is halved until the odd
nodes are alone, and those are read one by one (``tolerant``). So are the rows in which it read something that nothing
may trust (``invalid_values``).
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from ..model.documented import KINDS, STATUSES
from ..model.fields import EXTRA_COLUMN
from ..model.surprises import Note, note_node, note_nothing, note_word
from ..query.constants import to_array
from . import fast, invalid_values, tolerant
from .columns import empty
from .derived import sources_of

BATCH = 5_000
"""Nodes, some 25 pages. With twice as many, listing 200,000 takes as long and 100 MB more."""
_ONE_BY_ONE = 128
"""Nodes; smaller batches are not worth halving."""
_MAX_WAITING = 2
"""Batches; more would only fill the memory with pages."""


class TableBuilder:
    """``add`` pages in order, then take the ``table``: one row for each node, in that order.

    ``note`` is told of what nobody has written down: fields, kinds and statuses. With ``columns`` only those are built,
    in that order, and of each batch one node is looked at for surprises. ``reader`` is lent by who builds many
    tables: of each thread that ever read, the system's allocator keeps some memory.
    """

    def __init__(
        self,
        note: Note = note_nothing,
        columns: Sequence[str] | None = None,
        *,
        reader: ThreadPoolExecutor | None = None,
    ) -> None:
        self._note = note
        self._columns = columns
        self._nodes: list[msgspec.Raw] = []
        self._under_way: deque[Future[pa.Table]] = deque()
        self._read: list[pa.Table] = []
        self._lent = reader
        self._reader: ThreadPoolExecutor | None = None

    def add(self, nodes: Sequence[msgspec.Raw]) -> None:
        """Add the nodes of one page, raw."""
        self._nodes += nodes
        if len(self._nodes) >= BATCH:
            batch, self._nodes = self._nodes, []
            self._reader = self._reader or self._lent or open_reader()
            self._under_way.append(self._reader.submit(read, batch, self._note, self._columns))
            self._collect(_MAX_WAITING)

    def table(self) -> pa.Table:
        """Return a table of every node added so far; more may be added afterwards."""
        self._collect(0)
        if self._reader:
            if self._reader is not self._lent:
                self._reader.shutdown()
            self._reader = None
            pa.default_memory_pool().release_unused()  # what parsing took, before pandas asks for as much again
        if self._nodes:
            batch, self._nodes = self._nodes, []
            self._read.append(read(batch, self._note, self._columns))
        if not self._read:
            return empty(self._columns)
        return pa.concat_tables(self._read).unify_dictionaries(pa.system_memory_pool())

    async def add_async(self, nodes: Sequence[msgspec.Raw]) -> None:
        """Add as ``add`` does, while the event loop goes on.

        A full batch may have to wait for those before it.
        """
        if len(self._nodes) + len(nodes) < BATCH:
            self.add(nodes)
        else:
            await asyncio.to_thread(self.add, nodes)

    async def table_async(self) -> pa.Table:
        """Return what ``table`` does, while the event loop goes on."""
        return await asyncio.to_thread(self.table)

    def _collect(self, most: int) -> None:
        while len(self._under_way) > most:
            self._read.append(self._under_way.popleft().result())


def open_reader() -> ThreadPoolExecutor:
    """Open the thread that reads batches; whoever opens it shuts it down."""
    return ThreadPoolExecutor(1, thread_name_prefix="amazon-photos-read")


def read(nodes: Sequence[msgspec.Raw], note: Note = note_nothing, columns: Sequence[str] | None = None) -> pa.Table:
    """Read nodes into a table: one row for each, in order, whatever they hold.

    With ``columns`` only those are built.
    """
    if columns is not None and EXTRA_COLUMN not in columns:
        note_one(nodes, note)
        return _read(nodes, note_nothing, _checkable(columns) or ["id"]).select(columns)  # of none, rows have no number
    table = _read(nodes, note)
    _note_words(table, note)
    return table if columns is None else table.select(columns)


def _checkable(columns: Sequence[str]) -> list[str]:
    """These columns, and those that show which rows of them nothing may trust."""
    return list(dict.fromkeys([*columns, *filter(invalid_values.is_checked, sources_of(columns))]))


def note_one(nodes: Sequence[msgspec.Raw], note: Note) -> None:
    """Look at one of the nodes that become no whole rows: all of them would cost as much as reading them."""
    if nodes:
        with suppress(msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            note_node(msgspec.json.decode(nodes[0], type=dict[str, Any]), note)


def _note_words(table: pa.Table, note: Note) -> None:
    for what, known in (("kind", KINDS), ("status", STATUSES)):
        for word in pc.value_counts(table[what]).to_pylist():
            note_word(what, word["values"] or "", known, note, word["counts"])


def _read(nodes: Sequence[msgspec.Raw], note: Note, columns: Sequence[str] | None = None) -> pa.Table:
    try:
        table = fast.read(nodes, note) if columns is None else fast.read_few(nodes, columns)
        return _reread_invalid(table, nodes, columns)
    except (pa.ArrowException, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        if len(nodes) <= _ONE_BY_ONE:
            return _read_slowly(nodes, note, columns)
        middle = len(nodes) // 2
        return pa.concat_tables([_read(nodes[:middle], note, columns), _read(nodes[middle:], note, columns)])


def _read_slowly(nodes: Sequence[msgspec.Raw], note: Note, columns: Sequence[str] | None) -> pa.Table:
    table = tolerant.read(nodes, note)
    return table if columns is None else table.select(columns)


def _reread_invalid(table: pa.Table, nodes: Sequence[msgspec.Raw], columns: Sequence[str] | None) -> pa.Table:
    """The table, with the rows of odd values as the slow way reads them."""
    rows = invalid_values.rows(table)
    if not rows:
        return table
    again = _read_slowly([nodes[row] for row in rows], note_nothing, columns)
    both = pa.concat_tables([table, again]).unify_dictionaries()
    places = list(range(len(table)))
    for again_at, row in enumerate(rows, len(table)):
        places[row] = again_at
    return both.take(to_array(places, pa.int64())).combine_chunks()
