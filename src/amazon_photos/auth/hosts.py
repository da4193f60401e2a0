"""Where each service is reached, and which addresses may see the cookies.

::

    www.amazon.{tld}                            /drive/v1, and the site itself        live
    content-{na,eu,jp}.drive.amazonaws.com      /cdproxy and /v2: up and down         live
    thumbnails-photos.amazon.{tld}              /v1                                   live
    cdws.{cloud_region}.amazonaws.com           /drive/v2: memories                   live in us-east-1, elsewhere doc
    api.amazon.{tld}                            /auth: registers devices              code; it gets no cookies
    download-photos, upload-photos.amazon.{tld} redirects and Amazon's own page       live

These are all the hosts that may carry the cookies, but for api.amazon.{tld}, and only over TLS. Addresses that hold
their own right (a share's ``templink``, a presigned download) get none even there: whoever follows them needs no
account.
``Settings.endpoint`` takes the place of all of them, a setting such as ``content_endpoint`` that of one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from posixpath import normpath
from types import MappingProxyType
from urllib.parse import unquote, urlsplit

from ..errors import InvalidInput, UnknownMarketplace
from ..model.regions import ZONES, Host, Region, is_address, origin
from ..settings import Settings

_CONTENT = "https://content-{zone}.drive.amazonaws.com"
_OF_MARKETPLACE = (
    "https://www.amazon.{tld}",
    "https://thumbnails-photos.amazon.{tld}",
    "https://download-photos.amazon.{tld}",
    "https://upload-photos.amazon.{tld}",
)
_ADDRESSES: Mapping[Host, tuple[str, str, str]] = MappingProxyType(
    {
        Host.DRIVE: ("site_endpoint", "https://www.amazon.{tld}", "/drive/v1"),
        Host.SITE: ("site_endpoint", "https://www.amazon.{tld}", ""),
        Host.CONTENT: ("content_endpoint", _CONTENT, "/cdproxy"),
        Host.UPLOAD: ("content_endpoint", _CONTENT, "/v2"),
        Host.THUMBNAILS: ("thumbnails_endpoint", "https://thumbnails-photos.amazon.{tld}", "/v1"),
        Host.SIGN_IN: ("sign_in_endpoint", "https://api.amazon.{tld}", ""),
        Host.MEMORIES: ("memories_endpoint", "https://cdws.{cloud_region}.amazonaws.com", "/drive/v2"),
    }
)
_CLOUD_REGIONS = {"na": "us-east-1", "eu": "eu-west-1", "jp": "us-west-2"}
"""Where memories are kept. Source: live (us-east-1, 2023), doc."""
_MEMORIES = re.compile(r"https://cdws\.[a-z]{2}-[a-z]+-[0-9]\.amazonaws\.com\Z")
"""One of Amazon's regions, and no bucket: ``cdws.s3.amazonaws.com`` would be anybody's."""
_OWN_RIGHT = re.compile(r"/+(?:cdproxy/templink|v2/download/presigned)(?:/|\Z)", re.IGNORECASE)
_ODD = re.compile(r"%|\.|//")
"""What a server may read otherwise than it is written."""


class Hosts:
    """The addresses of one account's services."""

    zone: str

    def __init__(self, region: Region, settings: Settings) -> None:
        self._region = region
        self._settings = settings
        self.zone = settings.zone or region.zone
        """Whose hosts hold the content; "" where nobody wrote it down."""
        own = {name: getattr(settings, name) for name in ("endpoint", *(name for name, _, _ in _ADDRESSES.values()))}
        for address in filter(None, own.values()):
            if not is_address(address):
                raise InvalidInput(f"endpoint is no address that can be reached: {address!r}")
        named = [address for name, address in own.items() if address and name != "sign_in_endpoint"]
        amazons = [] if settings.endpoint else [host.format(tld=region.tld) for host in _OF_MARKETPLACE]
        amazons += [] if settings.endpoint else [_CONTENT.format(zone=zone) for zone in ZONES]
        self._trusted = frozenset(map(origin, named + amazons))
        self._addresses: dict[Host, str] = {}

    def address(self, host: Host) -> str:
        """Return where a service is reached, without a slash at the end.

        Raises ``UnknownMarketplace`` where it depends on a zone that nobody wrote down; it names the settings.
        """
        if host not in self._addresses:
            setting, template, path = _ADDRESSES[host]
            base = getattr(self._settings, setting) or self._settings.endpoint or self._amazons(setting, template)
            self._addresses[host] = str(base).rstrip("/") + path
        return self._addresses[host]

    def _amazons(self, setting: str, template: str) -> str:
        if self.zone or template.endswith(".{tld}"):
            return template.format(tld=self._region.tld, zone=self.zone, cloud_region=_CLOUD_REGIONS.get(self.zone))
        raise UnknownMarketplace(
            f"nobody has written down which zone holds the content of amazon.{self._region.tld}: name it with "
            f"Settings(zone=…), one of {', '.join(ZONES)} (AMAZON_PHOTOS_ZONE in the environment), or the host itself "
            f"with Settings({setting}=…)"
        )

    def check_zone(self) -> None:
        """Check that bytes can go up and come down. Raises ``UnknownMarketplace``, as ``address`` does."""
        self.address(Host.CONTENT)

    def trusts(self, url: str) -> bool:
        """Tell whether ``url`` is on a host of this account's, so that what it sets and asks for counts."""
        here = origin(url)
        return here in self._trusted or (not self._settings.endpoint and _MEMORIES.match(here) is not None)

    def may_carry_cookies(self, url: str) -> bool:
        """Tell whether a request to ``url`` is to be signed."""
        return self.trusts(url) and not _OWN_RIGHT.match(_normalize_path(urlsplit(url).path))


def _normalize_path(path: str) -> str:
    """Write a path as a server may read it."""
    return normpath(unquote(path)) if _ODD.search(path) else path
