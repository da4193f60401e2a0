"""An upload of 2015's kind: ``multipart/form-data`` with a part ``metadata`` (JSON) and then a part ``content``.

``metadata`` is ``{"name", "kind": "FILE", "parents": […], "labels": […], "description"}``; its ``properties`` are not
kept (the rest of that dialect is not served). ``content`` needs a plain ``filename=``: without one the answer is a 400
that repeats the part's header, as recorded in 2015.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import msgspec
from aiohttp import BodyPartReader, web
from aiohttp.http_exceptions import HttpProcessingError

from ..exceptions import MalformedRequest
from ..library import node_updates, uploads
from ..library.nodes import require_id
from .context import decode_json

CONTENT_TYPE = "multipart/form-data"
_BLOCK = 64 * 1024
_MAX_METADATA = 64 * 1024
_UNREADABLE = "Cannot read from request."


async def read(request: web.Request, receive: Callable[[AsyncIterator[bytes]], Awaitable[None]]) -> dict[str, Any]:
    """Read both parts; ``receive`` gets the blocks of the second. Returns the first.

    Raises ``MalformedRequest``, in words recorded in 2015 where the body cannot be read.
    """
    try:
        parts = await request.multipart()
        wanted = await _read_metadata(await parts.next())
        content = await parts.next()
        _require_content(content)
        await receive(_blocks(content))
        while await parts.next() is not None:  # to the end, so that one that is cut off is none
            pass
    except (ValueError, AssertionError, LookupError, HttpProcessingError):  # what aiohttp says of a broken body
        raise MalformedRequest(_UNREADABLE) from None
    return wanted


def read_upload_request(wanted: dict[str, Any], *, begun: str, keep_duplicate: bool) -> uploads.UploadRequest:
    """Read what the part ``metadata`` asks for.

    Raises ``MalformedRequest``.
    """
    name, parents = wanted.get("name"), wanted.get("parents") or []
    if not isinstance(name, str) or not name:
        raise MalformedRequest("Name cannot be empty")
    if wanted.get("kind", "FILE") != "FILE":
        raise MalformedRequest("kind must be FILE")
    if not isinstance(parents, list):
        raise MalformedRequest("Parents must be a list")
    details = node_updates.read_details(wanted)
    return uploads.UploadRequest(
        name=name,
        parent_ids=[require_id(parent) for parent in parents],
        begun=begun,
        labels=str(details.get("labels", "[]")),
        description=str(details.get("description", "")),
        keep_duplicate=keep_duplicate,
    )


async def _read_metadata(part: object) -> dict[str, Any]:
    if not isinstance(part, BodyPartReader) or part.name != "metadata":
        raise MalformedRequest(_UNREADABLE)
    text = bytearray()
    async for block in _blocks(part):
        text += block
        if len(text) > _MAX_METADATA:
            raise MalformedRequest(_UNREADABLE)
    value = decode_json(bytes(text))
    if not isinstance(value, dict):
        raise MalformedRequest("Request body is not a JSON object")
    return value


def _require_content(part: object) -> None:
    if not isinstance(part, BodyPartReader) or part.name != "content":
        raise MalformedRequest(_UNREADABLE)
    if part.filename is None:
        header = {"name": part.name, "Content-Type": part.headers.get("Content-Type", "")}
        raise MalformedRequest(msgspec.json.encode(header).decode())


async def _blocks(part: Any) -> AsyncIterator[bytes]:
    while block := await part.read_chunk(_BLOCK):
        yield block
