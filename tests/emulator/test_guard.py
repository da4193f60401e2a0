"""Who may ask, and who may steer: an emulator that is left running is open to no web page."""

import http.client
import json
import pickle
import socket
from urllib.parse import urlsplit

import pytest

from amazon_photos.emulator.routes import hosts

INFO = "/drive/v1/account/info"
AMAZON = [
    "www.amazon.com",
    "www.amazon.co.uk",
    "www.amazon.com.au:443",
    "WWW.AMAZON.DE",
    "content-na.drive.amazonaws.com",
    "content-eu.drive.amazonaws.com",
    "content-jp.drive.amazonaws.com",
    "content-jp.drive.amazonaws.com",
    "drive.amazonaws.com",
    "cdws.us-east-1.amazonaws.com",
    "cdws.eu-west-1.amazonaws.com",
    "cdws.us-west-2.amazonaws.com",
    "thumbnails-photos.amazon.co.jp",
    "download-photos.amazon.it",
    "upload-photos.amazon.com.br",
]
LOOPBACK = ["localhost", "LOCALHOST:1", "127.0.0.1", "127.0.0.1:80", "[::1]", "[::1]:8765"]
FOREIGN = [
    "",
    "evil.example",
    "evil.example:8765",
    "localhost.evil.example",
    "evil.localhost",
    "localhost.",
    "www.amazon.com.evil.example",
    "www.amazon.evil",
    "evil.amazon.com",
    "evilwww.amazon.com",
    "cdws.s3.amazonaws.com",
    "cdws.evil.example.amazonaws.com",
    "content-xx.drive.amazonaws.com",
    "evil@localhost",
    "localhost@evil.example",
    "localhost:80:80",
    "localhost:port",
    "localhost/evil",
    "localhost, evil.example",
    "[::1",
    "[::2]",
    "127.0.0.2",
    "127.1",
    "0.0.0.0",
    "2130706433",
    "192.168.1.1",
]


def raw(call, request, *headers):
    """Status and body of a request that is written by hand."""
    with socket.create_connection(("127.0.0.1", urlsplit(call.service.url).port), timeout=30) as connection:
        lines = "".join(f"{header}\r\n" for header in (*headers, "Connection: close"))
        connection.sendall(f"{request}\r\n{lines}\r\n".encode())
        response = http.client.HTTPResponse(connection)
        response.begin()
        return response.status, response.read()


def signed_in(call):
    return [f"{name}: {value}" for name, value in call.headers().items()]


@pytest.mark.parametrize("host", AMAZON + LOOPBACK)
def test_the_service_answers_to_its_names(call, host):
    """Loopback names with any port, and Amazon's own, to which other clients are led (fault G1)."""
    assert call.ask("GET", INFO, headers={"Host": host}).status == 200


def test_every_marketplace_has_its_names():
    """As the record lists them (fault G1)."""
    tlds = "com ca co.uk co.jp de fr it es nl se pl ie in sg ae sa eg com.au com.br com.mx com.tr com.be"
    for tld in tlds.split():
        for service in ("www", "thumbnails-photos", "download-photos", "upload-photos"):
            assert hosts.is_served(f"{service}.amazon.{tld}")


@pytest.mark.parametrize("host", FOREIGN)
def test_and_to_no_other(call, host):
    """421, and nothing is done: not even the name of a file is told (fault G1)."""
    with_host = [f"Host: {host}", *signed_in(call), "Content-Length: 0"]
    assert raw(call, f"GET {INFO} HTTP/1.1", *with_host)[0] in (400, 421)
    assert raw(call, "POST /cdproxy/nodes?name=a.txt&kind=FILE HTTP/1.1", *with_host)[0] in (400, 421)
    assert call.nodes(filters="kind:FILE").json["count"] == 0


@pytest.mark.parametrize("request_line", [f"GET {INFO} HTTP/1.0", f"GET {INFO} HTTP/1.1"])
def test_a_request_without_a_name(call, request_line):
    """Is for nobody (fault G1)."""
    assert raw(call, request_line, *signed_in(call))[0] in (400, 421)


def test_all_names_of_a_request_count(call):
    """The one in its target, and each of several headers (fault G1)."""
    own = signed_in(call)
    assert raw(call, f"GET http://evil.example{INFO} HTTP/1.1", "Host: localhost", *own)[0] == 421
    assert raw(call, f"GET http://localhost{INFO} HTTP/1.1", "Host: evil.example", *own)[0] == 421
    assert raw(call, f"GET {INFO} HTTP/1.1", "Host: localhost", "Host: evil.example", *own)[0] in (400, 421)
    assert raw(call, f"GET http://localhost{INFO} HTTP/1.1", "Host: localhost", *own)[0] == 200
    assert raw(call, f"GET http://[::1]:1{INFO} HTTP/1.1", "Host: [::1]:1", *own)[0] == 200


