"""``make live`` is for somebody with an account; its own tests run it against an emulator in another process."""

import contextlib
import json
import os
import re
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from click.testing import CliRunner

from live.run import command

ROOT = Path(__file__).parents[2]


class Account:
    """An emulated account over HTTP, and ``make live`` run against it."""

    def __init__(self, url, cookies, token, work):
        self.url, self.cookies, self.token, self.work = url, cookies, token, work

    def control(self, method, path, body=None):
        """Steer the emulator."""
        headers = {"x-emulator-token": self.token, "content-type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        asked = urllib.request.Request(f"{self.url}/_emulator/{path}", data, headers, method=method)
        with urllib.request.urlopen(asked, timeout=60) as answer:
            return json.load(answer)

    def ask(self, path, method="GET", body=None):
        """Ask the service, as another client of the same account."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        headers |= {"x-amzn-sessionid": self.cookies["session-id"], "content-type": "application/json"}
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        asked = urllib.request.Request(self.url + path, data, headers, method=method)
        with urllib.request.urlopen(asked, timeout=60) as answer:
            return json.load(answer)

    def nodes(self):
        """``{id: node}`` of every node that is, in the trash or not, as raw text."""
        found = {}
        for listing in ("nodes?", "trash?filters=kind:(FILE*%20OR%20FOLDER*)%20AND%20status:(TRASH*)&"):
            token = ""
            while token is not None:
                page = self.ask(f"/drive/v1/{listing}limit=200&resourceVersion=V2{token and '&startToken=' + token}")
                found |= {node["id"]: json.dumps(node, sort_keys=True) for node in page["data"]}
                token = page.get("nextToken")
        return found

    def requests(self):
        """What the emulator was asked since the last time."""
        seen = self.control("GET", "requests")["requests"]
        self.control("DELETE", "requests")
        return seen

    def flags(self, *flags, url=None, cookies=None):
        """The arguments of ``make live``; without a pause, where none is given."""
        file = self.work / "cookies.json"
        file.write_text(json.dumps(cookies or self.cookies))
        given = ["--cookies", str(file), "--endpoint", url or self.url, "--lag", "0", "--journal", str(self.journal)]
        return [*given, *([] if "--pause" in flags else ["--pause", "0"]), *flags]

    def live(self, *flags, typed="com", **how):
        """The command in this process: exit code, what it printed, and what it said of errors."""
        ended = CliRunner().invoke(command, self.flags(*flags, **how), input=typed + "\n", prog_name="make live")
        assert isinstance(ended.exception, SystemExit | None), ended.exc_info
        return ended.exit_code, _unprompted(ended.stdout, typed), _unprompted(ended.stderr, typed)

    def start(self, *flags):
        """The command in a process of its own, on its way."""
        program = subprocess.Popen(
            [sys.executable, "-m", "live.run", *self.flags(*flags)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ
            | {"HOME": str(self.work), "TMPDIR": str(self.work), "PYTHONPATH": f"{ROOT / 'tests'}:{ROOT / 'src'}"},
        )
        program.stdin.write("com\n")
        program.stdin.flush()
        return program

    def run(self, *flags):
        """The command in a process of its own, to its end, as ``live`` gives it."""
        program = self.start(*flags)
        out, err = program.communicate(timeout=300)
        return program.returncode, out, _unprompted(err)

    @property
    def journal(self):
        return self.work / "live.journal"


def _unprompted(text, typed=""):
    return re.sub(rf"The account's marketplace[^:]*: ({re.escape(typed)}\n)?", "", text).removeprefix(f"{typed}\n")


@pytest.fixture(scope="session")
def emulator_process(tmp_path_factory):
    """``amazon-photos emulator`` in a process of its own: its address, cookies and token."""
    command = [sys.executable, "-m", "amazon_photos.emulator", "--port", "0"]
    with contextlib.ExitStack() as stack:
        program = stack.enter_context(subprocess.Popen(command, stdout=subprocess.PIPE, text=True))
        stack.callback(program.terminate)
        told = ""
        while "x-emulator-token" not in told:
            told += program.stdout.readline()
        cookies, url = re.search(r'cookies=(\{.*?\}), endpoint="(.*?)"', told).groups()
        yield url, json.loads(cookies), re.search(r"EMULATOR_TOKEN='(.*?)'", told)[1]


@pytest.fixture
def account(emulator_process, tmp_path):
    """An account of some hundred nodes, which nobody has asked anything yet."""
    account = Account(*emulator_process, tmp_path)
    account.control("POST", "faults", [])
    account.control("POST", "reset", {"files": 300})
    account.control("DELETE", "requests")
    return account
