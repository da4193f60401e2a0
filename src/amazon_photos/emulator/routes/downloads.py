"""Downloads: ``contentRedirection`` and where it leads, the content proxy, the newer service, and thumbnails.

What is wanted of a file stands in the query: ``download=true`` (browsers save it), ``viewBox=W[,H]`` (of a picture, a
smaller one) and ``videoTranscodeView=true&y=720`` (of a video, one of so many lines). ``contentRedirection`` takes them
as its own parameters or inside ``querySuffix=?…``. Videos are not made smaller here: their own bytes are streamed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode

from aiohttp import web

from amazon_photos.errors import MissingExtra

from .. import optional_deps
from ..exceptions import MalformedRequest
from ..library import nodes
from ..media import thumbnails
from ..numbers import read_whole
from ..seeding import large, synthetic
from . import error_responses
from .context import RequestContext, Route
from .file_response import SMALL, Content, StoredFile, disposition, send
from .links import PRESIGNED

_BOX = re.compile(r"(\d{1,5})(?:,(\d{1,5}))?", re.ASCII)
_USUAL_BOX = (1024, 1024)
_USUAL_LINES = 720
_WANTED = ("download", "ownerId", "viewBox", "videoTranscodeView", "y")
_MAX_FIELDS = 100


async def redirect(context: RequestContext) -> web.StreamResponse:
    """Answer 302 to a short-lived address on this server."""
    node = _file(context)
    wanted = _read_wanted(context)
    _require_view(node, wanted)
    headers = {"Content-Disposition": disposition(node.name or "")}
    if context.deviates("redirection-200"):
        return await _content(context, node, wanted, headers)
    query = f"?{urlencode(wanted)}" if wanted else ""
    location = context.link(node.id, path=PRESIGNED) + query
    return web.Response(status=302, headers={"Location": location, **headers})


async def by_link(context: RequestContext) -> web.StreamResponse:
    """Serve without cookies: the address is secret. Raises ``LinkExpired``."""
    said = context.state.links.open(context["token"], now=context.now)
    node = context.library.read(nodes.get, said.target)
    context.require_owner(node.id)
    kind = "attachment" if context.flag("download") else "inline"
    headers = {"Content-Disposition": disposition(node.name or "", kind=kind)}
    return await _content(context, node, context.request.query, headers)


async def by_id(context: RequestContext) -> web.StreamResponse:
    node = _file(context)
    return await _content(context, node, context.request.query, {"Content-Disposition": disposition(node.name or "")})


async def by_id_with_cookies(context: RequestContext) -> web.StreamResponse:
    """Serve to whoever is signed in; public links lead nowhere here (guess)."""
    context.require_signed_in(header_due=False)
    return await by_id(context)


async def thumbnail(context: RequestContext) -> web.Response:
    """Draw a JPEG, of a HEIC too, that fits the ``viewBox``; without one, 1024 by 1024 (guess)."""
    node = _file(context)
    return await _picture(context, node, _box(context.get("viewBox")) or _USUAL_BOX)


async def _content(
    context: RequestContext, node: nodes.Row, wanted: Mapping[str, str], headers: dict[str, str]
) -> web.StreamResponse:
    """The original bytes; with a ``viewBox`` on an image, a smaller picture that never equals them."""
    _require_view(node, wanted)
    box = _box(wanted.get("viewBox"))
    if box and (node.content_type or "").startswith("image/"):
        return await _picture(context, node, box)
    return await send(context.request, content_of(context, node), context.state.threads, headers=headers)


def _read_wanted(context: RequestContext) -> dict[str, str]:
    """What is wanted, of the parameters that are known; those in ``querySuffix`` win."""
    suffix = (context.get("querySuffix") or "").removeprefix("?")
    try:
        inside = dict(parse_qsl(suffix, max_num_fields=_MAX_FIELDS))
    except ValueError:
        raise MalformedRequest("Invalid querySuffix") from None
    said = {**context.request.query, **inside}
    return {name: said[name] for name in _WANTED if said.get(name)}


def _require_view(node: nodes.Row, wanted: Mapping[str, str]) -> None:
    """Raise ``MalformedRequest`` for a view that the file does not have (guess)."""
    _box(wanted.get("viewBox"))
    if wanted.get("videoTranscodeView", "").lower() != "true":
        return
    if not (node.content_type or "").startswith("video/"):
        raise MalformedRequest(f"Node is not a video: {node.id}")
    if read_whole("y", wanted.get("y") or str(_USUAL_LINES)) < 1:
        raise MalformedRequest("y must be the number of lines")


def content_of(context: RequestContext, node: nodes.Row) -> Content:
    """Find a node's bytes; those of an invented file are made when they are read."""
    stored = node.synthetic is None
    return Content(
        source=StoredFile(context.library.store.path(node.md5 or "")) if stored else _make_content(node),
        size=node.size or 0,
        etag=node.md5 or "",
        modified=node.created,
        content_type=node.content_type or "application/octet-stream",
    )


