import http.client

import pytest

from amazon_photos.emulator import faults
from amazon_photos.emulator.faults import KINDS, Script
from amazon_photos.emulator.routes.route_table import ROUTES
from amazon_photos.errors import InvalidInput

CUT = (http.client.RemoteDisconnected, ConnectionError)


def statuses(call, number):
    return [call.get("/drive/v1/account/info").status for _ in range(number)]


def files(call):
    return call.names(call.nodes(filters="kind:FILE"))


def test_without_a_script_all_is_well(call):
    """And an empty script ends the last one."""
    call.service.faults([{"fault": "500"}])
    assert statuses(call, 1) == [500]
    call.service.faults([])
    assert statuses(call, 1) == [200]


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ({}, "xxxxxx"),
        ({"nth": 3}, "..x..."),
        ({"nth": [1, 3]}, "x.x..."),
        ({"every": 2}, ".x.x.x"),
        ({"first": 2}, "xx...."),
        ({"every": 2, "times": 2}, ".x.x.."),
        ({"probability": 0.0}, "......"),
        ({"probability": 1.0}, "xxxxxx"),
    ],
)
def test_when_a_rule_fires(call, when, expected):
    """nth, every, first, times and probability count the requests of the rule."""
    call.service.faults([{"operation": "account.*", "fault": "503", **when}])
    call.nodes()
    assert "".join("x" if status == 503 else "." for status in statuses(call, 6)) == expected


def test_chance_repeats_itself():
    """The same seed fails the same requests with the same faults, another seed others."""

    def drawn(seed):
        script = Script.read([{"probability": 0.3, "seed": seed, "fault": ["429", "503", "cut"]}])
        return [script.fault("download", "GET", "/x") for _ in range(200)]

    assert drawn(1) == drawn(1) != drawn(2)
    failed = [fault.kind for fault in drawn(1) if fault]
    assert 30 < len(failed) < 90
    assert set(failed) == {"429", "503", "cut"}


def test_which_requests_a_rule_wants():
    """By operation, method and path; the first rule that fires decides."""
    script = Script.read(
        [
            {"method": "GET", "path": "/cdproxy/*", "fault": "500"},
            {"operation": "upload*", "fault": "503"},
            {"operation": "upload", "fault": "429"},
        ]
    )
    assert script.fault("download", "GET", "/cdproxy/nodes/x").kind == "500"
    assert script.fault("upload", "POST", "/cdproxy/nodes").kind == "503"
    assert script.fault("search", "GET", "/drive/v1/search") is None


@pytest.mark.parametrize(
    "script",
    [
        {},
        "500",
        [1],
        [{}],
        [{"fault": "explode"}],
        [{"fault": []}],
        [{"fault": "500", "nht": 1}],
        [{"fault": "500", "nth": "last"}],
        [{"fault": "500", "every": 0}],
        [{"fault": "500", "probability": "often"}],
    ],
)
def test_scripts_that_cannot_be_meant(script):
    """They are refused with a message that names the rule and what is known."""
    with pytest.raises(InvalidInput):
        Script.read(script)


def test_every_name_is_documented():
    """The docstring has each kind of fault and each operation."""
    assert not [kind for kind in KINDS if kind not in faults.__doc__]
    assert not [route.operation for route in ROUTES if f"``{route.operation}``" not in faults.__doc__]


@pytest.mark.parametrize("kind", ["403", "404", "408", "409", "429", "500", "502", "503", "504"])
def test_a_status_instead_of_an_answer(call, kind):
    """The upload is read and not kept."""
    call.service.faults([{"operation": "upload", "fault": kind, "retry_after": 7}])
    answer = call.upload("a.txt", b"x" * 1000)
    assert (answer.status, answer.headers["Retry-After"]) == (int(kind), "7")
    assert files(call) == []


def test_signed_out_on_purpose(call):
    """A 401 is spelled as each host spells it, and nothing is kept."""
    call.service.faults([{"fault": "401"}])
    assert call.nodes().json == {"Message": "No Auth Method Provided"}
    assert call.upload("a.txt", b"x").json["message"] == "No Auth Method Provided"
    call.service.faults([])
    assert files(call) == []


def test_without_retry_after(call):
    """The header is there only when the rule says so."""
    call.service.faults([{"fault": "429"}])
    answer = call.nodes()
    assert (answer.json, answer.headers["Retry-After"]) == ({"message": "Rate exceeded"}, None)


@pytest.mark.parametrize("kind", ["408-stored", "504-stored"])
def test_stored_all_the_same(call, kind):
    """An empty answer of that status, and the file is there."""
    call.service.faults([{"operation": "upload", "fault": kind}])
    answer = call.upload("a.txt", b"x")
    assert (answer.status, answer.body) == (int(kind[:3]), b"")
    assert files(call) == ["a.txt"]


