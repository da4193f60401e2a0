"""A listing that is being read, and the event loop it is read in.

``asyncio.run`` closes every async generator when it ends, and a closed generator looks like a finished one. A program
that went on reading in another loop would take an incomplete listing for a complete one.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from types import TracebackType
from typing import TypeVar

from ..errors import WrongThread

T = TypeVar("T")


class Reading(AsyncGenerator[T, None]):
    """Gives what ``items`` gives, in the loop that asked first; raises ``WrongThread`` in every other one."""

    def __init__(self, items: AsyncGenerator[T, None]) -> None:
        self._items = items
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ended = False

    async def asend(self, value: None) -> T:
        if not self._ended and not self._at_home():
            raise WrongThread("this listing was begun in another event loop, and cannot go on here: begin it anew")
        try:
            return await self._items.asend(value)
        except BaseException:  # StopAsyncIteration, too
            self._ended = True
            raise

    async def athrow(
        self,
        typ: type[BaseException] | BaseException,
        val: BaseException | object = None,
        tb: TracebackType | None = None,
    ) -> T:
        self._ended = True
        error = typ() if isinstance(typ, type) else typ
        return await self._items.athrow(error)

    async def aclose(self) -> None:
        """Close it; in another loop do nothing: what is open belongs to the first, which closes it."""
        if self._at_home():
            self._ended = True
            await self._items.aclose()

    def _at_home(self) -> bool:
        here = asyncio.get_running_loop()
        self._loop = self._loop or here
        return self._loop is here
