"""An answer while it arrives: it holds a place among the requests, and a connection, until the block ends."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from ..wire.call import Call
from .limits import AdaptiveLimiter
from .renewer import Renewer
from .response_body import Stream
from .transport import Transport


class Streaming:
    """An answer for the time of the block. ``send`` sends the call once, and raises errors before its bytes come.

    No generators: each file that is fetched has one, and what waits for its bytes is woken through all of them.
    """

    def __init__(
        self,
        call: Call[Any],
        limit: AdaptiveLimiter,
        renewer: Renewer,
        transport: Transport,
        send: Callable[[Call[Any]], Awaitable[Stream]],
    ) -> None:
        self._call = call
        self._limit = limit
        self._renewer = renewer
        self._transport = transport
        self._send = send

    async def __aenter__(self) -> Stream:
        return await self._renewer.send(self._call, self._begin)

    async def _begin(self) -> Stream:
        self._place = await self._limit.slot(signed=self._call.signed).__aenter__()
        try:
            self._answer = await self._send(self._call)
        except BaseException as error:
            self._limit.leave(self._place, error)
            raise
        self._place.mark_answered()
        return self._answer

    async def __aexit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        try:
            self._transport.end(self._answer)
            self._transport.name(self._call, error)
        finally:
            self._limit.leave(self._place, error)
