"""A body on its way up: paced, watched, and counted.

aiohttp has no time-out for writing, and calls whatever goes wrong in a body a broken connection. So a piece that
nobody takes within the time allowed ends the request here, and what went wrong on this machine is kept and
raised as what it is.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from ..errors import AmazonPhotosError, LocalFileError
from ..wire.message import Body
from .failures import raise_clean
from .limits import RateLimit


class Sending:
    """One attempt at sending ``body``; ``patience`` is the longest silence in seconds."""

    def __init__(self, operation: str, body: Body, rate: RateLimit, patience: float) -> None:
        self._operation = operation
        self._body = body
        self._rate = rate
        self._patience = patience
        self._deadline: asyncio.Timeout | None = None
        self._fault: Exception | None = None

    @asynccontextmanager
    async def watched(self) -> AsyncIterator[None]:
        """Around waiting for the answer. Raises ``TimeoutError``, or what went wrong with the body."""
        try:
            async with asyncio.timeout(None) as self._deadline:
                yield
        except Exception:
            if self._fault is None:
                raise
            raise_clean(self._fault)
        finally:
            self._deadline = None

    async def pieces(self) -> AsyncIterator[bytes]:
        """The body's pieces, exactly as many bytes as were announced."""
        left = self._body.length
        try:
            async for piece in self._body.chunks():
                left -= len(piece)
                if left < 0:
                    break
                await self._rate.spend(len(piece))
                self._allow(self._patience)
                yield piece
                self._allow(None)
            if left:
                raise LocalFileError(f"{self._operation}: the content changed its length while being sent")
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
