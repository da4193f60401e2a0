"""Hashes ahead: files come out in the order they were found, each with its MD5, while later ones are being hashed.

Bounded in files and in bytes: what is hashed too far ahead of sending has left the page cache when its turn comes.
Small files are hashed several in a job, and what is in them is kept for whoever sends it: then only so many are hashed
ahead as memory is to hold.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from dataclasses import dataclass
from itertools import groupby
from typing import cast

from .found import FoundFiles, LocalFile, batch_files
from .hash_cache import HashCache
from .hashing import HashedFile, HashedFiles, Hasher
from .kept import MAX_SIZE

_MIN_QUEUED = 256
"""Files that wait to come out while the next are being looked for."""
_MIN_COLUMNS = 32
"""Files that stand next to each other and are worth columns of their own."""
_MAX_BYTES = 1 << 30
_MAX_KEPT = 1 << 21
"""Bytes held of files that have not come out yet: a job that is under way, and the next. What has come out is held by
whoever sends it. Twice as much takes 4 MB of a process, and no less time."""
_JOB_BYTES = 1 << 20
"""Also of files that come out together, which are held until the last of them is being sent. Half as much takes 1 MB
less of a process, and some hundredths more of its CPU time."""
_JOB_FILES = 16


@dataclass(slots=True)
class _Waiting:
    """A file whose hash nobody knows, and the job that computes it, once that has begun."""

    found: LocalFile
    hashing: asyncio.Future[list[HashedFile]] | None = None
    place: int = 0
    """In the job."""


HashedRun = HashedFiles | list[HashedFile]
"""Files that stand next to each other, of which everything is known."""


async def hash_files(files: Iterator[LocalFile], hasher: Hasher, cache: HashCache) -> AsyncGenerator[HashedFile]:
    """Yield every file with its MD5; None for what is not taken, with the reason in its ``LocalFile``."""
    async with aclosing(hash_batches(batch_files(files), hasher, cache)) as runs:
        async for run in runs:
            for pair in run:
                yield pair


async def hash_batches(
    files: Iterator[FoundFiles], hasher: Hasher, cache: HashCache, *, keep: bool = False
) -> AsyncGenerator[HashedRun]:
    """Yield the same in runs: as many together as are known already.

    ``keep``: small files that are hashed now come with what they hold.
    """
    ahead = _HashPrefetch(files, hasher, cache, keep=keep)
    try:
        while True:
            await ahead.fill()
            run = await ahead.next()
            if not run:
                return
            ahead.hash_more()  # else nothing is hashed while these are sent
            yield run
    finally:
        await ahead.close()


class _HashPrefetch:
    def __init__(self, files: Iterator[FoundFiles], hasher: Hasher, cache: HashCache, *, keep: bool) -> None:
        self._files = files
        self._hasher = hasher
        self._cache = cache
        self._keep = keep
        self._queue: deque[HashedRun | _Waiting] = deque()
        self._queued = 0
        """Files in it."""
        self._unhashed: deque[_Waiting] = deque()
        self._bytes = 0
        self._kept = 0
        self._finding: asyncio.Future[HashedFiles | None] | None = asyncio.ensure_future(asyncio.to_thread(self._batch))

    async def fill(self) -> None:
        if self._queued < _MIN_QUEUED and self._finding is not None:
            batch = await self._finding
            self._finding = None
            if batch is not None:
                self._finding = asyncio.ensure_future(asyncio.to_thread(self._batch))
                self._queue_up(batch)
        self.hash_more()

    def _queue_up(self, batch: HashedFiles) -> None:
        self._queued += len(batch)
        start = 0
        for unknown, places in groupby(map(_needs_hashing, batch.md5s, batch.files.reason)):
            end = start + len(list(places))
            some = batch if end - start == len(batch) else batch.cut(start, end)
            if unknown:
                waiting = [_Waiting(found) for found in some.files]
                self._queue += waiting
                self._unhashed += waiting
            else:
                self._queue.append(some if len(some) >= _MIN_COLUMNS else list(some))
            start = end

    def hash_more(self) -> None:
        """Begin to hash what there is room for, and whatever comes out next."""
        while self._unhashed and (self._has_room or self._queue[0] is self._unhashed[0]):
            self._hash(self._next_job())

    async def close(self) -> None:
        """Waits for the thread that is looking for files."""
        if self._finding is not None:
            await asyncio.wait([self._finding])

    async def next(self) -> HashedRun:
        """Return the first run of columns, or the first files and all behind them whose hash is known.

        It is empty at the end.
        """
        columns = self._queue[0] if self._queue else None
        if isinstance(columns, HashedFiles):
            self._queue.popleft()
            self._queued -= len(columns)
            return columns
        run, kept = list[HashedFile](), self._kept
        while self._queue and not isinstance(first := self._queue[0], HashedFiles) and (not run or _is_settled(first)):
            self._queue.popleft()
            run += [await self._await_hash(first)] if isinstance(first, _Waiting) else first
            if kept - self._kept >= _JOB_BYTES:
                break
        self._queued -= len(run)
        return run

    async def _await_hash(self, waiting: _Waiting) -> HashedFile:
        self._count(waiting, -1)
        hashing = cast("asyncio.Future[list[HashedFile]]", waiting.hashing)  # the first is always being hashed
        return (await hashing)[waiting.place]

    def _batch(self) -> HashedFiles | None:
        """In a thread: the next files, and what the cache knows of them; None at the end."""
        files = next(self._files, None)
        return None if files is None else HashedFiles(files, self._cache.look_up_all(files))

    @property
    def _has_room(self) -> bool:
        return self._bytes < _MAX_BYTES and self._kept < _MAX_KEPT

    def _count(self, waiting: _Waiting, sign: int) -> None:
        size = waiting.found.size
        self._bytes += sign * size
        self._kept += sign * size if self._keep and size <= MAX_SIZE else 0

    def _next_job(self) -> list[_Waiting]:
        job = [self._unhashed.popleft()]
        size = job[0].found.size
        while self._unhashed and len(job) < _JOB_FILES and size + self._unhashed[0].found.size <= _JOB_BYTES:
            job.append(waiting := self._unhashed.popleft())
            size += waiting.found.size
        return job

    def _hash(self, job: list[_Waiting]) -> None:
        hashing = self._hasher.submit_all([waiting.found for waiting in job], keep=self._keep)
        for place, waiting in enumerate(job):
            waiting.hashing, waiting.place = hashing, place
            self._count(waiting, +1)


def _needs_hashing(md5: str | None, reason: str | None) -> bool:
    return md5 is None and reason is None


def _is_settled(waiting: HashedRun | _Waiting) -> bool:
    return not isinstance(waiting, _Waiting) or (waiting.hashing is not None and waiting.hashing.done())
