"""The names the emulator answers to: this machine's own, and Amazon's, which other people's clients are led here by.

A web page may resolve a name of its own to this machine (DNS rebinding); its requests then bear that name in ``Host``.
So whoever comes under any other name than these is refused. ``marketplaces`` has them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from ..marketplaces import AMAZON, TLDS, Zone, zone_of

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]", "::1"})
"""The last without its brackets is how the name in a request's target comes to us."""
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
    return name in _LOOPBACK or name in AMAZON


def is_amazon(host: str) -> bool:
    """Tell whether a name is one of Amazon's."""
    return host in AMAZON


def takes_bearer(host: str) -> bool:
    """Tell whether a host takes ``x-amz-access-token``.

    Those of amazonaws.com do (source), and loopback stands for all.
    """
    return is_loopback(host) or _name(host).endswith(".amazonaws.com")


def is_of(host: str, service: str) -> bool:
    """Tell whether a name is one of a service, such as ``api``; loopback stands for all."""
    return is_loopback(host) or _name(host).startswith(f"{service}.amazon.")


def is_at_home(host: str, suffixes: Iterable[str], marketplace: str) -> tuple[bool, bool]:
    """Tell whether an account of ``marketplace`` is at home at a ``Host``: its marketplace, and its zone.

    A name of Amazon's stands for the one or the other; loopback names for the marketplaces that the cookies (their
    ``suffixes``) are from.
    """
    own = AMAZON.get(_name(host))
    if own is not None:
        tld, zone = own
        return tld in (None, marketplace), zone in (None, zone_of(marketplace))
    tlds = {TLDS.get(suffix, "") for suffix in suffixes}
    zones: set[Zone] = {zone_of(tld) for tld in tlds}
    return marketplace in tlds, zone_of(marketplace) in zones


def _name(host: str) -> str:
    """The name without its port; empty for what is no host at all."""
    found = _HOST.fullmatch(host.lower())
    return found[1] if found else ""
