"""Registering a device: the address that is opened, and every wrong address that people paste."""

import base64
import hashlib
import pickle
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

import leaks
from amazon_photos.auth.hosts import Hosts
from amazon_photos.auth.registration import (
    Registration,
    begin_registration,
    make_registered_session,
    make_serial,
    name_device,
    read_code,
)
from amazon_photos.errors import WrongAddress
from amazon_photos.model.regions import region_for
from amazon_photos.model.sign_in import MintedCookie, Registered
from amazon_photos.settings import Settings

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
CODE = "ANprBJrehznaOHilnEIHemzX"


def begin(tld: str = "de", endpoint: str | None = None, **options: Any) -> Registration:
    region = region_for(tld)
    return begin_registration(Hosts(region, Settings(endpoint=endpoint)), region, now=NOW, **options)


def landing(site: str = "https://www.amazon.de", path: str = "/ap/maplanding", **more: str) -> str:
    values = {"openid.mode": "id_res", "openid.oa2.authorization_code": CODE, "openid.return_to": "https://x/y"}
    query = {name.replace("__", "."): value for name, value in {**values, **more}.items() if value}
    return f"{site}{path}?{urlencode(query)}"


def test_the_address() -> None:
    """It is the marketplace's own sign-in page, with the challenge of a verifier that is not in it."""
    registration = begin()
    address = urlsplit(registration.address)
    assert (address.scheme, address.netloc, address.path) == ("https", "www.amazon.de", "/ap/signin")
    query = {name: value for name, (value,) in parse_qs(address.query, strict_parsing=True).items()}
    digest = hashlib.sha256(registration.verifier.encode()).digest()
    assert query["openid.oa2.code_challenge"] == base64.urlsafe_b64encode(digest).decode().rstrip("=")
    assert query["openid.oa2.code_challenge_method"] == "S256"
    assert query["openid.return_to"] == "https://www.amazon.de/ap/maplanding"
    device = bytes.fromhex(query["openid.oa2.client_id"].removeprefix("device:")).decode()
    assert device == f"{registration.serial}#A2IVLV5VM2W81"
    assert registration.verifier not in registration.address
    assert 43 <= len(registration.verifier) <= 128


def test_no_two_are_alike() -> None:
    """Verifier, state and serial are drawn anew, but a serial that the profile had is used again."""
    first, second = begin(), begin()
    assert len({first.verifier, second.verifier, first.state, second.state, first.serial, second.serial}) == 6
    assert begin(serial=first.serial).serial == first.serial
    assert len(make_serial()) == 32


def test_nothing_of_it_is_shown() -> None:
    """Neither repr nor pickle holds the verifier."""
    registration = begin()
    assert registration.verifier not in leaks.shown(registration)
    with pytest.raises(TypeError, match="cannot be pickled"):
        pickle.dumps(registration)


@pytest.mark.parametrize(
    "pasted",
    [
        landing(),
        f"  <{landing()}>\n",
        landing()[:60] + "\n  " + landing()[60:],
        landing(path="/ap/maplanding/"),
        landing("https://WWW.AMAZON.DE:443"),
        landing(openid__response_nonce="2026-11-01T12:03:00Z123"),
        landing(openid__response_nonce="2026-11-01T11:00:00Z123"),
        landing(openid__mode=""),
    ],
)
def test_the_right_address(pasted: str) -> None:
    """As it stands in the browser, also as a terminal breaks it, and with a clock that is off by an hour."""
    assert read_code(begin(), pasted) == CODE


def test_its_own_state() -> None:
    """Where Amazon gives the state back it must be this sign-in's."""
    registration = begin()
    assert read_code(registration, landing(state=registration.state)) == CODE


