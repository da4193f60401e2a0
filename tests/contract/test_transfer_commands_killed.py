"""``upload`` and ``download`` as commands, stopped in the middle by every signal, and run again to the same end."""

import os
import signal
import sys
from contextlib import suppress

import pytest

import command_runs
import terminals
from amazon_photos import AmazonPhotos
from command_runs import count_moved, read_report
from transfers import content, md5

MOMENTS = pytest.mark.parametrize("moments", [3, pytest.param(20, marks=pytest.mark.soak)])
FILES_A_MOMENT = 12
"""More than go up until a signal is heard and what is in flight is finished."""
WAYS = {
    "kill": ([signal.SIGKILL], -9),
    "ctrl-c": ([signal.SIGINT], 130),
    "ctrl-c twice": ([signal.SIGINT, signal.SIGINT], 130),
    "shutdown": ([signal.SIGTERM], 143),
    "terminal closed": ([signal.SIGHUP], 129),
} if sys.platform != "win32" else {}  # fmt: skip

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals are other things there")


@pytest.fixture
def account(service, tmp_path):
    """Somebody who is signed in, with an empty library of a slow service; two requests at a time."""
    service.reset(files=0)
    (tmp_path / "user").mkdir()
    settings = {"CATALOG": str(tmp_path / "ap.parquet"), "INITIAL_CONCURRENCY": "2", "MAX_CONCURRENCY": "2"}
    prefixed = {f"AMAZON_PHOTOS_{name}": value for name, value in settings.items()}
    return terminals.clean_environ(tmp_path, **service.environ, **prefixed)


@pytest.fixture
def start(account, tmp_path):
    """Starts commands."""
    with command_runs.starting(account, tmp_path) as start:
        yield start


@pytest.fixture
def library(service, tmp_path):
    """The library, by another client."""
    with AmazonPhotos(service.cookies, endpoint=service.url, catalog=tmp_path / "look.parquet", progress=False) as ap:
        yield ap


@pytest.fixture
def pictures(tmp_path, moments):
    """So many files that there is a middle; some are large enough to come in pieces."""
    folder = tmp_path / "P"
    for number in range(FILES_A_MOMENT * moments):
        path = folder / f"{number % 3}" / f"{number:03}.bin"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content(number, 1_200_000 if number % 10 == 1 else 2_000))
    return folder


def stop(run, report, moved, signals):
    """Send signals once a file more than ``moved`` is done; gives the code."""
    run.expect(lambda: count_moved(report) > moved)
    for number in signals:
        with suppress(ProcessLookupError):
            run.signal(number)
        if number == signal.SIGINT and len(signals) > 1 and "stopping" not in run.err:
            with suppress(AssertionError):
                run.expect(lambda: "stopping" in run.err)
    return run.end()


def check_told(run, report, code):
    """The report is whole, and its last line says how it ended; so does whoever watches."""
    *_, last = read_report(report)
    if code == -signal.SIGKILL:
        assert "summary" not in last
        return
    assert (last["summary"], last["exit_code"]) == (True, code)
    assert "mistake" not in run.err, run.err


@pytest.mark.slow
@MOMENTS
@pytest.mark.parametrize("way", WAYS)
def test_an_upload_is_stopped_and_run_again(service, start, library, pictures, tmp_path, moments, way):
    """Every file is there once in the end; until then nothing is there that is not right; no lock is left."""
    signals, expected = WAYS[way]
    right = {path.name: md5(path) for path in pictures.rglob("*.bin")}
    report = tmp_path / "r.jsonl"
    call = ["upload", str(pictures), "--to", "B", "--report", str(report)]
    service.set(latency=0.03)
    for _ in range(moments):
        run = start(*call)
        assert stop(run, report, count_moved(report), signals) == expected, run.err
        check_told(run, report, expected)
        nodes = library.nodes("kind:FILE")
        assert set(zip(nodes.name, nodes.md5, strict=True)) <= set(right.items())
        if way in ("ctrl-c", "shutdown", "terminal closed"):
            assert len(nodes) == count_moved(report)  # what was in flight is finished, and told
            assert "undo" in run.err
    service.set(latency=0)
    last = start(*call)
    assert last.end() == 0, last.err
    nodes = library.nodes("kind:FILE")
    assert sorted(zip(nodes.name, nodes.md5, strict=True)) == sorted(right.items())
    check_told(last, report, 0)


