"""Text in XML: what XML 1.0 cannot hold becomes U+FFFD, and a parser reads the rest back as it was."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_IMPOSSIBLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_KEPT = {"\r": "&#13;"}
"""A parser reads a bare one as a new line."""


def to_xml_text(text: str) -> str:
    """Replace the characters that XML 1.0 has no way to write, so that two names stay two."""
    return _IMPOSSIBLE.sub(REPLACEMENT, text)


def escape_xml(text: str) -> str:
    """Return a text as it stands inside an element."""
    return escape(to_xml_text(text), _KEPT)


def to_utf8(text: str) -> bytes:
    """Encode a text; halves of surrogate pairs, which UTF-8 cannot hold, are replaced too."""
    return _SURROGATE.sub(REPLACEMENT, text).encode()
