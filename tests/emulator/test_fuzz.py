"""Whatever is sent to whichever route: an answer of the service's own, and an emulator that goes on."""

import contextlib
import hashlib
import http.client
import itertools
import json
import logging
import re
import socket
from urllib.parse import quote, urlencode, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from amazon_photos.emulator import Options
from amazon_photos.emulator.faults import KINDS
from amazon_photos.emulator.library import nodes, people
from amazon_photos.emulator.routes.route_table import ROUTES
from emulator.made_media import picture
from emulator.oddities import BODIES, CONTENT, HEADER_VALUES, HEADERS, KEYS, TEXTS, VALID, VALUES

REFUSED = {
    "OPTIONS /cdproxy/nodes": 403,
    "OPTIONS /v2/upload": 403,
    "POST /ap/exchangetoken/refresh": 401,
    "POST /ap/signin": 400,
    "POST /ap/mfa": 400,
    "GET /ap/maplanding": 404,
    "POST /auth/register": 400,
    "POST /auth/token": 400,
    "POST /ap/exchangetoken/cookies": 400,
    "POST /auth/deregister": 401,
    "DELETE /_emulator/shares/NONE": 404,
    "POST /cdproxy/nodes": 409,
}
"""Valid requests for what nobody has, or what was there before."""
EXAMPLES = settings.default.max_examples
QUIET = settings(suppress_health_check=list(HealthCheck), derandomize=True)


class Library:
    """A caller who knows what there is, and what the emulator has told of errors."""

    def __init__(self, call, log):
        self.call, self.log = call, log
        self.connection = call.connection()
        self.numbers = itertools.count()
        photo, album = call.uploaded("a.jpg", picture("JPEG")), call.album("x").json["id"]
        service = call.service
        seq = service.library.read(nodes.get, photo).seq
        service.library.write(people.recognise, name="Ada", seq=seq, node_id=photo)
        person = service.library.read(lambda db: db.execute("SELECT id FROM clusters").fetchone()[0])
        link = call.get(f"/drive/v1/nodes/{photo}/contentRedirection").headers["Location"]
        share = call.ask("POST", "/_emulator/shares", body={"nodeIds": [photo]}).json
        self.named = {
            "ROOT": call.root,
            "PHOTO": photo,
            "ALBUM": album,
            "PERSON": person,
            "LINK": urlsplit(link).path.rpartition("/")[2],
            "BATCH": call.zip_of(photo).split("/")[3],
            "OWNER": call.owner,
            "SHARE": share["shareId"],
            "GROUP": share["groupId"],
            "TOKEN": share["groupShareToken"],
        }

    def name(self, text):
        return re.sub(rf"\b({'|'.join(self.named)})\b", lambda found: self.named[found[0]], text)

    def ask(self, request, query, body, headers=None):
        """The status; 0 where the connection was closed instead. Nothing that went wrong here is ever one of ours."""
        method, _, path = request.partition(" ")
        headers = dict(headers or {})
        if body == CONTENT:
            body = b"%06d" % next(self.numbers)
            headers = {"x-amzn-file-md5": hashlib.md5(body).hexdigest()} | headers
        elif body is not None:
            text = body if isinstance(body, bytes) else json.dumps(body).encode()
            body = self.name(text.decode("latin-1")).encode("latin-1")
        asked = urlencode({name: self.name(value) for name, value in query.items()})
        target = f"{self.name(path)}?{asked}"
        try:
            answer = self.call.ask_over(self.connection, method, target, body=body, headers=headers)
        except (http.client.HTTPException, ConnectionError):  # the service may have closed it after an earlier request
            self.connection.close()
            try:
                answer = self.call.ask(method, target, body=body, headers=headers)
            except (http.client.HTTPException, ConnectionError):
                return 0
        assert answer.status < 500, (request, query, body, answer)
        self.require_silence()
        return answer.status

    def require_silence(self):
        told = [record.getMessage() for record in self.log.records if record.levelno >= logging.WARNING]
        assert told == []

    def require_alive(self):
        """It answers as ever, and tells what it was asked."""
        self.require_silence()
        self.call.service.set(**Options().as_dict())
        self.call.service.faults([])
        for path in ("/drive/v1/nodes", "/_emulator/options", "/_emulator/requests"):
            assert self.call.get(path).status == 200, path


@pytest.fixture
def library(call, caplog):
    with caplog.at_level(logging.WARNING):
        library = Library(call, caplog)
        with contextlib.closing(library.connection):
            yield library


def test_every_operation_is_here():
    """A new one is to be tried out, too."""
    for route in ROUTES:
        pattern = re.compile(re.sub(r"\{[^}]*\}", "[A-Z]+", f"{route.method} {route.path}"))
        assert any(pattern.fullmatch(request) for request in VALID), route


@pytest.mark.parametrize("request_", VALID)
def test_each_part_of_a_request_may_be_odd(library, request_):
    """One parameter, part of the path, header or key at a time is other than it should be: never a 500 (fault G2)."""
    query, body = VALID[request_]
    for name, text in itertools.product(query, TEXTS):
        library.ask(request_, query | {name: text}, body)
    for found in re.finditer("[A-Z]{4,}", request_.partition(" ")[2]):
        for text in (*(quote(text, safe="") for text in TEXTS), "%ff", "%00", "%", "%zz", ".."):
            odd = request_.replace(found[0], text.replace("PHOTO", "x"))
            library.ask(odd, query, body)
    for name, value in itertools.product(HEADERS, HEADER_VALUES):
        library.ask(request_, query, body, {name: value.encode()})
    for odd in odd_bodies(body):
        library.ask(request_, query, odd)
    library.require_alive()
    answer = library.ask(request_, query, body)
    assert answer == REFUSED[request_] if request_ in REFUSED else 200 <= answer < 400