@pytest.mark.slow
@MOMENTS
@pytest.mark.parametrize("way", WAYS)
def test_a_download_is_stopped_and_run_again(service, start, library, pictures, tmp_path, moments, way):
    """Every file is here in the end, and nothing else; no final name ever held anything wrong; no lock is left."""
    signals, expected = WAYS[way]
    library.upload(pictures)
    right = {path.name: md5(path) for path in pictures.rglob("*.bin")}
    report, out = tmp_path / "r.jsonl", tmp_path / "out"
    call = ["download", "/P", "--out", str(out), "--report", str(report)]
    service.set(latency=0.03)
    for _ in range(moments):
        run = start(*call, "--bwlimit", "4M")
        assert stop(run, report, count_moved(report), signals) == expected, run.err
        check_told(run, report, expected)
        there = {path.name: md5(path) for path in out.glob("[!.]*")}
        assert there.items() <= right.items()
        if way in ("ctrl-c", "shutdown", "terminal closed"):
            assert len(there) == count_moved(report)
            assert list(out.glob(".*")) == []
    service.set(latency=0)
    last = start(*call)
    assert last.end() == 0, last.err
    assert {path.name: md5(path) for path in out.iterdir()} == right
    check_told(last, report, 0)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_pipe_is_stopped_before_its_end(start, library, tmp_path, number, code):
    """What came of it is gone, nothing went up, and the report says so."""
    os.mkfifo(tmp_path / "pipe")
    own = tmp_path / "tmp"
    own.mkdir()
    report = tmp_path / "r.jsonl"
    call = ["upload", "-", "--name", "a.bin", "--report", str(report)]
    run = start(*call, stdin=tmp_path / "pipe", TMPDIR=str(own))
    with (tmp_path / "pipe").open("wb", buffering=0) as writer:
        writer.write(b"x" * 1000)
        run.expect(lambda: bool(list(own.glob("amazon-photos-pipe-*/content/a.bin"))))
        run.signal(number)
        assert run.end() == code, run.err
    assert list(own.glob("amazon-photos-pipe-*")) == []
    check_told(run, report, code)
    assert len(library.nodes("kind:FILE")) == 0


# --- one at a time ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("moments", [1])
def test_a_second_run_is_told_who_runs(service, start, library, pictures, tmp_path):
    """Code 5, with since when; with --wait it waits and then has nothing to do; another target is nobody's business."""
    report = tmp_path / "r.jsonl"
    service.set(latency=0.5)
    first = start("upload", str(pictures), "--report", str(report))
    first.expect(lambda: count_moved(report) > 0)
    waiting = start("upload", str(pictures), "--to", "/", "--wait")
    second = start("upload", str(pictures), "--to", "//", "--report", str(tmp_path / "s.jsonl"))
    assert second.end() == 5, second.err
    assert "runs since" in second.err
    assert read_report(tmp_path / "s.jsonl")[-1]["exit_code"] == 5
    waiting.expect(lambda: "runs since" in waiting.err)
    elsewhere = start("download", "/Nothing", "--out", str(tmp_path / "out"))
    assert elsewhere.end() == 2, elsewhere.err
    service.set(latency=0)
    assert (first.end(), waiting.end()) == (0, 0)
    assert waiting.err.splitlines()[-1] == "12 exists"
    assert len(library.nodes("kind:FILE")) == len(list(pictures.rglob("*.bin")))


@pytest.mark.parametrize("moments", [1])
def test_waiting_ends_by_ctrl_c(service, start, pictures, tmp_path):
    """Code 130; the other run goes on."""
    report = tmp_path / "r.jsonl"
    service.set(latency=0.5)
    first = start("upload", str(pictures), "--report", str(report))
    first.expect(lambda: count_moved(report) > 0)
    waiting = start("upload", str(pictures), "--wait")
    waiting.expect(lambda: "runs since" in waiting.err)
    waiting.signal(signal.SIGINT)
    assert waiting.end() == 130
    service.set(latency=0)
    assert first.end() == 0


# --- terminals and disks ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("moments", [1])
def test_a_terminal_that_closes(service, account, library, pictures, tmp_path):
    """What is in flight is finished, the report has its summary, and nobody is asked or shown anything."""
    report = tmp_path / "r.jsonl"
    service.set(latency=0.3)
    terminal = terminals.Terminal(["upload", str(pictures), "--report", str(report)], account)
    command_runs.wait_until(lambda: count_moved(report) > 0)
    assert terminal.hang_up() == 129
    assert read_report(report)[-1]["exit_code"] == 129
    service.set(latency=0)
    again = terminals.run(["upload", str(pictures)], account)
    assert again.returncode == 0, again.stderr
    assert len(library.nodes("kind:FILE")) == len(list(pictures.rglob("*.bin")))
