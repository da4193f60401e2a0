"""Hashes of local files, remembered.

::

    <user cache folder>/amazon-photos/hashes.sqlite
      hashes(device, inode, size, mtime, ctime, md5)      one row per file that was read

A remembered hash counts only while device, inode, size and both times (in nanoseconds) are what they were. A
file that was written less than two seconds before it was read is not remembered: the next write might not show. Nor
is one on a file system that keeps whole seconds (FAT, exFAT, old ext): the next card in the same reader has the same
device, numbers its files alike, and is dated alike.
"""

from __future__ import annotations

import contextlib
import secrets
import sqlite3
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from ...errors import LocalFileError, TargetExists
from ...files.final_name import rename_new
from ...files.folders import make_folder
from .found import FoundFiles, LocalFile

_TOO_YOUNG = 2 * 10**9
_COARSE = 10**7
"""Nanoseconds; what exFAT and FAT count in, where they don't count in seconds."""
_PENDING = 2048
_ASKED = 900
"""Files in one question: SQLite may have been built to take no more than 999 values."""
_MARK = 0x616D7068
"""SQLite's application_id of our file ("amph"): a file of this name without it is somebody else's."""
_LOOK_UP = (
    "SELECT inode, size, mtime, ctime, md5 FROM hashes "
    "WHERE typeof(md5) = 'blob' AND length(md5) = 16 AND device = ? AND inode "
)
"""What else stands in the place of a hash was not written by us, and is not known."""
_REMEMBER = "INSERT OR REPLACE INTO hashes (size, mtime, ctime, device, inode, md5) VALUES (?, ?, ?, ?, ?, ?)"


_Key = tuple[int, int, int, int, int]
"""Size, both times in nanoseconds, device and inode, each as SQLite can hold it."""
_Row = tuple[int, int, int, int, bytes]
"""Inode, size, both times and MD5."""


class HashCache:
    """Remembers hashes. It is only a cache: where it cannot be used, everything works without it.

    ``folder`` is None where there is no place for it.
    """

    def __init__(self, folder: Path | None) -> None:
        self._path = (folder or Path()) / "hashes.sqlite"
        self._lock = threading.Lock()
        self._db: sqlite3.Connection | None = None
        self._broken = folder is None
        self._new: list[tuple[*_Key, bytes]] = []

    def look_up(self, files: Sequence[LocalFile]) -> list[str | None]:
        """Look up the hash of each file in the cache; None where it is not known."""
        found = FoundFiles()
        found.extend(files)
        return self.look_up_all(found)

    def look_up_all(self, files: FoundFiles) -> list[str | None]:
        """Look up the same for many files; None also where there is a reason not to take one."""
        sizes, mtimes, ctimes, devices, inodes = _numbers(files)
        known: dict[int, dict[int, _Row]] = defaultdict(dict)
        with self._lock, self._forgiving():
            db = self._open()
            if db is not None:
                for device, some in _by_device(devices, inodes):
                    known[device].update({row[0]: row for row in db.execute(*_ask(device, some))})
        rows = [known[device].get(inode) for device, inode in zip(devices, inodes, strict=True)]
        tellable = map(_is_tellable, files.inode, files.mtime_ns, files.ctime_ns)
        found = zip(rows, sizes, mtimes, ctimes, tellable, files.reason, strict=True)
        return [
            None
            if (row is None or row[1] != size or row[2] != mtime or row[3] != ctime or reason is not None or not told)
            else row[4].hex()
            for row, size, mtime, ctime, told, reason in found
        ]

    def remember(self, file: LocalFile, md5: str) -> None:
        """Keep a hash that was just computed; on the disk at the latest with ``close``."""
        age = time.time_ns() - max(file.mtime_ns, 0)
        if age < _TOO_YOUNG or not _is_tellable(file.inode, file.mtime_ns, file.ctime_ns):
            return
        row = (*_key(file), bytes.fromhex(md5))
        with self._lock:
            self._new.append(row)
            if len(self._new) >= _PENDING:
                self._write()

    def close(self) -> None:
        with self._lock:
            self._write()
            if self._db is not None:
                with contextlib.suppress(sqlite3.Error):
                    self._db.close()
                self._db = None

    def _write(self) -> None:
        with self._forgiving():
            db = self._open() if self._new else None
            if db is not None:
                with db:
                    db.executemany(_REMEMBER, self._new)
        self._new.clear()

    def _open(self) -> sqlite3.Connection | None:
        if self._db is None and not self._broken:
            make_folder(self._path.parent)
            self._db = sqlite3.connect(self._path, timeout=5, check_same_thread=False)
            self._db.executescript(
                f"PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA application_id = {_MARK};"
                "CREATE TABLE IF NOT EXISTS hashes (device INTEGER, inode INTEGER, size INTEGER, mtime INTEGER, "
                "ctime INTEGER, md5 BLOB, PRIMARY KEY (device, inode)) WITHOUT ROWID"
            )
        return self._db

    @contextlib.contextmanager
    def _forgiving(self):  # type: ignore[no-untyped-def]  # a generator of nothing
        """A damaged cache makes room and is not used again in this run; one that cannot be used is left alone."""
        try:
            yield
        except (sqlite3.Error, OSError, LocalFileError) as error:
            self._broken = True
            if self._db is not None:
                with contextlib.suppress(sqlite3.Error):
                    self._db.close()
                self._db = None
            if isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.OperationalError):
                with contextlib.suppress(OSError, TargetExists):
                    self._clear_away()

    def _clear_away(self) -> None:
        """Makes room for a new one: removes what bears our mark, and keeps what doesn't under another name."""
        if not _is_ours(self._path):
            rename_new(self._path, self._path.with_name(f"{self._path.name}.not-ours-{secrets.token_hex(4)}"))
            return
        for left in ("", "-wal", "-shm"):
            Path(f"{self._path}{left}").unlink(missing_ok=True)


