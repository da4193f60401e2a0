"""A service that answers what is recorded, and remembers what it was asked: a real server, for a client to read."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from golden.golden import Fact, fill

REDIRECTED = "/redirected"


@dataclass(frozen=True)
class Asked:
    """A request as it came."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    content: bytes

    @property
    def body(self) -> Any:
        return json.loads(self.content) if self.content.startswith(b"{") else self.content


@dataclass
class RecordedService:
    """Answers ``facts``; of two with one method and path, that whose query is asked."""

    facts: list[Fact]
    values: dict[str, Any]
    url: str = ""
    requests: list[Asked] = field(default_factory=list)

    def answer(self, asked: Asked) -> tuple[int, dict[str, str], bytes]:
        self.requests.append(asked)
        if asked.path == REDIRECTED:
            return 200, {"Content-Type": "image/jpeg"}, self.values["photo_bytes"]
        asking = [fact for fact in self.facts if _is_of(fact, asked, self.values)]
        if not asking:
            return 404, {"Content-Type": "text/plain"}, b"asked for what is not served in this test"
        fact = max(asking, key=lambda fact: _sameness(fact, asked, self.values))
        body = fill(fact.response.get("body", b""), self.values)
        content = (
            body if isinstance(body, bytes) else body.encode() if isinstance(body, str) else json.dumps(body).encode()
        )
        return fact.statuses[0], self._headers(fact), content

    def _headers(self, fact: Fact) -> dict[str, str]:
        shown = {name: text for name, text in fact.response["headers"].items() if text is not None}
        filled = {name: fill(text, self.values).removesuffix("*") for name, text in shown.items()}
        if "Location" in filled:
            filled["Location"] = self.url + REDIRECTED
        if "Content-Disposition" in filled:
            filled["Content-Disposition"] = "attachment; filename=photo.jpg"
        return filled


def _is_of(fact: Fact, asked: Asked, values: dict[str, Any]) -> bool:
    return (asked.method, asked.path) == (fact.request["method"], fill(fact.request["path"], values))


def _sameness(fact: Fact, asked: Asked, values: dict[str, Any]) -> int:
    query = fill(fact.request.get("query", {}), values)
    return len(query.items() & asked.query.items()) - len(query.keys() - asked.query.keys())


@contextlib.contextmanager
def recorded_service(facts: list[Fact], values: dict[str, Any]) -> Iterator[RecordedService]:
    """The server, in a thread of its own, until the block ends."""
    service = RecordedService(facts, values)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            parts = urlsplit(self.path)
            query = {name: each[-1] for name, each in parse_qs(parts.query, keep_blank_values=True).items()}
            content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            asked = Asked(self.command, unquote(parts.path), query, dict(self.headers), content)
            status, headers, body = service.answer(asked)
            self.send_response(status)
            for name, text in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, text)
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = _answer  # noqa: N815

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    service.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield service
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
