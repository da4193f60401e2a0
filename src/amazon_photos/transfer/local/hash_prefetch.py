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
from itertools import groupby, islice
from typing import cast

from .hashing import HashCache, HashedFile, Hasher
from .kept import MAX_SIZE
from .scan import LocalFile

_BATCH = 512
_MAX_BYTES = 1 << 30
_MAX_KEPT = 1 << 21
"""Bytes held of files that have not come out yet: a job for each of two threads. What has come out is held by whoever
sends it. Twice as much takes 4 MB of a process, and no less time."""
_JOB_BYTES = 1 << 20
_JOB_FILES = 16


@dataclass(slots=True)
class _Waiting:
    """A file whose hash nobody knows, and the job that computes it, once that has begun."""

    found: LocalFile
    hashing: asyncio.Future[list[HashedFile]] | None = None
    place: int = 0
    """In the job."""


_Queued = list[HashedFile] | _Waiting
"""Files that stand next to each other and whose hashes are known, or one whose hash is not."""


async def hash_files(files: Iterator[LocalFile], hasher: Hasher, cache: HashCache) -> AsyncGenerator[HashedFile]:
    """Yield every file with its MD5; None for what is not taken, with the reason in its ``LocalFile``."""
    async with aclosing(hash_batches(files, hasher, cache)) as runs:
        async for run in runs:
            for pair in run:
                yield pair


async def hash_batches(
    files: Iterator[LocalFile], hasher: Hasher, cache: HashCache, *, keep: bool = False
) -> AsyncGenerator[list[HashedFile]]:
    """Yield the same in batches: as many together as are known already.

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
    def __init__(self, files: Iterator[LocalFile], hasher: Hasher, cache: HashCache, *, keep: bool) -> None:
        self._files = files
        self._hasher = hasher
        self._cache = cache
        self._keep = keep
        self._queue: deque[_Queued] = deque()
        self._queued = 0
        """Files in it."""
        self._unhashed: deque[_Waiting] = deque()
        self._bytes = 0
        self._kept = 0
        self._finding: asyncio.Future[list[HashedFile]] | None = asyncio.ensure_future(asyncio.to_thread(self._batch))

    async def fill(self) -> None:
        if self._queued < _BATCH // 2 and self._finding is not None:
            batch = await self._finding
            ended = len(batch) < _BATCH
            self._finding = None if ended else asyncio.ensure_future(asyncio.to_thread(self._batch))
            self._queue_up(batch)
        self.hash_more()

    def _queue_up(self, batch: list[HashedFile]) -> None:
        self._queued += len(batch)
        for unknown, pairs in groupby(batch, _needs_hashing):
            if unknown:
                waiting = [_Waiting(found) for found, _ in pairs]
                self._queue += waiting
                self._unhashed += waiting
            else:
                self._queue.append(list(pairs))

    def hash_more(self) -> None:
        """Begin to hash what there is room for, and whatever comes out next."""
        while self._unhashed and (self._has_room or self._queue[0] is self._unhashed[0]):
            self._hash(self._next_job())

    async def close(self) -> None:
        """Waits for the thread that is looking for files."""
        if self._finding is not None:
            await asyncio.wait([self._finding])

    async def next(self) -> list[HashedFile]:
        """Return the first, and all behind it whose hash is known; none at the end."""
        run: list[HashedFile] = []
        while self._queue and (not run or _is_settled(self._queue[0])):
            waiting = self._queue.popleft()
            run += waiting if isinstance(waiting, list) else [await self._settle(waiting)]
        self._queued -= len(run)
        return run

    async def _settle(self, waiting: _Waiting) -> HashedFile:
        self._count(waiting, -1)
        hashing = cast("asyncio.Future[list[HashedFile]]", waiting.hashing)  # the first is always being hashed
        return (await hashing)[waiting.place]

    def _batch(self) -> list[HashedFile]:
        """In a thread: the next files, and what the cache knows of them."""
        files = list(islice(self._files, _BATCH))
        known = iter(self._cache.look_up([file for file in files if file.reason is None]))
        return [(file, next(known) if file.reason is None else None) for file in files]

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


def _needs_hashing(pair: HashedFile) -> bool:
    found, md5 = pair
    return md5 is None and found.reason is None


def _is_settled(waiting: _Queued) -> bool:
    return isinstance(waiting, list) or (waiting.hashing is not None and waiting.hashing.done())
