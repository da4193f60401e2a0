"""``upload``, ``download``, ``check`` and ``cat`` where something is odd: names, disks, monitors, profiles."""

import http.server
import json
import os
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

import pytest

import terminals
import unprivileged
from amazon_photos import AmazonPhotos
from command_runs import read_report, run, stream
from transfers import fill

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="names, disks and terminals are other things there")
EVIL = ["\x1b[31mred.jpg", "line\nbreak.jpg", "tab\tbed.jpg", "\u202eright.jpg", "two\r\rlines.jpg", "-rf.jpg"]


@pytest.fixture
def account(service, tmp_path):
    """Somebody who is signed in, with an empty library."""
    service.reset(files=0)
    (tmp_path / "user").mkdir()
    return terminals.clean_environ(tmp_path, **service.environ, AMAZON_PHOTOS_CATALOG=str(tmp_path / "ap.parquet"))


@pytest.fixture
def library(service, tmp_path):
    """The library, by another client."""
    with AmazonPhotos(service.cookies, endpoint=service.url, catalog=tmp_path / "look.parquet", progress=False) as ap:
        yield ap


@pytest.fixture
def monitor():
    """A monitor, on this machine; ``seen`` is what it was told, ``answer`` what it says."""

    class Monitor(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            server.seen.append((self.path, body.decode()))
            self.send_response(server.answer)
            self.end_headers()

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Monitor) as server:
        server.seen, server.answer = [], 200
        server.url = f"http://127.0.0.1:{server.server_port}/secret"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def small_disk(tmp_path):
    """A disk with room for one MiB."""
    place = tmp_path / "disk"
    place.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "none", place], capture_output=True, check=False)
    if made.returncode:
        pytest.skip("nothing can be mounted here")
    yield place
    subprocess.run(["umount", "-l", place], check=True)


@pytest.mark.parametrize(("command", "option"), [("upload", "--to"), ("upload", "--album"), ("check", "--of")])
def test_a_variable_that_a_script_never_set_means_nothing(account, tmp_path, command, option):
    """``--to "$FOLDER"`` without a folder is refused, and is not the whole library."""
    fill(tmp_path / "P", "a.jpg")
    done = terminals.run([command, str(tmp_path / "P"), option, ""], account)
    assert (done.returncode, done.stdout) == (2, "")
    assert f"{option} is empty: leave it out if none is meant" in done.stderr


def test_names_that_steer_terminals_are_harmless(account, library, tmp_path):
    """In every format, on every stream, and in the report; what they are called in the library is as it was."""
    folder = fill(tmp_path / "P", *EVIL)
    for form in ("table", "tsv", "jsonl"):
        for call in (
            ["upload", str(folder), "--all", "--report", str(tmp_path / "r")],
            ["check", str(folder), "--all"],
            ["download", "/P", "--out", str(tmp_path / "out"), "--all", "--report", str(tmp_path / "r")],
        ):
            done = run([*call, "-o", form], account)
            told = done.stdout + done.stderr
            assert done.returncode == 0, told
            assert not set(told) & {"\x1b", "\u202e", "\r"}
            assert form == "table" or len(done.stdout.splitlines()) == len(EVIL) + (form == "tsv")
    assert sorted(library.nodes("kind:FILE").name) == sorted(EVIL)
    assert {Path(line["path"]).name for line in read_report(tmp_path / "r") if line.get("path")} >= set(EVIL)


def test_a_file_that_is_called_as_standard_input_is(account, library, tmp_path, monkeypatch):
    """``./-`` is the file."""
    (tmp_path / "-").write_bytes(b"a dash")
    done = run(["upload", f"{tmp_path}/./-"], account)
    assert done.returncode == 0, done.stderr
    assert list(library.nodes("kind:FILE").name) == ["-"]


def test_a_monitor_is_told_how_it_goes(account, library, monitor, tmp_path):
    """That it begins, and the code; also of what failed before it began. Its address is told nobody."""
    folder = fill(tmp_path / "P", "a.jpg")
    call = ["--healthcheck", monitor.url, "-vv"]
    good = run(["upload", str(folder), *call], account)
    assert monitor.seen == [("/secret/start", ""), ("/secret", "1 uploaded")]
    monitor.seen.clear()
    bad = run(["upload", str(tmp_path / "none"), *call], account)
    assert (bad.returncode, [path for path, _ in monitor.seen]) == (2, ["/secret/start", "/secret/2"])
    monitor.seen.clear()
    nobody = {name: value for name, value in account.items() if name not in ("session_id", "ubid_main", "at_main")}
    signed_out = run(["download", "/", *call], nobody)
    assert (signed_out.returncode, [path for path, _ in monitor.seen]) == (4, ["/secret/4"])
    monitor.answer = 500
    deaf = run(["upload", str(folder), *call], account)
    assert (deaf.returncode, "healthcheck" in deaf.stderr) == (0, True)
    for done in (good, bad, signed_out, deaf):
        assert "secret" not in done.stdout + done.stderr


def test_a_disk_that_fills_ends_a_download(account, library, small_disk, tmp_path):
    """Code 1, the system's words, and no file is half there; what was done is told."""
    (tmp_path / "P").mkdir()
    for number in range(8):
        (tmp_path / "P" / f"{number}.bin").write_bytes(os.urandom(300_000))
    library.upload(tmp_path / "P")
    call = ["download", "/P", "--out", str(small_disk / "out"), "--report", str(tmp_path / "r"), "-o", "jsonl"]
    done = run(call, account)
    assert done.returncode == 1, done.stderr
    assert "room" in done.stderr
    there = {path.name for path in (small_disk / "out").glob("[!.]*")}
    assert {Path(json.loads(line)["path"]).name for line in done.stdout.splitlines()} >= there
    for name in there:
        assert (small_disk / "out" / name).read_bytes() == (tmp_path / "P" / name).read_bytes()
    assert read_report(tmp_path / "r")[-1]["exit_code"] == 1


