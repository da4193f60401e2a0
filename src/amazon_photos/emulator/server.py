"""The emulator as a server: one port of this machine for every service Amazon Photos has, each under its real path."""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import errno
import logging
import os
import secrets
import shutil
import tempfile
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from email.utils import format_datetime
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from aiohttp import web
from aiohttp.http_exceptions import BadHttpMessage

from amazon_photos.errors import InvalidInput
from amazon_photos.files.paths import expand_path

from .access import Access
from .control import Control
from .door import Door, count_connections
from .library.library import Library
from .options import Invented, Options, Progress, Sizes, read_invented
from .routes.context import MAX_BODY, AppState
from .routes.dispatch import Dispatcher
from .routes.fault_injection import STOPPING
from .routes.guard import require_host
from .routes.links import Links
from .routes.route_table import ROUTES
from .seeding.fill import fill
from .service import Service

T = TypeVar("T")

HOST = "127.0.0.1"
_THREADS = 8
_MAX_LINE = 64 * 1024
"""Of a request: filters may name many ids."""
_PATIENCE = 0.4
"""How long requests under way may take when the server stops, in seconds; aiohttp may wait twice as long."""


def running(
    data: str | Path | None = None,
    *,
    port: int = 0,
    files: int | None = None,
    seed: int = 0,
    sizes: Sizes = "small",
    relations: int | None = None,
    keys: int | None = None,
    options: Options | None = None,
    progress: Progress | None = None,
    **named: Any,
) -> contextlib.AbstractContextManager[Service]:
    """Run an emulator in a thread of its own until the block, ``close()`` or Python ends.

    ``data`` is the folder of its state; None is a temporary one, removed afterwards. Port 0 is a free one. ``files``
    fills an empty library with so many invented files; ``seed`` chooses another library of that size, and
    ``sizes="real"`` makes it like people's (``seeding.lifelike``), and ``relations`` puts each file in so many of
    ``keys`` things, people, places and albums (``seeding.relations``). ``progress`` is told how many there are.
    Options may also be given by their names, as ``service.set`` takes them: ``running(files=100, region="ca")``.
    Raises ``InvalidInput`` for a name that is none, when the port is taken, and ``LocalFileError`` when the folder is.
    """
    options = (options or Options()).replace(named) if named else options
    return _Running(data, port, read_invented(files, seed, sizes, relations, keys), options, progress)


def start(
    data: str | Path | None = None,
    *,
    port: int = 0,
    files: int | None = None,
    seed: int = 0,
    sizes: Sizes = "small",
    relations: int | None = None,
    keys: int | None = None,
    options: Options | None = None,
    progress: Progress | None = None,
    **named: Any,
) -> Service:
    """Start an emulator without a block: it runs until ``stop()``, or until Python ends.

    For notebooks, where other code's event loop may be running, and for what has no block to put it in. The arguments
    and errors are those of ``running``. A process that was forked meanwhile leaves it alone.
    """
    return running(
        data,
        port=port,
        files=files,
        seed=seed,
        sizes=sizes,
        relations=relations,
        keys=keys,
        options=options,
        progress=progress,
        **named,
    ).__enter__()


