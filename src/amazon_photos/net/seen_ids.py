"""Which ids a listing has given, in memory that does not grow with the listing.

They are kept in a private table of SQLite, which holds it in memory up to ``_CACHE`` and beyond that in a temporary
file without a name, gone with the table however the process ends. Measured: some 5 µs an id; a million take 2 MB of
memory, where a ``set`` of their hashes takes 78, and 31 MB of disk.
"""

from __future__ import annotations

import sqlite3

from ..errors import DiskFull

_CACHE = 2000
"""KiB; some 40,000 ids, so that most listings never touch the disk."""


class SeenIds:
    """The ids of the readings of one listing."""

    def __init__(self) -> None:
        self._table = sqlite3.connect("", isolation_level=None)  # "": a private, temporary database
        for line in (
            f"PRAGMA cache_size = -{_CACHE}",
            "PRAGMA journal_mode = OFF",  # nobody will want it back
            "CREATE TABLE seen (id TEXT PRIMARY KEY, reading INTEGER) WITHOUT ROWID",
            "BEGIN",  # and never a COMMIT, which would write the cache to the disk
        ):
            self._table.execute(line)

    def close(self) -> None:
        """Forget everything. A second call does nothing."""
        self._table.close()

    def check_and_add(self, id: str, reading: int) -> int | None:  # noqa: A002 - the field's word
        """Return the reading in which the id was last seen before, the present one too, or None; add it.

        Raises ``DiskFull`` when there is no room for the temporary file.
        """
        try:
            if self._table.execute("INSERT OR IGNORE INTO seen VALUES (?, ?)", (id, reading)).rowcount:
                return None
            (before,) = self._table.execute("SELECT reading FROM seen WHERE id = ?", (id,)).fetchone()
            if before != reading:
                self._table.execute("UPDATE seen SET reading = ? WHERE id = ?", (reading, id))
            return int(before)
        except sqlite3.OperationalError as error:
            raise DiskFull(
                f"no room to remember which nodes have come ({error}): a long listing needs some 30 bytes for each in "
                "a temporary folder; make room there, or name another one in TMPDIR"
            ) from None
