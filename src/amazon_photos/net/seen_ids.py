"""Which ids a listing has given, in memory that does not grow with the listing.

Ids are in a set, which is all that most listings need, and each span of a refresh. When it is full some become a *run*:
they go, sorted, to the end of a private table of SQLite, which holds it in memory up to ``_CACHE`` and
beyond that in a temporary file without a name, gone with the table however the process ends. A filter of fixed size
(Bloom's) tells which ids may be in a run; only of those the table is asked, so that the answer is exact. When another
reading begins, the runs of the last one go into one table with an entry for each id.

While all are in the set each takes 0.1 µs, else 1.2 of 200,000 and 1.5 of a million; a table with an entry for each,
where each page goes as it comes, takes 2.5 and 4.4. A million take 8 MB of memory and 40 MB of disk; a ``set`` of their
hashes takes 78 MB.
"""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from itertools import combinations, islice
from typing import Any

from ..errors import DiskFull

_CACHE = 1000
"""KiB."""
MAX_LATEST = 32_768
"""Ids in the set, some 4 MB. A span of a refresh has about 20,000."""
MAX_LATEST_HELD = 262_144
"""The same, some 30 MB, for who begins anew with each reading, and so holds all that came."""
_RUN = 16_384
"""Ids that leave the set at once: writing them takes 30 ms, in which nothing else goes on."""
_AT_ONCE = 400
"""Ids; an older SQLite takes no more than 999 values."""
_FILTER = 1 << 22
"""Bytes. With half as many a million ids take a quarter longer: more of them have to be looked for in every run."""


class SeenIds:
    """The ids of the readings of one listing; the latest ``max_latest`` are in a set."""

    def __init__(self, max_latest: int = MAX_LATEST) -> None:
        self._max_latest = max_latest
        self._reading = 0
        self._latest: set[str] = set()
        self._runs = 0
        self._filter = _Filter()
        self._any_earlier = False
        self._table = sqlite3.connect("", isolation_level=None)  # "": a private, temporary database
        for line in (
            f"PRAGMA cache_size = -{_CACHE}",
            "PRAGMA journal_mode = OFF",  # nobody will want it back
            "CREATE TABLE run (number INTEGER, id TEXT, PRIMARY KEY (number, id)) WITHOUT ROWID",
            "CREATE TABLE earlier (id TEXT PRIMARY KEY, reading INTEGER) WITHOUT ROWID",
            "BEGIN",  # and never a COMMIT, which would write the cache to the disk
        ):
            self._table.execute(line)

    def close(self) -> None:
        """Forget everything. A second call does nothing."""
        self._table.close()

    def check_and_add(self, ids: Sequence[str], reading: int) -> list[int | None]:
        """Return the reading in which each id was last seen before, the present one too, or None; add them.

        One that comes twice was seen the second time. Readings come one after the other. Raises ``DiskFull`` when there
        is no room for the temporary file.
        """
        try:
            if reading != self._reading:
                self._begin(reading)
            new = self._add(ids)
            earlier = self._find_earlier(new) if self._any_earlier else {}
        except sqlite3.OperationalError as error:
            raise DiskFull(
                f"no room to remember which nodes have come ({error}): a long listing needs some 40 bytes for each in "
                "a temporary folder; make room there, or name another one in TMPDIR"
            ) from None
        if len(new) == len(ids) and not earlier:
            return [None] * len(ids)
        found: list[int | None] = []
        for id in ids:  # noqa: A001 - the field's word
            found.append(earlier.get(id) if id in new else reading)
            new.discard(id)
        return found

    def _add(self, ids: Sequence[str]) -> set[str]:
        """Add ids; return those that had not come in this reading."""
        new = set(ids)
        new -= self._latest
        if self._runs:
            new -= self._find_in_runs(self._filter.may_have(new))
        self._latest |= new
        while len(self._latest) >= self._max_latest:
            self._make_run()
        return new

    def _make_run(self) -> None:
        leaving = set(islice(self._latest, _RUN))
        self._latest -= leaving
        self._runs += 1
        self._filter.add(leaving)
        for some in _parts(sorted(leaving)):
            self._table.execute(_insert(len(some)), (self._runs, *some))

    def _find_in_runs(self, ids: Sequence[str]) -> set[str]:
        found: set[str] = set()
        for number in range(self._runs if ids else 0):
            found.update(id for (id,) in self._select("id FROM run WHERE number = ? AND", ids, number + 1))  # noqa: A001
        return found

    def _begin(self, reading: int) -> None:
        """Make all that came in the reading before part of what came earlier."""
        while self._latest:
            self._make_run()
        if self._runs:
            self._table.execute("INSERT OR REPLACE INTO earlier SELECT id, ? FROM run ORDER BY id", (self._reading,))
            self._table.execute("DELETE FROM run")
            self._any_earlier = True
        self._runs, self._filter, self._reading = 0, _Filter(), reading

    def _find_earlier(self, ids: Iterable[str]) -> dict[str, int]:
        return dict(self._select("id, reading FROM earlier WHERE", list(ids)))

    def _select(self, what: str, ids: Sequence[str], *values: int) -> Iterator[Any]:
        for some in _parts(ids):
            marks = ",".join("?" * len(some))
            yield from self._table.execute(f"SELECT {what} id IN ({marks})", (*values, *some))


def _parts(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    return (ids[start : start + _AT_ONCE] for start in range(0, len(ids), _AT_ONCE))


@lru_cache(maxsize=2)
def _insert(count: int) -> str:
    return f"INSERT INTO run SELECT ?, column1 FROM (VALUES {','.join(['(?)'] * count)})"  # noqa: S608 - marks


class _Filter:
    """What may have been added: all that was, and little else. Each takes three bits of one number."""

    def __init__(self) -> None:
        self._numbers = array("I")

    def add(self, ids: Iterable[str]) -> None:
        numbers, bits = self._numbers or array("I", bytes(_FILTER)), _list_bits()
        size = len(numbers)
        places = size * len(bits)
        for given in map(hash, ids):
            place = given % places
            numbers[place % size] |= bits[place // size]
        self._numbers = numbers

    def may_have(self, ids: Iterable[str]) -> list[str]:
        numbers, bits = self._numbers, _list_bits()
        size = len(numbers)
        places = size * len(bits)
        found = []
        for id in ids:  # noqa: A001
            place = hash(id) % places
            three = bits[place // size]
            if numbers[place % size] & three == three:
                found.append(id)
        return found


@cache
def _list_bits() -> list[int]:
    """List each fifth of all threes: so there are fewer than 2**30 places, and Python is faster with such numbers."""
    return [1 << a | 1 << b | 1 << c for a, b, c in combinations(range(32), 3)][::5]
