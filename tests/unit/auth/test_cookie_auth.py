"""Which request carries which cookies, and which new ones are kept."""

import pytest

from amazon_photos.auth.cookie_auth import CookieAuth
from amazon_photos.auth.credentials import Credentials
from amazon_photos.settings import Settings

COOKIES = {"session-id": "111", "ubid-acbca": "222", "at-acbca": "Atza|IwEB+/=secret"}
HOME = "https://www.amazon.ca/drive/v1/nodes"


def signer(**settings: str) -> CookieAuth:
    return CookieAuth(Credentials.load(COOKIES, environ={}), Settings(**settings))  # type: ignore[arg-type]


def test_the_header_is_exactly_the_cookies() -> None:
    """Names have hyphens and values stand as they are: no quotes, no escapes, or Amazon signs nobody in."""
    headers = signer().headers(HOME)
    assert headers["Cookie"] == "session-id=111; ubid-acbca=222; at-acbca=Atza|IwEB+/=secret"
    assert headers["x-amzn-sessionid"] == "111"
    assert "amazon-photos" in headers["User-Agent"]
    assert headers["Accept"].startswith("application/json")


@pytest.mark.parametrize(
    "url",
    [
        "https://www.amazon.ca/x",
        "https://content-na.drive.amazonaws.com/cdproxy/nodes",
        "https://thumbnails-photos.amazon.ca/v1/thumbnail/x",
        "https://WWW.AMAZON.CA:443/",
    ],
)
def test_the_marketplaces_own_hosts_see_the_cookies(url: str) -> None:
    """Metadata, content and thumbnails of this marketplace are signed."""
    assert "Cookie" in signer().headers(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://www.amazon.ca/drive/v1/nodes",
        "https://www.amazon.com/drive/v1/nodes",
        "https://amazon.ca/",
        "https://www.amazon.ca:8443/",
        "https://www.amazon.ca.evil.example/",
        "https://www.amazon.ca@evil.example/",
        "https://content-fe.drive.amazonaws.com/cdproxy/nodes",
        "https://content-na.drive.amazonaws.com/cdproxy/templink/x",
        "https://photos.s3.amazonaws.com/x?sig=1",
        "http://127.0.0.1:8765/",
    ],
)
def test_no_other_host_sees_them(url: str) -> None:
    """Another host, marketplace, port, a share's link, or the same host without TLS: neither cookies nor session."""
    headers = signer().headers(url)
    assert not {"cookie", "x-amzn-sessionid"} & {name.lower() for name in headers}


def test_an_endpoint_is_the_only_host_then() -> None:
    """With an endpoint, Amazon's own hosts see nothing."""
    mine = signer(endpoint="http://127.0.0.1:8765")
    assert "Cookie" in mine.headers("http://127.0.0.1:8765/drive/v1/nodes")
    assert "Cookie" not in mine.headers("http://127.0.0.1:8766/drive/v1/nodes")
    assert "Cookie" not in mine.headers(HOME)


def test_rotated_cookies_are_kept() -> None:
    """What a trusted host rotates is what the next request carries."""
    mine = signer()
    mine.update(HOME, ["session-id=999; Domain=.amazon.ca; Path=/; Secure", 'session-token="new|=t"; HttpOnly'])
    headers = mine.headers(HOME)
    assert headers["Cookie"] == "session-id=999; ubid-acbca=222; at-acbca=Atza|IwEB+/=secret; session-token=new|=t"
    assert headers["x-amzn-sessionid"] == "999"


@pytest.mark.parametrize(
    ("url", "line"),
    [
        ("https://evil.example/", "session-id=666"),
        ("http://www.amazon.ca/", "session-id=666"),
        (HOME, "at-main=Atza|other-marketplace"),
        (HOME, "tracking=1"),
        (HOME, "xsession-id=666"),
        (HOME, "session-id=-; Path=/"),
        (HOME, "session-id=; Path=/"),
        (HOME, "at-acbca=deleted; Path=/"),
        (HOME, "at-acbca=x; Expires=Thu, 01 Jan 1970 00:00:00 GMT"),
        (HOME, "at-acbca=x; max-age=0; Path=/"),
        (HOME, "session-id=a\x00b"),
    ],
)
def test_nothing_else_is_kept(url: str, line: str) -> None:
    """Another host, another marketplace, another purpose, or taking a cookie back: the living ones stay."""
    mine = signer()
    before = mine.headers(HOME)
    mine.update(url, [line])
    assert mine.headers(HOME) == before


def test_a_signer_shows_no_cookies() -> None:
    """Its repr counts them."""
    assert repr(signer()) == "<CookieAuth 3 cookies>"


def test_what_was_rotated_is_taken_once() -> None:
    """Whoever saves the session gets what Amazon has set anew since the last time, and nothing that stayed the same."""
    auth = signer()
    auth.update(HOME, ["session-id=111; Path=/", "session-token=new; Path=/"])
    assert auth.take_rotated() == {"session-token": "new"}
    assert auth.take_rotated() == {}


def test_renewed_cookies_are_signed_with() -> None:
    """After a renewal the new cookies are sent, those alone, and both old and new are hidden."""
    auth = signer()
    auth.update(HOME, ["session-token=old-token-value; Path=/"])
    auth.take(Credentials.load(COOKIES | {"at-acbca": "Atza|renewed/secret"}, environ={}))
    assert auth.headers(HOME)["Cookie"] == "session-id=111; ubid-acbca=222; at-acbca=Atza|renewed/secret"
    assert auth.take_rotated() == {}
    for value in (COOKIES["at-acbca"], "Atza|renewed/secret"):
        assert value not in auth.secrets.hide(f"it said {value}")
