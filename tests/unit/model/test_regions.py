"""Marketplaces, their cookie suffixes and their hosts."""

import pytest

from amazon_photos.errors import UnknownMarketplace
from amazon_photos.model.regions import REGIONS, Region, origin, region_for, region_for_country, region_for_suffix

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
    "in": ("acbin", ""),
    "ae": ("acbae", ""),
    "sa": ("acbsa", ""),
    "eg": ("acbeg", ""),
    "co.jp": ("acbjp", "jp"),
    "com.au": ("acbau", "jp"),
    "sg": ("acbsg", "jp"),
}


def test_every_marketplace() -> None:
    """Each marketplace has its cookie suffix and the zone of its content, or "" where nobody wrote it down."""
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


@pytest.mark.parametrize("bad", ["", "xxx", "amazon", "co.uk.evil", "[", "//", "com.com", "x.de", "123"])
def test_an_unknown_marketplace_is_named(bad: str) -> None:
    """The message repeats what was given and lists what is known."""
    with pytest.raises(UnknownMarketplace, match=r"known: com, co\.uk"):
        region_for(bad)


def test_the_nearest_marketplace_is_suggested() -> None:
    """A slip of the finger gets a suggestion."""
    with pytest.raises(UnknownMarketplace, match="did you mean 'com'"):
        region_for("comm")


@pytest.mark.parametrize(
    ("named", "tld"), [("co.za", "co.za"), ("https://www.amazon.co.za/photos", "co.za"), ("cl", "cl")]
)
def test_any_marketplace_can_be_named(named: str, tld: str) -> None:
    """Amazon opens new ones: what can be one is taken as it stands, with its country's cookies and no zone."""
    assert region_for(named) == Region(tld, f"acb{tld[-2:]}", "")


def test_a_country_leads_to_its_marketplace() -> None:
    """By its two letters, as languages are written (en_GB); None where none was written down."""
    assert [region and region.tld for region in map(region_for_country, ("US", "GB", "jp", "ZA"))] == [
        "com",
        "co.uk",
        "co.jp",
        None,
    ]


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
