"""Proxies and certificates, of the settings and of the environment: a real proxy, and real TLS under Amazon's names."""

import logging
import os
import shutil

import pytest

from amazon_photos import AsyncAmazonPhotos, Settings, errors
from proxies import Proxy, make_certificates
from transfers import content, put

VARIABLES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR")
VARIABLES += ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
PLAIN = "http://www.amazon.com"


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    """A folder with a CA and a certificate for Amazon's names."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl makes the certificates")
    folder = tmp_path_factory.mktemp("certificates")
    make_certificates(folder)
    return folder


@pytest.fixture(autouse=True)
def bare(monkeypatch, tmp_path):
    """No proxy and no certificates of whoever runs the tests."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
async def proxy(service, certificates):
    async with Proxy().running(service.url, certificates) as running:
        yield running


@pytest.fixture
def trusted(certificates, monkeypatch):
    """The test's CA is trusted, as SSL_CERT_FILE says."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates / "ca.pem"))


def connect(service, **settings):
    """A client of Amazon's own hosts, whose requests a proxy must bring to the emulator."""
    quick = {"backoff_initial": 0.01, "backoff_max": 0.02, "max_attempts": 2, **settings}
    return AsyncAmazonPhotos(service.cookies, tld="com", progress=False, settings=Settings(**quick))


def with_user(proxy, user="me", password="p%40ss:word-of-mine"):
    return proxy.url.replace("http://", f"http://{user}:{password}@")


# --- the settings' -------------------------------------------------------------------------------------------


async def test_everything_goes_through_the_proxy_of_the_settings(service, proxy, trusted):
    """Up and down, over TLS, by CONNECT: the proxy sees names of hosts, and no cookie."""
    async with connect(service, proxy=proxy.url) as ap:
        [node_id] = await put(ap, ["a.jpg"])
        assert await ap.read(node_id) == content(0)
    assert {line.split()[0] for line in proxy.seen} == {"CONNECT"}
    assert {line.split()[1] for line in proxy.seen} >= {"www.amazon.com:443", "content-na.drive.amazonaws.com:443"}
    assert not any("cookie" in headers for headers in proxy.headers)


async def test_a_plain_address_goes_through_the_proxy_whole(service, proxy):
    """For an endpoint without TLS the proxy is asked for the whole address."""
    async with connect(service, proxy=proxy.url, endpoint=PLAIN) as ap:
        assert (await ap.account())["status"] == "ACTIVE"
    assert proxy.seen[0].startswith(f"GET {PLAIN}/drive/v1/account/info")


@pytest.mark.parametrize("endpoint", [None, PLAIN])
async def test_the_proxy_gets_its_password_and_nobody_else_does(service, proxy, trusted, endpoint, caplog):
    """It lets us in, and neither the service, nor the log, nor what a client shows has the password."""
    proxy.wants = "me:p@ss:word-of-mine"
    with caplog.at_level(logging.DEBUG):
        async with connect(service, proxy=with_user(proxy), endpoint=endpoint) as ap:
            assert (await ap.account())["status"] == "ACTIVE"
            shown = f"{ap!r} {ap.settings!r} {vars(ap)!r} {vars(ap._session)!r} {caplog.text}"
    assert "word-of-mine" not in shown
    assert not any("proxy-authorization" in seen.headers for seen in service.requests if hasattr(seen, "headers"))


@pytest.mark.parametrize("endpoint", [None, PLAIN])
async def test_a_proxy_that_wants_another_password_says_so_once(service, proxy, trusted, endpoint):
    """One request, and an error that says who refused; the password is not in it."""
    proxy.wants = "me:another"
    async with connect(service, proxy=with_user(proxy), endpoint=endpoint) as ap:
        with pytest.raises(errors.ProxyRefused, match=r"proxy wants a user and a password.*407") as caught:
            await ap.account()
    assert "word-of-mine" not in f"{caught.value!r} {caught.value.__cause__!r} {caught.value.__context__!r}"
    assert len(proxy.seen) == 1


