"""Whatever is sent to whichever route: an answer of the service's own, and an emulator that goes on."""

import contextlib
import http.client
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
from amazon_photos.emulator.routes.table import ROUTES

PARAMETERS = (
    "filters", "sort", "limit", "offset", "startToken", "searchContext", "groupByForTime", "category", "viewBox",
    "querySuffix", "shareId", "groupShareToken", "name", "kind", "parentNodeId", "fileSize", "contentDate",
    "conflictResolution", "suppress", "month", "day", "contentsSize", "includeContents", "tempLink", "resourceVersion",
)  # fmt: skip
KEYS = (
    "kind", "name", "parents", "settings", "favorite", "hidden", "description", "labels", "op", "value", "nodeIds",
    "nodes", "recurse", "conflictResolution", "createdBy", "sourceCluster", "newName", "clusterIds", "nodeId",
    "familyId", "nodesToAdd", "nodesToRemove", "resourceVersion", "seed", "clock", "clock_offset", "latency", "quota",
    "session_lifetime", "paging", "region", "prime", "rotate", "fault", "operation", "path", "method", "nth", "every",
    "first", "times", "probability", "retry_after", "seconds", "status",
)  # fmt: skip
CONTROL = (
    ("GET", "/_emulator/options"),
    ("PATCH", "/_emulator/options"),
    ("POST", "/_emulator/reset"),
    ("POST", "/_emulator/faults"),
    ("POST", "/_emulator/shares"),
    ("DELETE", "/_emulator/shares/{share_id}"),
    ("GET", "/_emulator/requests"),
    ("DELETE", "/_emulator/requests"),
)
TABLE = sorted({(route.method, route.path) for route in ROUTES} | set(CONTROL))
HUGE = "9" * 5000
TEXTS = [
    "", "0", "-1", "1", "200", "true", "null", "é", "\x00", "\r\nSet-Cookie: x=y", "..", "a/b", "a" * 300, "-" * 22,
    HUGE, "-" + HUGE, "1e300", "NaN", "Infinity", "٣", "1_000", " 1 ", "9" * 18, "9" * 19, str(2**63), "0001-01-01",
    "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "2024-02-30", "2024-01-01T00:00:00Z", "1x1", "5,0",
    "99999,99999", "ROOT", "FILE", "ALBUM", "FILE,ROOT", "ROOT:FILE", "FOLDER", "VISUAL_COLLECTION", "add", "remove",
    "RENAME", "V2", "deduplication", "?download=true", "kind:FILE", "name:*", "name:(a AND b OR c)", "a:b", "((((",
    "[", '{"2020-01-01" TO *}', 'createdDate:["0001-01-01T00:00:00+23:59" TO *]', "timeYear:(" + HUGE + ")", "type:(",
    "contentProperties.size:5", "people:(x)", "things:(a AND b)", "name:\\", "name:'", "['createdDate DESC']",
    "['name", "day", "time", "people", "family", "groups", "token", "a.b", "a|b|c|d", "é|1|2|3", "fA", "w7l8MXwyfDM",
]  # fmt: skip

texts = st.one_of(st.sampled_from(TEXTS), st.text(max_size=30))
leaves = st.one_of(
    st.none(), st.booleans(), texts, st.integers(), st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from([10**18, 2**63, 2**64, -(2**63), 10**30, 1e300, -1e300, 5e-324]),
)  # fmt: skip
names = st.one_of(st.sampled_from(KEYS), st.text(max_size=5))
values = st.recursive(
    leaves,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(names, inner, max_size=4)),
    max_leaves=12,
)
objects = st.dictionaries(st.sampled_from(KEYS), values, max_size=6).map(lambda value: json.dumps(value).encode())
broken = st.sampled_from([
    b"", b"[" * 500, b"[" * 100_000, b'{"a":' * 5000 + b"1" + b"}" * 5000, b"[" * 200 + b"]" * 200,
    b"[" + b"9" * 5000 + b"]", b'{"seed": ' + b"9" * 5000 + b"}", b"1e999", b"-0", b'"\\ud800"',
    b'{"name": "\\ud800"}', b"\xff\xfe", b'{"nodeIds": [{}]}', b'{"nodeIds": [[]]}', b'{"nodeIds": [null]}',
    b'{"nodeIds": [""]}', b'{"value": [{}], "op": "add"}', b'{"a": 1, "a": 2}', b'{"seed": 1e11}',
    b'{"seed": 100000000000}', b'{"clock_offset": 1e300}', b'{"clock": "0001-01-01T00:00:00+23:59"}',
    b'{"clock": {}}', b'[{"fault": "500", "status": 1e300}]', b'[{"fault": {"a": 1}}]', b'[{"fault": 1.5}]',
    b'[{"fault": "500", "operation": 5}]', b'[{"fault": "500", "seed": ' + b"[" * 30 + b"]" * 30 + b"}]", b"{",
    b"nul", b"\x00",
])  # fmt: skip
scripts = st.lists(
    st.dictionaries(st.sampled_from(KEYS), values, max_size=4).flatmap(
        lambda rule: st.sampled_from(sorted(KINDS)).map(lambda kind: {"fault": kind} | rule)
    ),
    max_size=3,
).map(lambda value: json.dumps(value).encode())
bodies = st.one_of(
    objects, scripts, broken, values.map(lambda value: json.dumps(value).encode()), st.binary(max_size=40)
)
HEADERS = ("Range", "If-Range", "x-amzn-file-md5", "x-amzn-sessionid", "Expect", "Content-Type", "Origin", "Accept")
VALUES = (
    f"bytes={HUGE}-", f"bytes=-{HUGE}", "bytes=5-1", "bytes=0-0", "bytes=-", '"', "0" * 32, "100-continue", "x",
    "application/json", "multipart/form-data", "text/x; charset=nonsense", "\xff\xfe", "é",
)  # fmt: skip
headers = st.dictionaries(st.sampled_from(HEADERS), st.sampled_from(VALUES), max_size=3)
parts = st.one_of(texts.map(lambda text: quote(text, safe="")), st.sampled_from(["%ff", "%00", "%", "%zz", "..", "."]))


