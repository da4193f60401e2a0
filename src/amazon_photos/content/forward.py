"""From one place of a content to another, over as many requests as it takes."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, aclosing
from dataclasses import replace
from functools import partial

from ..errors import AmazonPhotosError, ContentMismatch
from ..net.session import Session
from ..wire import content as wire_content
from .stream import Content, stream_content

_PROGRESS = 1 << 20
"""After so many bytes, failures are counted from the beginning."""


class _Changed(ContentMismatch):
    """The content was replaced after some of its bytes were given: another request cannot help."""

    retryable = False


class Forward:
    """Gives the bytes from ``place`` up to ``end`` in order; ``end`` is None for all there is.

    What breaks off is asked for again from where it stopped, as often as the settings allow.
    """

    place: int
    content: Content

    def __init__(
        self, session: Session, content: Content, place: int, end: int | None, etag: str | None = None
    ) -> None:
        self.content = content
        self.place = place
        self.end = end if content.size is None else min(content.size if end is None else end, content.size)
        self.etag = etag
        self._session = session
        self._attempts = session.begin_attempts(partial(wire_content.download, content.id))
        self._reached = place
        self._open = AsyncExitStack()
        self._chunks: AsyncGenerator[bytes, None] | None = None
        self._skip = 0
        self._since = 0.0

    @property
    def connected(self) -> bool:
        """Whether an answer is under way: it stands in the way of other requests."""
        return self._chunks is not None

    @property
    def connected_for(self) -> float:
        """Seconds since that answer was asked for."""
        return time.monotonic() - self._since

    async def begin(self) -> None:
        """Ask for the bytes now: ``content.size``, ``end`` and ``etag`` are then what Amazon says."""
        await self._try(want=False)

    async def next(self) -> bytes:
        """Return the bytes that come next; b"" at the end."""
        if self.end is not None and self.place >= self.end:
            return b""
        chunk = await self._try(want=True)
        self.place += len(chunk)
        if self.place > self._reached + _PROGRESS:
            self._attempts.reset()
            self._reached = self.place
        if not chunk or self.place == self.end:
            await self.close()
        return chunk

    async def close(self) -> None:
        """Let go of the connection; ``next`` asks for another."""
        self._chunks = None
        stack, self._open = self._open, AsyncExitStack()
        await stack.aclose()

    async def _try(self, *, want: bool) -> bytes:
        async for attempt in self._attempts:
            try:
                chunks = self._chunks or await self._connect()
                return await self._next(chunks) if want else b""
            except AmazonPhotosError as error:
                await self.close()
                attempt.note_failure(error)
            except BaseException:
                await self.close()
                raise
        raise AssertionError("the last attempt raises")

    async def _connect(self) -> AsyncGenerator[bytes, None]:
        self._since = time.monotonic()
        end = None if self.end == self.content.size else self.end
        stream = await self._open.enter_async_context(stream_content(self._session, self.content, self.place, end))
        if self.etag is not None and stream.etag not in (self.etag, None):
            raise _Changed(f"{self.content.shown} was replaced while it was being read: open it anew")
        self.etag = self.etag or stream.etag
        if self.content.size is None and stream.size is not None:
            self.content = replace(self.content, size=stream.size)
            self.end = stream.size if self.end is None else min(self.end, stream.size)
        self._skip = self.place - stream.start
        self._chunks = await self._open.enter_async_context(aclosing(stream.chunks()))
        return self._chunks

    async def _next(self, chunks: AsyncGenerator[bytes, None]) -> bytes:
        while chunk := await anext(chunks, b""):
            if self._skip < len(chunk):
                wanted = chunk[self._skip :] if self._skip else chunk
                self._skip = 0
                return wanted if self.end is None else wanted[: self.end - self.place]
            self._skip -= len(chunk)
        if self.end is not None and (self.content.size is not None or self._skip):
            raise ContentMismatch(f"{self.content.shown} ended at {self.place}, and {self.end} bytes were due")
        return b""
