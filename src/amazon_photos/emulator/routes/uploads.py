"""Uploads: the older way (``POST /cdproxy/nodes``, bare or in parts) and the newer one (``POST /v2/upload``).

The bytes go to the disk and are hashed as they come. What breaks off before the last byte leaves nothing; what is
answered with the node is on the disk. Whether the caller is still signed in is looked at again at the end.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

from aiohttp import web

from ..exceptions import MalformedRequest
from ..library import node_json, nodes, uploads
from ..library.content import Incoming
from ..numbers import read_whole
from . import multipart
from .context import RequestContext, Route
from .error_responses import reply
from .hosts import is_amazon

MAX_UPLOAD = 50 * 1024**3
_HOP = 256 * 1024
"""Blocks of at least this size are written and hashed in a thread; a hop there costs more than a smaller one takes."""

_PAGE = re.compile(r"https://(www|upload-photos)\.amazon\.[a-z.]+")
_MD5 = re.compile(r"[0-9a-fA-F]{32}")


async def older(context: RequestContext) -> web.Response:
    """Receive an upload of the older kind.

    ``parents`` does nothing here: the parameter is ``parentNodeId``.
    """
    if context.request.content_type == multipart.CONTENT_TYPE:
        return await oldest(context)
    if (context.get("kind") or "FILE") != "FILE":
        raise MalformedRequest("kind must be FILE")
    upload = uploads.UploadRequest(
        name=_name(context),
        parent_ids=_parents(context),
        begun=context.now,
        keep_duplicate=context.get("suppress") == "deduplication",  # doc: the 2015 API's word for it
    )
    incoming = await _receive(context)
    return _node(context, await _keep(context, incoming, upload), status=201)


async def oldest(context: RequestContext) -> web.Response:
    """Receive an upload of 2015's kind: ``multipart/form-data`` (live with cookies, one voice)."""
    begun = context.now
    with receive(context) as incoming:
        wanted = await multipart.read(context.request, lambda blocks: _fill(context, incoming, blocks))
        _require_bytes(context, incoming)
        context.require_signed_in(header_due=True)
        upload = multipart.read_upload_request(
            wanted, begun=begun, keep_duplicate=context.get("suppress") == "deduplication"
        )
        return _node(context, await _keep(context, incoming, upload), status=201)


async def preflight(context: RequestContext) -> web.Response:
    """Answer a browser that asks whether a page of Amazon's own may upload.

    No such answer is on record: all of it is a guess.
    """
    origin = context.request.headers.get("Origin", "")
    if not _PAGE.fullmatch(origin) or not is_amazon(origin.removeprefix("https://")):
        return web.Response(status=403)
    wanted = context.request.headers.get("Access-Control-Request-Headers", "")
    headers = {
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Allow-Credentials": "true",
        "Access-Control-Allow-Methods": "GET, POST, PUT, OPTIONS",
        "Access-Control-Max-Age": "3600",
        "Vary": "Origin",
    }
    return web.Response(status=200, headers=headers | ({"Access-Control-Allow-Headers": wanted} if wanted else {}))


async def newer(context: RequestContext) -> web.Response:
    upload = uploads.UploadRequest(
        name=_name(context),
        parent_ids=_parents(context),
        begun=context.now,
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
    return _node(context, await _keep(context, incoming, upload), status=200)


def _parents(context: RequestContext) -> tuple[str, ...]:
    parent = context.get("parentNodeId")
    return () if parent is None else (parent,)


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
    with receive(context) as incoming:
        await _fill(context, incoming, context.request.content.iter_any())
        _require_bytes(context, incoming)
        context.require_signed_in(header_due=True)
    return incoming


def _require_bytes(context: RequestContext, incoming: Incoming) -> None:
    """Raise ``MalformedRequest`` for empty content that comes chunked, in the words recorded in 2015."""
    if not incoming.size and context.request.headers.get("Content-Length") is None:
        raise MalformedRequest("Bytes not received for request.")


@contextmanager
def receive(context: RequestContext) -> Iterator[Incoming]:
    """Make room for an upload; nothing of it stays when the block fails."""
    _require_room(context, context.request.content_length or 0)
    incoming = context.library.store.receive()
    try:
        yield incoming
    except BaseException:
        incoming.discard()
        raise


def _require_room(context: RequestContext, size: int, *, received: int = 0) -> None:
    """Raise ``MalformedRequest`` for too large a file, ``QuotaExceeded`` where this machine's disk would be full."""
    if received + size > MAX_UPLOAD:
        raise MalformedRequest(f"Content cannot be larger than {MAX_UPLOAD} bytes")
    context.library.store.require_room(size)


async def _fill(context: RequestContext, incoming: Incoming, blocks: AsyncIterator[bytes]) -> None:
    gathered = bytearray()
    async for block in blocks:
        gathered += block
        if len(gathered) >= _HOP:
            _require_room(context, len(gathered), received=incoming.size)
            await context.in_thread(incoming.add, gathered)
            gathered = bytearray()
    if gathered:
        incoming.add(gathered)


async def _keep(context: RequestContext, incoming: Incoming, upload: uploads.UploadRequest) -> nodes.Row:
    options = context.library.options
    policy = uploads.UploadPolicy(
        index_delay=options.index_delay,
        processing=options.processing,
        quota=options.quota,
        prime=options.prime,
        assets_count=context.deviates("assets-are-duplicates"),
    )
    try:
        prepared = await context.in_thread(uploads.prepare, incoming, name=upload.name)
        return await context.change(
            uploads.commit,
            prepared=prepared,
            upload=upload,
            policy=policy,
            now=context.now,
            store=context.library.store,
        )
    finally:
        incoming.discard()


def _node(context: RequestContext, row: nodes.Row, *, status: int) -> web.Response:
    """Uploads are answered with the whole node, owner and all."""
    return reply(node_json.to_json(row, context.view(whole=True)), status=status)


ROUTES = (
    Route(operation="upload", method="POST", path="/cdproxy/nodes", handler=older, host="content"),
    Route(
        operation="upload.preflight",
        method="OPTIONS",
        path="/cdproxy/nodes",
        handler=preflight,
        host="content",
        signed_in=False,
    ),
    Route(
        operation="upload.preflight",
        method="OPTIONS",
        path="/v2/upload",
        handler=preflight,
        host="upload",
        signed_in=False,
    ),
    Route(operation="upload.v2", method="POST", path="/v2/upload", handler=newer, host="upload"),
)
