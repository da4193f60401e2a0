"""Some bytes of a content, whole in memory."""

from __future__ import annotations

import hashlib
from io import BytesIO

from ..errors import InvalidInput, RangeNotSatisfiable
from ..model.checks import to_count
from ..net.session import Session
from .forward import Forward
from .stream import Content


def check_range(start: int, end: int | None) -> tuple[int, int | None]:
    """Check that ``start`` and ``end`` are places in a content, in order; return them as plain numbers.

    ``end`` may be None: the end of the content.

    Raises ``InvalidInput``, which names the argument.
    """
    first, last = to_count("start", start), None if end is None else to_count("end", end)
    if last is not None and last < first:
        raise InvalidInput(f"end must not be before start: {last} is before {first}")
    return first, last


async def read_range(session: Session, content: Content, start: int, end: int | None) -> bytes:
    """Read the bytes from ``start`` up to ``end`` (exclusive; None: all the rest) into memory.

    Goes on from where a connection was cut. A range that is the whole content is verified by its MD5, and read once
    more if it is wrong. Raises ``ContentMismatch`` where the service's bytes cannot be those of ``content``.
    """
    start, end = check_range(start, end)
    if start == end:
        return b""
    data = await _read(session, content, start, end)
    if start > 0 or len(data) != content.size or content.md5 in (_md5(data), None):
        return data
    data = await _read(session, content, start, end)
    if _md5(data) != content.md5:
        content.raise_wrong(len(data), _md5(data))
    return data


async def _read(session: Session, content: Content, start: int, end: int | None) -> bytes:
    gathered, forward = BytesIO(), Forward(session, content, start, end)
    try:
        while chunk := await forward.next():
            gathered.write(chunk)
    except RangeNotSatisfiable:
        if content.size is not None:
            raise  # else it ends before ``start``
    finally:
        await forward.close()
    return gathered.getvalue()


def _md5(data: bytes) -> str:
    return hashlib.md5(data, usedforsecurity=False).hexdigest()
