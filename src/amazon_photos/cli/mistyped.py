"""Mistakes of quoting, told when a command was called wrongly: what a shell made of a line is not what was meant."""

from __future__ import annotations

import re
from collections.abc import Sequence

_DASHES = re.compile(r"[–—−]+(?=\w)")  # noqa: RUF001 - these are what is looked for
_QUOTES = re.compile(r"^[“”„‘’«»]|[“”„‘’«»]$")  # noqa: RUF001
_WORDS = frozenset({"AND", "OR", "NOT"})


def find_mistyped(arguments: Sequence[str]) -> str:
    """Find what was probably mistyped in the arguments of the program; "" where nothing looks so."""
    for argument in arguments:
        if found := _DASHES.match(argument):
            meant = "--" + argument[found.end() :]
            return f"{argument!r:.80} begins with a dash that is no hyphen: did you mean {meant:.80}?"
        if _QUOTES.search(argument):
            return f"{argument!r:.80} has typographic quotes, which a shell takes for letters: use \" or '"
        if argument in _WORDS:
            return f"{argument} is a word of its own here: put quotes around the whole filter"
    return ""
