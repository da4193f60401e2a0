"""The predecessor as a child process, and the library seen from the outside, over plain HTTP."""

from __future__ import annotations

import hashlib
import http.client
import json
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

SCRIPT = Path(__file__).with_name("predecessor.py")
PATIENCE = 120
"""How long a call may take, in seconds."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a call of the predecessor gave, or raised (``error``) in which of its functions (``where``)."""

    value: Any = None
    printed: str = ""
    error: str = ""
    where: str = ""


class Broken(AssertionError):
    """The predecessor raised where it should work."""


class Peer:
    """The predecessor, waiting for calls in a folder of its own."""

    def __init__(self, python: Path, url: str, folder: Path, *, cores: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._noise = (folder / "stderr.txt").open("w+")
        self._process = subprocess.Popen(
            [Path(python).absolute(), SCRIPT, url, str(cores)],  # not resolved: a link is what makes it a venv's
            cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._noise, text=True,
        )  # fmt: skip

    def attempt(self, call: str, *args: Any, **kwargs: Any) -> Answer:
        """Make a call; what it raised is part of the answer."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"call": call, "args": args, "kwargs": kwargs}) + "\n")
        self._process.stdin.flush()
        watchdog = threading.Timer(PATIENCE, self._process.kill)
        watchdog.start()
        line = self._process.stdout.readline()
        watchdog.cancel()
        if not line:
            self._noise.seek(0)
            raise Broken(f"{call} ended the process, or took {PATIENCE} s: {self._noise.read()[-2000:]}")
        return Answer(**json.loads(line))

    def do(self, call: str, *args: Any, **kwargs: Any) -> Any:
        """The value of a call. Raises ``Broken``."""
        answer = self.attempt(call, *args, **kwargs)
        if answer.error:
            raise Broken(f"{call}: {answer.error} (in {answer.where})")
        return answer.value

    def close(self) -> None:
        """Ends it; a call that never came back does not keep it alive."""
        try:
            self._process.communicate(timeout=30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.communicate()
        finally:
            self._noise.close()


@contextmanager
def peer(python: Path, url: str, folder: Path, *, cores: int = 2) -> Iterator[Peer]:
    started = Peer(python, url, folder, cores=cores)
    try:
        yield started
    finally:
        started.close()


class Outside:
    """The library as anybody sees it who speaks HTTP."""

    def __init__(self, url: str, cookies: Mapping[str, str]) -> None:
        self._host = urlsplit(url).netloc
        cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())
        self._headers = {"Cookie": cookie, "x-amzn-sessionid": cookies["session-id"]}

    def ask(self, method: str, path: str, body: Any = None, **query: Any) -> tuple[int, Any]:
        """Status and decoded body of a metadata call."""
        connection = http.client.HTTPConnection(self._host, timeout=30)
        try:
            target = f"/drive/v1{path}?{urlencode({'resourceVersion': 'V2', **query})}"
            connection.request(method, target, None if body is None else json.dumps(body), self._headers)
            reply = connection.getresponse()
            return reply.status, json.loads(reply.read())
        finally:
            connection.close()

    def all(self, path: str, **query: Any) -> list[dict[str, Any]]:
        """Every node of a listing, page by page."""
        found: list[dict[str, Any]] = []
        while True:
            status, page = self.ask("GET", path, limit=200, offset=len(found), **query)
            assert status == 200, page
            found += page["data"]
            if not page["data"] or len(found) >= page["count"]:
                return found

    def nodes(self, filters: str, **query: Any) -> list[dict[str, Any]]:
        return self.all("/nodes", filters=filters, **query)

    def node(self, node_id: str) -> dict[str, Any]:
        status, node = self.ask("GET", f"/nodes/{node_id}")
        assert status == 200, node
        return dict(node)

    def become(self, ids: list[str]) -> set[str]:
        """What has become of some nodes: AVAILABLE, TRASH … or gone."""
        answers = [self.ask("GET", f"/nodes/{node_id}") for node_id in ids]
        return {node["status"] if status == 200 else "gone" for status, node in answers}

    def make_folders(self, *names: str) -> None:
        root = self.nodes("isRoot:true")[0]["id"]
        for name in names:
            status, reply = self.ask("POST", "/nodes", {"kind": "FOLDER", "name": name, "parents": [root]})
            assert status == 201, reply

    def files(self) -> dict[str, dict[str, Any]]:
        """Every file that is not in the trash, by its path."""
        folders = {folder["id"]: folder for folder in self.nodes("kind:FOLDER")}

        def path(node: dict[str, Any]) -> str:
            above = folders.get(node["parents"][0]) if node["parents"] else None
            return f"{path(above)}/{node['name']}" if above and not above.get("isRoot") else str(node["name"])

        return {path(file): file for file in self.nodes("kind:FILE")}


def md5(content: bytes) -> str:
    return hashlib.md5(content, usedforsecurity=False).hexdigest()
