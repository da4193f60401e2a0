"""A node's bytes as an ordinary file, whose reads wait for the async reader on the client's loop."""

from __future__ import annotations

import io
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, NoReturn, SupportsIndex

from ..aio.misuse import refuse_copy
from ..content.reader import ContentReader
from ..errors import AmazonPhotosError, ClientClosed, WrongThread
from .loop_thread import HasLoopThread

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_BUFFER = 1 << 17
"""Bytes that are read ahead: each wait for the loop's thread costs as much as some 100 KB of a fast line."""


def open_file(reader: ContentReader, client: HasLoopThread) -> io.BufferedReader:
    """Open a file that reads ahead over an async reader."""
    return _BufferedFile(ContentFile(reader, client), _BUFFER)


class _BufferedFile(io.BufferedReader):
    """Python's buffering, but for errors: it would lose what it had gathered, and the next read would go on after it.

    Here the place is where it was, so that a read can be done again.
    """

    def __init__(self, raw: ContentFile, size: int) -> None:
        super().__init__(raw, size)
        self._turn = threading.RLock()  # else one thread's error would move the place that another reads from

    def read(self, size: int | None = -1, /) -> bytes:
        """Read ``size`` bytes: fewer only at the end."""
        with self._kept_place():
            return super().read(size)

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Fill ``buffer``: less only at the end."""
        with self._kept_place():
            return super().readinto(buffer)

    def readline(self, size: int | None = -1, /) -> bytes:
        """Read to the end of the line."""
        with self._kept_place():
            return super().readline(size)

    def readlines(self, hint: int | None = -1, /) -> list[bytes]:
        """Read the lines that are left."""
        with self._kept_place():
            return super().readlines(-1 if hint is None else hint)

    def close(self) -> None:
        """Close what is below: this one's own ``close`` would wait for a read that is under way."""
        self.raw.close()

    @contextmanager
    def _kept_place(self) -> Iterator[None]:
        with self._turn:
            place = self.tell()
            try:
                yield
            except BaseException:
                with suppress(ValueError, AmazonPhotosError):  # closed meanwhile
                    self.seek(place)
                raise


class ContentFile(io.RawIOBase):
    """The unbuffered file under ``AmazonPhotos.open``."""

    def __init__(self, reader: ContentReader, client: HasLoopThread) -> None:
        self._reader = reader
        self._loop_thread = client._loop_thread
        self._client = client  # one that nobody holds closes
        self.name = reader.name

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._reader!r}>"

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        refuse_copy(self)

    @property
    def mode(self) -> str:
        """As of every file that is opened for reading bytes."""
        return "rb"

    def readable(self) -> bool:
        """Tell that it can be read."""
        self._check_open()
        return True

    def seekable(self) -> bool:
        """Tell that it can be read from any place."""
        self._check_open()
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Read into ``buffer``; return how many bytes that were, 0 at the end."""
        view = memoryview(buffer).cast("B")
        data = self._read(len(view))
        view[: len(data)] = data
        return len(data)

    def readall(self) -> bytes:
        """Read all that is left, at one go."""
        return self._read(-1)

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        """Move to a place, and return it; nothing is sent."""
        self._check_open()
        return self._reader.seek(offset, whence)

    def tell(self) -> int:
        """Return the place that is read next."""
        self._check_open()
        return self._reader.tell()

    def close(self) -> None:
        """Let go of the connection. A second call does nothing."""
        if not self.closed:
            super().close()
            with suppress(
                ClientClosed, WrongThread, AttributeError
            ):  # closed with it; a fork, or the garbage collector
                self._loop_thread.finish(self._reader.close())

    def _read(self, size: int) -> bytes:
        self._check_open()
        return self._loop_thread.wait(self._reader.read(size))

    def _check_open(self) -> None:
        if self.closed:
            raise ValueError("I/O operation on closed file")