@pytest.mark.parametrize(("kind", "kept"), [("reset-before", []), ("reset-during", []), ("reset-after", ["a.txt"])])
def test_a_connection_that_is_reset(call, kind, kept):
    """Before, during and after an upload's body; only after it the file is there. The log says status 0."""
    call.service.faults([{"operation": "upload", "fault": kind}])
    with pytest.raises(CUT):
        call.upload("a.txt", b"x" * 3_000_000)
    assert files(call) == kept
    assert ("POST", 0) in [(seen.method, seen.status) for seen in call.service.requests]


def test_a_reset_while_downloading(call):
    """Half the body comes, then the connection is reset."""
    node_id = call.uploaded("a.txt", b"x" * 100_000)
    call.service.faults([{"operation": "download", "fault": "reset-during"}])
    with pytest.raises((http.client.IncompleteRead, *CUT)):
        call.get(f"/cdproxy/nodes/{node_id}")


@pytest.mark.parametrize("size", [100_000, 3_000_000])
def test_a_body_cut_short(call, size):
    """Content-Length promises all of it, half of it comes."""
    node_id = call.uploaded("a.txt", b"x" * size)
    call.service.faults([{"operation": "download", "fault": "cut"}])
    with pytest.raises(http.client.IncompleteRead) as cut:
        call.get(f"/cdproxy/nodes/{node_id}")
    assert (len(cut.value.partial), cut.value.expected) == (size // 2, size - size // 2)


def test_a_wrong_length(call):
    """The answer looks whole and isn't."""
    node_id = call.uploaded("a.txt", b"x" * 1000)
    call.service.faults([{"operation": "download", "fault": "wrong-length"}])
    answer = call.get(f"/cdproxy/nodes/{node_id}")
    assert answer.status == 200
    assert len(answer.body) == int(answer.headers["Content-Length"]) < 1000


def test_wrong_bytes(call):
    """The length is right, the content isn't; of ranges too."""
    node_id = call.uploaded("a.txt", b"x" * 1000)
    call.service.faults([{"operation": "download", "fault": "wrong-bytes"}])
    for headers, length in (({}, 1000), ({"Range": "bytes=0-99"}, 100)):
        answer = call.ask("GET", f"/cdproxy/nodes/{node_id}", headers=headers)
        assert len(answer.body) == length
        assert answer.body != b"x" * length


@pytest.mark.parametrize("kind", ["html", "captcha"])
def test_a_page_where_data_was_due(call, kind):
    """200 and text/html, for JSON and for photos."""
    node_id = call.uploaded("a.txt")
    call.service.faults([{"fault": kind}])
    for path in ("/drive/v1/nodes", f"/cdproxy/nodes/{node_id}"):
        answer = call.get(path)
        assert (answer.status, answer.headers["Content-Type"].split(";")[0]) == (200, "text/html")
        assert answer.body.startswith(b"<!doctype html>")


@pytest.mark.parametrize("kind", ["stall", "stall-during", "drip"])
def test_slow_answers(call, kind):
    """They come whole in the end."""
    node_id = call.uploaded("a.txt", b"x" * 1000)
    call.service.faults([{"operation": "download", "fault": kind, "seconds": 0.3}])
    assert call.get(f"/cdproxy/nodes/{node_id}").body == b"x" * 1000


def test_nobody_waits_for_a_stalled_answer(call):
    """A caller that gives up is noticed: the request ends, in the log too."""
    call.service.faults([{"operation": "account.info", "fault": "stall"}])
    connection = http.client.HTTPConnection(call.service.url[len("http://") :], timeout=0.2)
    connection.request("GET", "/drive/v1/account/info", headers=call.headers())
    with pytest.raises(TimeoutError):
        connection.getresponse()
    connection.close()
    assert call.nodes().status == 200


@pytest.mark.parametrize("status", [403, 404])
def test_links_that_are_dead(call, status):
    """The redirect comes as always; where it leads is nothing."""
    node_id = call.uploaded("a.txt")
    call.service.faults([{"operation": "download.redirect", "first": 1, "fault": "expired-link", "status": status}])
    dead, alive = (call.get(f"/drive/v1/nodes/{node_id}/contentRedirection").headers["Location"] for _ in range(2))
    assert call.get(dead[len(call.service.url) :]).status == status
    assert call.get(alive[len(call.service.url) :]).body == b"a.txt"


def test_a_repeated_page(call):
    """The page before comes again, whatever was asked for."""
    for name in ("a", "b", "c"):
        call.uploaded(name)
    call.service.faults([{"operation": "nodes.list", "nth": 2, "fault": "repeat"}])
    first, second, third = (call.nodes(limit=1, offset=offset, filters="kind:FILE") for offset in range(3))
    assert (first.body == second.body, call.names(first), call.names(third)) == (True, ["a"], ["c"])


def test_faults_over_http(call):
    """POST /_emulator/faults puts a script in force; a bad one is a 400 that says why."""
    call.ask("POST", "/_emulator/faults", body=[{"fault": "500", "first": 1}])
    assert statuses(call, 2) == [500, 200]
    answer = call.ask("POST", "/_emulator/faults", body=[{"fault": "explode"}])
    assert answer.status == 400
    assert "explode" in answer.json["message"]
