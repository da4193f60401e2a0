"""Content on its way out: whole, or the range that was asked for."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import quote

from aiohttp import web
from aiohttp.abc import AbstractStreamWriter

SMALL = 1024 * 1024
"""Files up to this size are read at once and served from memory."""

_RANGE = re.compile(r"bytes=(\d*)-(\d*)", re.ASCII)
_BEYOND = 10**18
"""What a longer number than any file's counts as."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What is to be sent: bytes in memory, or a file."""

    source: bytes | Path
    size: int
    etag: str
    modified: str
    content_type: str


def disposition(name: str, *, kind: str = "attachment") -> str:
    """``Content-Disposition`` for any name at all: plain ASCII for old readers, ``filename*`` for the others."""
    plain = "".join(letter if " " <= letter <= "~" and letter not in '"\\' else "_" for letter in name)
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


async def send(
    request: web.Request, content: Content, threads: Executor, *, headers: Mapping[str, str] | None = None
) -> web.StreamResponse:
    """200, 206 or 416, as ``Range`` and ``If-Range`` ask."""
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
        body = await asyncio.get_running_loop().run_in_executor(threads, read_part, content.source, start, length)
        return web.Response(body=body, status=status, headers=meta)
    return FileResponse(content.source, start=start, length=length, status=status, headers=meta)


class FileResponse(web.StreamResponse):
    """Part of a file, a block at a time. ``passing``: the file was made for this answer, and goes when it is sent.

    ``spoiled`` (a fault) makes some bytes in its middle other ones.
    """

    def __init__(
        self,
        path: Path,
        *,
        start: int,
        length: int,
        status: int,
        headers: Mapping[str, str],
        passing: bool = False,
        spoiled: bool = False,
    ) -> None:
        super().__init__(status=status, headers=headers)
        self._path, self._begin, self._passing, self._spoiled = path, start, passing, spoiled
        self.length = self.content_length = length

    def replace(self, *, headers: Mapping[str, str], length: int | None = None, spoiled: bool = False) -> FileResponse:
        """The same, but shorter or spoiled; it takes this one's place."""
        return FileResponse(
            self._path,
            start=self._begin,
            length=self.length if length is None else length,
            status=self.status,
            headers=headers,
            passing=self._passing,
            spoiled=spoiled,
        )

    def discard(self) -> None:
        """Nobody will send it."""
        if self._passing:
            self._path.unlink(missing_ok=True)

    async def part(self, start: int, length: int) -> bytes:
        """So many bytes from ``start`` on; it had better be few."""
        return await asyncio.to_thread(read_part, self._path, self._begin + start, length)

    async def prepare(self, request: web.BaseRequest) -> AbstractStreamWriter | None:
        try:
            writer = await super().prepare(request)
            if request.method != "HEAD":
                await self._send()
            return writer
        finally:
            self.discard()

    async def _send(self) -> None:
        middle = self.length // 2
        with self._path.open("rb", buffering=0) as file:
            file.seek(self._begin)
            left = self.length
            while left and (block := await asyncio.to_thread(file.read, min(left, SMALL))):
                if self._spoiled:
                    block = spoil(block, middle - (self.length - left))
                left -= len(block)
                await self.write(block)


def spoil(data: bytes, at: int) -> bytes:
    """The bytes with eight of them, from ``at`` on, turned over; those that lie outside are let be."""
    first, last = max(at, 0), max(at + 8, 0)
    return data[:first] + bytes(byte ^ 0xFF for byte in data[first:last]) + data[last:]


def read_part(path: Path, start: int, length: int) -> bytes:
    with path.open("rb", buffering=0) as file:
        file.seek(start)
        return file.read(length)


def _span(request: web.Request, content: Content) -> tuple[int, int, int] | None:
    """``(status, start, length)``; None where nothing of the range is there. Several ranges at once are sent whole."""
    whole = (200, 0, content.size)
    asked = _RANGE.fullmatch(request.headers.get("Range", ""))
    if not asked or asked[0] == "bytes=-" or not _still_the_same(request.headers.get("If-Range"), content):
        return whole
    first, last = (_position(text) for text in asked.groups())
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
    return None if not digits else int(digits) if len(digits) <= 18 else _BEYOND


def _still_the_same(if_range: str | None, content: Content) -> bool:
    if not if_range:
        return True
    if if_range.startswith('"'):
        return if_range == f'"{content.etag}"'
    return if_range == _http_date(content.modified)


def _http_date(moment: str) -> str:
    """``Sun, 15 May 2016 20:07:10 GMT``."""
    return format_datetime(datetime.fromisoformat(moment).astimezone(UTC), usegmt=True)
