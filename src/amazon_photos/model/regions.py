"""Marketplaces and their hosts.

A cookie's suffix names the marketplace (``at-main`` is amazon.com, ``at-acbuk`` amazon.co.uk). Source: live for
North America and Europe; the Far East's zone is a guess.
"""

from __future__ import annotations

import difflib
import enum
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from urllib.parse import urlsplit

from ..errors import InvalidInput, UnknownMarketplace


class Host(enum.Enum):
    """Which of Amazon's hosts answers; ``address`` knows where it is."""

    DRIVE = "drive"  # https://www.amazon.{tld}/drive/v1
    SITE = "site"  # https://www.amazon.{tld}
    CONTENT = "content"  # https://content-{zone}.drive.amazonaws.com/cdproxy
    UPLOAD = "upload"  # https://content-{zone}.drive.amazonaws.com/v2
    THUMBNAILS = "thumbnails"  # https://thumbnails-photos.amazon.{tld}/v1
    MEMORIES = "memories"  # https://cdws.us-east-1.amazonaws.com/drive/v2


@dataclass(frozen=True, slots=True)
class Region:
    """``tld`` as in amazon.{tld}, the cookie ``suffix`` ("main", "acbca"), the content ``zone`` (na, eu, fe)."""

    tld: str
    suffix: str
    zone: str


_ZONES = {"na": "com ca com.mx com.br", "fe": "co.jp com.au sg"}
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


def _zone(tld: str) -> str:
    return next((zone for zone, tlds in _ZONES.items() if tld in tlds.split()), "eu")


REGIONS: Mapping[str, Region] = MappingProxyType(
    {tld: Region(tld, suffix, _zone(tld)) for tld, suffix in _SUFFIXES.items()}
)
"""Every marketplace, by tld."""

_BY_SUFFIX = {region.suffix: region for region in REGIONS.values()}
_NICKNAMES = {"us": "com", "usa": "com", "main": "com", "gb": "co.uk"} | {
    region.suffix.removeprefix("acb"): region.tld for region in REGIONS.values() if region.suffix != "main"
}


def region_for(tld: str) -> Region:
    """Return the marketplace of "ca", "amazon.ca", "https://www.amazon.co.uk/photos", "uk" or "us".

    Raises ``UnknownMarketplace`` with the nearest known ones.
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
    near = difflib.get_close_matches(name, REGIONS, n=1)
    hint = f"did you mean {near[0]!r}? " if near else ""
    raise UnknownMarketplace(f"unknown marketplace {tld!r}; {hint}known: {', '.join(REGIONS)}")


def region_for_suffix(suffix: str) -> Region | None:
    """Return the marketplace of a cookie suffix; None for one that nobody has seen."""
    return _BY_SUFFIX.get(suffix.lower())


_USUAL_PORTS = {"http": ":80", "https": ":443"}
_ADDRESSES: Mapping[Host, tuple[str, str]] = MappingProxyType(
    {
        Host.DRIVE: ("https://www.amazon.{tld}", "/drive/v1"),
        Host.SITE: ("https://www.amazon.{tld}", ""),
        Host.CONTENT: ("https://content-{zone}.drive.amazonaws.com", "/cdproxy"),
        Host.UPLOAD: ("https://content-{zone}.drive.amazonaws.com", "/v2"),
        Host.THUMBNAILS: ("https://thumbnails-photos.amazon.{tld}", "/v1"),
        Host.MEMORIES: ("https://cdws.us-east-1.amazonaws.com", "/drive/v2"),
    }
)


def address(service: Host, region: Region, endpoint: str | None = None) -> str:
    """Return where a service is reached, without a slash at the end.

    An ``endpoint`` serves all of them under their real paths.
    """
    host, path = _ADDRESSES[service]
    return (endpoint or host.format(tld=region.tld, zone=region.zone)).rstrip("/") + path


def trusted_origins(region: Region, endpoint: str | None = None) -> frozenset[str]:
    """Return the only ``scheme://host[:port]`` that may see this account's cookies.

    Raises ``InvalidInput`` for an ``endpoint`` that is no address.
    """
    if endpoint and not is_address(endpoint):
        raise InvalidInput(f"endpoint is no address that can be reached: {endpoint!r}")
    hosts = {host.format(tld=region.tld, zone=region.zone) for host, _ in _ADDRESSES.values()}
    return frozenset(origin(host) for host in ({endpoint} if endpoint else hosts))


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