def odd_bodies(body):
    """``BODIES``, and a JSON body with each of its keys holding each odd thing."""
    if body is None or body == CONTENT:
        return
    yield from BODIES
    if isinstance(body, bytes):
        return
    inner = body[0] if isinstance(body, list) else body
    for key, value in itertools.product(inner, [*TEXTS, *VALUES, json.loads("[" * 31 + "]" * 31)]):
        if key == "files" and isinstance(value, int) and 50 < value <= 2_000_000:
            continue  # takes minutes, as it should
        odd = inner | {key: value}
        yield [odd] if isinstance(body, list) else odd


texts = st.one_of(st.sampled_from(TEXTS), st.text(max_size=30))
leaves = st.one_of(st.none(), st.booleans(), texts, st.integers(), st.floats(allow_nan=False, allow_infinity=False))
names = st.one_of(st.sampled_from(KEYS), st.text(max_size=5))
values = st.recursive(
    leaves,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(names, inner, max_size=4)),
    max_leaves=12,
)
rules = st.builds(
    lambda kind, rule: {"fault": kind} | rule,
    st.sampled_from(sorted(KINDS)),
    st.dictionaries(names, values, max_size=4),
)


@pytest.mark.parametrize("request_", VALID)
@settings(QUIET, max_examples=max(2, EXAMPLES // 15))
@given(data=st.data())
def test_all_of_a_request_may_be_odd(library, request_, data):
    """Several things at once, and such as nobody has thought of (fault G2)."""
    query, body = VALID[request_]
    query = query | data.draw(st.dictionaries(st.sampled_from(sorted(query) or ["x"]), texts, max_size=3), "query")
    if isinstance(body, dict):
        body = body | data.draw(st.dictionaries(st.sampled_from(sorted(body)), values, max_size=3), "body")
        if isinstance(body.get("files"), int) and 50 < body["files"] <= 2_000_000:
            body["files"] %= 50
    elif body is not None:
        body = data.draw(
            st.one_of(st.binary(max_size=40), values.map(lambda value: json.dumps(value).encode())), "body"
        )
    headers = st.dictionaries(st.sampled_from(HEADERS), st.sampled_from(HEADER_VALUES), max_size=3)
    more = {name: value.encode() for name, value in data.draw(headers, "headers").items()}
    library.ask(request_, query, body, more)
    library.require_alive()


@settings(QUIET, max_examples=max(2, EXAMPLES // 3))
@given(script=st.lists(rules, max_size=3))
def test_no_fault_script_breaks_it(library, script):
    """What is taken as a script goes wrong as it says, and in no other way (fault G2)."""
    taken = library.ask("POST /_emulator/faults", {}, script)
    assert taken in (200, 400)
    if taken == 200:
        connection = http.client.HTTPConnection(urlsplit(library.call.service.url).netloc, timeout=0.2)
        with contextlib.suppress(http.client.HTTPException, OSError):
            connection.request("GET", "/drive/v1/account/info", headers=library.call.headers())
            connection.getresponse().read()
        connection.close()
    library.require_alive()


@settings(QUIET)
@given(
    begin=st.sampled_from([b"", b"GET / HTTP/1.1\r\n", b"GET / HTTP/1.1\r\nHost: localhost\r\n", b"POST "]),
    rest=st.one_of(
        st.binary(max_size=100),
        st.sampled_from([
            b"\r\n", b"GET * HTTP/1.1\r\nHost: localhost\r\n\r\n", b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
            b"Content-Length: x\r\n\r\n", b"Content-Length: -1\r\n\r\n", b"X: " + b"y" * 70_000 + b"\r\n\r\n",
            b"X: y\r\n" * 200 + b"\r\n", b"/\xff\xfe HTTP/1.1\r\nHost: localhost\r\n\r\n", b"/ HTTP/9.9\r\n\r\n",
            b"/_emulator/reset HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n\r\n",
            b"/cdproxy/nodes?name=\xff HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n",
            b"http://[::1 HTTP/1.1\r\nHost: localhost\r\n\r\n", b"//[x HTTP/1.1\r\nHost: localhost\r\n\r\n",
            b"Content-Encoding: br\r\nContent-Length: 3\r\n\r\nabc",
            b"Upgrade: websocket\r\nConnection: upgrade\r\n\r\n",
        ]),
    ),
)  # fmt: skip
def test_no_bytes_break_it(library, begin, rest):
    """What is no HTTP at all is refused, and nobody else notices (fault G2)."""
    address = ("127.0.0.1", urlsplit(library.call.service.url).port)
    with socket.create_connection(address, timeout=30) as connection, contextlib.suppress(ConnectionError):
        connection.sendall(begin + rest)
        connection.shutdown(socket.SHUT_WR)
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
        assert not answer.startswith(b"HTTP/1.1 5"), answer
    library.require_alive()
