"""Whatever the emulator keeps or is asked for has an end: it may be left running."""

import contextlib
import errno
import http.client
import math
import re
import select
import shutil
import socket
import subprocess
import sys
import threading
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest

from amazon_photos.emulator import Options, door, running
from amazon_photos.emulator.faults import KINDS, MAX_RULES
from amazon_photos.emulator.library import content, shares
from amazon_photos.emulator.options import MAX_FILES
from amazon_photos.emulator.routes import dispatch, fault_injection, uploads
from amazon_photos.errors import InvalidInput

OUT_OF_RANGE = [
    ("clock_offset", 1e300),
    ("clock_offset", -1e300),
    ("clock_offset", 3e11),
    ("clock_offset", -7e10),
    ("clock_offset", None),
    ("latency", -1),
    ("latency", 1e7),
    ("index_delay", 1e7),
    ("processing", 1e300),
    ("quota", 2**61),
    ("quota", -1),
    ("quota", True),
    ("session_lifetime", 1e11),
    ("prime", "yes"),
    ("rotate", 1),
    ("region", 5),
    ("region", "acbuk\n"),
    ("paging", ["token"]),
]


@pytest.mark.parametrize(("name", "value"), OUT_OF_RANGE)
def test_options_have_a_range(call, name, value):
    """A 400 that names the option, InvalidInput in Python; every request after it is served as before (faults G1,
    G2)."""
    answer = call.ask("PATCH", "/_emulator/options", body={name: value})
    assert answer.status == 400
    assert answer.json["message"].startswith(name)
    with pytest.raises(InvalidInput, match=name):
        call.service.set(**{name: value})
    assert call.nodes().status == 200
    assert call.service.library.options == Options()


@pytest.mark.parametrize("name", ["latency", "index_delay", "processing", "quota", "session_lifetime", "clock_offset"])
@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_options_are_finite(name, value):
    """In Python and on the command line numbers may be such as JSON has not (fault G1)."""
    with pytest.raises(InvalidInput, match=name):
        Options(**{name: value})


@pytest.mark.parametrize("clock", ["0150-01-01T00:00:00Z", "9600-12-31T23:59:59Z", "2024-02-29T12:00:00+14:00"])
def test_at_the_ends_of_time(call, clock):
    """Everything that reckons with dates goes on working (fault G2)."""
    call.service.set(index_delay=1e6, processing=1e6, session_lifetime=1e10)
    assert call.ask("PATCH", "/_emulator/options", body={"clock": clock}).status == 200
    call.service.reset(files=20)
    node_id = call.upload("a.txt", b"a").json["id"]
    call.service.set(index_delay=0, processing=0)
    other = call.uploaded("b.txt")
    assert call.get(f"/drive/v1/nodes/{other}", tempLink="true").status == 200
    assert call.get(f"/cdproxy/nodes/{other}").body == b"b.txt"
    assert call.trash(node_id).json["errors"] == {}
    for path in ("/drive/v1/trash", "/drive/v1/search", "/drive/v1/account/usage", "/_emulator/options"):
        assert call.get(path, limit=1, searchContext="all").status == 200


@pytest.mark.parametrize("files", [1e11, 10**11, MAX_FILES + 1, -1, True, "5", 1.5, 10**30, [3]])
def test_an_invented_library_has_an_end(call, files, tmp_path):
    """A number of files that would fill the disk is a 400, InvalidInput in Python; nothing is changed (fault G1)."""
    call.uploaded("a.txt")
    answer = call.ask("POST", "/_emulator/reset", body={"files": files})
    assert answer.status == 400
    assert answer.json["message"].startswith("files must be a whole number")
    with pytest.raises(InvalidInput, match="files"):
        call.service.reset(files=files)
    with pytest.raises(InvalidInput, match="files"), running(tmp_path / "x", files=files):
        pass
    assert not (tmp_path / "x").exists()
    assert call.nodes(filters="kind:FILE").json["count"] == 1


@pytest.mark.parametrize(
    "wanted",
    [
        {"seed": 1},
        {"sizes": "real"},
        {"files": 3, "seed": "1"},
        {"files": 3, "seed": 10**30},
        {"files": 3, "sizes": [1]},
    ],
    ids=str,
)
def test_a_library_that_cannot_be_meant_is_refused(call, wanted):
    """A seed without a number of files, too: nobody gets an empty library for an invented one."""
    call.uploaded("a.txt")
    assert call.ask("POST", "/_emulator/reset", body=wanted).status == 400
    with pytest.raises(InvalidInput):
        call.service.reset(**wanted)
    with pytest.raises(InvalidInput):
        running(**wanted)
    assert call.nodes(filters="kind:FILE").json["count"] == 1


