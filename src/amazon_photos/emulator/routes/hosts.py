"""The names the emulator answers to: this machine's own, and Amazon's, which other people's clients are led here by.

A web page may resolve a name of its own to this machine (DNS rebinding); its requests then bear that name in ``Host``.
So whoever comes under any other name than these is refused. They stand here as ``docs/api.md`` lists them.
"""

from __future__ import annotations

import re
from functools import lru_cache

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]", "::1"})
"""The last without its brackets is how the name in a request's target comes to us."""
_MARKETPLACES = (
    "com", "ca", "co.uk", "co.jp", "de", "fr", "it", "es", "nl", "se", "pl", "ie", "in", "sg", "ae", "sa", "eg",
    "com.au", "com.br", "com.mx", "com.tr", "com.be",
)  # fmt: skip
_OF_A_MARKETPLACE = ("www", "thumbnails-photos", "download-photos", "upload-photos")
_ZONES = ("na", "eu", "jp", "fe")
_AMAZON = frozenset(
    {f"{service}.amazon.{tld}" for service in _OF_A_MARKETPLACE for tld in _MARKETPLACES}
    | {f"content-{zone}.drive.amazonaws.com" for zone in _ZONES}
    | {"drive.amazonaws.com"}
)
_MEMORIES = re.compile(r"cdws\.[a-z]{2}(?:-[a-z]{1,12}){1,2}-\d\.amazonaws\.com", re.ASCII)
"""Such as ``cdws.us-east-1.amazonaws.com``."""
_HOST = re.compile(r"(\[?::1\]?|[a-z0-9.-]{1,253})(?::(\d{1,5}))?", re.ASCII)


def is_loopback(host: str) -> bool:
    """Tell whether a ``Host`` header is a name that every machine has for itself, with any port."""
    return _name(host) in _LOOPBACK


@lru_cache(maxsize=256)
def is_served(host: str) -> bool:
    """Tell whether the service's routes answer to a ``Host`` header.

    Loopback does, and names of Amazon's.
    """
    name = _name(host)
    return name in _LOOPBACK or name in _AMAZON or _MEMORIES.fullmatch(name) is not None


def _name(host: str) -> str:
    """The name without its port; empty for what is no host at all."""
    found = _HOST.fullmatch(host.lower())
    return found[1] if found else ""