@pytest.mark.parametrize("host", ["localhost:1", "127.0.0.1:8000", "[::1]:99"])
def test_links_bear_the_name_that_was_asked(call, host):
    """And the emulator's own address for whoever came under a name of Amazon's."""
    node_id = call.uploaded("a.txt")
    path = f"/drive/v1/nodes/{node_id}?tempLink=true"
    assert call.ask("GET", path, headers={"Host": host}).json["tempLink"].startswith(f"http://{host}/cdproxy/")
    amazon = call.ask("GET", path, headers={"Host": "www.amazon.ca"}).json["tempLink"]
    assert amazon.startswith(f"{call.service.url}/cdproxy/")


CONTROL = [
    ("GET", "/_emulator/options", None),
    ("PATCH", "/_emulator/options", {"prime": True}),
    ("POST", "/_emulator/reset", {}),
    ("POST", "/_emulator/faults", [{"fault": "500"}]),
    ("POST", "/_emulator/shares", {"nodeIds": ["x"]}),
    ("DELETE", "/_emulator/shares/x", None),
    ("GET", "/_emulator/requests", None),
    ("DELETE", "/_emulator/requests", None),
    ("GET", "/_emulator/nonsense", None),
    ("POST", "/%5Femulator/reset", {}),
    ("POST", "//_emulator/reset", {}),
    ("POST", "/x/../_emulator/reset", {}),
]
INTRUSIONS = {
    "without the token": {"x-emulator-token": None},
    "with another token": {"x-emulator-token": "x" * 32},
    "with an odd token": {"x-emulator-token": "t\xf6ken"},
    "from a foreign page": {"Origin": "https://evil.example"},
    "from a page of a file": {"Origin": "null"},
    "from another port": {"Origin": "http://127.0.0.1:1"},
    "over a foreign name": {"Host": "evil.example"},
    "over a name of Amazon's": {"Host": "www.amazon.com"},
}


def steer(call, method, path, body, **changes):
    """A control request with all it wants, but for ``changes``."""
    call.signed_in = False
    return call.ask(
        method, path, body=json.dumps(body) if body is not None else None, headers=call.steering() | changes
    )


@pytest.mark.parametrize("intrusion", INTRUSIONS)
@pytest.mark.parametrize(("method", "path", "body"), CONTROL)
def test_control_routes_are_for_whoever_has_the_token(call, method, path, body, intrusion):
    """No token, a foreign page, another name: refused, and nothing is done or told (fault G1)."""
    call.uploaded("a.txt")
    before = call.service.library.options
    answer = steer(call, method, path, body, **INTRUSIONS[intrusion])
    assert answer.status in ((403, 421) if path.startswith("/_emulator/") else (403, 404, 421)), answer
    assert b"/drive/" not in answer.body
    assert "Access-Control-Allow-Origin" not in answer.headers
    call.signed_in = True
    assert call.nodes(filters="kind:FILE").json["count"] == 1
    assert call.service.library.options == before
    assert len(call.service.requests) >= 2


@pytest.mark.parametrize("kind", [None, "text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
def test_a_simple_cross_site_post_steers_nothing(call, kind):
    """What a page can send without asking is no JSON that says so: 415, even with the token (fault G1)."""
    call.uploaded("a.txt")
    assert steer(call, "POST", "/_emulator/reset", {}, **{"Content-Type": kind}).status == 415
    call.signed_in = True
    assert call.nodes(filters="kind:FILE").json["count"] == 1


def test_browsers_that_ask_first_are_refused(call):
    """OPTIONS, with the token or without: 403, and no header that would allow anything (fault G1)."""
    for headers in ({}, call.steering()):
        preflight = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST", **headers}
        answer = call.ask("OPTIONS", "/_emulator/reset", headers=preflight)
        assert answer.status == 403
        assert not [name for name in answer.headers if name.lower().startswith("access-control")]


@pytest.mark.parametrize("host", ["localhost:8765", "127.0.0.1", "[::1]:1"])
def test_a_page_of_its_own_may(call, host):
    """With the token, over any loopback name, from the same origin or from no page at all."""
    for origin in ({}, {"Origin": f"http://{host}"}):
        assert steer(call, "POST", "/_emulator/reset", {}, Host=host, **origin).status == 200


def test_the_token_is_shown_to_whoever_started_it_only(call):
    """Another one each time; in no repr, no answer and no file (fault G1)."""
    from amazon_photos.emulator import running

    service = call.service
    assert len(service.token) >= 32
    with running() as another:
        assert another.token != service.token
    assert service.environ["EMULATOR_TOKEN"] == service.token
    secrets = [service.token, *service.cookies.values()]
    told = f"{service!r} {service._dispatcher!r} {service._dispatcher.state!r} {service._access._secrets!r}"
    for secret in secrets:
        assert secret not in told
    kept = b"".join(path.read_bytes() for path in service.library.data.rglob("*") if path.is_file())
    assert service.token.encode() not in kept
    answers = [call.get(path).body for path in ("/", "/_emulator/options", "/_emulator/requests", "/drive/v1/nodes")]
    assert service.token.encode() not in b"".join(answers)
    with pytest.raises(TypeError):
        pickle.dumps(service)


def test_the_program_shows_how_to_steer_it(start, caller_of):
    """Its token is in what it prints, once to steer with and once for the shell."""
    service = start()
    assert caller_of(service).get("/_emulator/options").status == 200
