"""Content on its way out: whole, or the range that was asked for."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Protocol
from urllib.parse import quote

from aiohttp import web
from aiohttp.abc import AbstractStreamWriter

SMALL = 1024 * 1024
"""Files up to this size are read at once and served from memory."""

_RANGE = re.compile(r"bytes=(\d*)-(\d*)", re.ASCII)
_PAST_ANY_END = 10**18
"""What a longer number than any file's counts as."""


class Readable(Protocol):
    """Bytes that are read a part at a time. It is used from many threads at once."""

    def read(self, start: int, length: int) -> bytes: ...


@dataclass(frozen=True, slots=True)
class StoredFile:
    """The bytes of a file of this machine."""

    path: Path

    def read(self, start: int, length: int) -> bytes:
        """Return so many bytes from ``start`` on."""
        with _open(self) as read:
            return read(start, length)


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What is to be sent: bytes in memory, or what is read a part at a time."""

    source: bytes | Readable
    size: int
    etag: str
    modified: str
    content_type: str


def disposition(name: str, *, kind: str = "attachment") -> str:
    """Write ``Content-Disposition`` for any name at all.

    Plain ASCII is for old readers, ``filename*`` for the others.
    """
    plain = "".join(letter if " " <= letter <= "~" and letter not in '"\\' else "_" for letter in name)
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


async def send(
    request: web.Request, content: Content, threads: Executor, *, headers: Mapping[str, str] | None = None
) -> web.StreamResponse:
    """Answer 200, 206 or 416, as ``Range`` and ``If-Range`` ask."""
    meta = {
        "Content-Type": content.content_type,
        "ETag": f'"{content.etag}"',
        "Last-Modified": _http_date(content.modified),
        "Accept-Ranges": "bytes",
        **(headers or {}),
    }
    span = _span(request, content)
    if span is None:
        return web.Response(status=416, headers={"Content-Range": f"bytes */{content.size}", "Accept-Ranges": "bytes"})
    status, start, length = span
    if status == 206:
        meta["Content-Range"] = f"bytes {start}-{start + length - 1}/{content.size}"
    if isinstance(content.source, bytes):
        return web.Response(body=content.source[start : start + length], status=status, headers=meta)
    if length <= SMALL:
        body = await asyncio.get_running_loop().run_in_executor(threads, content.source.read, start, length)
        return web.Response(body=body, status=status, headers=meta)
    return FileResponse(content.source, start=start, length=length, status=status, headers=meta)


class FileResponse(web.StreamResponse):
    """Part of a file, a block at a time.

    ``passing`` is a file that was made for this answer, and goes when it is sent; ``spoiled`` (a fault) makes some
    bytes in the middle other ones.
    """

    def __init__(
        self,
        source: Readable,
        *,
        start: int,
        length: int,
        status: int,
        headers: Mapping[str, str],
        passing: Path | None = None,
        spoiled: bool = False,
    ) -> None:
        super().__init__(status=status, headers=headers)
        self._source, self._begin, self._passing, self._spoiled = source, start, passing, spoiled
        self.length = self.content_length = length

    def replace(self, *, headers: Mapping[str, str], length: int | None = None, spoiled: bool = False) -> FileResponse:
        """Make the same, but shorter or spoiled; it takes this one's place."""
        return FileResponse(
            self._source,
            start=self._begin,
            length=self.length if length is None else length,
            status=self.status,
            headers=headers,
            passing=self._passing,
            spoiled=spoiled,
        )

    def discard(self) -> None:
        """Remove a file that was made for this answer: nobody will send it."""
        if self._passing is not None:
            self._passing.unlink(missing_ok=True)

    async def part(self, start: int, length: int) -> bytes:
        """Read so many bytes from ``start`` on; it had better be few."""
        return await asyncio.to_thread(self._source.read, self._begin + start, length)

    async def prepare(self, request: web.BaseRequest) -> AbstractStreamWriter | None:
        try:
            writer = await super().prepare(request)
            if request.method != "HEAD":
                await self._send()
            return writer
        finally:
            self.discard()

    async def _send(self) -> None:
        middle, sent = self.length // 2, 0
        with _open(self._source) as read:  # once: the file may be removed meanwhile
            while sent < self.length:
                block = await asyncio.to_thread(read, self._begin + sent, min(self.length - sent, SMALL))
                if not block:
                    return
                if self._spoiled:
                    block = spoil(block, middle - sent)
                sent += len(block)
                await self.write(block)


@contextmanager
def _open(source: Readable) -> Iterator[Callable[[int, int], bytes]]:
    """Open a file once for all that is read of it."""
    if not isinstance(source, StoredFile):
        yield source.read
        return
    with source.path.open("rb", buffering=0) as file:

        def read(start: int, length: int) -> bytes:
            file.seek(start)
            return file.read(length)

        yield read


def spoil(data: bytes, at: int) -> bytes:
    """Return the bytes with eight of them, from ``at`` on, turned over; those that lie outside are let be."""
    first, last = max(at, 0), max(at + 8, 0)
    return data[:first] + bytes(byte ^ 0xFF for byte in data[first:last]) + data[last:]


def _span(request: web.Request, content: Content) -> tuple[int, int, int] | None:
    """``(status, start, length)``; None where nothing of the range is there. Several ranges at once are sent whole."""
    whole = (200, 0, content.size)
    wanted = _RANGE.fullmatch(request.headers.get("Range", ""))
    if not wanted or wanted[0] == "bytes=-" or not _still_the_same(request.headers.get("If-Range"), content):
        return whole
    first, last = (_position(text) for text in wanted.groups())
    if first is None:
        length = min(last or 0, content.size)
        return (206, content.size - length, length) if length else None
    if last is not None and last < first:
        return whole
    if first >= content.size:
        return None
    end = content.size - 1 if last is None else min(last, content.size - 1)
    return 206, first, end - first + 1


def _position(digits: str) -> int | None:
    return None if not digits else int(digits) if len(digits) <= 18 else _PAST_ANY_END


def _still_the_same(if_range: str | None, content: Content) -> bool:
    if not if_range:
        return True
    if if_range.startswith('"'):
        return if_range == f'"{content.etag}"'
    return if_range == _http_date(content.modified)


def _http_date(moment: str) -> str:
    """``Sun, 15 May 2016 20:07:10 GMT``."""
    return format_datetime(datetime.fromisoformat(moment).astimezone(UTC), usegmt=True)
