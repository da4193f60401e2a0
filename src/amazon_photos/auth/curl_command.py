"""The cookies in a request that was copied out of a browser's developer tools as a command.

::

    Copy as cURL (bash)     curl 'https://…' -H 'cookie: session-id=…; at-main=…'     or -b '…', since 2024
    Copy as cURL (cmd)      curl ^"https://…^" ^
                              -b ^"session-id=…^"
    Copy as PowerShell      $session.Cookies.Add((New-Object System.Net.Cookie("at-main", "…", "/", ".amazon.com")))
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

_POWERSHELL = re.compile(r'System\.Net\.Cookie\("([^"]+)",\s*"((?:[^"`]|`.)*)"')
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})|\\x([0-9a-fA-F]{2})")
_CURL = re.compile(r"\s*(?:\$\s+)?curl(?:\.exe)?[\s^]", re.IGNORECASE)


def is_command(text: str) -> bool:
    """Tell whether the text is such a command."""
    return bool(_CURL.match(text)) or "System.Net.Cookie(" in text


def read_pairs(text: str) -> Iterator[tuple[str, str]]:
    """Read names and values of the cookies in a command; nothing for one that has none or is cut off."""
    if "System.Net.Cookie(" in text:
        yield from ((name, re.sub(r"`(.)", r"\1", value)) for name, value in _POWERSHELL.findall(text))
        return
    for header in _read_headers(text):
        for pair in header.split(";"):
            name, equals, value = pair.partition("=")
            if equals:
                yield name.strip(), value.strip()


def _read_headers(text: str) -> Iterator[str]:
    words = iter(_split(text))
    for word in words:
        if word in ("-b", "--cookie"):
            yield _unescape(next(words, ""))
        elif word in ("-H", "--header"):
            name, _, value = _unescape(next(words, "")).partition(":")
            if name.strip().lower() == "cookie":
                yield value
        elif word.startswith(("-b", "--cookie=")) and "=" in word:
            yield _unescape(word.removeprefix("--cookie=").removeprefix("-b"))


def _split(text: str) -> list[str]:
    if re.search(r"\^[\"\r\n]", text):  # of cmd, which escapes by ^
        text = re.sub(r"\^\r?\n", " ", text)
        text = re.sub(r"\^(.)", r"\1", text)
    try:
        return shlex.split(text)
    except ValueError:  # a quotation that nobody ends
        return []


def _unescape(word: str) -> str:
    """Bash's ``$'…'``, of which shlex leaves the dollar and the escapes."""
    if not word.startswith("$"):
        return word
    return _ESCAPED.sub(lambda found: chr(int(found[1] or found[2], 16)), word[1:])
