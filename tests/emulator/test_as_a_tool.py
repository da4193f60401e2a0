"""The emulator for people and programs of all kinds: in notebooks, other projects' tests, shells and JSON readers."""

import asyncio
import json
import os
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from amazon_photos import emulator
from amazon_photos.emulator.filling import FillProgress
from amazon_photos.errors import InvalidInput

PROGRAM = [sys.executable, "-m", "amazon_photos.emulator"]


def run(*arguments, environ=None):
    """The program, to its end; it must not wait for an emulator in the background."""
    environ = {**os.environ, **(environ or {})}
    return subprocess.run([*PROGRAM, *arguments], capture_output=True, text=True, timeout=60, check=False, env=environ)


def exported(text):
    return dict(shlex.split(line)[1].split("=", 1) for line in text.splitlines())


@pytest.fixture
def background(tmp_path):
    """Starts one in the background; gives its environment, and stops it at the end."""
    started = []

    def start(*arguments):
        done = run("--env", "--port", "0", "--data", str(tmp_path / "data"), *arguments)
        assert done.returncode == 0, done.stderr
        started.append(exported(done.stdout))
        return started[-1]

    yield start
    for environ in started:
        run("--stop", environ=environ)


def test_it_starts_and_stops_without_a_block(caller_of):
    """`start` gives a service that answers; `stop` ends it, and a second `stop` does no harm."""
    service = emulator.start(files=5)
    assert caller_of(service).search().json["count"] > 0
    service.stop()
    service.stop()
    with pytest.raises(ConnectionRefusedError):
        caller_of(service).get("/")


def test_it_starts_where_a_loop_is_running(caller_of):
    """In a notebook, some event loop runs already: it has one of its own."""

    async def cell():
        service = emulator.start()
        try:
            return await asyncio.to_thread(caller_of(service).nodes)
        finally:
            service.stop()

    assert asyncio.run(cell()).status == 200


def test_it_ends_with_python():
    """A program that never stops it comes to its end all the same, and leaves no folder."""
    code = "from amazon_photos import emulator; print(emulator.start().library.data)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert not Path(done.stdout.strip()).exists()
    assert done.stderr == ""


def test_a_forked_child_leaves_it_alone(caller_of):
    """What a child that was forked stops is nothing: the parent's goes on."""
    service = emulator.start()
    try:
        child = os.fork()
        if not child:
            service.stop()
            os._exit(0)
        os.waitpid(child, 0)
        assert caller_of(service).nodes().status == 200
    finally:
        service.stop()


def test_one_for_the_whole_run(amazon_photos_emulator, caller_of):
    """The fixture of the session is an emulator, too, to be filled by whoever uses it."""
    amazon_photos_emulator.reset(files=10)
    assert caller_of(amazon_photos_emulator).search().json["count"] > 0


def test_lines_for_a_shell(background, tmp_path):
    """--env prints exports and comes back; they lead to an emulator that goes on, with its own catalogue's place."""
    environ = background("--files", "20", "--region", "ca")
    assert environ["AMAZON_PHOTOS_CATALOG"] == str(tmp_path / "data" / "ap.parquet")
    assert {"session_id", "ubid_acbca", "at_acbca", "EMULATOR_TOKEN", "EMULATOR_PID"} <= set(environ)
    code = "from amazon_photos import AmazonPhotos\nwith AmazonPhotos() as ap: print(len(ap.nodes()) > 20)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout == "True\n"


def test_what_is_in_the_background_is_stopped(background):
    """--stop ends the one that the environment leads to; --env makes it forget; a second time there is none."""
    environ = background()
    stopped = run("--stop", "--env", environ=environ)
    assert stopped.returncode == 0
    assert {"unset AMAZON_PHOTOS_ENDPOINT", "unset at_main", "unset EMULATOR_PID"} <= set(stopped.stdout.splitlines())
    again = run("--stop", environ=environ)
    assert again.returncode == 2
    assert "stopped already" in again.stderr


@pytest.mark.parametrize("arguments", [["--stop"], ["--env", "--json"]])
def test_what_cannot_be_meant(arguments):
    """--stop without the lines of --env, and two forms at once: one sentence and exit code 2."""
    lost = {"AMAZON_PHOTOS_ENDPOINT": "", "EMULATOR_TOKEN": ""}
    done = run(*arguments, environ=lost)
    assert done.returncode == 2
    assert done.stderr.startswith("amazon-photos emulator: --")
    assert done.stdout == "false\n" * ("--env" in arguments)


