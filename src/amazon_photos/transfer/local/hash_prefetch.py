"""Hashes ahead: files come out in the order they were found, each with its MD5, while later ones are being hashed.

Bounded in files and in bytes: what is hashed too far ahead of sending has left the page cache when its turn comes.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from dataclasses import dataclass
from itertools import islice

from ...errors import LocalFileError
from .hashing import HashCache, Hasher
from .scan import LocalFile

_BATCH = 512
_MAX_BYTES = 1 << 30


@dataclass(slots=True)
class _Waiting:
    found: LocalFile
    md5: str | None
    hashing: asyncio.Future[str] | None = None

    @property
    def needs_hashing(self) -> bool:
        return self.md5 is None and self.found.reason is None


HashedFile = tuple[LocalFile, str | None]


async def hash_files(files: Iterator[LocalFile], hasher: Hasher, cache: HashCache) -> AsyncGenerator[HashedFile]:
    """Yield every file with its MD5; None for what is not taken, with the reason in its ``LocalFile``."""
    async with aclosing(hash_batches(files, hasher, cache)) as runs:
        async for run in runs:
            for pair in run:
                yield pair


async def hash_batches(
    files: Iterator[LocalFile], hasher: Hasher, cache: HashCache
) -> AsyncGenerator[list[HashedFile]]:
    """Yield the same in batches: as many together as are known already."""
    ahead = _HashPrefetch(files, hasher, cache)
    try:
        while True:
            await ahead.fill()
            run = [await _settle(waiting) for waiting in ahead.next()]
            if not run:
                return
            yield run
    finally:
        await ahead.close()


async def _settle(waiting: _Waiting) -> HashedFile:
    if waiting.hashing is None:
        return waiting.found, waiting.md5
    try:
        return waiting.found, await waiting.hashing
    except LocalFileError as error:
        return waiting.found._replace(reason=str(error), failed=True), None


class _HashPrefetch:
    def __init__(self, files: Iterator[LocalFile], hasher: Hasher, cache: HashCache) -> None:
        self._files = files
        self._hasher = hasher
        self._cache = cache
        self._queue: deque[_Waiting] = deque()
        self._unhashed: deque[_Waiting] = deque()
        self._bytes = 0
        self._finding: asyncio.Future[list[_Waiting]] | None = asyncio.ensure_future(asyncio.to_thread(self._batch))

    async def fill(self) -> None:
        if len(self._queue) < _BATCH // 2 and self._finding is not None:
            batch = await self._finding
            ended = len(batch) < _BATCH
            self._finding = None if ended else asyncio.ensure_future(asyncio.to_thread(self._batch))
            self._queue.extend(batch)
            self._unhashed.extend(waiting for waiting in batch if waiting.needs_hashing)
        self._hash()

    async def close(self) -> None:
        """Waits for the thread that is looking for files."""
        if self._finding is not None:
            await asyncio.wait([self._finding])

    def next(self) -> list[_Waiting]:
        """All from the first on that need no hashing; else the first, which is being hashed. None at the end."""
        run: list[_Waiting] = []
        while self._queue and not self._queue[0].needs_hashing:
            run.append(self._queue.popleft())
        if self._queue and not run:
            run.append(waiting := self._queue.popleft())
            self._bytes -= waiting.found.size
        return run

    def _batch(self) -> list[_Waiting]:
        """In a thread: the next files, and what the cache knows of them."""
        files = list(islice(self._files, _BATCH))
        real = [file for file in files if file.reason is None]
        known = iter(self._cache.look_up(real))
        return [_Waiting(file, None if file.reason is not None else next(known)) for file in files]

    def _hash(self) -> None:
        while self._unhashed and (self._bytes < _MAX_BYTES or self._queue[0] is self._unhashed[0]):
            waiting = self._unhashed.popleft()
            waiting.hashing = self._hasher.submit(waiting.found)
            self._bytes += waiting.found.size
