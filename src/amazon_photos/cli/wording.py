"""Errors of the library in the words of the command line: what to do next is a command or an option, and no call.

The library's own sentences name its calls (``refresh(relations=True)``, ``max_delete=``), for whoever writes a program.
"""

from __future__ import annotations

import re
from typing import Final

_CALLS: Final = (
    (r"; ap\.create_folders\((?:'[^']*'|\"[^\"]*\")\) makes it", ": uploading to it, or Amazon's own page, makes it"),
    (r"(?:\bap\.)?\brefresh\(relations=True\)", "`amazon-photos refresh --relations`"),
    (r"(?:\bap\.)?\brefresh\(\)", "`amazon-photos refresh`"),
    (r"\bquery\(\) asks", "`amazon-photos search` asks"),
    (r"\bhistory\.list\(\)", "`amazon-photos history`"),
    (r"\b(albums|people|places|things)\.list\(\)", r"`amazon-photos \1 list`"),
    (r"\baggregations\('(people|things)'\)", r"`amazon-photos \1 list`"),
    (r"\baggregations\('location'\)", "`amazon-photos places list`"),
    (r"\bcatalog\.relation_keys\(\)", "`amazon-photos albums list` (people, places, things)"),
    (r"\bdry_run=True", "--dry-run"),
    (r"\bmax_delete=(\S+)", r"--max-delete \1"),
    (r"\bmax_delete\b", "--max-delete"),
)
_PATTERNS: Final = tuple((re.compile(pattern), words) for pattern, words in _CALLS)


def to_command_words(text: str) -> str:
    """Return an error's text with commands and options where it names calls and arguments."""
    for pattern, words in _PATTERNS:
        text = pattern.sub(words, text)
    return text
