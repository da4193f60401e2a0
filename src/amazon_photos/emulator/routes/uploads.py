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


async def older(context: RequestContext) -> web.Response:
    """Receive an upload of the older kind.

    ``parents`` does nothing here: the parameter is ``parentNodeId``.
    """
    if (context.get("kind") or "FILE") != "FILE":
        raise MalformedRequest("kind must be FILE")
    wish = uploads.UploadRequest(
        name=_name(context),
        parent_id=context.get("parentNodeId"),
        keep_duplicate=context.get("suppress") == "deduplication",  # doc: the 2015 API's word for it
    )
    incoming = await _receive(context)
    if not incoming.size and context.request.headers.get("Content-Length") is None:
        incoming.discard()
        return reply({"message": "Content-Length is required for empty content", "code": ""}, status=411)
    return _node(context, await _keep(context, incoming, wish), status=201)


async def newer(context: RequestContext) -> web.Response:
    wish = uploads.UploadRequest(
        name=_name(context),
        parent_id=context.get("parentNodeId"),
        content_date=uploads.content_date(context.get("contentDate")),
        rename=context.get("conflictResolution") == "RENAME",
    )
    size, md5 = _read_announced_size(context), context.request.headers.get("x-amzn-file-md5", "")
    if not _MD5.fullmatch(md5):
        raise MalformedRequest("x-amzn-file-md5 must be the MD5 of the content in hexadecimal digits")
    incoming = await _receive(context)
    if incoming.md5 != md5.lower() or incoming.size != size:
        incoming.discard()
        raise MalformedRequest(
            "The content does not match " + ("fileSize" if incoming.size != size else "x-amzn-file-md5")
        )
    return _node(context, await _keep(context, incoming, wish), status=200)


def _name(context: RequestContext) -> str:
    name = context.get("name")
    if name is None:
        raise MalformedRequest("Name cannot be empty")
    return name


def _read_announced_size(context: RequestContext) -> int:
    size = read_whole("fileSize", context.get("fileSize"))
    if size < 0:
        raise MalformedRequest("fileSize must be the number of bytes")
    return size


async def _receive(context: RequestContext) -> Incoming:
    """All of the body. Whatever breaks it off leaves nothing behind."""
    _require_room(context, context.request.content_length or 0)
    incoming = context.library.store.receive()
    try:
        await _fill(context, incoming)
        context.require_signed_in(header_due=True)
    except BaseException:
        incoming.discard()
        raise
    return incoming


def _require_room(context: RequestContext, size: int, *, received: int = 0) -> None:
    """Raise ``MalformedRequest`` for too large a file, ``QuotaExceeded`` where this machine's disk would be full."""
    if received + size > MAX_UPLOAD:
        raise MalformedRequest(f"Content cannot be larger than {MAX_UPLOAD} bytes")
    context.library.store.require_room(size)


async def _fill(context: RequestContext, incoming: Incoming) -> None:
    stream = context.request.content
    gathered = bytearray()
    async for block in stream.iter_any():
        gathered += block
        if len(gathered) >= _HOP:
            _require_room(context, len(gathered), received=incoming.size)
            await context.in_thread(incoming.add, gathered)
            gathered = bytearray()
    if gathered:
        incoming.add(gathered)


async def _keep(context: RequestContext, incoming: Incoming, wish: uploads.UploadRequest) -> nodes.Row:
    options = context.library.options
    policy = uploads.UploadPolicy(
        index_delay=options.index_delay, processing=options.processing, quota=options.quota, prime=options.prime
    )
    try:
        prepared = await context.in_thread(uploads.prepare, incoming, name=wish.name)
        return await context.change(
            uploads.commit, prepared=prepared, wish=wish, policy=policy, now=context.now, store=context.library.store
        )
    finally:
        incoming.discard()


def _node(context: RequestContext, row: nodes.Row, *, status: int) -> web.Response:
    """Uploads are answered with the whole node, owner and all."""
    return reply(nodes.to_json(row, nodes.NodeView(owner=context.library.owner)), status=status)


ROUTES = (
    Route(operation="upload", method="POST", path="/cdproxy/nodes", handler=older, host="content"),
    Route(operation="upload.v2", method="POST", path="/v2/upload", handler=newer, host="upload"),
)