@pytest.mark.parametrize(
    ("answer", "error", "tries"),
    [("403 Forbidden", errors.ProxyRefused, 1), ("503 Service Unavailable", errors.ConnectionFailed, 2)],
)
async def test_a_proxy_that_refuses_is_told_from_the_service(service, proxy, answer, error, tries):
    """What cannot help is not tried again; what passes is."""
    proxy.refuses = answer
    async with connect(service, proxy=proxy.url) as ap:
        with pytest.raises(error, match="the proxy"):
            await ap.account()
    assert len(proxy.seen) == tries


async def test_a_proxy_that_is_not_there_is_named(service):
    """As the proxy, for nobody looks for it under Amazon's name."""
    async with connect(service, proxy="http://127.0.0.1:1") as ap:
        with pytest.raises(errors.ConnectionFailed, match=r"cannot reach the proxy 127\.0\.0\.1:1"):
            await ap.account()


# --- the environment's ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"])
async def test_the_proxy_of_the_environment_is_used(service, proxy, trusted, monkeypatch, name):
    """In both cases of letters, with and without the scheme."""
    monkeypatch.setenv(name, proxy.url if name == "ALL_PROXY" else proxy.url.removeprefix("http://"))
    async with connect(service) as ap:
        assert (await ap.account())["status"] == "ACTIVE"
    assert proxy.seen


@pytest.mark.parametrize("settings", [{"proxy": "off"}, {}])
async def test_what_no_proxy_names_is_reached_directly(service, proxy, monkeypatch, settings):
    """So does everything with ``proxy="off"``; and this machine is never looked for on the proxy's."""
    monkeypatch.setenv("HTTP_PROXY", proxy.url)
    async with connect(service, endpoint=service.url, **settings) as ap:
        assert (await ap.account())["status"] == "ACTIVE"
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("NO_PROXY", "unrelated.example, .invalid")
    async with connect(service, endpoint="http://photos.invalid", **settings) as ap:
        with pytest.raises(errors.ConnectionFailed, match=r"cannot reach photos\.invalid"):
            await ap.account()
    assert not proxy.seen


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "ALL_PROXY"])
async def test_a_socks_proxy_is_refused_by_name(service, monkeypatch, name):
    """Reaching Amazon around it would be what somebody wanted to avoid; the address is not shown."""
    monkeypatch.setenv(name, "socks5://me:word-of-mine@127.0.0.1:1080")
    async with connect(service) as ap:
        with pytest.raises(errors.InvalidInput, match=f"{name}.*SOCKS.*http_session") as caught:
            await ap.account()
    assert "word-of-mine" not in str(caught.value)


async def test_netrc_signs_nothing(service, proxy, trusted, monkeypatch, tmp_path):
    """A password for Amazon's hosts in ``.netrc`` is for other programs."""
    (tmp_path / "netrc").write_text("default login me password word-of-mine\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    monkeypatch.setenv("HTTPS_PROXY", proxy.url)
    async with connect(service) as ap:
        assert (await ap.account())["status"] == "ACTIVE"
    assert not any("proxy-authorization" in headers for headers in proxy.headers)


# --- certificates --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
async def test_certificates_of_the_environment_are_trusted(service, proxy, certificates, monkeypatch, tmp_path, name):
    """A company's CA is named as for every other program."""
    place = certificates / "ca.pem"
    if name == "SSL_CERT_DIR":
        (tmp_path / "hashed").mkdir()
        shutil.copy(place, tmp_path / "hashed" / "ca.pem")
        os.system(f"openssl rehash {tmp_path / 'hashed'} 2> {os.devnull}")
        place = tmp_path / "hashed"
    monkeypatch.setenv(name, str(place))
    async with connect(service, proxy=proxy.url) as ap:
        assert (await ap.account())["status"] == "ACTIVE"


async def test_an_unknown_certificate_is_not_trusted(service, proxy):
    """Without the variable: one attempt, and nothing was sent to whoever answered."""
    async with connect(service, proxy=proxy.url) as ap:
        with pytest.raises(errors.CertificateError):
            await ap.account()
    assert not service.requests
    assert len(proxy.seen) == 1


async def test_a_bundle_that_is_not_there_is_named(service, monkeypatch):
    """With the variable's name, before anything is sent."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere/ca.pem")
    async with connect(service) as ap:
        with pytest.raises(errors.InvalidInput, match=r"REQUESTS_CA_BUNDLE.*/nowhere/ca\.pem"):
            await ap.account()
