"""Where each service is reached, and which addresses may see the cookies."""

import pytest

from amazon_photos.auth.hosts import Hosts
from amazon_photos.errors import UnknownMarketplace
from amazon_photos.model.regions import Host, region_for
from amazon_photos.settings import Settings


def hosts(tld: str = "co.uk", **settings: str) -> Hosts:
    return Hosts(region_for(tld), Settings(**settings))  # type: ignore[arg-type]


def test_addresses() -> None:
    """Each service has its own host, by marketplace or by zone."""
    uk = hosts()
    assert {service: uk.address(service) for service in Host} == {
        Host.DRIVE: "https://www.amazon.co.uk/drive/v1",
        Host.SITE: "https://www.amazon.co.uk",
        Host.CONTENT: "https://content-eu.drive.amazonaws.com/cdproxy",
        Host.UPLOAD: "https://content-eu.drive.amazonaws.com/v2",
        Host.THUMBNAILS: "https://thumbnails-photos.amazon.co.uk/v1",
        Host.MEMORIES: "https://cdws.eu-west-1.amazonaws.com/drive/v2",
        Host.SIGN_IN: "https://api.amazon.co.uk",
    }


@pytest.mark.parametrize(
    ("tld", "content", "cloud"),
    [
        ("com", "na", "us-east-1"),
        ("ca", "na", "us-east-1"),
        ("co.jp", "jp", "us-west-2"),
        ("com.au", "jp", "us-west-2"),
    ],
)
def test_zones(tld: str, content: str, cloud: str) -> None:
    """Japan and Australia have a zone of their own, and it is not called fe."""
    assert hosts(tld).address(Host.CONTENT) == f"https://content-{content}.drive.amazonaws.com/cdproxy"
    assert hosts(tld).address(Host.MEMORIES) == f"https://cdws.{cloud}.amazonaws.com/drive/v2"


@pytest.mark.parametrize("tld", ["in", "co.za"])
def test_a_zone_that_nobody_knows(tld: str) -> None:
    """What needs no zone works; what needs it names the settings that help, and they do."""
    assert hosts(tld).address(Host.DRIVE) == f"https://www.amazon.{tld}/drive/v1"
    with pytest.raises(
        UnknownMarketplace, match=rf"content of amazon\.{tld}.*zone=…\), one of na, eu, jp .*content_endpoint"
    ):
        hosts(tld).address(Host.UPLOAD)
    with pytest.raises(UnknownMarketplace, match="memories_endpoint"):
        hosts(tld).address(Host.MEMORIES)
    assert hosts(tld, zone="eu").address(Host.UPLOAD) == "https://content-eu.drive.amazonaws.com/v2"
    assert hosts(tld, content_endpoint="https://c.example/").address(Host.UPLOAD) == "https://c.example/v2"
    assert hosts(tld, endpoint="http://127.0.0.1:8765/").address(Host.UPLOAD) == "http://127.0.0.1:8765/v2"


def test_one_endpoint_serves_all_and_one_setting_moves_one_host() -> None:
    """Under the real paths; the setting of a single host goes before the endpoint of all."""
    moved = hosts(endpoint="http://127.0.0.1:8765/", thumbnails_endpoint="https://small.example")
    assert moved.address(Host.UPLOAD) == "http://127.0.0.1:8765/v2"
    assert moved.address(Host.THUMBNAILS) == "https://small.example/v1"
    assert moved.may_carry_cookies("https://small.example/v1/thumbnail/x")


@pytest.mark.parametrize(
    "url",
    [
        "https://www.amazon.co.uk/drive/v1/nodes",
        "https://content-na.drive.amazonaws.com/cdproxy/nodes/x",
        "https://content-eu.drive.amazonaws.com/v2/upload",
        "https://content-jp.drive.amazonaws.com/cdproxy/batchLink/x/content",
        "https://cdws.us-east-1.amazonaws.com/drive/v2/memories",
        "https://cdws.ap-northeast-1.amazonaws.com/drive/v2/memories",
        "https://thumbnails-photos.amazon.co.uk/v1/thumbnail/x",
        "https://download-photos.amazon.co.uk/v2/download/signed/x?ownerId=A",
        "https://upload-photos.amazon.co.uk/",
    ],
)
def test_hosts_that_may_carry_the_cookies(url: str) -> None:
    """The marketplace's own, the content hosts of all zones (also one's own tempLink), and those of memories."""
    assert hosts().may_carry_cookies(url)
    assert not hosts(endpoint="http://127.0.0.1:8765").may_carry_cookies(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://www.amazon.co.uk/",
        "https://www.amazon.com/",
        "https://thumbnails-photos.amazon.com/v1/thumbnail/x",
        "https://download-photos.amazon.de/v2/download/signed/x",
        "https://content-fe.drive.amazonaws.com/cdproxy/nodes",
        "https://drive.amazonaws.com/drive/v1/account/endpoint",
        "https://cdws.s3.amazonaws.com/x",
        "https://cdws.s3-us-west-2.amazonaws.com/x",
        "https://cdws.us-east-1.amazonaws.com.evil.example/",
        "https://cdws.us-east-1.amazonaws.com:8443/",
        "http://cdws.us-east-1.amazonaws.com/",
        "https://x.cdws.us-east-1.amazonaws.com/",
    ],
)
def test_no_other_host_may(url: str) -> None:
    """Other marketplaces, buckets that anybody can open, other ports, and the same hosts in the open."""
    assert not hosts().may_carry_cookies(url)


@pytest.mark.parametrize(
    "path",
    [
        "/cdproxy/templink/abc",
        "/cdproxy/templink/abc?viewBox=100",
        "//cdproxy//templink/abc",
        "/cdproxy/%74emplink/abc",
        "/./cdproxy/./templink/abc",
        "/x/%2e%2e/cdproxy/templink/abc",
        "/v2/download/presigned/abc?download=true&ownerId=A",
    ],
)
def test_addresses_that_hold_their_own_right_get_no_cookies(path: str) -> None:
    """A share's link and a presigned download are somebody else's, or nobody's: they open without an account."""
    assert not hosts().may_carry_cookies(f"https://content-eu.drive.amazonaws.com{path}")
    assert not hosts(endpoint="http://127.0.0.1:8765").may_carry_cookies(f"http://127.0.0.1:8765{path}")


def test_where_devices_are_registered_no_cookie_goes() -> None:
    """It gets tokens in bodies; cookies neither at Amazon's address nor at another, unless it is all one."""
    assert not hosts().may_carry_cookies("https://api.amazon.co.uk/auth/token")
    own = hosts(sign_in_endpoint="https://gate.example")
    assert own.address(Host.SIGN_IN) == "https://gate.example"
    assert not own.trusts("https://gate.example/auth/token")
    assert hosts(sign_in_endpoint="https://x.example", site_endpoint="https://x.example").trusts("https://x.example/y")
