"""The JSON of a body, as it came or mended.

Names are what people and cameras wrote, so a body may hold what no text can (half a surrogate pair, bytes that are no
UTF-8). That must not make a whole library unreadable: a body that cannot be read as it came is read with replacement
characters in their place.
"""

from __future__ import annotations

from typing import TypeVar

import msgspec

from ..model.json_text import mend

T = TypeVar("T")
UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What the decoder raises; the last for what is nested too deeply."""


def read_body(body: bytes, kind: type[T]) -> tuple[T, bytes]:
    """Read a body as ``kind``; return it, and the body that could be read so.

    Raises one of ``UNREADABLE``.
    """
    try:
        return msgspec.json.decode(body, type=kind), body
    except UNREADABLE:
        mended = mend(body)
        if mended == body:
            raise
    return msgspec.json.decode(mended, type=kind), mended
