"""A local file on its way up: read in blocks, watched for changes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from functools import partial

from ...errors import FileChanged, LocalFileError
from ...files.os_errors import describe
from ...files.regular import check_unchanged, open_found
from ...wire.call import Body
from ..events import FileProgress
from ..local import capture_time
from ..local.scan import LocalFile
from ..worker_thread import WorkerThread

_BLOCK = 1 << 18
"""Blocks of 256 KiB are the fastest way up (measured)."""
_AHEAD = 1 << 19
"""What is read at once, in a thread, from files that may not be in the page cache."""


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
        return Body(self._found.size, self._chunks)

    async def content_date(self, files: WorkerThread) -> str | None:
        """Return the capture time to tell Amazon of the file, if it carries none; looked for in ``files``."""
        known = self._found.path, self._found.name, self._found.mtime_ns
        if self._found.kept is not None:
            return capture_time.content_date(*known, self._found.kept.content)
        return await files.run(partial(capture_time.content_date, *known))

    async def _chunks(self) -> AsyncIterator[bytes]:
        self.sent, self.problem, self.began = False, None, time.monotonic()
        self._meter.attempt()
        try:
            if self._found.kept is None:
                async for block in self._blocks():
                    yield block
                    self._meter.move(len(block))
            else:
                check_unchanged(self._found, doing="sent")
                for block in self._kept_blocks(self._found.kept.content):
                    yield block
                    self._meter.move(len(block))
        except OSError as error:
            self.problem = LocalFileError(f"cannot be read: {describe(error)}")
            raise self.problem from error
        except FileChanged as changed:
            self.problem = changed
            raise
        self.sent = True

    @staticmethod
    def _kept_blocks(content: bytes) -> Iterator[bytes]:
        return (content[start : start + _BLOCK] for start in range(0, len(content), _BLOCK))

    async def _blocks(self) -> AsyncIterator[bytes]:
        left = self._found.size
        with open_found(self._found, doing="sent") as file:
            while left:
                size = min(left, _AHEAD)
                piece = file.read(size) if left <= _BLOCK else await asyncio.to_thread(file.read, size)
                left -= len(piece)
                if not piece:
                    raise FileChanged("it became shorter while it was being sent: run again")
                for start in range(0, len(piece), _BLOCK):
                    if not left and start + _BLOCK >= len(piece):
                        check_unchanged(self._found, file.fileno(), doing="sent")  # what is not whole is not stored
                    yield piece[start : start + _BLOCK]
