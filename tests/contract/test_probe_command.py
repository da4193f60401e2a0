"""``amazon-photos probe``: what it prints, where, and with which code it ends."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from amazon_photos.probe.questions import QUESTIONS
from odd_service import Answer, odd_service

MAIN = "from amazon_photos.cli.app import main; main()"
NO_DATA = "fact\toutcome"


@pytest.fixture
def library(service):
    """An invented library that has something of everything."""
    service.reset(files=300)
    service.requests.clear()
    return service


@pytest.fixture
def start(service, tmp_path):
    """Starts the command with the emulator's cookies in the environment; gives its process."""
    started = []

    def begin(*arguments, pause="0", environ=(), stdout=subprocess.PIPE):
        command = [sys.executable, "-c", MAIN, "probe", "--pause", pause, *arguments]
        pipes = {"stdout": stdout, "stderr": subprocess.PIPE, "text": True}
        environment = os.environ | service.environ | dict(environ)
        started.append(subprocess.Popen(command, env=environment, cwd=tmp_path, **pipes))
        return started[-1]

    yield begin
    for process in started:
        process.kill()
        process.communicate()


@pytest.fixture
def run(start):
    """Runs the command to its end; gives code, standard output and standard error."""

    def to_the_end(*arguments, **options):
        process = start(*arguments, **options)
        out, err = process.communicate(timeout=100)
        return process.returncode, out, err

    return to_the_end


def rows(out):
    head, *lines = (line.split("\t") for line in out.splitlines())
    return [dict(zip(head, line, strict=True)) for line in lines]


def test_a_line_for_each_fact(library, run):
    """Into a pipe: a line for each fact, the summary beside it, and 0 when all is as documented."""
    code, out, err = run()
    assert [row["fact"] for row in rows(out)] == [question.fact for question in QUESTIONS]
    assert code == 0, [row for row in rows(out) if row["outcome"] == "differs"]
    assert err == f"{len(QUESTIONS) - 1} as documented, 0 differs, 1 not asked\n"


def test_json_and_report_say_the_same(library, run, tmp_path):
    """``--json`` prints what the lines say, and the report holds it too."""
    code, out, err = run("--json", "--report", "probe.json")
    report = json.loads((tmp_path / "probe.json").read_text())
    assert json.loads(out) == report["answers"]
    assert report["ended"] == ""
    assert (code, err.splitlines()[1:]) == (0, [f"written: {(tmp_path / 'probe.json').resolve()}"])


def test_a_difference_is_code_1(library, run):
    """The answer is no: scripts can tell without reading."""
    library.set(paging="offset")
    code, out, _ = run()
    assert [row["fact"] for row in rows(out) if row["outcome"] == "differs"] == ["page-token"]
    assert code == 1


def test_no_session_is_one_line(run):
    """Without cookies: one line that says how to give them, and 4."""
    none = {name: "" for name in os.environ if name.lower().startswith(("session_id", "ubid_", "at_"))}
    code, out, err = run(environ={"session_id": "", "ubid_main": "", "at_main": "", **none})
    assert (code, out, err.count("\n")) == (4, "", 1)
    assert "--cookies" in err


def test_cookies_may_be_in_a_file(library, run, tmp_path):
    """``--cookies FILE`` is read; one that is not there is an error with code 4, and none of its text is shown."""
    text = "; ".join(f"{name}={value}" for name, value in library.cookies.items())
    (tmp_path / "cookies.txt").write_text(text)
    empty = dict.fromkeys(("session_id", "ubid_main", "at_main"), "")
    assert run("--cookies", "cookies.txt", environ=empty)[0] == 0
    assert run("--cookies", "nowhere.txt", environ=empty)[0] == 4


def test_a_dead_session_is_one_line(library, run):
    """One request, one line, and 4."""
    library.faults([{"fault": "401"}])
    code, out, err = run()
    assert (code, out, err.count("\n"), len(library.requests)) == (4, "", 1, 1)
    assert "session" in err


def test_a_dead_network_is_one_line(run):
    """Nobody there: one line, and 5."""
    code, out, err = run("--endpoint", "http://127.0.0.1:9")
    assert (code, out, err.count("\n")) == (5, "", 1)
    assert "cannot reach" in err


def test_too_much_is_code_5(library, run):
    """A 429 in the middle: what was asked is printed, one line says why it ended, and 5."""
    library.faults([{"nth": 9, "fault": "429"}])
    code, out, err = run()
    outcomes = {row["fact"]: row["outcome"] for row in rows(out)}
    assert (outcomes["account-info"], outcomes["memories"]) == ("as_documented", "not_asked")
    assert code == 5
    assert "slow down" in err.splitlines()[-1]


@pytest.mark.parametrize(
    "arguments",
    [["--pause", "x"], ["--pause", "nan"], ["--nonsense"], ["--endpoint", "ftp://x"], ["--report", "no/such/one"]],
)
def test_wrong_usage_is_code_2(run, arguments):
    """What cannot be meant is said on standard error, with 2."""
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert err


