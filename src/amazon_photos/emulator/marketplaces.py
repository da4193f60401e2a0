"""Where Amazon Photos is: its marketplaces, their zones, and the names of its hosts, as ``docs/api.md`` lists them.

::

    tld (amazon.{tld})   cookie suffix   zone
    com                  main            na
    ca, com.br, com.mx   acbca …         na
    co.jp, com.au, sg    acbjp …         jp
    all others           acbuk, acbde …  eu

That Singapore belongs to the zone of Japan, Mexico to that of the US and all others to Europe's are guesses.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

Zone = Literal["na", "eu", "jp"]

_SAME = ("ca", "de", "fr", "it", "es", "nl", "se", "pl", "ie", "in", "sg", "ae", "sa", "eg")
"""Their suffix has the same letters."""
MARKETPLACES: Mapping[str, str] = {
    "com": "main",
    "co.uk": "acbuk",
    "co.jp": "acbjp",
    **{f"com.{country}": f"acb{country}" for country in ("au", "br", "mx", "tr", "be")},
    **{tld: f"acb{tld}" for tld in _SAME},
}
"""Tld -> suffix of its cookies."""
TLDS: Mapping[str, str] = {suffix: tld for tld, suffix in MARKETPLACES.items()}
_ZONES: Mapping[str, Zone] = {
    **dict.fromkeys(("com", "ca", "com.br", "com.mx"), "na"),
    **dict.fromkeys(("co.jp", "com.au", "sg"), "jp"),
}
COUNTRIES: Mapping[str, str] = {"com": "US", "co.uk": "GB"}
"""Those whose code is not the end of their tld."""
CLOUD_REGIONS: Mapping[Zone, str] = {"na": "us-east-1", "eu": "eu-west-1", "jp": "us-west-2"}
"""Zone -> the part of ``cdws.{…}.amazonaws.com``, where memories come from."""

OF_A_MARKETPLACE = ("www", "api", "thumbnails-photos", "download-photos", "upload-photos")
DISCOVERY = "drive.amazonaws.com"


_SUFFIX = re.compile("main|acb[a-z]{2}")


def find_suffix(text: str) -> str | None:
    """Return the suffix of the cookies of a marketplace; None for what is none.

    ``ca``, ``co.uk``, ``uk`` and ``us`` are names of marketplaces, and a suffix stands for itself.
    """
    if _SUFFIX.fullmatch(text):
        return text
    by_country = {tld.rpartition(".")[2]: suffix for tld, suffix in MARKETPLACES.items()}
    return {**by_country, "us": "main", "gb": "acbuk", **MARKETPLACES}.get(text.lower())


def zone_of(tld: str) -> Zone:
    """Tell which content proxy serves a marketplace."""
    return _ZONES.get(tld, "eu")


def _names() -> Mapping[str, tuple[str | None, Zone | None]]:
    sites: dict[str, tuple[str | None, Zone | None]] = {
        f"{service}.amazon.{tld}": (tld, None) for tld in MARKETPLACES for service in OF_A_MARKETPLACE
    }
    zones: dict[str, tuple[str | None, Zone | None]] = {}
    for zone, region in CLOUD_REGIONS.items():
        zones |= {f"content-{zone}.drive.amazonaws.com": (None, zone), f"cdws.{region}.amazonaws.com": (None, zone)}
    return {**sites, **zones, DISCOVERY: (None, None)}


AMAZON: Mapping[str, tuple[str | None, Zone | None]] = _names()
"""Every name of Amazon's that is served -> the marketplace or the zone it stands for."""
