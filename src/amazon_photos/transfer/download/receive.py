"""The bytes of an answer: into memory, or into a part."""

from __future__ import annotations

import asyncio
import re
from typing import NoReturn

from ...errors import ContentMismatch
from ...files.part_file import PartFile
from ...net.session import Stream
from ..events import FileProgress
from .local_names import Item

_GATHER = 1 << 18
_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+|\*)")


async def read(stream: Stream, item: Item) -> bytes:
    """All of a small file; never much more than it should be."""
    if stream.content_length is not None:
        return await stream.read()
    data = b""
    async for chunk in stream.chunks():
        data += chunk
        if len(data) > (item.size or 0):
            break
    return data


async def pour(stream: Stream, part: PartFile, item: Item, meter: FileProgress) -> None:
    """Into the part: one piece is hashed and written in a thread while the next is on its way."""
    loop = asyncio.get_running_loop()
    gathered: list[bytes] = []
    amount = 0
    writing: asyncio.Future[None] | None = None
    left = None if item.size is None else item.size - part.size
    try:
        async for chunk in stream.chunks():
            gathered.append(chunk)
            amount += len(chunk)
            meter.move(len(chunk))
            left = None if left is None else left - len(chunk)
            if left is not None and left < 0:
                raise ContentMismatch(f"more came than {item.name} has: {item.size} bytes were due")
            if amount >= _GATHER:
                if writing is not None:
                    await writing
                writing = loop.run_in_executor(None, part.write, gathered)
                gathered, amount = [], 0
    finally:
        if writing is not None:
            await writing
        if gathered:
            await loop.run_in_executor(None, part.write, gathered)


def goes_on(stream: Stream, start: int, size: int | None) -> bool:
    """Whether the answer is the rest of the same content."""
    found = _RANGE.match(stream.headers.get("content-range", ""))
    return stream.status == 206 and found is not None and int(found[1]) == start and found[2] in (str(size), "*")


def raise_wrong(item: Item, size: int | None, md5: str | None) -> NoReturn:
    """Say what came instead of the node's content."""
    came, due = _describe(size, md5), _describe(item.size, item.md5)
    raise ContentMismatch(f"not the bytes of {item.name}: {came} instead of {due}")


def _describe(size: int | None, md5: str | None) -> str:
    """What is known of some bytes; either may not be."""
    told = "bytes" if size is None else "1 byte" if size == 1 else f"{size} bytes"
    return told if md5 is None else f"{told} with MD5 {md5}"
