"""MD5 of local files, in a few threads."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import threading
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from io import FileIO

from ...errors import LocalFileError
from ...files.os_errors import describe
from ...files.regular import check_unchanged, open_found, read_found
from ...settings import Settings
from .found import FoundFiles, LocalFile
from .hash_cache import HashCache
from .kept import MAX_SIZE, Kept

_TICK = 50 * 10**6
"""Nanoseconds; no system's clock for files stands still for longer."""
_BLOCK = 1 << 18

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
    """Hashes in ``threads`` threads, through the cache.

    Small files that are sent right away in half of them: these take turns with the thread that sends, at Python's lock,
    and two of them take a fourteenth more CPU time than one.
    """

    def __init__(self, cache: HashCache, *, threads: int) -> None:
        self._cache = cache
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="amazon-photos-md5")
        self._small_jobs = threading.Semaphore(max(1, threads // 2))
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
        with self._small_jobs if keep and files[0].size <= MAX_SIZE else contextlib.nullcontext():
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