@pytest.fixture
def library(call, caplog):
    """A caller, and ids that stand for ROOT, FILE and ALBUM in what is made up."""
    ids = {"ROOT": call.root, "FILE": call.uploaded("a.jpg"), "ALBUM": call.album("x").json["id"]}

    def named(text):
        return re.sub(r"\b(ROOT|FILE|ALBUM)\b", lambda found: ids[found[0]], text)

    with caplog.at_level(logging.WARNING):
        yield call, named, caplog


def small(body):
    """The body of a reset that takes no minutes."""
    with contextlib.suppress(ValueError, TypeError, KeyError, RecursionError):
        wanted = json.loads(body)
        if isinstance(wanted["seed"], int) and 50 < wanted["seed"] <= 2_000_000:
            return json.dumps(wanted | {"seed": wanted["seed"] % 50}).encode()
    return body


def require_alive(call, log):
    """It answers, tells what it was asked, and has told nobody of an error."""
    assert [record.getMessage() for record in log.records if record.name.startswith(("aiohttp", "asyncio"))] == []
    call.service.set(**Options().as_dict())
    call.service.faults([])
    for path in ("/drive/v1/nodes", "/_emulator/options", "/_emulator/requests"):
        assert call.get(path).status == 200, path


@pytest.mark.parametrize(("method", "path"), TABLE, ids=lambda part: part)
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(data=st.data())
def test_no_request_breaks_it(library, method, path, data):
    """Never a 500 of ours, never a traceback, and the next request is answered as ever (fault G2)."""
    call, named, log = library
    target = re.sub(r"\{[^}]*\}", lambda _: named(data.draw(parts, "part")), path)
    query = data.draw(st.dictionaries(st.sampled_from(PARAMETERS), texts, max_size=4), "query")
    body = named(data.draw(bodies, "body").decode("latin-1")).encode("latin-1") if method != "GET" else b""
    if path == "/_emulator/reset":
        body = small(body)
    more = data.draw(headers, "headers")
    with contextlib.suppress(http.client.HTTPException, ConnectionError):
        answer = call.ask(
            method,
            f"{target}?{urlencode({name: named(value) for name, value in query.items()})}",
            body=body,
            headers={name: value.encode("utf-8") for name, value in more.items()},
        )
        assert answer.status < 500 or answer.status == 501, answer
    require_alive(call, log)


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(script=scripts)
def test_no_fault_script_breaks_it(library, script):
    """What is taken as a script goes wrong as it says, and in no other way (fault G2)."""
    call, _, log = library
    taken = call.ask("POST", "/_emulator/faults", body=script).status
    assert taken in (200, 400)
    if taken == 200:
        connection = http.client.HTTPConnection(urlsplit(call.service.url).netloc, timeout=0.2)
        with contextlib.suppress(http.client.HTTPException, OSError):
            connection.request("GET", "/drive/v1/account/info", headers=call.headers())
            connection.getresponse().read()
        connection.close()
    require_alive(call, log)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
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
    call, _, log = library
    address = ("127.0.0.1", urlsplit(call.service.url).port)
    with socket.create_connection(address, timeout=30) as connection, contextlib.suppress(ConnectionError):
        connection.sendall(begin + rest)
        connection.shutdown(socket.SHUT_WR)
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
        assert not answer.startswith(b"HTTP/1.1 5"), answer
    require_alive(call, log)
