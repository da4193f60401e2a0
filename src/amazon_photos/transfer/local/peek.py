"""Reads a few bytes here and there of files not to be trusted: each read is small, and their number is limited.

What lies outside the file, or behind the last read that is allowed, is ``b""``; so a reader that follows a hostile
file's pointers ends by finding nothing.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from io import BytesIO, FileIO

MAX_READS = 128
MAX_READ = 1 << 16
MAX_BOXES = 64
_HEAD = 1 << 13
"""Read first and kept: in most pictures everything asked for is in it."""


class Peek:
    """Random access to the bytes of an open file."""

    def __init__(self, file: FileIO | BytesIO, size: int) -> None:
        self._file = file
        self._left = MAX_READS
        self.size = size
        self._head = self._read(0, _HEAD)

    def at(self, start: int, length: int) -> bytes:
        """Return up to ``length`` bytes (at most ``MAX_READ``) from ``start`` on."""
        length = min(length, MAX_READ, self.size - start)
        if length <= 0 or start < 0:
            return b""
        if start + length <= len(self._head):
            return self._head[start : start + length]
        return self._read(start, length)

    def number(self, start: int, length: int) -> int:
        """Return the big-endian number in so many bytes; 0 outside the file."""
        return int.from_bytes(self.at(start, length), "big")

    def boxes(self, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
        """Yield kind, begin and end of the content of each box of an ISO media file in a span.

        Such are MP4, MOV, HEIC ….
        """
        end = min(end, self.size)
        for _ in range(MAX_BOXES):
            head = self.at(start, 16) if start + 8 <= end else b""
            if len(head) < 8:
                return
            size, kind = struct.unpack(">I4s", head[:8])
            begin = start + 8
            if size == 1 and len(head) == 16:
                size, begin = struct.unpack(">Q", head[8:])[0], start + 16
            stop = end if size == 0 else start + size
            if stop < begin:
                return
            yield kind, begin, min(stop, end)
            start = stop

    def box(self, wanted: bytes, start: int, end: int) -> tuple[int, int] | None:
        """Return where the content of the first box of that kind begins and ends."""
        return next(((begin, stop) for kind, begin, stop in self.boxes(start, end) if kind == wanted), None)

    def _read(self, start: int, length: int) -> bytes:
        if self._left == 0:
            return b""
        self._left -= 1
        self._file.seek(start)
        return self._file.read(length) or b""