def test_one_that_cannot_start_in_the_background(tmp_path, background):
    """The folder is in use: the child's complaint and exit code are the command's, and what is printed fails."""
    background()
    done = run("--env", "--port", "0", "--data", str(tmp_path / "data"))
    assert (done.returncode, done.stdout) == (1, "false\n")
    assert "in use" in done.stderr


@pytest.mark.parametrize("form", ["--env", "--detach"])
@pytest.mark.parametrize("wrong", [["--port", "many"], ["--region", "xx"], ["--data", "/dev/null/x"]])
def test_the_command_of_all_commands_does_not_start_it(form, wrong):
    """Its exit code is the emulator's, too, and a script that evals what it prints ends there."""
    done = subprocess.run(
        [sys.executable, "-m", "amazon_photos", "emulator", form, *wrong], capture_output=True, text=True, timeout=60
    )
    assert done.returncode in (1, 2)
    assert done.stdout == "false\n" * (form == "--env")
    script = f'eval "$({sys.executable} -m amazon_photos emulator {form} {" ".join(wrong)})" && echo goes on'
    assert subprocess.run(["sh", "-c", script], capture_output=True, text=True, timeout=60).stdout == "goes on\n" * (
        form == "--detach"
    )


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="only Linux tells the children of a process")
def test_ctrl_c_while_it_fills_fails_in_eval_too():
    """The one in the background goes, and a script that evals what is printed does not go on."""
    words = [sys.executable, "-m", "amazon_photos", "emulator", "--env", "--port", "0", "--files", "1000000"]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        while not (begun := children.read_text().split()):
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        printed, _ = process.communicate(timeout=60)
    finally:
        process.kill()
    assert (process.returncode, printed) == (130, "false\n")
    while Path(f"/proc/{begun[0]}/cmdline").exists() and Path(f"/proc/{begun[0]}/cmdline").read_bytes():
        time.sleep(0.01)


def test_one_json_object():
    """--json prints one line when it is ready: where it is, how to sign in, whose process and which folder it is."""
    process = subprocess.Popen([*PROGRAM, "--json", "--port", "0"], stdout=subprocess.PIPE, text=True)
    try:
        told = json.loads(process.stdout.readline())
    finally:
        process.terminate()
        rest, _ = process.communicate(timeout=30)
    assert {"url", "cookies", "token", "pid", "data", "catalog", "environ", "python", "temporary"} == set(told)
    assert (told["pid"], rest) == (process.pid, "")


def test_one_inside_python_is_pythons_to_stop(call):
    """POST /_emulator/stop ends a program of its own, and nobody else's."""
    answer = call.ask("POST", "/_emulator/stop", body={})
    assert answer.status == 400
    assert "service.stop()" in answer.json["message"]


@pytest.mark.parametrize(("said", "suffix"), [("ca", "acbca"), ("co.uk", "acbuk"), ("uk", "acbuk"), ("com", "main")])
def test_a_region_by_its_marketplace(said, suffix):
    """The name of a marketplace stands for the suffix of its cookies."""
    assert emulator.Options(region=said).region == suffix


@pytest.mark.parametrize("options", [None, emulator.Options(region="com", moving=False)])
def test_options_by_their_names(options):
    """An emulator is started with them as it is set to them later; they come before those of ``options``."""
    service = emulator.start(options=options, region="ca", latency=0.01)
    try:
        assert service.set().region == "acbca"
        assert "at-acbca" in service.cookies
        assert (service.set().latency, service.set().moving) == (0.01, options is None)
    finally:
        service.stop()


@pytest.mark.parametrize("begin", [emulator.start, emulator.running])
def test_a_name_that_is_no_option(begin):
    """It is named with those that there are, before anything is started."""
    with pytest.raises(InvalidInput, match="unknown option 'regoin'; known: region, "):
        begin(regoin="ca")


def test_a_region_that_is_none():
    """What is no marketplace is refused, with examples of some."""
    with pytest.raises(InvalidInput, match=r"such as com, ca or co\.uk"):
        emulator.Options(region="atlantis")


def test_filling_tells_how_far_it_is(capsys, monkeypatch):
    """Where no terminal is, plain lines every ten seconds, and none for a library that is there at once."""
    now = [100.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    told = FillProgress(1000)
    for done in range(0, 1001, 100):
        now[0] += 3
        told(done)
    assert capsys.readouterr().err.splitlines() == [
        "Inventing 1,000 files: 300 (30 %)",
        "Inventing 1,000 files: 700 (70 %)",
    ]
    FillProgress(10)(10)
    assert capsys.readouterr().err == ""
