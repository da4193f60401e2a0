"""Marketplaces, their cookie suffixes and their hosts."""

import pytest

from amazon_photos.errors import UnknownMarketplace
from amazon_photos.model.regions import REGIONS, address, origin, region_for, region_for_suffix, trusted_origins
from amazon_photos.wire.call import Host

EVERY = {
    "com": ("main", "na"),
    "ca": ("acbca", "na"),
    "com.mx": ("acbmx", "na"),
    "com.br": ("acbbr", "na"),
    "co.uk": ("acbuk", "eu"),
    "de": ("acbde", "eu"),
    "fr": ("acbfr", "eu"),
    "it": ("acbit", "eu"),
    "es": ("acbes", "eu"),
    "nl": ("acbnl", "eu"),
    "se": ("acbse", "eu"),
    "pl": ("acbpl", "eu"),
    "ie": ("acbie", "eu"),
    "com.be": ("acbbe", "eu"),
    "com.tr": ("acbtr", "eu"),
    "in": ("acbin", "eu"),
    "ae": ("acbae", "eu"),
    "sa": ("acbsa", "eu"),
    "eg": ("acbeg", "eu"),
    "co.jp": ("acbjp", "fe"),
    "com.au": ("acbau", "fe"),
    "sg": ("acbsg", "fe"),
}


def test_every_marketplace() -> None:
    """Each marketplace has its cookie suffix and the zone of its content."""
    assert {tld: (region.suffix, region.zone) for tld, region in REGIONS.items()} == EVERY


@pytest.mark.parametrize("tld", EVERY)
def test_a_suffix_leads_back(tld: str) -> None:
    """The suffix of a cookie names the marketplace, in either case."""
    assert region_for_suffix(EVERY[tld][0].upper()) is REGIONS[tld]


def test_a_suffix_nobody_has_seen() -> None:
    """An unknown suffix is None, not a wrong marketplace."""
    assert region_for_suffix("acbzz") is None


@pytest.mark.parametrize("tld", EVERY)
def test_every_spelling_of_a_marketplace(tld: str) -> None:
    """A marketplace may be named by its domain, its host or an address; in any case."""
    for text in (tld, f".{tld}", f"amazon.{tld}", f"www.amazon.{tld}", f"https://www.amazon.{tld}/photos", tld.upper()):
        assert region_for(text) is REGIONS[tld], text


@pytest.mark.parametrize(
    ("nickname", "tld"),
    [
        ("us", "com"),
        ("USA", "com"),
        ("main", "com"),
        ("uk", "co.uk"),
        ("gb", "co.uk"),
        ("jp", "co.jp"),
        ("au", "com.au"),
        ("br", "com.br"),
        ("mx", "com.mx"),
        ("tr", "com.tr"),
        ("be", "com.be"),
    ],
)
def test_nicknames(nickname: str, tld: str) -> None:
    """What people call a country leads to its real domain: "uk" is not amazon.uk."""
    assert region_for(nickname) is REGIONS[tld]


@pytest.mark.parametrize("bad", ["", "xx", "amazon", "co.uk.evil", "[", "//", "com.com"])
def test_an_unknown_marketplace_is_named(bad: str) -> None:
    """The message repeats what was given and lists what is known."""
    with pytest.raises(UnknownMarketplace, match=r"known: com, co\.uk"):
        region_for(bad)


def test_the_nearest_marketplace_is_suggested() -> None:
    """A slip of the finger gets a suggestion."""
    with pytest.raises(UnknownMarketplace, match=r"did you mean 'co\.uk'"):
        region_for("co.ku")


def test_addresses() -> None:
    """Each service has its own host, by marketplace or by zone."""
    uk = REGIONS["co.uk"]
    assert {service: address(service, uk) for service in Host} == {
        Host.DRIVE: "https://www.amazon.co.uk/drive/v1",
        Host.SITE: "https://www.amazon.co.uk",
        Host.CONTENT: "https://content-eu.drive.amazonaws.com/cdproxy",
        Host.UPLOAD: "https://content-eu.drive.amazonaws.com/v2",
        Host.THUMBNAILS: "https://thumbnails-photos.amazon.co.uk/v1",
        Host.MEMORIES: "https://cdws.us-east-1.amazonaws.com/drive/v2",
    }


def test_one_endpoint_serves_all() -> None:
    """An endpoint takes the place of every host, under the real paths."""
    assert address(Host.UPLOAD, REGIONS["com"], "http://127.0.0.1:8765/") == "http://127.0.0.1:8765/v2"
    assert trusted_origins(REGIONS["com"], "http://127.0.0.1:8765/") == {"http://127.0.0.1:8765"}


def test_only_the_marketplaces_own_hosts_are_trusted() -> None:
    """Cookies of one marketplace go to its hosts and its zone only."""
    assert trusted_origins(REGIONS["ca"]) == {
        "https://www.amazon.ca",
        "https://content-na.drive.amazonaws.com",
        "https://thumbnails-photos.amazon.ca",
        "https://cdws.us-east-1.amazonaws.com",
    }


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://WWW.Amazon.com/x?y", "https://www.amazon.com"),
        ("https://www.amazon.com:443/", "https://www.amazon.com"),
        ("http://www.amazon.com:80/", "http://www.amazon.com"),
        ("https://www.amazon.com:8443/", "https://www.amazon.com:8443"),
        ("https://www.amazon.com@evil.example/", "https://evil.example"),
        ("https://www.amazon.com.evil.example/", "https://www.amazon.com.evil.example"),
    ],
)
def test_origins(url: str, expected: str) -> None:
    """What counts is where a request really goes, whatever stands before an @."""
    assert origin(url) == expected