def test_a_disk_that_fills_ends_a_pipe(account, library, small_disk):
    """Before anything is sent; the copy that was begun is gone."""
    call = ["upload", "-", "--name", "large.bin"]
    done = stream(call, account | {"TMPDIR": str(small_disk)}, given=os.urandom(3 << 20))
    assert done.returncode == 1
    assert b"TMPDIR" in done.stderr
    assert list(small_disk.iterdir()) == []
    assert len(library.nodes("kind:FILE")) == 0


def test_a_report_on_a_full_disk_is_told(account, library, small_disk, tmp_path):
    """The run ends, and its code is no 0."""
    folder = fill(tmp_path / "P", "a.jpg", "b.jpg")
    (small_disk / "r").write_text('{"old": true, "padding": "%s"}\n' % ("x" * 4060))
    with suppress(OSError), (small_disk / "filler").open("wb", buffering=0) as file:
        while True:
            file.write(b"x" * 4096)
    done = run(["upload", str(folder), "--report", str(small_disk / "r")], account)
    assert done.returncode == 1
    assert "report" in done.stderr


def test_two_profiles_of_one_account_keep_out_of_each_others_way(service, account, tmp_path):
    """They are one account: code 5 for the second."""
    from command_runs import count_moved, starting

    folder = fill(tmp_path / "P", *(f"{number}.jpg" for number in range(20)))
    header = "; ".join(f"{name}={value}" for name, value in service.cookies.items())
    plain = {name: value for name, value in account.items() if name not in service.cookies}
    plain.pop("AMAZON_PHOTOS_CATALOG")
    for profile in ("one", "two"):
        signed = run(["login", "--profile", profile, "--from", "-", "--store", "file"], plain, given=header)
        assert signed.returncode == 0, signed.stderr
    service.set(latency=0.5)
    with starting(plain, tmp_path) as start:
        first = start("upload", str(folder), "--profile", "one", "--report", str(tmp_path / "r"))
        first.expect(lambda: count_moved(tmp_path / "r") > 0)
        second = run(["upload", str(folder), "--profile", "two"], plain)
        assert second.returncode == 5, second.stderr
        assert "'one'" in second.stderr
        service.set(latency=0)
        assert first.end() == 0


@unprivileged.REQUIRED
def test_a_folder_that_may_not_be_read(account, tmp_path):
    """It is no yes, and no success."""
    folder = fill(tmp_path / "P", "a.jpg", "closed/b.jpg")
    (folder / "closed").chmod(0)
    try:
        for command, code in (("upload", 3), ("backed-up", 1)):
            done = terminals.run([command, str(folder)], account, before=unprivileged.LOSE_RIGHTS)
            assert done.returncode == code
    finally:
        (folder / "closed").chmod(0o700)


def test_a_line_of_progress_where_no_terminal_is(account, tmp_path):
    """Only where it is asked for; the counts are told once."""
    folder = fill(tmp_path / "P", "a.jpg")
    asked = run(["upload", str(folder), "--progress"], account)
    assert [line for line in asked.stderr.splitlines() if line.startswith("upload: 1 file (1 uploaded)")]
    plain = run(["upload", str(folder)], account)
    assert plain.stderr.splitlines() == ["1 exists"]
    assert run(["upload", str(folder), "--quiet"], account).stderr == ""


@pytest.mark.parametrize("option", ["--report", "--log-file"])
def test_what_is_somebodys_file_is_never_written_into(account, tmp_path, option):
    """A photo where a report or a log is due is refused, and not a byte is added; nor is a pipe waited for."""
    (tmp_path / "photos").mkdir()
    photo, pipe = tmp_path / "photo.jpg", tmp_path / "pipe"
    photo.write_bytes(b"\xff\xd8 picture")
    os.mkfifo(pipe)
    for path, why in ((photo, "other content"), (pipe, "a pipe")):
        done = run(["upload", str(tmp_path / "photos"), option, str(path)], account)
        assert done.returncode == 1
        assert why in done.stderr
    assert photo.read_bytes() == b"\xff\xd8 picture"


def test_a_log_that_can_no_longer_be_written_is_told_once(account):
    """A full disk ends the log with a sentence, and not the command."""
    done = run(["refresh", "--log-file", "/dev/full"], account)
    assert done.returncode == 0
    assert done.stderr.count("No space left") == 1
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["find", "--help"], [], ["albums"]])
def test_help_for_a_reader_that_has_had_enough_is_no_error(account, arguments):
    """`amazon-photos --help | true` ends as every other command does."""
    command = [sys.executable, "-m", "amazon_photos", *arguments]
    read, write = os.pipe()
    os.close(read)
    unread = subprocess.run(command, env=account, stdout=write, stderr=subprocess.PIPE, timeout=60)
    os.close(write)
    assert (unread.returncode, unread.stderr) == (0, b"")

    with Path("/dev/full").open("w") as full:
        done = subprocess.run(command, env=account, stdout=full, stderr=subprocess.PIPE, timeout=60)
    assert (done.returncode, b"Traceback" in done.stderr) == (1, False)
    assert b"cannot print: No space left" in done.stderr
