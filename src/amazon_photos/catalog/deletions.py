"""Which nodes of ours the service no longer has. Nothing lists what was deleted for good: counting finds it.

::

    ours      ========================================   by createdDate; the service counts fewer
    counted   =====|=====|=====|=====|=====|=====|====   pieces of as many nodes each, one small request a piece
    again           =|=|=|=|=                            only where it counts fewer than we hold
    listed               =                               a page or less; what is missing there is gone

One node among a million takes some 35 requests instead of 5,000, five of them one after the other. What cannot be found
so is no loss: the counts stay apart, and everything is read.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ..net.concurrency import gather_or_cancel
from ..net.date_ranges import DateRange
from ..net.session import Session
from ..query.constants import join_chunks, numbers_of
from . import fetch

Dates = npt.NDArray[np.int64]
RANGES = 8
"""Fewer would mean more rounds, more would mean more requests."""
MAX_LISTED = 200
"""Nodes, a page; so few are listed instead of cut."""
_MIN_BUDGET = 64
"""Requests that are always worth it; beyond them, half of what reading everything costs."""
_MARGIN = 1000
"""Milliseconds; a service that rounds dates must not make a node look gone that stands at the edge of a piece."""


async def find_deleted(session: Session, ours: pa.Table) -> list[str]:
    """Find the ids of the nodes in ``ours`` that are deleted, given that the service counts fewer.

    Empty when counting does not lead to them: the service ignores dates, or so much is gone that reading everything is
    cheaper. Nodes without a createdDate are never found: nobody knows in which piece the service counts them.
    """
    dates, ids = await asyncio.to_thread(_by_date, ours)
    gone: list[str] = []
    fewer, spent = [_Range(DateRange(), 0, len(dates))], 0
    while fewer:
        cut = [(piece, piece.cut(dates)) for piece in fewer]
        to_list = [piece for piece, parts in cut if not parts]
        to_count = [part for _, parts in cut for part in parts]
        spent += len(to_count) + sum(-(-len(piece) // MAX_LISTED) for piece in to_list)
        if spent > max(_MIN_BUDGET, len(dates) // MAX_LISTED // 2):
            return []
        for missing in await gather_or_cancel(_missing(session, piece, ids) for piece in to_list):
            gone += missing
        counts = await gather_or_cancel(fetch.count(session, part.span) for part in to_count)
        fewer = [part for part, count in zip(to_count, counts, strict=True) if count < len(part)]
    return gone


@dataclass(frozen=True, slots=True)
class _Range:
    """A span, and which rows of ours (by createdDate) are in it: from ``first`` until before ``last``."""

    span: DateRange
    first: int
    last: int

    def __len__(self) -> int:
        return self.last - self.first

    def cut(self, dates: Dates) -> list[_Range]:
        """Into pieces of about as many nodes each; empty where it is to be listed: few nodes, or one createdDate."""
        ours = dates[self.first : self.last]
        if len(ours) <= MAX_LISTED or ours[0] == ours[-1]:
            return []
        number = min(RANGES, -(-len(ours) // MAX_LISTED))
        places = np.arange(1, number) * len(ours) // number
        cuts = np.unique(ours[places])
        if cuts[-1] == ours[0]:  # nearly all have one date: cut behind it
            cuts = ours[[np.searchsorted(ours, ours[0], "right")]]
        cuts = cuts[cuts > ours[0]]
        rows = self.first + np.searchsorted(ours, cuts)
        spans = pairwise([self.span.begin, *cuts.tolist(), self.span.end])
        return [
            _Range(DateRange(*ends), *between)
            for ends, between in zip(spans, pairwise([self.first, *rows.tolist(), self.last]), strict=True)
        ]


def _by_date(ours: pa.Table) -> tuple[Dates, pa.Array]:
    """The createdDates, sorted, and the ids that go with them."""
    table = ours.select(["createdDate", "id"]).filter(pc.is_valid(ours.column("createdDate"))).sort_by("createdDate")
    return numbers_of(join_chunks(table.column("createdDate").cast(pa.int64()))), table.column("id").combine_chunks()


async def _missing(session: Session, piece: _Range, ids: pa.Array) -> list[str]:
    """The ids of ours in this piece that its listing doesn't have."""
    listed = await fetch.list_ids(session, piece.span.widen(_MARGIN))
    ours = ids.slice(piece.first, len(piece))
    missing: list[str] = ours.filter(pc.invert(pc.is_in(ours, value_set=listed))).to_pylist()
    return missing
