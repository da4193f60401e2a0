"""A small picture of a node."""

from __future__ import annotations

from ..errors import InvalidInput, UnexpectedReply
from ..model.checks import show, to_integer
from ..net.session import Session
from ..wire import content as wire_content

MAX_SIDE = 1 << 15
"""Pixels; a picture that is larger is no thumbnail, and few programs open it."""
_JPEG = b"\xff\xd8\xff"


async def thumbnail(session: Session, id: str, owner: str, width: int, height: int | None = None) -> bytes:  # noqa: A002
    """Fetch a JPEG of the node that fits ``width`` x ``height`` pixels, from the thumbnail service.

    Without a ``height`` the picture is as high as its shape wants. Raises ``InvalidInput`` for a side that is no whole
    number from 1 to ``MAX_SIDE``, and ``UnexpectedReply`` for what is no JPEG.
    """
    width = _check_side("width", width)
    height = None if height is None else _check_side("height", height)
    data = await session.send(wire_content.thumbnail(id, owner, width=width, height=height))
    if not data.startswith(_JPEG):
        raise UnexpectedReply(f"thumbnail: {len(data)} bytes that are no JPEG", operation="thumbnail")
    return data


def _check_side(name: str, value: int) -> int:
    side = to_integer(name, value)
    if not 0 < side <= MAX_SIDE:
        raise InvalidInput(f"{name} is in pixels, from 1 to {MAX_SIDE}, not {show(value)}")
    return side
