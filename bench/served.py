"""A small HTTP server in a thread of this process; the clients that are measured run in processes of their own."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager

import aiohttp
from aiohttp import web
from yarl import URL

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@contextmanager
def served(handler: Handler) -> Iterator[str]:
    """Answers every request by ``handler``; gives the address."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handler)
    app.cleanup_ctx.append(_closing(handler))
    runner = web.AppRunner(app, access_log=None)
    try:
        asyncio.run_coroutine_threadsafe(_start(runner, listener), loop).result()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _start(runner: web.AppRunner, listener: socket.socket) -> None:
    await runner.setup()
    await web.SockSite(runner, listener).start()


def _closing(handler: Handler) -> Callable[[web.Application], AsyncIterator[None]]:
    async def around(_: web.Application) -> AsyncIterator[None]:
        yield
        if isinstance(handler, Replay):
            await handler.close()

    return around


class Replay:
    """Passes requests on to ``upstream`` and keeps the answers; from then on the same requests get the kept answers."""

    def __init__(self, upstream: str) -> None:
        self._upstream = upstream
        self._kept: dict[str, bytes] = {}
        self._http: aiohttp.ClientSession | None = None
        self.passed_on = 0

    @property
    def paths(self) -> list[str]:
        """What was asked for."""
        return list(self._kept)

    async def __call__(self, request: web.Request) -> web.Response:
        body = self._kept.get(request.path_qs)
        if body is None:
            body = self._kept[request.path_qs] = await self._fetched(request)
        return web.Response(body=body, content_type="application/json")

    async def _fetched(self, request: web.Request) -> bytes:
        self.passed_on += 1
        self._http = self._http or aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())
        headers = {name: value for name, value in request.headers.items() if name not in ("Host", "Accept-Encoding")}
        url = URL(self._upstream + request.path_qs, encoded=True)
        async with self._http.get(url, headers=headers, raise_for_status=True) as answer:
            return await answer.read()

    async def close(self) -> None:
        if self._http is not None:
            await self._http.close()
