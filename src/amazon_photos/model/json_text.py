"""JSON that holds what no text may: names that cameras wrote in another encoding, and half characters.

A page of nodes must not be lost for one of them, so readers that fail try again with the text mended.
"""

from __future__ import annotations

import re

_ESCAPE = re.compile(r"\\(?:u[dD][89abAB]\w\w\\u[dD][c-fC-F]\w\w|u[dD][89a-fA-F]\w\w|.)", re.DOTALL)
"""Whole surrogate pairs first, then halves (the only ones of six characters), then any other escape."""


def mend(body: bytes) -> bytes:
    """Put a replacement character for bytes that are no UTF-8 and for halves of surrogate pairs."""
    text = body.decode("utf-8", "replace")
    return _ESCAPE.sub(lambda found: "\\ufffd" if _is_half(found[0]) else found[0], text).encode()


def _is_half(escape: str) -> bool:
    return len(escape) == 6 and escape[2] in "dD"
