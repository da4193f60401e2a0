"""SIGTERM ends the program, whatever it does at that moment: whoever leaves an emulator running can be sure of that."""

import contextlib
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.parse
from pathlib import Path

import pytest

from growing import count_bytes

LONG = 60
"""Seconds: within them a machine of any load has ended it; none of these things would be over by itself."""


def connect(service):
    return socket.create_connection(("127.0.0.1", urllib.parse.urlsplit(service.url).port), timeout=LONG)


def begin(call, request, *, body=b"", length=None, **more_headers):
    """Sends a request and leaves the connection open; of a body, perhaps, less than ``length`` promises."""
    connection = connect(call.service)
    headers = call.headers() | {"Host": "localhost", "Content-Length": length or len(body)} | more_headers
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    connection.sendall(f"{request} HTTP/1.1\r\n{lines}\r\n".encode() + body)
    return connection


def seeding(call):
    """POST /_emulator/reset of two million files has begun."""
    body = b'{"files": 2000000}'
    connection = begin(call, "POST /_emulator/reset", body=body, **call.steering())
    wait_for_growth(call.service.data)
    return connection


def wait_for_growth(data):
    end = time.monotonic() + LONG
    while time.monotonic() < end:
        if count_bytes(Path(data).glob("library.sqlite*")) > 4_000_000:
            return
        time.sleep(0.01)
    raise AssertionError("it seeds nothing")


def stalled(kind):
    def begin_stall(call):
        call.ask("POST", "/_emulator/faults", body=[{"operation": "account.*", "fault": kind, "seconds": 1_000_000}])
        return begin(call, "GET /drive/v1/account/info")

    return begin_stall


def latency(call):
    call.ask("PATCH", "/_emulator/options", body={"latency": 1e6})
    return begin(call, "GET /drive/v1/account/info")


def uploading(call):
    """Half the body has come, the rest never does."""
    request = "POST /cdproxy/nodes?kind=FILE&name=a.txt"
    connection = begin(call, request, body=b"x" * 1_000_000, length=2_000_000)
    end = time.monotonic() + LONG
    incoming = Path(call.service.data) / "incoming"
    while not count_bytes(incoming.iterdir()):
        assert time.monotonic() < end
    return connection


def unread(call):
    """A download that nobody reads: the sockets are full."""
    node_id = call.uploaded("a.bin", os.urandom(50_000_000))
    return begin(call, f"GET /cdproxy/nodes/{node_id}")


def zipping(call):
    node_id = call.uploaded("a.bin", os.urandom(30_000_000))
    path = call.zip_of(node_id)
    return begin(call, f"GET {path}")


@contextlib.contextmanager
def locked(data):
    """Somebody else is writing to the database."""
    other = sqlite3.connect(Path(data) / "library.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.close()


def waiting_for_a_lock(call):
    stack = contextlib.ExitStack()
    stack.enter_context(locked(call.service.data))
    body = b'{"kind": "FOLDER", "name": "x"}'
    stack.enter_context(begin(call, "POST /drive/v1/nodes", body=body))
    return stack


def idle(call):
    return contextlib.ExitStack()


BUSY = {
    "nothing": idle,
    "seeding": seeding,
    "stall": stalled("stall"),
    "stall-during": stalled("stall-during"),
    "drip": stalled("drip"),
    "latency": latency,
    "an upload": uploading,
    "an unread download": unread,
    "a zip": zipping,
    "a locked database": waiting_for_a_lock,
}


@pytest.mark.parametrize(
    ("name", "number"),
    [*((name, signal.SIGTERM) for name in BUSY), *((name, signal.SIGINT) for name in ("nothing", "stall", "a zip"))],
)
def test_a_signal_ends_it_whatever_it_does(name, number, start, caller_of, tmp_path):
    """Exit code 0 and a silent stderr, soon (fault G1)."""
    service = start("--data", tmp_path)
    service.data = tmp_path
    with BUSY[name](caller_of(service)):
        service.process.send_signal(number)
        output, complaints = service.process.communicate(timeout=LONG)
    assert (service.process.returncode, complaints) == (0, "")
    assert output.endswith("Stopped.\n")


@pytest.mark.parametrize("number", [signal.SIGTERM, pytest.param(signal.SIGINT, marks=pytest.mark.soak)])
def test_a_signal_ends_it_while_it_seeds_at_the_start(number, caller_of, tmp_path):
    """Before it serves, too; then the library is empty, and another start seeds it (fault G1)."""
    command = [sys.executable, "-m", "amazon_photos.emulator", "--port", "0", "--data", tmp_path, "--files", "2000000"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    wait_for_growth(tmp_path)
    process.send_signal(number)
    _, complaints = process.communicate(timeout=LONG)
    assert (process.returncode, [line for line in complaints.splitlines() if "Inventing" not in line]) == (0, [])
    from amazon_photos.emulator import running

    with running(tmp_path, files=3) as service:
        assert service.library.read(
            lambda db: db.execute("SELECT COUNT(*) FROM nodes WHERE kind = 'FILE'").fetchone()
        ) == (3,)


def test_the_end_does_not_wait_for_the_main_thread(tmp_path):
    """A main thread that never comes to it is ended too (fault G1)."""
    code = (
        "from amazon_photos.emulator.stopping import Stop\n"
        "stop = Stop(); stop.serving(); print('ready', flush=True)\n"
        "while True: pass\n"
    )
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "ready\n"
    process.send_signal(signal.SIGTERM)
    assert (process.communicate(timeout=LONG)[0], process.returncode) == ("Stopped.\n", 0)


def test_the_end_of_the_block_waits_for_nothing_long(caller_of, tmp_path):
    """In Python, too, seeding and stalled answers end with the block; the library is as before (fault G1)."""
    from amazon_photos.emulator import running

    before = set(threading.enumerate())
    with running(tmp_path) as service:
        call = caller_of(service)
        service.data = tmp_path
        call.uploaded("a.txt")
        connections = [seeding(call)]
        service.faults([{"fault": "stall"}])
        connections.append(begin(call, "GET /drive/v1/account/info"))
    for connection in connections:
        connection.close()
    assert not [thread.name for thread in set(threading.enumerate()) - before if thread.name.startswith("emulator")]
    with running(tmp_path) as service:
        call = caller_of(service)
        node_id = call.nodes(filters="kind:FILE").json["data"][0]["id"]
        assert call.get(f"/cdproxy/nodes/{node_id}").body == b"a.txt"


def test_a_reset_that_fails_changes_nothing(call, monkeypatch):
    """All of it or nothing: nodes and bytes are those of before."""
    node_id = call.uploaded("a.txt")

    def fail(*_args, **_more):
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(call.service.library, "_fill", fail)
    with pytest.raises(sqlite3.OperationalError):
        call.service.reset(files=10)
    assert call.get(f"/cdproxy/nodes/{node_id}").body == b"a.txt"
