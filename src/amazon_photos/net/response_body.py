"""An answer on its way down: bounded, watched, and counted.

aiohttp's time-outs see silence only, so an answer of a byte a second would take for ever. And it gives as much as
comes. So here an answer ends at the bytes that are due, as unpacked, and when it comes more slowly than the settings
allow.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Mapping
from dataclasses import dataclass, field

import aiohttp

from ..auth.redaction import Secrets
from ..errors import AmazonPhotosError, ContentMismatch, TimedOut, UnexpectedReply
from ..settings import Settings
from ..wire.bounds import MAX_WHOLE
from .error_mapping import translate_errors
from .limits import RateLimiter

_RAREST = 0.1
"""Seconds between two looks at how an answer comes along, at the least."""
_CONNECTION_CLOSED = "Connection closed."
"""What aiohttp says, in a ``RuntimeError``, to who reads on after the connector was closed."""


@dataclass(frozen=True, slots=True, eq=False)
class Stream:
    """An answer on its way. Header names are in lower case."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    operation: str
    _response: aiohttp.ClientResponse = field(repr=False)
    _rate: RateLimiter = field(repr=False)
    _pace: Pace = field(repr=False)
    _secrets: Secrets = field(repr=False)

    @property
    def content_length(self) -> int | None:
        """Bytes still to come, if Amazon said; of what comes packed it says another number."""
        packed = self.headers.get("content-encoding", "identity").strip().lower() not in ("identity", "")
        return None if packed else self._response.content_length

    async def chunks(self, size: int = 1 << 18) -> AsyncGenerator[bytes, None]:
        """Yield the bytes, in pieces of up to ``size``.

        Raises ``TimedOut`` or ``ConnectionFailed`` if they stop coming.
        """
        while chunk := await self._next(size):
            await self._rate.spend(len(chunk))
            yield chunk
            del chunk  # a traceback would show it, and keep it

    async def read(self, most: int = MAX_WHOLE) -> bytes:
        """Read all of it at once: for what is small. Raises ``ContentMismatch`` for more than ``most``."""
        body = await self._within(most)
        if body is None:
            raise ContentMismatch(f"{self.operation}: more came than the {most} bytes that were due")
        await self._rate.spend(len(body))
        return body

    async def whole(self, most: int) -> bytes:
        """Read all of what is no file: raises ``UnexpectedReply``, and is not held to ``bwlimit``."""
        body = await self._within(most)
        if body is None:
            raise UnexpectedReply(
                f"{self.operation}: an answer of more than {most >> 20} MiB, where none is so large: not read",
                status=self.status,
                operation=self.operation,
            )
        return body

    async def _within(self, most: int) -> bytes | None:
        """All of it; None for more than ``most`` bytes, of which no more than that are read."""
        if (self.content_length or 0) > most:
            return None
        body = await self.head(most + 1)
        return body if len(body) <= most else None

    async def head(self, most: int) -> bytes:
        """Read the first ``most`` bytes, or all if there are fewer; the rest is left unread."""
        with translate_errors(self.operation, self._secrets):
            return await self._gather(most)

    async def _gather(self, most: int) -> bytes:
        pieces, left = [], most
        while left > 0 and (piece := await self._pace.wait(self._response.content.read(left))):
            pieces.append(piece)
            if self._response.content.at_eof():
                break
            left -= len(piece)
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    async def _next(self, size: int) -> bytes:
        with translate_errors(self.operation, self._secrets):
            return await self._pace.wait(self._response.content.read(size))

    def cut_off(self, error: AmazonPhotosError) -> None:
        """End it with ``error``, for whoever waits for the next piece, too."""
        if not self._response.content.is_eof():
            self._response.content.set_exception(error)

    def done(self) -> None:
        """Give the connection back, or close it if something is left in it."""
        self._pace.end()
        if self._response.content.is_eof():
            self._response.release()
        else:
            self._response.close()


class Pace:
    """Ends an answer that comes too slowly.

    It may take ``patience`` seconds, and its size at ``slowest_rate`` bytes a second. Only the time counts in which we
    wait for it: what we hold back ourselves (``bwlimit``, a slow disk) is not its fault.
    """

    def __init__(self, operation: str, content: aiohttp.StreamReader, settings: Settings) -> None:
        self._operation = operation
        self._content = content
        self._patience = patience(settings)
        self._slowest = settings.slowest_rate
        self._loop = asyncio.get_running_loop()
        self._look_again: asyncio.TimerHandle | None = None
        self._waiting_since: float | None = None
        self._waited = 0.0
        self._came = 0

    async def wait(self, piece: Awaitable[bytes]) -> bytes:
        """Wait for the next piece."""
        if self._look_again is None and not self._content.is_eof():
            self._look_again = self._loop.call_later(self._patience, self._look)
        self._waiting_since = self._loop.time()
        try:
            came = await piece
        except RuntimeError as error:
            if str(error) != _CONNECTION_CLOSED:
                raise
            raise aiohttp.ClientPayloadError from None
        finally:
            self._waited += self._loop.time() - self._waiting_since
            self._waiting_since = None
        self._came += len(came)
        return came

    def end(self) -> None:
        """Stop watching."""
        if self._look_again is not None:
            self._look_again.cancel()

    def _look(self) -> None:
        now = 0.0 if self._waiting_since is None else self._loop.time() - self._waiting_since
        left = self._patience + self._came / self._slowest - self._waited - now
        if left > 0:
            self._look_again = self._loop.call_later(max(left, _RAREST), self._look)
        else:
            self._content.set_exception(
                TimedOut(f"{self._operation}: the answer came too slowly: {self._came} bytes so far")
            )


def patience(settings: Settings) -> float:
    """Return the seconds that an answer may take besides the time for its size.

    A silence that is allowed is never too long.
    """
    return max(settings.answer_timeout, settings.read_timeout)
