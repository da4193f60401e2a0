"""A local file on its way up: read in blocks, watched for changes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from functools import partial
from io import FileIO
from typing import NoReturn

from ...errors import FileChanged, LocalFileError
from ...files.os_errors import describe
from ...files.regular import check_unchanged, open_found
from ...wire.call import Body
from ..events import FileProgress
from ..local import capture_time
from ..local.found import LocalFile
from ..worker_thread import WorkerThread

_BLOCK = 1 << 18
"""Blocks of 256 KiB are the fastest way up (measured)."""
_AHEAD = 1 << 19
"""What is read at once, in a thread, while what was read before is sent."""


class UploadSource:
    """``problem`` is what went wrong on this side: aiohttp only tells that the connection broke."""

    began: float
    sent: bool

    def __init__(self, found: LocalFile, meter: FileProgress) -> None:
        self._found = found
        self._meter = meter
        self.problem: LocalFileError | None = None
        self.sent = False
        """Every byte was handed over."""
        self.began = 0.0
        """When the first was asked for, by ``time.monotonic``."""

    @property
    def body(self) -> Body:
        kept = self._found.kept
        return Body(self._found.size, self._chunks if kept is None else partial(self._kept_chunks, kept.content))

    async def content_date(self, files: WorkerThread) -> str | None:
        """Return the capture time to tell Amazon of the file, if it carries none; looked for in ``files``."""
        known = self._found.path, self._found.name, self._found.mtime_ns
        if self._found.kept is not None:
            return capture_time.content_date(*known, self._found.kept.content)
        return await files.run(partial(capture_time.content_date, *known))

    def _kept_chunks(self, content: bytes) -> Iterator[memoryview]:
        self._begin()
        try:
            check_unchanged(self._found, doing="sent")
            for block in _cut(content):
                yield block
                self._meter.move(len(block))
        except (OSError, FileChanged) as error:
            self._fail(error)
        self.sent = True

    async def _chunks(self) -> AsyncIterator[memoryview]:
        self._begin()
        try:
            async for block in self._blocks():
                yield block
                self._meter.move(len(block))
        except (OSError, FileChanged) as error:
            self._fail(error)
        self.sent = True

    def _begin(self) -> None:
        self.sent, self.problem, self.began = False, None, time.monotonic()
        self._meter.attempt()

    def _fail(self, error: OSError | FileChanged) -> NoReturn:
        if isinstance(error, FileChanged):
            self.problem = error
            raise error
        self.problem = LocalFileError(f"cannot be read: {describe(error)}")
        raise self.problem from error

    async def _blocks(self) -> AsyncIterator[memoryview]:
        left = self._found.size
        with open_found(self._found, doing="sent") as file:
            reading = _read_soon(file, left)
            try:
                while left:
                    piece = await asyncio.shield(reading)  # its thread goes on when this is cancelled
                    left -= len(piece)
                    if not piece:
                        raise FileChanged("it became shorter while it was being sent: run again")
                    reading = _read_soon(file, left)  # the next, while these are sent
                    blocks = list(_cut(piece))
                    for block in blocks:
                        if not left and block is blocks[-1]:
                            check_unchanged(self._found, file.fileno(), doing="sent")  # what is not whole is not stored
                        yield block
            finally:
                await asyncio.wait([reading])  # closed while a thread reads, its number may be another file's
                if not reading.cancelled():
                    reading.exception()  # that the next piece cannot be read is no news where this one was not sent


def _cut(piece: bytes) -> Iterator[memoryview]:
    """The blocks of a piece, without copying them."""
    whole = memoryview(piece)
    return (whole[start : start + _BLOCK] for start in range(0, len(whole), _BLOCK))


def _read_soon(file: FileIO, left: int) -> asyncio.Future[bytes]:
    """Begin to read the next piece in a thread; what is small is read at once."""
    loop = asyncio.get_running_loop()
    if left > _BLOCK:
        return loop.run_in_executor(None, file.read, min(left, _AHEAD))
    read: asyncio.Future[bytes] = loop.create_future()
    read.set_result(file.read(left) if left else b"")
    return read
