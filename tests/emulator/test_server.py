import dataclasses
import http.client
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time

import pytest

from amazon_photos.emulator import Options, running
from amazon_photos.emulator.__main__ import command
from amazon_photos.errors import InvalidInput, LocalFileError


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_cleanly(start, caller_of, number):
    """SIGTERM and Ctrl-C end it with exit code 0 and nothing on stderr."""
    service = start("--files", 10)
    assert caller_of(service).nodes().status == 200
    service.process.send_signal(number)
    output, complaints = service.process.communicate(timeout=30)
    assert (service.process.returncode, complaints) == (0, "")
    assert output.endswith("Stopped.\n")


def test_its_options(start, caller_of):
    """The command line's options are the emulator's."""
    service = start(
        "--region", "acbuk", "--paging", "offset", "--quota", "1000", "--prime", "--rotate", "--clock-offset", "60"
    )
    assert "at-acbuk" in service.cookies
    options = caller_of(service).get("/_emulator/options").json
    told = {name: options[name] for name in ("paging", "quota", "prime", "rotate", "clock_offset")}
    assert told == {"paging": "offset", "quota": 1000, "prime": True, "rotate": True, "clock_offset": 60}


def test_every_option_is_a_flag():
    """What Options knows, the command line takes."""
    flags = {parameter.name for parameter in command.params}
    assert {field.name for field in dataclasses.fields(Options)} <= flags


def test_a_bare_installation_is_told_what_it_lacks():
    """Without the extra the emulator starts, and says which pip line makes it look into pictures."""
    code = "import sys; sys.modules['PIL'] = None; from amazon_photos.emulator.__main__ import main; main()"
    process = subprocess.Popen([sys.executable, "-c", code, "--port", "0"], stderr=subprocess.PIPE, text=True)
    try:
        said = iter(process.stderr.readline, "")
        assert any("without PIL " in line and "pip install 'amazon-photos[emulator]'" in line for line in said)
    finally:
        process.terminate()
        process.communicate(timeout=30)


def test_a_fault_script_from_a_file(start, caller_of, tmp_path):
    """--faults FILE is in force from the start."""
    (tmp_path / "faults.json").write_text('[{"operation": "account.info", "fault": "503"}]')
    service = start("--faults", tmp_path / "faults.json")
    assert caller_of(service).get("/drive/v1/account/info").status == 503


@pytest.mark.parametrize("kind", ["port", "data", "version", "faults"])
def test_what_keeps_it_from_starting(kind, tmp_path):
    """A taken port, a folder in use or of another version, a bad script: one message, no traceback, no exit code 0."""
    arguments = ["--port", "0", "--data", str(tmp_path / "data")]
    with socket.create_server(("127.0.0.1", 0)) as taken, running(tmp_path / "used") as _:
        if kind == "port":
            arguments[1] = str(taken.getsockname()[1])
        elif kind == "data":
            arguments[3] = str(tmp_path / "used")
        elif kind == "version":
            make_old(tmp_path / "data")
        else:
            (tmp_path / "faults.json").write_text("[{]")
            arguments += ["--faults", str(tmp_path / "faults.json")]
        command = [sys.executable, "-m", "amazon_photos.emulator", *arguments]
        run = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert run.returncode in (1, 2)
    assert run.stderr.startswith("amazon-photos emulator: ")
    assert len(run.stderr.splitlines()) == 1
    expected = {"port": "is taken", "data": "in use", "version": "another version", "faults": "fault script"}
    assert expected[kind] in run.stderr


def make_old(folder):
    folder.mkdir()
    with sqlite3.connect(folder / "library.sqlite") as database:
        database.execute("PRAGMA user_version = 99")


def test_an_acknowledged_upload_survives_kill_9(start, caller_of, tmp_path):
    """Killed in the middle of many uploads: what was answered is there, byte for byte; nothing else is left."""
    service = start("--data", tmp_path)
    acknowledged, enough = {}, threading.Event()

    def upload(worker):
        call = caller_of(service)
        for number in range(10_000):
            name = f"{worker}-{number}"
            try:
                answer = call.upload(name, name.encode() * 500)
            except (OSError, http.client.HTTPException):
                return
            acknowledged[answer.json["id"]] = name
            if len(acknowledged) > 60:
                enough.set()

    workers = [threading.Thread(target=upload, args=(worker,)) for worker in range(4)]
    for worker in workers:
        worker.start()
    assert enough.wait(60)
    service.process.kill()
    for worker in workers:
        worker.join()
    again = start("--data", tmp_path)
    assert again.cookies == service.cookies
    call = caller_of(again)
    for node_id, name in acknowledged.items():
        assert call.get(f"/cdproxy/nodes/{node_id}").body == name.encode() * 500
    kept = sum(path.is_file() for path in (tmp_path / "content").rglob("*"))
    assert kept == call.nodes(filters="kind:FILE").json["count"] <= len(acknowledged) + len(workers)
    assert not list((tmp_path / "incoming").iterdir())


