"""Text of strangers on a screen: a file's name must not move the cursor, colour the terminal or turn a line round."""

from __future__ import annotations

import re

_UNSAFE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""Controls but for the line break, what changes the direction of writing, and halves of characters."""


def to_plain(text: str) -> str:
    r"""Show what no screen should obey as Python writes it: ``\x1b``, ``\u202e``; line breaks stay."""
    return _UNSAFE.sub(lambda found: ascii(found[0])[1:-1], text)
