"""Marketplaces: how people name them, whose cookies are whose, and the zone that holds their content.

A cookie's suffix names the marketplace (``at-main`` is amazon.com, ``at-acbuk`` amazon.co.uk). Where each service is
reached, ``auth.hosts`` knows.
"""

from __future__ import annotations

import difflib
import enum
import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from urllib.parse import urlsplit

from ..errors import UnknownMarketplace


class Host(enum.Enum):
    """Which of Amazon's hosts answers; ``auth.hosts`` knows where it is."""

    DRIVE = "drive"
    SITE = "site"
    CONTENT = "content"
    UPLOAD = "upload"
    THUMBNAILS = "thumbnails"
    MEMORIES = "memories"
    SIGN_IN = "sign-in"


ZONES = ("na", "eu", "jp")
"""Where content is held: North America, Europe, the Far East. Source: live; there are no others."""


@dataclass(frozen=True, slots=True)
class Region:
    """``tld`` as in amazon.{tld}, the cookie ``suffix`` ("main", "acbca"), the content ``zone``; "" if unknown."""

    tld: str
    suffix: str
    zone: str


_BY_ZONE = {
    "na": "com ca com.mx com.br",  # live; com.mx is a guess
    "eu": "co.uk de fr it es nl se pl ie com.be com.tr",  # live; com.tr is a guess
    "jp": "co.jp com.au sg",  # live; com.au doc, sg a guess
    "": "in ae sa eg",  # nobody said
}
_SUFFIXES = {
    "com": "main",
    "co.uk": "acbuk",
    "co.jp": "acbjp",
    "com.au": "acbau",
    "com.br": "acbbr",
    "com.mx": "acbmx",
    "com.tr": "acbtr",
    "com.be": "acbbe",
} | {tld: f"acb{tld}" for tld in ["ca", "de", "fr", "it", "es", "nl", "se", "pl", "ie", "in", "sg", "ae", "sa", "eg"]}
_ZONE_OF = {tld: zone for zone, tlds in _BY_ZONE.items() for tld in tlds.split()}

REGIONS: Mapping[str, Region] = MappingProxyType(
    {tld: Region(tld, suffix, _ZONE_OF[tld]) for tld, suffix in _SUFFIXES.items()}
)
"""Every marketplace that somebody wrote down, by tld."""

_BY_SUFFIX = {region.suffix: region for region in REGIONS.values()}
_NICKNAMES = {"us": "com", "usa": "com", "main": "com", "gb": "co.uk"} | {
    region.suffix.removeprefix("acb"): region.tld for region in REGIONS.values() if region.suffix != "main"
}
_LIKE_ONE = re.compile(r"(?:com?\.)?([a-z]{2})\Z")


def region_for(tld: str) -> Region:
    """Return the marketplace of "ca", "amazon.ca", "https://www.amazon.co.uk/photos", "uk" or "us".

    One that nobody wrote down ("co.za") is taken as it stands, with its country's cookies and without a zone. Raises
    ``UnknownMarketplace`` with the nearest known ones for what can be none.
    """
    text = tld.strip().lower()
    try:
        host = urlsplit(text if "//" in text else f"//{text}").hostname or ""
    except ValueError:  # brackets that are no address
        host = text
    name = host.removeprefix("www.").removeprefix("amazon.").strip(".")
    name = _NICKNAMES.get(name, name)
    if name in REGIONS:
        return REGIONS[name]
    if like := _LIKE_ONE.match(name):
        return Region(name, f"acb{like[1]}", "")
    near = difflib.get_close_matches(name, REGIONS, n=1)
    hint = f"did you mean {near[0]!r}? " if near else ""
    raise UnknownMarketplace(f"unknown marketplace {tld!r}; {hint}known: {', '.join(REGIONS)}")


def region_for_suffix(suffix: str) -> Region | None:
    """Return the marketplace of a cookie suffix; None for one that nobody has seen."""
    return _BY_SUFFIX.get(suffix.lower())


def region_for_country(country: str) -> Region | None:
    """Return the marketplace of a country's two letters, such as "GB"; None where nobody wrote one down."""
    name = country.strip().lower()
    return REGIONS.get(_NICKNAMES.get(name, name))


_USUAL_PORTS = {"http": ":80", "https": ":443"}


def is_address(url: str) -> bool:
    """Tell whether a request can be sent there.

    It has a host whose name can be looked up, a port that there is, no password, and nothing that other readers of
    addresses take for something else.
    """
    if "\\" in url or not url.isprintable():
        return False
    try:
        parts = urlsplit(url)
        labels = (parts.hostname or "").removesuffix(".").encode("idna").split(b".")
        return all(labels) and parts.port != 0 and "@" not in parts.netloc
    except ValueError:
        return False


def origin(url: str) -> str:
    """Return ``scheme://host[:port]`` of a URL, in lower case, without the scheme's usual port."""
    parts = urlsplit(url)
    place = parts.netloc.rpartition("@")[2].lower()
    return f"{parts.scheme}://{place.removesuffix(_USUAL_PORTS.get(parts.scheme, ''))}"