def test_a_seed_chooses_another_library_of_that_size(call):
    """The same files and seed give the same nodes, another seed as many others; over HTTP as in Python."""

    def names():
        return sorted(node["id"] for node in call.nodes(filters="kind:FILE").json["data"])

    call.service.reset(files=20)
    first = names()
    call.service.reset(files=20, seed=7)
    other = names()
    assert call.ask("POST", "/_emulator/reset", body={"files": 20, "seed": 7}).status == 200
    assert names() == other
    assert len(first) == len(other) == 20
    assert not set(first) & set(other)


@pytest.mark.parametrize("flags", [["--files", "100000000000"], ["--clock-offset", "inf"], ["--latency", "nan"]])
def test_on_the_command_line_too(flags):
    """One message and exit code 2 (fault G1)."""
    command = [sys.executable, "-m", "amazon_photos.emulator", "--port", "0", *flags]
    run = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert run.returncode == 2
    assert "Traceback" not in run.stderr


def test_the_log_of_requests_has_an_end(call, monkeypatch):
    """The newest stay, in order; long ones count by their length (fault G1)."""
    monkeypatch.setattr(dispatch, "MAX_SEEN", 10)
    for number in range(25):
        call.get(f"/{number}")
        assert len(call.service.requests) <= 10
    kept = [int(seen.path[1:]) for seen in call.service.requests]
    assert kept == list(range(kept[0], 25))
    assert len(kept) >= 5
    monkeypatch.setattr(dispatch, "MAX_SEEN_TEXT", 10_000)
    for number in range(5):
        call.get(f"/{number}", filters="x" * 4000)
        assert sum(len(seen.query.get("filters", "")) for seen in call.service.requests) <= 10_000
    call.service.requests.clear()
    call.get("/last", filters="x" * 4000)
    assert [seen.path for seen in call.service.requests] == ["/last"]


def test_what_repeat_repeats_has_an_end(call, monkeypatch):
    """Answers of the newest paths are kept (fault G1)."""
    monkeypatch.setattr(fault_injection, "MAX_REMEMBERED", 3)
    call.service.faults([{"fault": "repeat", "nth": 1000}])
    for _ in range(2):
        for folder in [call.root] + [call.folder(f"{number}", parent=call.root).json["id"] for number in range(6)]:
            call.get(f"/drive/v1/nodes/{folder}")
        assert len(call.service._dispatcher.injector._last) == 3
        for node in call.nodes(filters=f"parents:{call.root}").json["data"]:
            call.purge(node["id"], recurse="true")


def test_connections_have_an_end(monkeypatch, caller_of):
    """One too many is told so and closed; when another goes, the next is served (fault G1)."""
    monkeypatch.setattr(door, "MAX_CONNECTIONS", 5)
    with running() as service, contextlib.ExitStack() as stack:
        address = ("127.0.0.1", urlsplit(service.url).port)
        held = [stack.enter_context(socket.create_connection(address, timeout=30)) for _ in range(5)]
        for one in held:  # each is surely there once it has been answered
            one.sendall(b"GET /x HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert one.recv(12) == b"HTTP/1.1 404"
        assert caller_of(service).get("/drive/v1/account/info").status == 503
        held[0].close()
        call = caller_of(service)
        statuses = (call.get("/drive/v1/account/info").status for _ in range(10_000))
        assert next(status for status in statuses if status != 503) == 200


@pytest.mark.skipif(sys.platform == "win32", reason="sockets are no files there")
@pytest.mark.parametrize(("ulimit", "callers", "least", "most"), [("-n 64", 200, 4, 63), ("-n 256", 400, 64, 255)])
def test_connections_that_the_system_has_no_room_for(start, caller_of, ulimit, callers, least, most):
    """Of a burst each is served or sent away at once, and nothing is said of it (fault G1)."""
    assert least <= serve_a_burst(start(ulimit=ulimit), caller_of, callers) <= most


@pytest.mark.skipif(sys.platform == "win32", reason="sockets are no files there")
def test_a_soft_limit_of_the_system_is_raised(start, caller_of):
    """Where that is allowed, there is room for 1,000, and no more than that (fault G1)."""
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < 2000:
        pytest.skip("so many connections are not allowed here")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 2000), hard))
    try:
        assert serve_a_burst(start(ulimit="-S -n 128"), caller_of, 1200) == door.MAX_CONNECTIONS
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def serve_a_burst(told, caller_of, callers):
    """How many of so many connections at once are not sent away; then it serves and stops as ever."""
    address = ("127.0.0.1", urlsplit(told.url).port)
    with contextlib.ExitStack() as stack:
        held = [stack.enter_context(socket.create_connection(address, timeout=30)) for _ in range(callers)]
        gone = (b"HTTP/1.1 503", b"")
        assert held[-1].recv(12) in gone  # and all before it have been looked at
        waiting = select.poll()
        for one in held[:-1]:
            waiting.register(one, select.POLLIN)
        answered = {number for number, _ in waiting.poll(0)}
        assert all(one.recv(12) in gone for one in held[:-1] if one.fileno() in answered)
        served = len(held) - 1 - len(answered)
    call = caller_of(told)
    statuses = (call.get("/drive/v1/account/info").status for _ in range(10_000))
    assert next(status for status in statuses if status != 503) == 200
    told.process.terminate()
    assert told.process.communicate(timeout=30)[1] == ""
    return served


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/drive/v1/nodes"),
        ("PATCH", "/drive/v1/trash"),
        ("POST", "/_emulator/faults"),
        ("POST", "/_emulator/reset"),
    ],
)
def test_json_has_an_end(call, method, path):
    """More than eight megabytes are a 413 (fault G1)."""
    assert call.ask(method, path, body=b'{"name": "' + b"x" * 9_000_000 + b'"}').status == 413
    assert call.nodes(filters="name:x*").json["count"] == 0


