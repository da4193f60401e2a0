"""Numbers as requests spell them: digits, and no more of them than a number that can be meant has."""

from __future__ import annotations

import re

from .exceptions import MalformedRequest

_WHOLE = re.compile(r"-?\d{1,18}", re.ASCII)


def read_whole(name: str, text: str | None) -> int:
    """Read a whole number that fits into 64 bits.

    Raises ``MalformedRequest`` for anything else.
    """
    if text is None or not _WHOLE.fullmatch(text):
        raise MalformedRequest(f"{name} must be a number")
    return int(text)
