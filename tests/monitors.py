"""A monitor such as healthchecks.io, on this machine: it notes who called it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Monitor:
    """``url`` is what it is called at; ``paths`` are the calls so far."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}/ping"
        self.paths: list[str] = []


@contextmanager
def monitoring() -> Iterator[Monitor]:
    """Gives one that is there until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            monitor.paths.append(self.path)
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_POST = do_HEAD = do_GET  # noqa: N815 - http.server calls them so

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        monitor = Monitor(server.server_port)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield monitor
        finally:
            server.shutdown()
            thread.join()