@pytest.mark.parametrize("head", [{"X": "y" * 70_000}, {f"X-{number}": "y" for number in range(200)}])
def test_headers_have_an_end(call, head):
    """Too many, or one too long: 400 (fault G1)."""
    assert call.ask("GET", "/drive/v1/account/info", headers=head).status == 400


def nothing_is_left(call):
    store = call.service.library.data
    assert call.nodes(filters="kind:FILE").json["count"] == 0
    assert not [path for folder in ("incoming", "content") for path in (store / folder).rglob("*") if path.is_file()]


@pytest.mark.parametrize("chunked", [False, True])
def test_a_file_has_an_end(call, chunked, monkeypatch):
    """Larger than the service takes: 400, whether it says so first or not; nothing is left (fault G1)."""
    monkeypatch.setattr(uploads, "MAX_UPLOAD", 1_000_000)
    body = iter([b"x" * 300_000] * 5) if chunked else b"x" * 1_500_000
    with contextlib.suppress(ConnectionError):
        assert call.upload("a.txt", body).status == 400
    nothing_is_left(call)


@pytest.mark.parametrize("chunked", [False, True])
def test_the_disk_is_not_filled(call, chunked, monkeypatch):
    """An upload that this machine's disk has no room for is refused in the service's words (fault G1)."""

    def disk_usage(folder):
        return SimpleNamespace(free=content.KEPT_FREE + 1_000_000 - sum(one.stat().st_size for one in folder.iterdir()))

    monkeypatch.setattr(shutil, "disk_usage", disk_usage)
    body = iter([b"x" * 300_000] * 5) if chunked else b"x" * 1_500_000
    answer = call.upload("a.txt", body)
    assert (answer.status, answer.json["errorCode"]) == (403, "InsufficientStorage")
    nothing_is_left(call)
    assert call.upload("b.txt", b"small").status == 201


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_disk_that_is_full_all_the_same(kept, number, monkeypatch):
    """Is told in the service's words, too; nothing is left, and the next upload is taken."""

    def full(*_):
        raise OSError(number, "full")

    with monkeypatch.context() as patched:
        patched.setattr(content.os, "fsync", full)
        answer = kept.upload("a.txt", b"a")
        assert (answer.status, answer.json["errorCode"]) == (403, "InsufficientStorage")
    nothing_is_left(kept)
    assert kept.upload("a.txt", b"a").status == 201


def test_a_zip_does_not_fill_the_disk(call, monkeypatch):
    """It is as large as its files together (fault G1)."""
    node_id = call.uploaded("a.bin", b"x" * 500_000)
    path = call.zip_of(node_id)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=content.KEPT_FREE + 400_000))
    assert call.get(path).status == 403
    assert not list((call.service.library.data / "incoming").iterdir())


