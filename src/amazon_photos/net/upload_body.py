"""A request on its way up, until the answer begins: paced, watched, and counted.

aiohttp has no time-out for writing, nor for headers that come a letter a second, and calls whatever goes wrong in a
body a broken connection. So a piece that nobody takes within the time allowed ends the request here, and so does an
answer that does not begin; and what went wrong on this machine is kept and raised as what it is.

A payload of our own writes the pieces: aiohttp's for generators costs a small file as much again as sending it, since
the head goes out by itself and each piece passes through a generator more (measured).
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator
from typing import NoReturn

from aiohttp import Payload
from aiohttp.abc import AbstractStreamWriter

from ..errors import ClientClosed, LocalFileError
from ..settings import Settings
from ..wire.call import Body, Pieces
from .error_mapping import raise_without_context
from .limits import RateLimiter
from .response_body import patience


class UploadBody:
    """One attempt at sending a request that has a body; in its block the answer is waited for.

    The deadline that ``payload`` is given ends the attempt at once where a piece is not taken in time. The block raises
    what went wrong with the body in the place of what aiohttp makes of it.
    """

    def __init__(self, operation: str, body: Body, rate: RateLimiter, settings: Settings) -> None:
        self._operation = operation
        self._body = body
        self._rate = rate
        self._silence = settings.read_timeout
        self._beginning = patience(settings)
        self._loop = asyncio.get_running_loop()
        self._look_again: asyncio.TimerHandle | None = None
        self._due = math.inf
        self._ended = False
        self._fault: Exception | None = None

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        self._ended = True
        if self._look_again is not None:
            self._look_again.cancel()
        if self._fault is not None and isinstance(error, Exception) and not isinstance(error, ClientClosed):
            raise_without_context(self._fault)

    def payload(self, deadline: asyncio.Timeout) -> Payload:
        """Make what aiohttp is to send."""
        self._deadline = deadline
        return _Payload(self, self._body)

    async def write(self, writer: AbstractStreamWriter) -> None:
        """Write the body, exactly as many bytes as were announced."""
        left, pieces = self._body.length, self._body.chunks()
        while (piece := await self._read(pieces, left)) is not None:
            left -= len(piece)
            await self._rate.spend(len(piece))
            self._allow(self._silence)
            await writer.write(piece)
            if left:
                self._allow(math.inf)
        self._allow(self._beginning)

    async def _read(self, pieces: Pieces, left: int) -> bytes | memoryview | None:
        """The next piece, or None at the end; what goes wrong with it is no fault of the connection, and kept."""
        try:
            piece = await anext(pieces, None) if isinstance(pieces, AsyncIterator) else next(pieces, None)
            if len(piece or b"") > left or (piece is None and left):
                raise LocalFileError(f"{self._operation}: the content changed its length while being sent")
        except OSError as error:
            self._fault = LocalFileError(f"{self._operation}: cannot read what is to be sent ({error.strerror})")
            raise
        except Exception as error:
            self._fault = error
            raise
        return piece

    def _allow(self, seconds: float) -> None:
        """Set how long the next piece may take. One timer serves for all: it looks again when that may be over."""
        self._due = self._loop.time() + seconds
        if self._look_again is None and not self._ended:  # an answer that came early has ended the watch
            self._look_again = self._loop.call_at(self._due, self._look)

    def _look(self) -> None:
        if self._due > self._loop.time():
            self._look_again = self._loop.call_at(min(self._due, self._loop.time() + self._silence), self._look)
        elif not self._deadline.expired():
            self._deadline.reschedule(0)


class _Payload(Payload):
    """A body, as aiohttp asks for it."""

    def __init__(self, sending: UploadBody, body: Body) -> None:
        super().__init__(sending, content_type=body.content_type)
        self._body = body
        self._size = body.length

    async def as_bytes(self, encoding: str = "utf-8", errors: str = "strict") -> bytes:
        """Return all of it, for a middleware that looks at a request first: it is made anew when it is sent."""
        pieces = self._body.chunks()
        return b"".join([piece async for piece in pieces] if isinstance(pieces, AsyncIterator) else pieces)

    async def write(self, writer: AbstractStreamWriter) -> None:
        await self._value.write(writer)

    def decode(self, encoding: str = "utf-8", errors: str = "strict") -> NoReturn:
        raise TypeError("a body is sent, not read")