class _Running(contextlib.AbstractContextManager[Service]):
    """Whatever an emulator needs, opened and closed in order.

    Somebody may never come to the end of the block (a notebook, an ``ExitStack``, a plain ``__enter__``), so Python's
    own end closes it, too. It belongs to the process that opened it: a forked child, which has none of the threads,
    leaves it alone.
    """

    def __init__(
        self,
        data: str | Path | None,
        port: int,
        invented: Invented | None,
        options: Options | None,
        progress: Progress | None,
    ) -> None:
        self._data, self._port, self._invented, self._options = data, port, invented, options
        self._fill = partial(fill, progress=progress)
        self._closing = threading.Lock()
        self._opened = contextlib.ExitStack()
        self._process = os.getpid()

    def __enter__(self) -> Service:
        with contextlib.ExitStack() as stack:
            folder = _temporary(stack) if self._data is None else Path(expand_path("data", self._data))
            library = Library(
                folder, options=self._options, invented=self._invented, fill=self._fill, durable=self._data is not None
            )
            stack.callback(library.close)
            service = _serve(library, self._port, stack, self.close)
            self._opened, self._process = stack.pop_all(), os.getpid()
        atexit.register(self.close)
        return service

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop it; what it kept in a temporary folder is gone then. Twice does no harm."""
        if os.getpid() != self._process:
            return
        with self._closing:
            atexit.unregister(self.close)
            self._opened.pop_all().close()


def _temporary(stack: contextlib.ExitStack) -> Path:
    folder = Path(tempfile.mkdtemp(prefix="amazon-photos-emulator-"))
    stack.callback(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _serve(library: Library, port: int, stack: contextlib.ExitStack, close: Callable[[], None]) -> Service:
    """Serve the library until ``stack`` is closed."""
    listener = stack.enter_context(contextlib.closing(_listen(port)))
    url = f"http://{HOST}:{listener.getsockname()[1]}"
    threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="emulator")
    stack.callback(threads.shutdown, cancel_futures=True)
    stack.callback(library.database.interrupt)
    access = Access(library)
    links = Links(url, secrets.token_bytes(16))
    dispatcher = Dispatcher(AppState(library=library, access=access, links=links, threads=threads))
    service = Service(library, url, access, dispatcher, close)
    loop = stack.enter_context(_Loop())
    stop = loop.run(_start, _application(service, dispatcher), listener)
    stack.callback(loop.run, stop)
    return service


def _application(service: Service, dispatcher: Dispatcher) -> web.Application:
    app = web.Application(client_max_size=MAX_BODY, middlewares=[require_host(dispatcher.note)])
    app[STOPPING] = asyncio.Event()
    app.on_shutdown.append(_stop_stalling)

    async def tell_the_time(_: web.Request, response: web.StreamResponse) -> None:
        now = datetime.fromisoformat(service.library.now)
        response.headers["Date"] = format_datetime(now, usegmt=True)  # the service's clock, not this machine's

    app.on_response_prepare.append(tell_the_time)
    for route in ROUTES:
        app.router.add_route(route.method, route.path, dispatcher.serving(route))
        if route.method == "GET":
            app.router.add_route("HEAD", route.path, dispatcher.serving(route))
    Control(service).add_to(app)
    app.router.add_route("*", "/{unknown:.*}", dispatcher.answer_unknown)
    return app


async def _stop_stalling(app: web.Application) -> None:
    app[STOPPING].set()


async def _start(app: web.Application, listener: Any) -> Callable[[], Coroutine[Any, Any, None]]:
    """Serve; what it gives back ends that. Too many connections at once are answered with 503 at the door."""
    logger = logging.getLogger(__name__)
    logger.addFilter(_is_news)
    runner = web.AppRunner(
        app,
        access_log=None,
        logger=logger,
        handle_signals=False,
        shutdown_timeout=_PATIENCE,
        auto_decompress=False,
        max_line_size=_MAX_LINE,
        max_field_size=_MAX_LINE,
    )
    await runner.setup()
    server = runner.server
    assert server is not None  # noqa: S101 - setup makes one

    door = Door(server, listener, count_connections())

    async def stop() -> None:
        await door.close()
        await runner.cleanup()

    return stop


def _is_news(record: logging.LogRecord) -> bool:
    """Whether a log record is more than that somebody sent what is no HTTP: that was answered with 400."""
    return not (record.exc_info and isinstance(record.exc_info[1], BadHttpMessage))


def _listen(port: int) -> Any:
    import socket

    try:
        return socket.create_server((HOST, port), backlog=1024)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise InvalidInput(f"port {port} is taken; choose another, or 0 for a free one") from None
        raise InvalidInput(f"cannot listen on port {port}: {error.strerror}") from None


class _Loop:
    """An event loop in a thread of its own, with threads for ``asyncio.to_thread``."""

    def __enter__(self) -> _Loop:
        self._loop = asyncio.new_event_loop()
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="emulator-files")
        self._loop.set_default_executor(self._threads)
        self._thread = threading.Thread(target=self._loop.run_forever, name="emulator-loop", daemon=True)
        self._thread.start()
        return self

    def run(self, work: Callable[..., Coroutine[Any, Any, T]], *args: Any) -> T:
        """Run a coroutine there and wait."""
        return asyncio.run_coroutine_threadsafe(work(*args), self._loop).result()

    def __exit__(self, *_: object) -> None:
        """Works while Python ends, too: then no thread can be started any longer (from 3.12)."""
        self.run(self._finish)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._threads.shutdown(cancel_futures=True)
        self._loop.close()

    async def _finish(self) -> None:
        left = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