def test_state_survives_a_restart(caller_of, tmp_path):
    """Nodes, content, albums and cookies are those of before; ``files`` fills empty libraries only."""
    with running(tmp_path) as service:
        call, cookies = caller_of(service), service.cookies
        node_id = call.uploaded("a.txt")
        album = call.album("x").json["id"]
        call.ask("PATCH", f"/drive/v1/nodes/{album}/children", body={"op": "add", "value": [node_id]})
    with running(tmp_path, files=10) as service:
        call = caller_of(service)
        assert service.cookies == cookies
        assert call.names(call.get(f"/drive/v1/nodes/{album}/children")) == ["a.txt"]
        assert call.get(f"/cdproxy/nodes/{node_id}").body == b"a.txt"
        assert call.nodes(filters="kind:FILE").json["count"] == 1


def test_running_in_python(caller_of):
    """A temporary library that goes when the block ends; the environment leads a client to it."""
    with running(options=Options(region="acbca")) as service:
        folder, url = service.library.data, service.url
        assert folder.is_dir()
        assert set(service.environ) == {
            "AMAZON_PHOTOS_ENDPOINT",
            "EMULATOR_TOKEN",
            "session_id",
            "ubid_acbca",
            "at_acbca",
        }
        assert service.environ["AMAZON_PHOTOS_ENDPOINT"] == url
        assert caller_of(service).nodes().status == 200
    assert not folder.exists()
    with pytest.raises(ConnectionRefusedError):
        caller_of(service).get("/")


def test_in_python_too_one_at_a_time(tmp_path):
    """Two emulators cannot have one folder or one port."""
    with running(tmp_path) as service:
        with pytest.raises(LocalFileError, match="in use"), running(tmp_path):
            pass
        with pytest.raises(InvalidInput, match="is taken"), running(port=int(service.url.rpartition(":")[2])):
            pass


def test_it_listens_on_this_machine_only(server):
    """Its address is loopback."""
    assert server.url.startswith("http://127.0.0.1:")


def test_many_emulators_at_once(caller_of):
    """Each has its own library."""
    with running() as one, running() as other:
        caller_of(one).uploaded("a.txt")
        assert caller_of(other).names(caller_of(other).nodes(filters="kind:FILE")) == []


def test_options_over_http(call):
    """GET and PATCH /_emulator/options, with no signing in; what cannot be meant is a 400 that changes nothing."""
    call.signed_in = False
    assert call.ask("PATCH", "/_emulator/options", body={"paging": "offset"}).json["paging"] == "offset"
    for wrong in ({"paging": "no"}, {"nonsense": 1}, {"clock": "soon"}, {"region": "xx"}, []):
        assert call.ask("PATCH", "/_emulator/options", body=wrong).status == 400
    assert call.get("/_emulator/options").json["paging"] == "offset"


def test_the_clock_is_set(call):
    """PATCH {"clock": time} sets it; what is made then carries that time."""
    assert call.ask("PATCH", "/_emulator/options", body={"clock": "2030-01-02T03:04:05Z"}).status == 200
    assert call.folder("x").json["createdDate"].startswith("2030-01-02T03:04:")


def test_reset_over_http(call):
    """POST /_emulator/reset empties the library, or fills it with invented files; the cookies stay."""
    call.uploaded("a.txt")
    assert call.ask("POST", "/_emulator/reset", body={"files": 30}).status == 200
    assert call.search().json["count"] > 20
    assert call.ask("POST", "/_emulator/reset", body={}).status == 200
    assert call.nodes(filters="kind:FILE").json["count"] == 0
    assert call.ask("POST", "/_emulator/reset", body={"files": "many"}).status == 400


def test_a_reset_removes_the_bytes(call):
    """Content of uploads goes with them."""
    call.uploaded("a.txt")
    call.service.reset()
    assert not [path for path in (call.service.library.data / "content").rglob("*") if path.is_file()]


def test_requests_are_logged(call):
    """Method, path, query and status of each, in order, in Python and over HTTP."""
    call.nodes(limit=5)
    call.get("/nonsense")
    first, second = call.service.requests
    assert (first.method, first.path, first.query["limit"], first.status) == ("GET", "/drive/v1/nodes", "5", 200)
    assert (second.path, second.status) == ("/nonsense", 404)
    assert len(call.get("/_emulator/requests").json["requests"]) == 2
    call.service.requests.clear()
    assert call.get("/_emulator/requests").json == {"requests": []}


def test_latency(call):
    """Every answer is held back, errors too."""
    call.service.set(latency=0.2)
    for path in ("/drive/v1/account/info", "/drive/v1/nodes/nothing"):
        before = time.monotonic()
        call.get(path)
        assert time.monotonic() - before >= 0.2


def test_the_plugin_costs_nothing_until_it_is_used():
    """Importing the pytest plugin loads no aiohttp and no library of the emulator."""
    code = "import sys, amazon_photos.emulator.plugin; print('aiohttp' in sys.modules, 'sqlite3' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert run.stdout.split() == ["False", "False"]


def test_the_fixture(amazon_photos_service, caller_of):
    """amazon_photos_service is an empty emulator of the test's own."""
    assert caller_of(amazon_photos_service).nodes(filters="kind:FILE").json["count"] == 0
