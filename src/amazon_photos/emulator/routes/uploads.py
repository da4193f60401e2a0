"""Uploads: the older way (``POST /cdproxy/nodes``) and the newer one (``POST /v2/upload``).

The bytes go to the disk and are hashed as they come. What breaks off before the last byte leaves nothing; what is
answered with the node is on the disk. Whether the caller is still signed in is looked at again at the end.
"""

from __future__ import annotations

import re

from aiohttp import web

from ..exceptions import MalformedRequest
from ..library import nodes, uploads
from ..library.content import Incoming
from ..numbers import read_whole
from .context import RequestContext, Route
from .error_responses import reply

MAX_UPLOAD = 50 * 1024**3
_HOP = 256 * 1024
"""Blocks of at least this size are written and hashed in a thread; a hop there costs more than a smaller one takes."""

_MD5 = re.compile(r"[0-9a-fA-F]{32}")


async def older(asked: RequestContext) -> web.Response:
    """Receive an upload of the older kind.

    ``parents`` does nothing here: the parameter is ``parentNodeId``.
    """
    if (asked.get("kind") or "FILE") != "FILE":
        raise MalformedRequest("kind must be FILE")
    wish = uploads.UploadRequest(
        name=_name(asked),
        parent_id=asked.get("parentNodeId"),
        keep_duplicate=asked.get("suppress") == "deduplication",  # doc: the 2015 API's word for it
    )
    incoming = await _receive(asked)
    if not incoming.size and asked.request.headers.get("Content-Length") is None:
        incoming.discard()
        return reply({"message": "Content-Length is required for empty content", "code": ""}, status=411)
    return _node(asked, await _keep(asked, incoming, wish), status=201)


async def newer(asked: RequestContext) -> web.Response:
    wish = uploads.UploadRequest(
        name=_name(asked),
        parent_id=asked.get("parentNodeId"),
        content_date=uploads.content_date(asked.get("contentDate")),
        rename=asked.get("conflictResolution") == "RENAME",
    )
    size, md5 = _read_announced_size(asked), asked.request.headers.get("x-amzn-file-md5", "")
    if not _MD5.fullmatch(md5):
        raise MalformedRequest("x-amzn-file-md5 must be the MD5 of the content in hexadecimal digits")
    incoming = await _receive(asked)
    if incoming.md5 != md5.lower() or incoming.size != size:
        incoming.discard()
        raise MalformedRequest(
            "The content does not match " + ("fileSize" if incoming.size != size else "x-amzn-file-md5")
        )
    return _node(asked, await _keep(asked, incoming, wish), status=200)


def _name(asked: RequestContext) -> str:
    name = asked.get("name")
    if name is None:
        raise MalformedRequest("Name cannot be empty")
    return name


def _read_announced_size(asked: RequestContext) -> int:
    size = read_whole("fileSize", asked.get("fileSize"))
    if size < 0:
        raise MalformedRequest("fileSize must be the number of bytes")
    return size


async def _receive(asked: RequestContext) -> Incoming:
    """All of the body. Whatever breaks it off leaves nothing behind."""
    _require_room(asked, asked.request.content_length or 0)
    incoming = asked.library.store.receive()
    try:
        await _fill(asked, incoming)
        asked.require_signed_in(header_due=True)
    except BaseException:
        incoming.discard()
        raise
    return incoming


def _require_room(asked: RequestContext, size: int, *, received: int = 0) -> None:
    """Raise ``MalformedRequest`` for too large a file, ``QuotaExceeded`` where this machine's disk would be full."""
    if received + size > MAX_UPLOAD:
        raise MalformedRequest(f"Content cannot be larger than {MAX_UPLOAD} bytes")
    asked.library.store.require_room(size)


async def _fill(asked: RequestContext, incoming: Incoming) -> None:
    stream = asked.request.content
    gathered = bytearray()
    async for block in stream.iter_any():
        gathered += block
        if len(gathered) >= _HOP:
            _require_room(asked, len(gathered), received=incoming.size)
            await asked.in_thread(incoming.add, gathered)
            gathered = bytearray()
    if gathered:
        incoming.add(gathered)


async def _keep(asked: RequestContext, incoming: Incoming, wish: uploads.UploadRequest) -> nodes.Row:
    options = asked.library.options
    terms = uploads.UploadPolicy(
        index_delay=options.index_delay, processing=options.processing, quota=options.quota, prime=options.prime
    )
    try:
        prepared = await asked.in_thread(uploads.prepare, incoming, name=wish.name)
        return await asked.change(
            uploads.commit, prepared=prepared, wish=wish, terms=terms, now=asked.now, store=asked.library.store
        )
    finally:
        incoming.discard()


def _node(asked: RequestContext, row: nodes.Row, *, status: int) -> web.Response:
    """Uploads are answered with the whole node, owner and all."""
    return reply(nodes.to_json(row, nodes.NodeView(owner=asked.library.owner)), status=status)


ROUTES = (
    Route(operation="upload", method="POST", path="/cdproxy/nodes", handler=older, host="content"),
    Route(operation="upload.v2", method="POST", path="/v2/upload", handler=newer, host="upload"),
)
