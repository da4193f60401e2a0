"""One node's bytes, without a file of this machine: opened, a range of them, or as a small picture."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Generator
from contextlib import AbstractAsyncContextManager
from types import TracebackType
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from ..content import read_range, reader, thumbnail
from ..content.reader import ContentReader
from ..content.stream import Content
from ..errors import InvalidInput
from ..model.checks import is_node_id, is_size, normalize_md5
from ..model.node import Node
from ..model.tree import Folder
from ..wire import nodes as wire_nodes
from .base import ClientBase
from .ids import id_of, is_frame, is_tuple_row

if TYPE_CHECKING:
    from .ids import Row

    OneNode = str | Node | Row

_WITH_CONTENT = ("FILE", "ASSET", "")
_KINDS = {"FOLDER": "a folder", "VISUAL_COLLECTION": "an album", "SHARED_COLLECTION": "a shared album"}
_COLUMNS = ("id", "name", "size", "md5", "kind", "status", "ownerId")


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

    def open(self, node: OneNode) -> Opening:
        """Open a file of the library for reading, without downloading it.

        ``AmazonPhotos`` gives an ordinary binary file, to be read only: ``PIL.Image.open``, ``zipfile`` and
        ``shutil.copyfileobj`` take it. ``AsyncAmazonPhotos`` gives a ``ContentReader``, by ``async with ap.open(node)``
        or ``await ap.open(node)``. Reading on streams, a jump asks for what is there, and what breaks off goes on from
        where it was. Once all bytes were read their MD5 is checked: the read that completes wrong ones raises
        ``ContentMismatch``, and so does one that finds the file replaced.

        ``node`` is an id, a ``Node``, a row of a frame or a record; of one that tells size and MD5 nothing is asked
        first. Raises ``InvalidInput`` for what has no content (folders, albums, what Amazon is still processing), and
        ``NotFound``.
        """
        return Opening(lambda: self._open(node))

    async def read_range(self, node: OneNode, start: int, end: int | None) -> bytes:
        """Read the bytes of a file from ``start`` up to ``end`` (exclusive; None: to its end).

        What lies beyond the end is left out. A cut connection goes on from where it was; a range that is the whole file
        is verified. ``node`` is as in ``open``. Raises ``InvalidInput`` for a negative place and an ``end`` before
        ``start``, and ``ContentMismatch`` when the bytes cannot be the node's.
        """
        start, end = read_range.check_range(start, end)
        return await read_range.read_range(self._session, await self._content(node), start, end)

    async def thumbnail(self, node: OneNode, *, width: int, height: int | None = None) -> bytes:
        """Fetch a small JPEG of a picture or video, from Amazon's thumbnail service.

        It fits ``width`` x ``height`` pixels and keeps its shape; also of a HEIC. ``node`` is as in ``open``. Of an id,
        the owner is taken to be this account; a node or a row may be of another member of the family. Raises
        ``InvalidInput`` for a side below 1, and ``NotFound``.
        """
        known = await asyncio.to_thread(_read_known, node) if is_frame(node) else _read_known(node)
        known.check_kind()
        owner = known.owner or await self._owner()
        return await thumbnail.thumbnail(self._session, known.id, owner, width, height)

    # --- parts -------------------------------------------------------------------------------------------

    async def _open(self, node: OneNode) -> ContentReader:
        opened = await reader.ContentReader.open(self._session, await self._content(node))
        self._readers.add(opened)
        return opened

    async def _content(self, node: OneNode) -> Content:
        """What is known of the node's bytes; from what was given if that is enough, else from Amazon."""
        known = await asyncio.to_thread(_read_known, node) if is_frame(node) else _read_known(node)
        known.check_kind()
        if known.size is None or known.md5 is None or known.status == "PENDING":
            known = _of_node(await self._send(wire_nodes.node(known.id)))
            known.check_kind()
            if known.status == "PENDING":
                raise InvalidInput(f"{known.shown} has no content yet: Amazon is still processing it (PENDING)")
        return Content(known.id, known.name, known.size, known.md5)


class _Known(NamedTuple):
    """What is known of a node."""

    id: str
    name: str = ""
    size: int | None = None
    md5: str | None = None
    kind: str = ""
    status: str = ""
    owner: str = ""

    @property
    def shown(self) -> str:
        return self.name or self.id

    def check_kind(self) -> None:
        if self.kind not in _WITH_CONTENT:
            raise InvalidInput(f"{self.shown} is {_KINDS.get(self.kind, self.kind)}: that has no content to read")


def _read_known(node: OneNode) -> _Known:
    if isinstance(node, Node):
        return _of_node(node)
    if isinstance(node, Folder):
        return _Known(id_of(node), node.name, kind="FOLDER")
    if is_tuple_row(node):
        node = cast("Any", node)._asdict()
    known = _of_row(node) if is_frame(node) else _Known(id_of(node))
    if not is_node_id(known.id):
        raise InvalidInput(f"not a node id: {known.id!r:.80} (ids are such as those in the column 'id' of a result)")
    return known


def _of_node(node: Node) -> _Known:
    return _Known(id_of(node), node.name, node.size, node.md5, node.kind, node.status, node.owner_id or "")


def _of_row(held: Any) -> _Known:
    from ..frames.from_frame import column_names, read_frame
    from ..model.fields import COLUMNS

    if "id" not in column_names(held):
        raise InvalidInput(f"this row has no 'id'; it has: {', '.join(column_names(held))}")
    rows = read_frame(held, {name: COLUMNS[name].type for name in _COLUMNS}).to_pylist()
    if len(rows) != 1:
        raise InvalidInput(f"one node is due here, and these are {len(rows)}: give one row")
    texts = {name: rows[0].get(name) or "" for name in ("id", "name", "kind", "status", "ownerId")}
    size, md5 = rows[0].get("size"), normalize_md5(rows[0].get("md5"))
    known = _Known(texts["id"], texts["name"], size if is_size(size) else None, md5)
    return known._replace(kind=texts["kind"], status=texts["status"], owner=texts["ownerId"])