@pytest.mark.skipif(sys.platform == "win32", reason="signals are another thing there")
@pytest.mark.parametrize(("number", "ends"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_what_was_asked_is_reported(library, start, tmp_path, number, ends):
    """Ctrl-C or SIGTERM in the middle: what was answered until then is printed and written, and the code says which."""
    process = start("--report", "probe.json", pause="0.3")
    while len(library.requests) < 3:
        assert process.poll() is None, process.communicate()
        time.sleep(0.01)
    process.send_signal(number)
    out, err = process.communicate(timeout=60)
    outcomes = {row["fact"]: row["outcome"] for row in rows(out)}
    assert (outcomes["account-info"], outcomes["memories"]) == ("as_documented", "not_asked")
    assert json.loads((tmp_path / "probe.json").read_text())["ended"] == "interrupted"
    assert process.returncode == ends
    assert "Traceback" not in err


def test_a_reader_may_leave(library, start, tmp_path):
    """``| head``: no complaint, the report is written, and the code is the probe's own."""
    process = start("--report", "probe.json")
    process.stdout.close()
    process.stdout = None
    _, err = process.communicate(timeout=100)
    assert process.returncode == 0
    assert err.splitlines()[-1] == f"written: {(tmp_path / 'probe.json').resolve()}"
    assert (tmp_path / "probe.json").exists()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full device")
def test_a_full_disk_for_the_table_costs_no_report(library, start, tmp_path):
    """Where standard output takes nothing more, that is an error, and the report is written all the same."""
    with Path("/dev/full").open("w") as full:
        process = start("--report", "probe.json", stdout=full)
        _, err = process.communicate(timeout=100)
    assert (process.returncode, "Traceback" in err) == (1, False)
    assert json.loads((tmp_path / "probe.json").read_text())["ended"] == ""


# --- secrets -----------------------------------------------------------------------------------------------

SECRETS = ["Ada", "Lovelace", "Vancouver", "IMG_2041", "1815-12-10", "49.28", "31337", "A2OWNERSECRET"]
TEXT = "Ada Lovelace, IMG_2041.HEIC of A2OWNERSECRET in Vancouver 49.28,-123.12 on 1815-12-10T00:00:00.000Z, 31337"
UNKNOWN = {"adaLovelace": TEXT, TEXT: TEXT, "photoOwner": {"Vancouver": [TEXT, 31337]}}
API = Path(__file__).parents[2] / "docs" / "api.md"
DOCUMENTED = API.read_text("utf-8") + " ".join(question.documented for question in QUESTIONS)


def add_unknown(value):
    """The same with unknown fields in every object."""
    if isinstance(value, dict):
        return {name: add_unknown(each) for name, each in value.items()} | UNKNOWN
    return [add_unknown(each) for each in value] if isinstance(value, list) else value


def replace_all(value):
    """The same with another value everywhere."""
    match value:
        case dict():
            return {name: replace_all(each) for name, each in value.items()}
        case list():
            return [replace_all(each) for each in value] + [TEXT]
        case str():
            return TEXT
        case bool() | None:
            return TEXT
    return 31337


def private(value):
    """What in an answer may identify somebody: every name, text and larger number."""
    match value:
        case dict():
            return set().union(*map(private, value.values()), *map(private, value))
        case list():
            return set().union(*map(private, value))
        case str() if len(value) >= 4:
            return {value}
        case int() | float() if not isinstance(value, bool) and value >= 1000:
            return {str(value)}
    return set()


def as_it_is(answer, asked):
    """The invented library's own values, of which none may be seen."""


def with_unknown_fields(answer, asked):
    """Unknown fields everywhere, whose names and values are secrets."""
    answer.body = json.dumps(add_unknown(answer.json)).encode()


def with_other_values(answer, asked):
    """Values everywhere that are no documented ones; the root stays, so that there is something to ask about."""
    if "isRoot" not in str(asked.query):
        answer.body = json.dumps(replace_all(answer.json)).encode()


def with_errors(answer, asked):
    """Errors everywhere, whose bodies are full of secrets."""
    if "isRoot" not in str(asked.query) and "account" not in asked.path:
        answer.status = 400
        answer.body = json.dumps(
            {"logref": TEXT, "message": f"Node with the name {TEXT}", "code": TEXT, TEXT: TEXT}
        ).encode()


def with_text_errors(answer, asked):
    """Errors everywhere, whose bodies are no JSON; also where an error is due."""
    if "isRoot" not in str(asked.query) and "account" not in asked.path:
        answer.status, answer.body = 404, TEXT.encode()


@pytest.mark.parametrize("alter", [as_it_is, with_unknown_fields, with_other_values, with_errors, with_text_errors])
def test_no_secret_is_told(library, run, tmp_path, alter):
    """Neither the report nor what is printed holds anything of a library, whatever stands in the answers."""
    held = {library.url, *library.cookies.values(), *SECRETS}

    async def odd(asked, forward):
        answer = await forward()
        if answer.headers.get("Content-Type", "").startswith("application/json") and answer.body:
            held.update(private(answer.json))
            del answer.json
            alter(answer, asked)
        return Answer(answer.status, answer.body, {**answer.headers, "X-Amzn-Owner": TEXT})

    with odd_service(library, odd) as strange:
        _, out, err = run("--endpoint", strange.url, "--report", "probe.json")
    assert len(held) > 500
    told = out + err + (tmp_path / "probe.json").read_text()
    held.discard("1.0.0")  # the version of the terms of use, and of us
    assert [secret for secret in held if secret in told and secret not in DOCUMENTED] == []
