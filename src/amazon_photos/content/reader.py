"""A content as a file to read from: forward it streams, a jump asks anew, and the MD5 is checked on the way."""

from __future__ import annotations

import asyncio
import hashlib
import os
from io import BytesIO
from types import TracebackType
from typing import NoReturn, Self, SupportsIndex

from ..errors import ContentMismatch, InvalidInput, UnexpectedReply, WrongCall
from ..model.checks import to_integer
from ..net.session import Session
from .forward import Forward
from .stream import CHUNK, Content

_IDLE = 1.0
"""Seconds after which a connection is given back that brought nothing meanwhile, or that others wait for: it is one of
a few, and whoever reads slowly may take days."""


class ContentReader:
    """Reads the bytes of one node: ``await read(n)``, ``seek``, ``tell``, ``await close()``; or ``async with``.

    Reading on streams; what was cut off is asked for again from there; a jump asks for the bytes at the new place. It
    holds no more than 256 KiB at once, and what the connection has received (some 0.5 MiB). The read that completes
    bytes of another MD5 than the node's raises ``ContentMismatch``, and so does one that finds the content replaced.
    """

    def __init__(self, session: Session, content: Content) -> None:
        self.size = content.size or 0
        """In bytes."""
        self.verified: bool | None = None if content.md5 else False
        """True once every byte was read, and all have the MD5 that Amazon tells; False if they cannot; else None."""
        self._session = session
        self._content = content
        self._place = 0
        self._forward: Forward | None = None
        self._etag: str | None = None
        self._chunk, self._chunk_start = b"", 0
        self._until: int | None = None
        self._digest = hashlib.md5(usedforsecurity=False)
        self._hashed = 0
        self._wrong: str | None = None
        self._closed = False
        self._lock = asyncio.Lock()
        self._until_closed: asyncio.Timeout | None = None
        self._idle: asyncio.TimerHandle | None = None
        self._releasing: asyncio.Task[None] | None = None

    @classmethod
    async def open(cls, session: Session, content: Content, *, start: int = 0, end: int | None = None) -> Self:
        """Open a content for reading; nothing is sent where its size is known.

        It stands at ``start``; who reads on from there asks for nothing from ``end`` on (None: the content's end).
        Raises ``UnexpectedReply`` for one whose size Amazon tells nowhere.
        """
        session.check_open()
        reader = cls(session, content)
        reader._place, reader._chunk_start, reader._until = start, start, end
        if content.size is None:
            await reader._learn_size()
        return reader

    @property
    def name(self) -> str:
        """The node's name; "" where it was not told."""
        return self._content.name

    @property
    def closed(self) -> bool:
        """Whether ``close`` was called."""
        return self._closed

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._content.shown!r} at {self._place} of {self.size}>"

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        raise WrongCall("a reader holds an open connection: it cannot be pickled or copied; open the node again")

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def tell(self) -> int:
        """Return the place that is read next, in bytes from the beginning."""
        self._check_open()
        return self._place

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Move to a place, as files do, and return it; nothing is sent before the next ``read``.

        ``whence`` is 0 (from the beginning), 1 (from here) or 2 (from the end). Raises ``InvalidInput`` for a place
        before the beginning; beyond the end there is nothing to read.
        """
        self._check_open()
        offset, bases = to_integer("offset", offset), (0, self._place, self.size)
        if whence not in range(len(bases)):
            raise InvalidInput(f"whence must be 0, 1 or 2, not {whence!r}")
        place = bases[whence] + offset
        if place < 0:
            raise InvalidInput(f"offset must not lead before the beginning of the file: {place}")
        self._place = place
        return place

    async def read(self, size: int | None = -1) -> bytes:
        """Read ``size`` bytes from here on: fewer only at the end, all that are left for None and below 0.

        Raises ``ContentMismatch`` for bytes that are not the node's, and the errors of the service and the network once
        trying again did not help; the place is then where it was.
        """
        size = -1 if size is None else to_integer("size", size)
        async with self._lock:
            self._check_open()
            try:
                data = await self._read_until_closed(size)
                await self._share()
            except BaseException:
                await self._disconnect()
                raise
            return data

    async def close(self) -> None:
        """Let go of the connection.

        A read that is under way ends with ``InvalidInput``. A second call does nothing.
        """
        self._closed = True
        if self._until_closed is not None:
            self._until_closed.reschedule(0)
            self._until_closed = None
        async with self._lock:
            self._chunk = b""
            await self._disconnect()

    async def release(self) -> None:
        """Give the connection back, unless somebody is just reading; the next ``read`` asks for another."""
        if not self._lock.locked():
            async with self._lock:
                await self._release()

    # --- parts -------------------------------------------------------------------------------------------

    def _check_open(self) -> None:
        self._session.check_open()
        if self._closed:
            raise InvalidInput("this reader was closed: open the node again")

    async def _learn_size(self) -> None:
        self._forward = Forward(self._session, self._content, 0, None)
        await self._forward.begin()
        self._content = self._forward.content
        if self._content.size is None:
            await self._forward.close()
            raise UnexpectedReply(f"Amazon does not tell how large {self._content.shown} is", operation="download")
        self.size = self._content.size
        await self._share()

    async def _read_until_closed(self, size: int) -> bytes:
        try:
            async with asyncio.timeout(None) as self._until_closed:
                return await self._read(size)
        except TimeoutError:
            self._check_open()
            raise
        finally:
            self._until_closed = None

    async def _read(self, size: int) -> bytes:
        left = max(0, self.size - self._place)
        left = left if size < 0 else min(left, size)
        place, gathered = self._place, BytesIO()
        while left > 0:
            piece = await self._piece(place, left)
            gathered.write(piece)
            place += len(piece)
            left -= len(piece)
        self._verify()
        self._place = place
        return gathered.getvalue()

    async def _piece(self, place: int, wanted: int) -> bytes:
        """Some of the bytes at ``place``, at least one."""
        while not 0 <= (offset := place - self._chunk_start) < len(self._chunk):
            await self._fetch(place, wanted)
        return self._chunk[offset : offset + wanted]

    async def _fetch(self, place: int, wanted: int) -> None:
        """The next chunk on the way to ``place``."""
        self._stay()
        forward = self._forward
        if forward is None or not forward.place <= place <= forward.place + CHUNK or forward.place == forward.end:
            await self._disconnect()
            # Where somebody jumps about, what is not asked for would only have to be cut off.
            end = self._until if place == self._chunk_end else min(self.size, place + max(wanted, CHUNK))
            forward = self._forward = Forward(self._session, self._content, place, end, self._etag)
        self._chunk, self._chunk_start = b"", forward.place
        self._chunk = await forward.next()
        self._etag = forward.etag
        self._hash()

    @property
    def _chunk_end(self) -> int:
        return self._chunk_start + len(self._chunk)

    def _hash(self) -> None:
        """Takes in what is new: a part that is read again does no harm, and one that was left out may come later."""
        if self._chunk_start <= self._hashed < self._chunk_end:
            self._digest.update(memoryview(self._chunk)[self._hashed - self._chunk_start :])
            self._hashed = self._chunk_end

    def _verify(self) -> None:
        if self._wrong is not None:
            raise ContentMismatch(self._wrong)
        if self._hashed < self.size or self.verified is not None:
            return
        md5 = self._digest.hexdigest()
        self.verified = md5 == self._content.md5
        if not self.verified:
            self._wrong = f"not the bytes of {self._content.shown}: their MD5 is {md5} instead of {self._content.md5}"
            raise ContentMismatch(self._wrong)

    async def _disconnect(self) -> None:
        await self._release()
        self._forward = None

    # --- idle --------------------------------------------------------------------------------------------

    async def _release(self) -> None:
        """The next ``_fetch`` asks for another connection."""
        self._stay()
        if self._forward is not None:
            await self._forward.close()

    def _stay(self) -> None:
        if self._idle is not None:
            self._idle.cancel()
            self._idle = None

    async def _share(self) -> None:
        """Give the connection back if others wait; else once nothing was fetched for a while."""
        forward = self._forward
        if forward is None or not forward.connected:
            return
        if self._session.limit.is_waited_for and forward.connected_for > _IDLE:
            await self._release()
        elif self._idle is None:
            self._idle = asyncio.get_running_loop().call_later(_IDLE, self._begin_release)

    def _begin_release(self) -> None:
        self._idle = None
        self._releasing = asyncio.get_running_loop().create_task(self.release())
