"""Which ids a listing has given, in memory that does not grow with the listing.

They are kept in a private table of SQLite, which holds it in memory up to ``_CACHE`` and beyond that in a temporary
file without a name, gone with the table however the process ends. A page's ids go in together, sorted: of 50,000 ids
each takes 0.7 µs (one by one 2.7), of a million 3.3 (5.9). A million take 2 MB of memory, where a ``set`` of their
hashes takes 78, and 38 MB of disk.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from functools import lru_cache

from ..errors import DiskFull

_CACHE = 2000
"""KiB; some 40,000 ids, so that most listings never touch the disk."""
_AT_ONCE = 400
"""Ids; an older SQLite takes no more than 999 values."""
_CALLS = 40
"""Bits of a mark that number the calls of a listing; those above them are the reading."""


class SeenIds:
    """The ids of the readings of one listing."""

    def __init__(self) -> None:
        self._calls = 0
        self._table = sqlite3.connect("", isolation_level=None)  # "": a private, temporary database
        for line in (
            f"PRAGMA cache_size = -{_CACHE}",
            "PRAGMA journal_mode = OFF",  # nobody will want it back
            "CREATE TABLE seen (id TEXT PRIMARY KEY, mark INTEGER) WITHOUT ROWID",
            "BEGIN",  # and never a COMMIT, which would write the cache to the disk
        ):
            self._table.execute(line)

    def close(self) -> None:
        """Forget everything. A second call does nothing."""
        self._table.close()

    def check_and_add(self, ids: Sequence[str], reading: int) -> list[int | None]:
        """Return the reading in which each id was last seen before, the present one too, or None; add them.

        One that comes twice was seen the second time. Raises ``DiskFull`` when there is no room for the temporary file.
        """
        found: list[int | None] = []
        try:
            for start in range(0, len(ids), _AT_ONCE):
                found += self._add(ids[start : start + _AT_ONCE], reading)
        except sqlite3.OperationalError as error:
            raise DiskFull(
                f"no room to remember which nodes have come ({error}): a long listing needs some 40 bytes for each in "
                "a temporary folder; make room there, or name another one in TMPDIR"
            ) from None
        return found

    def _add(self, ids: Sequence[str], reading: int) -> list[int | None]:
        self._calls += 1
        mark = reading << _CALLS | self._calls
        if self._table.execute(_insert(len(ids)), (mark, *sorted(ids))).rowcount == len(ids):
            return [None] * len(ids)
        before: dict[str, int] = dict(self._table.execute(_select(len(ids)), ids).fetchall())
        self._table.execute(_update(len(ids)), (mark, *ids))
        found: list[int | None] = []
        for id in ids:  # noqa: A001 - the field's word
            seen, before[id] = before[id], 0
            found.append(None if seen == mark else seen >> _CALLS or reading)
        return found


@lru_cache(maxsize=8)
def _insert(count: int) -> str:
    return f"INSERT OR IGNORE INTO seen VALUES {','.join(f'(?{n + 2}, ?1)' for n in range(count))}"  # noqa: S608 - numbers


@lru_cache(maxsize=8)
def _select(count: int) -> str:
    return f"SELECT id, mark FROM seen WHERE id IN ({','.join('?' * count)})"  # noqa: S608 - only question marks


@lru_cache(maxsize=8)
def _update(count: int) -> str:
    return f"UPDATE seen SET mark = ? WHERE id IN ({','.join('?' * count)})"  # noqa: S608 - only question marks
