"""Memories: what was taken on this day of other years."""

from __future__ import annotations

import sqlite3

from . import nodes
from .nodes import Row

_DAY = (
    "SELECT seq, year FROM nodes WHERE month = ? AND day = ? AND kind = 'FILE' AND status = 'AVAILABLE' AND hidden = 0 "
    "ORDER BY year DESC, content_date"
)


def this_day(db: sqlite3.Connection, *, month: int, day: int, most: int) -> list[tuple[int, list[Row]]]:
    """List ``(year, its pictures and videos)``, the latest year first; at most so many of each."""
    by_year: dict[int, list[int]] = {}
    for seq, year in db.execute(_DAY, (month, day)):
        of_year = by_year.setdefault(year, [])
        if len(of_year) < most:
            of_year.append(seq)
    return [(year, nodes.by_seq(db, seqs)) for year, seqs in by_year.items()]