def _make_content(node: nodes.Row) -> bytes | large.LargeContent:
    number, size, is_video = node.synthetic or 0, node.size or 0, (node.content_type or "").startswith("video/")
    if size >= large.MIN_SIZE:
        return large.LargeContent(number, size, video=is_video)
    return synthetic.content(number, video=is_video)


async def _picture(context: RequestContext, node: nodes.Row, box: tuple[int, int]) -> web.Response:
    try:
        optional_deps.require_pillow()
    except MissingExtra as error:
        return error_responses.reply({"message": str(error)}, status=501)
    jpeg = await context.in_thread(_render, context, node, box)
    return web.Response(body=jpeg, headers={"Content-Type": "image/jpeg"})


def _render(context: RequestContext, node: nodes.Row, box: tuple[int, int]) -> bytes:
    """The picture that the first bytes show, where they are invented: what comes after them is filler."""
    source, store = content_of(context, node).source, context.library.store
    if isinstance(source, StoredFile):
        return thumbnails.thumbnail(source.path, width=box[0], height=box[1])
    scratch = store.scratch()
    try:
        scratch.write_bytes(source if isinstance(source, bytes) else source.read(0, SMALL))
        return thumbnails.thumbnail(scratch, width=box[0], height=box[1])
    finally:
        scratch.unlink(missing_ok=True)


def _file(context: RequestContext) -> nodes.Row:
    """The file that is asked for, by one who may see it."""
    context.require_may_see(context["node_id"], header_due=False)
    context.require_owner(context["node_id"])
    node = context.library.read(nodes.get, context["node_id"])
    if node.md5 is None:
        raise MalformedRequest(f"Node has no content: {node.id}")
    return node


def _box(text: str | None) -> tuple[int, int] | None:
    if not text:
        return None
    sides = _BOX.fullmatch(text)
    if sides is None or "0" in (sides[1], sides[2]):
        raise MalformedRequest(f"Invalid viewBox: {text}")
    return int(sides[1]), int(sides[2] or sides[1])


ROUTES = (
    Route(
        operation="download.redirect",
        method="GET",
        path="/drive/v1/nodes/{node_id}/contentRedirection",
        handler=redirect,
        signed_in=False,
    ),
    Route(
        operation="download.link",
        method="GET",
        path="/cdproxy/templink/{token}",
        handler=by_link,
        host="content",
        signed_in=False,
    ),
    Route(
        operation="download.link",
        method="GET",
        path="/v2/download/presigned/{token}",
        handler=by_link,
        host="content",
        signed_in=False,
    ),
    Route(
        operation="download.signed",
        method="GET",
        path="/v2/download/signed/{node_id}",
        handler=by_id_with_cookies,
        host="content",
        signed_in=False,
    ),
    Route(
        operation="download",
        method="GET",
        path="/cdproxy/nodes/{node_id}",
        handler=by_id,
        host="content",
        signed_in=False,
    ),
    Route(
        operation="thumbnail",
        method="GET",
        path="/v1/thumbnail/{node_id}",
        handler=thumbnail,
        host="content",
        signed_in=False,
    ),
)
