"""The emulator as a server: one port of this machine for every service Amazon Photos has, each under its real path."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import secrets
import shutil
import tempfile
import threading
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Any, TypeVar

from aiohttp import web

from amazon_photos.errors import BadInput
from amazon_photos.files import expand_path

from .access import Access
from .library import Library
from .options import Options
from .routes.asked import LONGEST_BODY, Desk
from .routes.control import Control
from .routes.links import Links
from .routes.misbehaving import STOPPING
from .routes.serving import Counter
from .routes.table import ROUTES
from .service import Service

T = TypeVar("T")

HOST = "127.0.0.1"
_THREADS = 8
_LONGEST_LINE = 64 * 1024
"""Of a request: filters may name many ids."""
_PATIENCE = 1.0
"""How long requests under way may take when the server stops, in seconds."""


@contextlib.contextmanager
def running(
    data: str | Path | None = None, *, port: int = 0, seed: int | None = None, options: Options | None = None
) -> Iterator[Service]:
    """An emulator in a thread of its own, until the block ends.

    ``data`` is the folder of its state; None is a temporary one, removed afterwards. Port 0 is a free one. ``seed``
    fills an empty library with so many invented nodes. Raises ``BadInput`` when the port is taken and
    ``LocalFileError`` when the folder is.
    """
    folder = (
        Path(expand_path("data", data))
        if data is not None
        else Path(tempfile.mkdtemp(prefix="amazon-photos-emulator-"))
    )
    try:
        library = Library(folder, options=options, seed=seed)
        try:
            with _Loop() as loop, _served(library, loop, port) as service:
                yield service
        finally:
            library.close()
    finally:
        if data is None:
            shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _served(library: Library, loop: _Loop, port: int) -> Iterator[Service]:
    listener = _listening(port)
    url = f"http://{HOST}:{listener.getsockname()[1]}"
    with ThreadPoolExecutor(_THREADS, thread_name_prefix="emulator") as threads:
        access = Access(library)
        links = Links(url, secrets.token_bytes(16))
        counter = Counter(Desk(library=library, access=access, links=links, threads=threads))
        service = Service(library, url, access, counter)
        runner = loop.run(_started, _application(service, counter), listener)
        try:
            yield service
        finally:
            loop.run(runner.cleanup)


def _application(service: Service, counter: Counter) -> web.Application:
    app = web.Application(client_max_size=LONGEST_BODY)
    app[STOPPING] = asyncio.Event()
    app.on_shutdown.append(_stop_stalling)

    async def tell_the_time(_: web.Request, response: web.StreamResponse) -> None:
        now = datetime.fromisoformat(service.library.now)
        response.headers["Date"] = format_datetime(now, usegmt=True)  # the service's clock, not this machine's

    app.on_response_prepare.append(tell_the_time)
    for route in ROUTES:
        app.router.add_route(route.method, route.path, counter.serving(route))
        if route.method == "GET":
            app.router.add_route("HEAD", route.path, counter.serving(route))
    Control(service).add_to(app)
    app.router.add_route("*", "/{unknown:.*}", counter.unknown)
    return app


async def _stop_stalling(app: web.Application) -> None:
    app[STOPPING].set()


async def _started(app: web.Application, listener: Any) -> web.AppRunner:
    runner = web.AppRunner(
        app,
        access_log=None,
        handle_signals=False,
        shutdown_timeout=_PATIENCE,
        auto_decompress=False,
        max_line_size=_LONGEST_LINE,
        max_field_size=_LONGEST_LINE,
    )
    await runner.setup()
    await web.SockSite(runner, listener, backlog=1024).start()
    return runner


def _listening(port: int) -> Any:
    import socket

    try:
        return socket.create_server((HOST, port), backlog=1024)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise BadInput(f"port {port} is taken; choose another, or 0 for a free one") from None
        raise BadInput(f"cannot listen on port {port}: {error.strerror}") from None


class _Loop:
    """An event loop in a thread of its own."""

    def __enter__(self) -> _Loop:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="emulator-loop", daemon=True)
        self._thread.start()
        return self

    def run(self, work: Callable[..., Coroutine[Any, Any, T]], *args: Any) -> T:
        """Run a coroutine there and wait."""
        return asyncio.run_coroutine_threadsafe(work(*args), self._loop).result()

    def __exit__(self, *_: object) -> None:
        self.run(self._finish)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _finish(self) -> None:
        left = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        await self._loop.shutdown_default_executor()
