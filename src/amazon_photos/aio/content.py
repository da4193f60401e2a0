"""One node's bytes, without a file of this machine: whole, in pieces, a range, or as a small picture."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Generator
from contextlib import AbstractAsyncContextManager, aclosing
from dataclasses import replace
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING, Any

from ..content import read_range, reader, thumbnail
from ..content.reader import ContentReader
from ..content.stream import CHUNK, Content
from ..errors import InvalidInput
from ..model.checks import is_node_id, show, to_integer
from ..model.names import MAX_NAME
from ..model.node import Node
from ..query.build import F
from ..query.coerce import join_filters
from ..wire import nodes as wire_nodes
from .base import ClientBase
from .group import Group
from .ids import KnownNode, is_frame, read_one
from .loop_bound import Reading
from .resolve import Names

if TYPE_CHECKING:
    from .ids import OneNode

MAX_READ = 1 << 28
"""Bytes, 256 MiB: what ``read`` takes into memory unless it is told another bound."""
MAX_CHUNK = 1 << 26
"""Bytes, 64 MiB; a larger piece gains nothing, and all of it is in memory."""
_WITH_CONTENT = ("FILE", "ASSET", "")
_KINDS = {"FOLDER": "a folder", "VISUAL_COLLECTION": "an album", "SHARED_COLLECTION": "a shared album"}


class Opening(Awaitable[ContentReader], AbstractAsyncContextManager[ContentReader, None]):
    """A reader that is still to be opened: ``await`` it, or use it in ``async with``, which closes it, too."""

    def __init__(self, begin: Callable[[], Coroutine[Any, Any, ContentReader]]) -> None:
        self._begin = begin
        self._opened: ContentReader | None = None

    def reader(self) -> Coroutine[Any, Any, ContentReader]:
        """Open it."""
        return self._begin()

    def __await__(self) -> Generator[Any, None, ContentReader]:
        return self._begin().__await__()

    async def __aenter__(self) -> ContentReader:
        self._opened = await self._begin()
        return self._opened

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._opened is not None:
            await self._opened.close()


class ContentOperations(ClientBase):
    """Operations that read the bytes of one node."""

    @property
    def thumbnails(self) -> Thumbnails:
        """The small pictures that Amazon makes: ``get``."""
        return Thumbnails(self)

    def open(self, node: OneNode) -> Opening:
        """Open a file of the library for reading, without downloading it.

        ``AmazonPhotos`` gives an ordinary binary file, to be read only: ``PIL.Image.open``, ``zipfile`` and
        ``shutil.copyfileobj`` take it. ``AsyncAmazonPhotos`` gives a ``ContentReader``, by ``async with ap.open(node)``
        or ``await ap.open(node)``. Reading on streams, a jump asks for what is there, and what breaks off goes on from
        where it was. Once all bytes were read their MD5 is checked: the read that completes wrong ones raises
        ``ContentMismatch``, and so does one that finds the file replaced.

        ``node`` is an id, a ``Node``, a row of a frame, a record, or a path with a slash in it, such as
        "Pictures/2023/a.jpg" or "/a.jpg" (folders as in ``find_path``, but asked of Amazon; the file's name exactly).
        Of one that tells size and MD5 nothing is asked first. Raises ``InvalidInput`` for what has no content (folders,
        albums, what Amazon is still processing), and ``NotFound``.
        """
        return Opening(lambda: self._open(node))

    async def read(self, node: OneNode, *, max_bytes: int | None = MAX_READ) -> bytes:
        """Read all bytes of a file into memory, and verify them by their MD5.

        What breaks off goes on from where it was, and wrong bytes are read once more; should they be wrong again,
        ``ContentMismatch`` is raised. ``node`` is as in ``open``. Raises ``InvalidInput`` for a file of more than
        ``max_bytes`` (None: of any size), before its bytes are asked for: large ones are for ``stream``, ``open`` and
        ``download``.
        """
        most = None if max_bytes is None else _check_size("max_bytes", max_bytes, least=0)
        content = await self._content(node)
        if content.size is None and most is not None:
            content = await self._with_size(content)
        if most is not None and content.size is not None and content.size > most:
            raise InvalidInput(
                f"{content.shown} has {content.size:,} bytes, and read() takes up to {most:,} into memory: "
                "use stream(), open() or download(), or say max_bytes=…"
            )
        return await read_range.read_range(self._session, content, 0, None)

    def stream(
        self, node: OneNode, *, start: int = 0, end: int | None = None, chunk_size: int = CHUNK
    ) -> AsyncGenerator[bytes, None]:
        """Stream the bytes of a file, from ``start`` up to ``end`` (exclusive; None: to its end).

        Yields pieces of ``chunk_size`` bytes (256 KiB; the last may be shorter), and holds no more than some of them,
        however large the file is. What breaks off goes on from where it was. Of a whole file the MD5 is checked: in the
        place of the piece that completes wrong bytes ``ContentMismatch`` is raised, so what was given until then is to
        be thrown away. To leave the loop closes the connection, at once with ``contextlib.aclosing`` (or, of
        ``AmazonPhotos``, ``contextlib.closing``). ``node`` is as in ``open``. Raises ``InvalidInput`` with the call for
        places and sizes that cannot be.
        """
        start, end = read_range.check_range(start, end)
        size = _check_size("chunk_size", chunk_size, most=MAX_CHUNK)
        return Reading(self._stream(node, start, end, size))

    async def read_range(self, node: OneNode, start: int, end: int | None) -> bytes:
        """Read the bytes of a file from ``start`` up to ``end`` (exclusive; None: to its end).

        What lies beyond the end is left out. A cut connection goes on from where it was; a range that is the whole file
        is verified. ``node`` is as in ``open``. Raises ``InvalidInput`` for a negative place and an ``end`` before
        ``start``, and ``ContentMismatch`` when the bytes cannot be the node's.
        """
        start, end = read_range.check_range(start, end)
        return await read_range.read_range(self._session, await self._content(node), start, end)

    # --- parts -------------------------------------------------------------------------------------------

    async def _open(self, node: OneNode, *, start: int = 0, end: int | None = None) -> ContentReader:
        content = await self._content(node)
        opened = await reader.ContentReader.open(self._session, content, start=start, end=end)
        self._readers.add(opened)
        return opened

    async def _stream(self, node: OneNode, start: int, end: int | None, chunk_size: int) -> AsyncGenerator[bytes, None]:
        opened = await self._open(node, start=start, end=end)
        end = opened.size if end is None else min(end, opened.size)
        try:
            while chunk := await opened.read(max(0, min(chunk_size, end - opened.tell()))):
                yield chunk
                del chunk  # a traceback would show it, and keep it
        finally:
            await opened.close()

    async def _with_size(self, content: Content) -> Content:
        """What is known of it, and its size: asked of the content's own host where the node doesn't tell."""
        opened = await reader.ContentReader.open(self._session, content)
        await opened.close()
        return replace(content, size=opened.size)

    async def _content(self, node: OneNode) -> Content:
        """What is known of the node's bytes; from what was given if that is enough, else from Amazon."""
        known = await self._identify(node)
        if known.size is None or known.md5 is None or known.status == "PENDING":
            asked: Node = await self._send(wire_nodes.node(known.id))
            known = read_one(asked)
            _check_kind(known)
            if known.status == "PENDING":
                raise InvalidInput(f"{known.shown} has no content yet: Amazon is still processing it (PENDING)")
        return Content(known.id, known.name, known.size, known.md5)

    async def _identify(self, node: OneNode) -> KnownNode:
        """What is known of a node that may have content, without asking for more than the place of a path."""
        known = await asyncio.to_thread(read_one, node) if is_frame(node) else read_one(node)
        if isinstance(node, str) and "/" in node:
            known = await self._find_file(node)
        if not is_node_id(known.id):
            raise InvalidInput(
                f"not a node id: {show(known.id)} (ids are such as those in the column 'id' of a result; a path has a "
                "slash in it, such as '/a.jpg')"
            )
        _check_kind(known)
        return known

    async def _find_file(self, path: str) -> KnownNode:
        """Find the file at a path, by a request for each folder and one for the file."""
        folder, _, name = path.rstrip("/").rpartition("/")
        parts = path.split("/")
        if not name or ".." in parts or not path.isprintable() or max(map(len, parts)) > MAX_NAME:
            raise InvalidInput(f"a path of a file is due here, such as 'Pictures/2023/a.jpg', not {show(path)}")
        parent = await Names(self).folder(folder or "/")
        pages = self._list_pages(partial(wire_nodes.children, parent), join_filters([F.kind("FILE"), F.name(name)]))
        async with aclosing(self._search(pages, local=None, title="names").nodes()) as nodes:
            async for found in nodes:
                if found.name == name:
                    return read_one(found)
        raise InvalidInput(f"the library has no file {show(path)}")


class Thumbnails(Group[ContentOperations]):
    """The small pictures that Amazon makes of pictures and videos."""

    async def get(self, node: OneNode, *, width: int = 256, height: int | None = None) -> bytes:
        """Get a small JPEG of a picture or video, from Amazon's thumbnail service.

        It fits ``width`` x ``height`` pixels and keeps its shape; also of a HEIC. ``node`` is as in ``open``. Of an id,
        the owner is taken to be this account; a node or a row may be of another member of the family. Raises
        ``InvalidInput`` for a side below 1, and ``NotFound``.
        """
        client = self._client
        known = await client._identify(node)
        owner = known.owner or await client._owner()
        return await thumbnail.thumbnail(client._session, known.id, owner, width, height)


def _check_kind(known: KnownNode) -> None:
    if known.kind not in _WITH_CONTENT:
        raise InvalidInput(f"{known.shown} is {_KINDS.get(known.kind, known.kind)}: that has no content to read")


def _check_size(name: str, value: int, *, least: int = 1, most: int | None = None) -> int:
    size = to_integer(name, value)
    if size < least or (most is not None and size > most):
        bounds = f"{least} upwards" if most is None else f"{least} to {most:,}"
        raise InvalidInput(f"{name} is in bytes, from {bounds}, not {show(value)}")
    return size
