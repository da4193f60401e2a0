"""MD5 of local files: in a few threads, and remembered.

::

    <user cache folder>/amazon-photos/hashes.sqlite
      hashes(device, inode, size, mtime, ctime, md5)      one row per file that was read

A remembered hash counts only while device, inode, size and both times (in nanoseconds) are what they were. A
file that was written less than two seconds before it was read is not remembered: the next write might not show. Nor
is one on a file system that keeps whole seconds (FAT, exFAT, old ext): the next card in the same reader has the same
device, numbers its files alike, and is dated alike.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import secrets
import sqlite3
import threading
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from io import FileIO
from pathlib import Path

from ...errors import LocalFileError, TargetExists
from ...files.final_name import rename_new
from ...files.folders import make_folder
from ...files.os_errors import describe
from ...files.regular import check_unchanged, open_found, read_found
from ...settings import Settings
from .found import FoundFiles, LocalFile
from .kept import MAX_SIZE, Kept

__all__ = ["HashCache", "HashedFile", "HashedFiles", "Hasher", "md5_of", "open_hasher"]

HashedFile = tuple[LocalFile, str | None]
"""A file and its MD5; None for what is not taken, with the reason in its ``LocalFile``."""


@dataclass(frozen=True, slots=True)
class HashedFiles:
    """Many of them by columns."""

    files: FoundFiles
    md5s: Sequence[str | None]

    def __len__(self) -> int:
        return len(self.md5s)

    def __iter__(self) -> Iterator[HashedFile]:
        return zip(self.files, self.md5s, strict=True)

    def cut(self, start: int, end: int) -> HashedFiles:
        """Return those from ``start`` until before ``end``."""
        return HashedFiles(self.files.cut(start, end), self.md5s[start:end])


_TOO_YOUNG = 2 * 10**9
_TICK = 50 * 10**6
"""Nanoseconds; no system's clock for files stands still for longer."""
_COARSE = 10**7
"""Nanoseconds; what exFAT and FAT count in, where they don't count in seconds."""
_BLOCK = 1 << 18
_PENDING = 2048
_ASKED = 900
"""Files in one question: SQLite may have been built to take no more than 999 values."""
_MARK = 0x616D7068
"""SQLite's application_id of our file ("amph"): a file of this name without it is somebody else's."""
_LOOK_UP = "SELECT size, mtime, ctime, device, inode, md5 FROM hashes WHERE device = ? AND inode IN ({})"
_REMEMBER = "INSERT OR REPLACE INTO hashes (size, mtime, ctime, device, inode, md5) VALUES (?, ?, ?, ?, ?, ?)"


_Key = tuple[int, int, int, int, int]
"""Size, both times in nanoseconds, device and inode, each as SQLite can hold it."""


def md5_of(found: LocalFile) -> str:
    """Compute the MD5 of the file, in lower-case hexadecimal digits. Raises as ``read_md5``."""
    return read_md5(found)[0]


def read_md5(found: LocalFile, ended: threading.Event | None = None) -> tuple[str, Kept | None]:
    """Compute the MD5 of the file; return what is in it, too, if it is small.

    Raises ``FileChanged`` if the file is no longer as ``found``, or changes while it is read; and ``LocalFileError``
    when nobody wants to know any more.
    """
    try:
        if found.size <= MAX_SIZE:
            content = read_found(found, doing="read")
            return hashlib.md5(content, usedforsecurity=False).hexdigest(), Kept(content)
        with open_found(found, doing="read") as file:
            digest = _digest(file, ended)
            check_unchanged(found, file.fileno(), doing="read")
    except OSError as error:
        raise LocalFileError(f"cannot be read: {describe(error)}") from error
    return digest.hexdigest(), None


def _digest(file: FileIO, ended: threading.Event | None) -> hashlib._Hash:
    digest, buffer = hashlib.md5(usedforsecurity=False), memoryview(bytearray(_BLOCK))
    while amount := file.readinto(buffer):
        digest.update(buffer[:amount])
        if ended is not None and ended.is_set():
            raise LocalFileError("not read to the end")
    return digest


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
        numbers = _numbers(files)
        known: dict[_Key, bytes] = {}
        with self._lock, self._forgiving():
            db = self._open()
            if db is not None:
                for device, inodes in _by_device(*numbers[3:]):
                    query = _LOOK_UP.format(",".join("?" * len(inodes)))
                    known.update({row[:5]: row[5] for row in db.execute(query, (device, *inodes))})
        found = map(known.get, zip(*numbers, strict=True))
        told = zip(found, files.reason, files.inode, files.mtime_ns, files.ctime_ns, strict=True)
        return [
            None if md5 is None or reason is not None or not _is_tellable(*times) else md5.hex()
            for md5, reason, *times in told
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


def _numbers(files: FoundFiles) -> Sequence[Sequence[int]]:
    """The columns of which keys are made."""
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


@contextlib.asynccontextmanager
async def open_hasher(settings: Settings) -> AsyncIterator[tuple[Hasher, HashCache]]:
    """Open what hashes files, and what remembers hashes, as the settings say.

    Both are closed with the block.
    """
    cache = HashCache(settings.cache_folder)
    hasher = Hasher(cache, threads=settings.hash_threads)
    try:
        yield hasher, cache
    finally:
        hasher.close()
        await asyncio.to_thread(cache.close)


class Hasher:
    """Hashes in ``threads`` threads, through the cache."""

    def __init__(self, cache: HashCache, *, threads: int) -> None:
        self._cache = cache
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="amazon-photos-md5")
        self._ended = threading.Event()

    def submit(self, found: LocalFile) -> asyncio.Future[str]:
        """Begin to hash a file; return the hash, on its way. It fails with ``LocalFileError``."""
        return asyncio.get_running_loop().run_in_executor(self._threads, self.hash, found)

    def submit_all(self, files: Sequence[LocalFile], *, keep: bool) -> asyncio.Future[list[HashedFile]]:
        """Begin to hash some files, one after the other in one thread.

        A hop to it costs as much as a small file. What cannot be read has no hash, and the reason; ``keep`` what is in
        small files.
        """
        return asyncio.get_running_loop().run_in_executor(self._threads, self._hash_all, files, keep)

    def hash(self, found: LocalFile) -> str:
        """Compute the hash in this thread."""
        return self._read(found)[0]

    def _hash_all(self, files: Sequence[LocalFile], keep: bool) -> list[HashedFile]:
        return [self._hash_one(found, keep=keep) for found in files]

    def _hash_one(self, found: LocalFile, *, keep: bool) -> HashedFile:
        try:
            if not keep:
                return found, self.hash(found)  # what was read is freed before the next file is
            md5, kept = self._read(found)
        except LocalFileError as error:
            return found._replace(reason=str(error), failed=True), None
        return found._replace(kept=kept), md5

    def _read(self, found: LocalFile) -> tuple[str, Kept | None]:
        began = time.time_ns()
        md5, kept = read_md5(found, self._ended)
        if began - found.ctime_ns >= _TICK:  # else it may have been written once more within its time stamp
            self._cache.remember(found, md5)
        return md5, kept

    def close(self) -> None:
        """Stop hashing: Python waits for its threads when it exits, and some files take minutes."""
        self._ended.set()
        self._threads.shutdown(wait=False, cancel_futures=True)