def _is_tellable(inode: int, mtime_ns: int, ctime_ns: int) -> bool:
    """Tell whether the file system numbers and dates its files so finely that no other one is taken for this."""
    return inode != 0 and (ctime_ns % _COARSE != 0 or mtime_ns % _COARSE != 0)


def _is_ours(path: Path) -> bool:
    """Tell whether the file bears our mark in SQLite's header, which a damaged one has kept."""
    try:
        with path.open("rb") as file:
            header = file.read(72)
    except OSError:
        return False
    return header.startswith(b"SQLite format 3\0") and header[68:72] == _MARK.to_bytes(4, "big")


def _by_device(devices: Sequence[int], inodes: Sequence[int]) -> Iterator[tuple[int, Sequence[int]]]:
    """Devices and inodes, as many as one question takes."""
    on: dict[int, list[int]] = defaultdict(list)
    for device, inode in zip(devices, inodes, strict=True):
        if inode:
            on[device].append(inode)
    for device, some in on.items():
        for start in range(0, len(some), _ASKED):
            yield device, some[start : start + _ASKED]


def _ask(device: int, inodes: Sequence[int]) -> tuple[str, tuple[int, ...]]:
    """Return the question for these inodes, and its values; a range where they lie close together."""
    first, last = min(inodes), max(inodes)
    if last - first < 4 * len(inodes):
        return f"{_LOOK_UP}BETWEEN ? AND ?", (device, first, last)
    return f"{_LOOK_UP}IN ({','.join('?' * len(inodes))})", (device, *inodes)


def _numbers(files: FoundFiles) -> Sequence[Sequence[int]]:
    """Sizes, times, devices and inodes, as SQLite can hold them."""
    columns = (files.size, files.mtime_ns, files.ctime_ns, files.device, files.inode)
    return [column if _fits(column) else list(map(_to_signed, column)) for column in columns]


def _key(file: LocalFile) -> _Key:
    key = (file.size, file.mtime_ns, file.ctime_ns, file.device, file.inode)
    if _fits(key):
        return key
    size, mtime, ctime, device, inode = map(_to_signed, key)
    return size, mtime, ctime, device, inode


def _fits(numbers: Sequence[int]) -> bool:
    return not numbers or (max(numbers) < 1 << 63 and min(numbers) >= -1 << 63)


def _to_signed(number: int) -> int:
    """SQLite's integers have a sign and 64 bits; some file systems use all of them, and times after 2262 need more."""
    return (number + (1 << 63)) % (1 << 64) - (1 << 63)
