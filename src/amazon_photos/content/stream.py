"""Streams the bytes of a node from one request, and checks length, range and total against what is expected."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from typing import NoReturn

from ..errors import ContentMismatch, RangeNotSatisfiable
from ..net.session import Session, Stream
from ..wire import content as wire_content

CHUNK = 1 << 18
"""Bytes of a piece, at the most."""
_RANGE = re.compile(r"bytes (\d{1,18})-(\d{1,18})/(\d{1,18}|\*)")


@dataclass(frozen=True, slots=True)
class Content:
    """What is to be read: a node's id, and what is known of its bytes. None: Amazon doesn't tell."""

    id: str
    name: str = ""
    size: int | None = None
    md5: str | None = None

    @property
    def shown(self) -> str:
        """What messages call it."""
        return self.name or self.id

    def raise_wrong(self, size: int | None, md5: str | None = None) -> NoReturn:
        """Raise ``ContentMismatch``, which says what came in the place of this."""
        came, due = _describe(size, md5), _describe(self.size, self.md5)
        raise ContentMismatch(f"not the bytes of {self.shown}: {came} instead of {due}")


def _describe(size: int | None, md5: str | None) -> str:
    """What is known of some bytes; either may not be."""
    told = "bytes" if size is None else "1 byte" if size == 1 else f"{size} bytes"
    return told if md5 is None else f"{told} with MD5 {md5}"


@dataclass(frozen=True, slots=True)
class ContentStream:
    """Bytes on their way, from ``start`` up to ``end``, which is None where nobody said.

    ``start`` is what was asked for, or 0 where all of it comes. ``size`` is that of the whole content, and ``etag``
    tells this content from a later one of the same node, as far as Amazon says.
    """

    content: Content
    start: int
    end: int | None
    size: int | None
    etag: str | None
    _stream: Stream

    async def chunks(self) -> AsyncGenerator[bytes, None]:
        """Yield the bytes, in pieces of up to ``CHUNK``.

        Raises ``ContentMismatch`` as soon as there are more than are due; fewer are for the caller to notice.
        """
        left = None if self.end is None else self.end - self.start
        async with aclosing(self._stream.chunks(CHUNK)) as chunks:
            async for chunk in chunks:
                if left is not None:
                    left -= len(chunk)
                    if left < 0:
                        raise ContentMismatch(
                            f"not the bytes of {self.content.shown}: more came than the {self.end} that were due"
                        )
                yield chunk
                del chunk  # a traceback would show it, and keep it

    async def read(self) -> bytes:
        """Read all of what is small; never much more than is due."""
        if self._stream.content_length is not None:
            return await self._stream.read()
        return b"".join([chunk async for chunk in self.chunks()])


@asynccontextmanager
async def stream_content(
    session: Session,
    content: Content,
    start: int = 0,
    end: int | None = None,
    *,
    begin: Callable[[], None] | None = None,
) -> AsyncIterator[ContentStream]:
    """Ask for the bytes from ``start`` on, up to ``end`` (exclusive), and stream them while they arrive.

    Sent once: the caller resumes. Raises ``ContentMismatch`` before the block begins if what is announced cannot be
    those bytes: another range, another total, another length. ``begin`` is called before it is sent, as ``Call`` says.
    """
    call = wire_content.download(content.id, start=start, end=end, begin=begin)
    try:
        async with session.stream(call) as stream:
            yield check_announced(stream, content, start, end)
    except RangeNotSatisfiable as error:
        if content.size is None or start >= content.size:
            raise
        raise ContentMismatch(
            f"{content.shown} has become shorter: {content.size} bytes were due, and there is none at {start}"
        ) from error


async def read_content(session: Session, content: Content, *, begin: Callable[[], None] | None = None) -> bytes:
    """Read all the bytes of what is small, from one request.

    Sent once, and checked as ``stream_content`` does it.
    """
    async with session.stream(wire_content.download(content.id, begin=begin)) as stream:
        return await check_announced(stream, content, 0, None).read()


def check_announced(stream: Stream, content: Content, start: int, end: int | None) -> ContentStream:
    """Check what the headers of an answer announce against what was asked for. Raises ``ContentMismatch``."""
    length, etag = stream.content_length, _read_etag(stream)
    if stream.status != 206:
        if content.size is not None and length not in (content.size, None):
            content.raise_wrong(length)
        size = length if content.size is None else content.size
        return ContentStream(content, 0, size, size, etag, stream)
    first, last, total = _read_range(stream, content, start)
    size = content.size if total is None else total
    if content.size not in (size, None):
        content.raise_wrong(size)
    due = size if end is None else end if size is None else min(end, size)
    if first not in (start, 0) or (due is not None and last + 1 != due):
        raise ContentMismatch(f"another part of {content.shown} came: bytes {first} to {last} instead of from {start}")
    if length not in (last + 1 - first, None):
        raise ContentMismatch(f"of {content.shown} {length} bytes came, and {last + 1 - first} were announced")
    return ContentStream(content, first, last + 1, size, etag, stream)


def _read_range(stream: Stream, content: Content, start: int) -> tuple[int, int, int | None]:
    """First byte, last byte, and the total if it is told."""
    found = _RANGE.fullmatch(stream.headers.get("content-range", "").strip())
    if found is None:
        raise ContentMismatch(
            f"Amazon sent a part of {content.shown} without saying which; byte {start} and on were asked for"
        )
    return int(found[1]), int(found[2]), None if found[3] == "*" else int(found[3])


def _read_etag(stream: Stream) -> str | None:
    """A strong one only: a weak one may stay the same for other bytes, or differ for the same."""
    etag = stream.headers.get("etag", "").strip()
    return etag if etag.startswith('"') else None