def test_links_have_an_end(call, monkeypatch):
    """There are so many public links and no more; a revoked one makes room (fault G1)."""
    monkeypatch.setattr(shares, "MAX_SHARES", 2)
    node_id = call.uploaded("a.jpg")
    made = [call.ask("POST", "/_emulator/shares", body={"nodeIds": [node_id]}) for _ in range(3)]
    assert [answer.status for answer in made] == [200, 200, 400]
    call.ask("DELETE", f"/_emulator/shares/{made[0].json['shareId']}")
    assert call.ask("POST", "/_emulator/shares", body={"nodeIds": [node_id]}).status == 200
    assert call.ask("POST", "/_emulator/shares", body={"nodeIds": [node_id] * 2000}).status == 400


@pytest.mark.parametrize(
    "script",
    [
        [{"fault": "500"}] * (MAX_RULES + 1),
        [{"fault": ["500"] * 101}],
        [{"fault": "500", "nth": list(range(1, 20_000))}],
        [{"fault": "500", "path": "*" * 2000}],
        [{"fault": "stall", "seconds": 1e7}],
        [{"fault": "stall", "seconds": math.nan}],
        [{"fault": "429", "retry_after": math.inf}],
        [{"fault": "expired-link", "status": 200}],
        [{"fault": "500", "every": 1.5}],
        [{"fault": "500", "probability": 2}],
        [{"fault": "500", "operation": 5}],
        [{"fault": "500", "method": ["GET"]}],
        [{"fault": "500", "seed": [1]}],
        [{"fault": 5e2}],
    ],
)
def test_fault_scripts_have_an_end(call, script):
    """InvalidInput that names the rule, and the script in force stays (faults G1, G2)."""
    call.service.faults([{"fault": "503"}])
    with pytest.raises(InvalidInput, match="fault"):
        call.service.faults(script)
    assert call.get("/drive/v1/account/info").status == 503


def test_the_documents_tell_the_limits():
    """docs/emulator.md has the numbers that stand in the code."""
    told = Path(__file__).parents[2].joinpath("docs/emulator.md").read_text("utf-8")
    for number in (MAX_FILES, dispatch.MAX_SEEN, shares.MAX_SHARES, door.MAX_CONNECTIONS, MAX_RULES):
        assert re.search(rf"\b{number:,}\b", told), number


def test_threads_and_connections_do_not_grow(call):
    """Many callers, resets from many threads: the database's connections stay few."""
    before = len(call.service.library.database._open)
    for _ in range(30):
        thread = threading.Thread(target=call.service.reset)
        thread.start()
        thread.join()
    assert len(call.service.library.database._open) <= before + 1


def is_empty(folder):
    """Waits for it: what is made for an answer goes when the answer has been sent."""
    return any(not list(folder.iterdir()) for _ in range(10_000))


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_whatever_goes_wrong_no_zip_is_left(call, kind):
    """A file that is made for one answer goes with it (fault G1)."""
    node_id = call.uploaded("a.bin", b"x" * 2_000_000)
    path = call.zip_of(node_id)
    call.service.faults([{"operation": "batch.zip", "fault": kind, "seconds": 0.1}])
    with contextlib.suppress(OSError, http.client.HTTPException):
        call.get(path)
    assert is_empty(call.service.library.data / "incoming")


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs /proc")
def test_large_files_go_wrong_in_little_memory(start, caller_of):
    """A fault does not read the file that it spoils into memory, and the bytes are as they should be (fault G1)."""
    size, block = 160_000_000, bytes(range(256)) * 4096
    service = start()
    call = caller_of(service)
    parts = [block] * (size // len(block)) + [block[: size % len(block)]]
    node_id = call.upload("a.bin", iter(parts)).json["id"]
    whole = b"".join(parts)
    for kind in ("wrong-bytes", "wrong-length", "cut", "reset-during", "stall-during", "drip", "reset-after"):
        rule = {"operation": "download", "fault": kind, "seconds": 0.1}
        assert call.ask("POST", "/_emulator/faults", body=[rule]).status == 200
        try:
            body = call.get(f"/cdproxy/nodes/{node_id}").body
        except http.client.IncompleteRead as cut:
            body = cut.partial
        except (OSError, http.client.HTTPException):
            continue
        near = range(size // 2 - 20, size // 2 + 20)
        wrong = [number for number in near if body[number : number + 1] != whole[number : number + 1]]
        if kind == "wrong-bytes":
            assert (len(body), wrong) == (size, list(range(size // 2, size // 2 + 8)))
        elif kind in ("stall-during", "drip"):
            assert body == whole
        else:
            assert whole.startswith(body)
    status = Path(f"/proc/{service.process.pid}/status").read_text()
    assert int(re.search(r"VmHWM:\s+(\d+)", status)[1]) * 1024 < size + 60_000_000
