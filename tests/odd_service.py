"""A service that answers oddly: a proxy before the emulator, whose answers a test may alter, hold back or make up.

::

    async def odd(asked, forward):
        if asked.method == "POST" and asked.path == "/cdproxy/nodes":
            await asked.also("POST", "/drive/v1/nodes", json={...})   # another client is quicker
        answer = await forward()
        answer.json["status"] = "TRASH"
        return answer

    with odd_service(service, odd) as strange:
        AsyncAmazonPhotos(strange.cookies, endpoint=strange.url)

``forward`` may be called with another query (``forward(query={…})``), several times, or not at all (``Answer(503)``).
Everything that the test doesn't touch is the emulator's. An error of ``odd`` itself is raised where the block ends.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import threading
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import aiohttp
from aiohttp import web
from yarl import URL

_HOP = {"connection", "transfer-encoding", "content-length", "keep-alive", "server", "host"}


@dataclass
class Answer:
    """An answer on its way; ``json`` is its body, to be changed in place."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)

    @cached_property
    def json(self) -> Any:
        return json.loads(self.body or b"{}")

    def _response(self) -> web.Response:
        body = json.dumps(self.json).encode() if "json" in self.__dict__ else self.body
        return web.Response(status=self.status, body=body, headers=self.headers)


@dataclass
class Asked:
    """A request, read whole."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes
    _client: aiohttp.ClientSession
    _to: str

    @cached_property
    def json(self) -> Any:
        return json.loads(self.body or b"{}")

    @property
    def uploads(self) -> bool:
        return self.method == "POST" and self.path in ("/cdproxy/nodes", "/v2/upload")

    async def also(
        self, method: str, path: str, *, query: dict[str, str] | None = None, body: bytes = b"", json: Any = None
    ) -> Answer:
        """What the emulator answers another client of the same account; never with an error."""
        data = body if json is None else _dumps(json)
        headers = {**self.headers, "Content-Type": "application/json" if json is not None else "application/binary"}
        url = URL(self._to + path)
        async with self._client.request(
            method, url, params=query or {}, data=data, headers=headers, allow_redirects=False
        ) as response:
            kept = {name: value for name, value in response.headers.items() if name.lower() not in _HOP}
            body = await response.read()
            assert response.ok, (method, path, response.status, body)
            return Answer(response.status, body, kept)

    async def also_put(self, name: str, content: bytes, parent: str) -> str:
        """Another client's upload; its id."""
        query = {"name": name, "kind": "FILE", "parentNodeId": parent}
        return str((await self.also("POST", "/cdproxy/nodes", query=query, body=content)).json["id"])


Forward = Callable[..., Awaitable[Answer]]
Odd = Callable[[Asked, Forward], Awaitable[Answer]]


@dataclass
class OddService:
    """Stands where the emulator stood."""

    url: str
    cookies: dict[str, str]


@contextlib.contextmanager
def odd_service(service: Any, odd: Odd) -> Iterator[OddService]:
    """The proxy, in a thread of its own, until the block ends."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="odd-service", daemon=True)
    thread.start()

    def run(work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, loop).result(30)

    wrong: list[Exception] = []
    runner, client, port = run(_start(service.url, odd, wrong))
    try:
        yield OddService(f"http://127.0.0.1:{port}", service.cookies)
    finally:
        run(runner.cleanup())
        run(client.close())
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
        if wrong:
            raise wrong[0]


async def _start(to: str, odd: Odd, wrong: list[Exception]) -> tuple[web.AppRunner, aiohttp.ClientSession, int]:
    client = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=False)

    async def answer(request: web.Request) -> web.Response:
        headers = {name: value for name, value in request.headers.items() if name.lower() not in _HOP}
        query = dict(request.query)
        asked = Asked(request.method, request.path, query, headers, await request.read(), client, to)

        async def forward(*, query: dict[str, str] | None = None) -> Answer:
            url = URL(to + request.path)
            params = asked.query if query is None else query
            async with client.request(
                asked.method, url, params=params, data=asked.body, headers=headers, allow_redirects=False
            ) as response:
                kept = {name: value for name, value in response.headers.items() if name.lower() not in _HOP}
                return Answer(response.status, await response.read(), kept)

        try:
            return (await odd(asked, forward))._response()
        except (aiohttp.ClientError, OSError):
            raise  # the emulator's, whose faults may be at work
        except Exception as error:
            wrong.append(error)
            raise

    app = web.Application(client_max_size=1 << 30)
    app.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0, auto_decompress=False)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return runner, client, runner.addresses[0][1]


def _dumps(value: Any) -> bytes:
    return json.dumps(value).encode()
