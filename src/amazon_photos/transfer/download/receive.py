"""A large file's bytes, on their way into a part."""

from __future__ import annotations

import asyncio

from ...content.stream import ContentStream
from ...files.part_file import PartFile
from ..events import FileProgress

_GATHER = 1 << 20


async def pour(stream: ContentStream, part: PartFile, meter: FileProgress) -> None:
    """Write the bytes into the part.

    One piece is hashed and written in a thread while the next is on its way.
    """
    loop = asyncio.get_running_loop()
    gathered: list[bytes] = []
    amount = 0
    writing: asyncio.Future[None] | None = None
    try:
        async for chunk in stream.chunks():
            gathered.append(chunk)
            amount += len(chunk)
            meter.move(len(chunk))
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