WRONG = {
    "nothing": ("", "nothing was pasted"),
    "spaces": (" \n ", "nothing was pasted"),
    "the code alone": (CODE, "that is no address"),
    "cookies": ("session-id=1; at-main=Atza|x", "that is no address"),
    "another marketplace": (landing("https://www.amazon.com"), "is on amazon.com, and this sign-in is for amazon.de"),
    "another host": (landing("https://www.amazon.de.evil.example"), "is not Amazon's"),
    "a host before the @": (landing("https://www.amazon.de@evil.example"), "cannot be one of Amazon's"),
    "a backslash": (landing("https://evil.example\\.www.amazon.de"), "cannot be one of Amazon's"),
    "no TLS": (landing("http://www.amazon.de"), "begins with http:// where Amazon's begins with https://"),
    "a port": (landing("https://www.amazon.de:8443"), "has a port"),
    "a file": ("file:///ap/maplanding?openid.oa2.authorization_code=" + CODE, "cannot be one of Amazon's"),
    "the address that was opened": ("OPENED", "the sign-in page itself"),
    "the second step": (landing(path="/ap/mfa"), "the sign-in page itself"),
    "a captcha": (landing(path="/ap/cvf/request"), "the sign-in page itself"),
    "another page": (landing(path="/gp/css/homepage.html"), r"another page of Amazon's \(/gp/css/homepage.html\)"),
    "no code": (landing(**{"openid.oa2.authorization_code": ""}), "has no code in it"),
    "two codes": (landing() + "&openid.oa2.authorization_code=x", "the code in that address is damaged"),
    "a broken code": (landing(**{"openid.oa2.authorization_code": "a<b>"}), "the code in that address is damaged"),
    "cancelled": (landing(openid__mode="cancel"), "was cancelled in the browser"),
    "the way there": (landing(openid__mode="checkid_setup"), "the way there, not the page that you end on"),
    "an error": (landing(openid__mode="error", openid__error="Bad\x1b[2Jness"), r"an error \(Bad \[2Jness\)"),
    "an error of OAuth": (landing(error="access_denied"), r"an error \(access_denied\)"),
    "an old one": (landing(openid__response_nonce="2026-10-31T12:00:00Zabc"), "of another sign-in, an earlier one"),
    "one of another run": (landing(state="other"), "of another sign-in, an earlier one"),
    "too much": (landing() + "&x=1" * 200, "has no code in it"),
}


@pytest.mark.parametrize(("pasted", "said"), WRONG.values(), ids=WRONG)
def test_a_wrong_address(pasted: str, said: str) -> None:
    """What it is, and what to do; the code that may be in it is in no message, traceback or frame."""
    registration = begin()
    with pytest.raises(WrongAddress, match=said) as caught:
        read_code(registration, registration.address if pasted == "OPENED" else pasted)
    assert CODE not in leaks.everything_of(caught.value, but=__file__)
    assert any(word in str(caught.value) for word in ("paste", "begin again"))


def test_at_an_emulator() -> None:
    """One address for all hosts is asked and checked as Amazon's are."""
    registration = begin(endpoint="http://127.0.0.1:8080")
    assert registration.address.startswith("http://127.0.0.1:8080/ap/signin?")
    assert read_code(registration, landing("http://127.0.0.1:8080")) == CODE
    with pytest.raises(WrongAddress, match="has a port"):
        read_code(registration, landing("http://127.0.0.1:9090"))


def test_the_device_is_known_by_its_name() -> None:
    """It says what it is and where, in ASCII and not too long."""
    assert name_device().startswith("amazon-photos on ")
    assert name_device("family").endswith(" (family)")
    assert name_device("x" * 100).isascii()
    assert len(name_device("x" * 100)) <= 60


def test_the_session_of_a_device() -> None:
    """Kept are the refresh token, the serial and the cookies; they end after 24 hours, and can be renewed."""
    registration = begin("com")
    cookies = {"session-id": "1", "ubid-main": "2", "at-main": "Atza|x"}
    registered = Registered("Atnr|secret", tuple(MintedCookie(n, v) for n, v in cookies.items()))
    session = make_registered_session(registration, registered, NOW)
    assert (session.way, session.renewable, session.serial) == ("registered", True, registration.serial)
    assert session.expires == NOW + timedelta(hours=24)
    assert dict(session.credentials().cookies) == cookies
    assert make_registered_session(registration, Registered("Atnr|secret"), NOW).cookies == ()
