"""A request on its way up, until the answer begins: paced, watched, and counted.

aiohttp has no time-out for writing, nor for headers that come a letter a second, and calls whatever goes wrong in a
body a broken connection. So a piece that nobody takes within the time allowed ends the request here, and so does an
answer that does not begin; and what went wrong on this machine is kept and raised as what it is.

A payload of our own writes the pieces: aiohttp's for generators costs a small file as much again as sending it, since
the head goes out by itself and each piece passes through a generator more (measured).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NoReturn

from aiohttp import Payload
from aiohttp.abc import AbstractStreamWriter

from ..errors import LocalFileError
from ..settings import Settings
from ..wire.call import Body
from .error_mapping import raise_without_context
from .limits import RateLimiter
from .response_body import patience


class UploadBody:
    """One attempt at sending a request, with a ``body`` or without."""

    def __init__(self, operation: str, body: Body | None, rate: RateLimiter, settings: Settings) -> None:
        self._operation = operation
        self._body = body
        self._rate = rate
        self._silence = settings.read_timeout
        self._beginning = patience(settings)
        self._connecting = 2 * settings.connect_timeout
        self._deadline: asyncio.Timeout | None = None
        self._fault: Exception | None = None

    @asynccontextmanager
    async def watch(self) -> AsyncIterator[None]:
        """Watch over the waiting for the answer. Raises ``TimeoutError``, or what went wrong with the body."""
        try:
            first = None if self._body else self._connecting + self._beginning
            async with asyncio.timeout(first) as self._deadline:
                yield
        except Exception:
            if self._fault is None:
                raise
            raise_without_context(self._fault)
        finally:
            self._deadline = None

    def payload(self, body: Body) -> Payload:
        """Make what aiohttp is to send."""
        return _Payload(self, body)

    async def write(self, body: Body, writer: AbstractStreamWriter) -> None:
        """Write the body, exactly as many bytes as were announced."""
        left, pieces = body.length, body.chunks()
        while (piece := await self._read(pieces, left)) is not None:
            left -= len(piece)
            await self._rate.spend(len(piece))
            self._allow(self._silence)
            await writer.write(piece)
            if left:
                self._allow(None)
        self._allow(self._beginning)

    async def _read(self, pieces: AsyncIterator[bytes], left: int) -> bytes | None:
        """The next piece, or None at the end; what goes wrong with it is no fault of the connection, and kept."""
        try:
            piece = await anext(pieces, None)
            if len(piece or b"") > left or (piece is None and left):
                raise LocalFileError(f"{self._operation}: the content changed its length while being sent")
        except OSError as error:
            self._fault = LocalFileError(f"{self._operation}: cannot read what is to be sent ({error.strerror})")
            raise
        except Exception as error:
            self._fault = error
            raise
        return piece

    def _allow(self, seconds: float | None) -> None:
        """Sets how long the next piece may take; an answer that came early has ended the watch."""
        if self._deadline is not None and not self._deadline.expired():
            now = asyncio.get_running_loop().time()
            self._deadline.reschedule(None if seconds is None else now + seconds)


class _Payload(Payload):
    """A body, as aiohttp asks for it."""

    def __init__(self, sending: UploadBody, body: Body) -> None:
        super().__init__(sending, content_type=body.content_type)
        self._body = body
        self._size = body.length

    async def write(self, writer: AbstractStreamWriter) -> None:
        await self._value.write(self._body, writer)

    def decode(self, encoding: str = "utf-8", errors: str = "strict") -> NoReturn:
        raise TypeError("a body is sent, not read")
