"""A request on its way up, until the answer begins: paced, watched, and counted.

aiohttp has no time-out for writing, nor for headers that come a letter a second, and calls whatever goes wrong in a
body a broken connection. So a piece that nobody takes within the time allowed ends the request here, and so does an
answer that does not begin; and what went wrong on this machine is kept and raised as what it is.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from ..errors import AmazonPhotosError, LocalFileError
from ..settings import Settings
from ..wire.call import Body
from .error_mapping import raise_without_context
from .limits import RateLimiter
from .response_body import patience


class UploadBody:
    """One attempt at sending a request that has a body."""

    def __init__(self, operation: str, body: Body, rate: RateLimiter, settings: Settings) -> None:
        self._operation = operation
        self._body = body
        self._rate = rate
        self._silence = settings.read_timeout
        self._beginning = patience(settings)
        self._deadline: asyncio.Timeout | None = None
        self._fault: Exception | None = None

    @asynccontextmanager
    async def watch(self) -> AsyncIterator[None]:
        """Watch over the waiting for the answer. Raises ``TimeoutError``, or what went wrong with the body."""
        try:
            async with asyncio.timeout(None) as self._deadline:
                yield
        except Exception:
            if self._fault is None:
                raise
            raise_without_context(self._fault)
        finally:
            self._deadline = None

    async def pieces(self) -> AsyncIterator[bytes]:
        """Yield the body's pieces, exactly as many bytes as were announced."""
        left = self._body.length
        try:
            async for piece in self._body.chunks():
                left -= len(piece)
                if left < 0:
                    break
                await self._rate.spend(len(piece))
                self._allow(self._silence)
                yield piece
                self._allow(None)
            if left:
                raise LocalFileError(f"{self._operation}: the content changed its length while being sent")
            self._allow(self._beginning)
        except AmazonPhotosError as error:
            self._fault = error
            raise
        except OSError as error:
            self._fault = LocalFileError(f"{self._operation}: cannot read what is to be sent ({error.strerror})")
            raise
        except Exception as error:
            self._fault = error
            raise

    def _allow(self, seconds: float | None) -> None:
        """Sets how long the next piece may take; an answer that came early has ended the watch."""
        if self._deadline is not None and not self._deadline.expired():
            now = asyncio.get_running_loop().time()
            self._deadline.reschedule(None if seconds is None else now + seconds)
