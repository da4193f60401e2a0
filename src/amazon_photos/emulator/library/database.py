"""One SQLite database: many readers, one writer.

Writes are functions of a connection. They run one after the other in a thread of their own; those that wait together
are committed together, so that hundreds of uploads a second each survive a crash. An answer is given only after
its commit reached the disk (WAL, ``synchronous=FULL``).

The very first write may invent a million nodes, before anybody reads. It goes straight into the file, under SQLite's
rollback journal: a write-ahead log would take all of it twice.
"""

from __future__ import annotations

import queue
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar
from weakref import WeakSet

from amazon_photos.errors import LocalFileError

from . import schema

P = ParamSpec("P")
T = TypeVar("T")

_MAX_TOGETHER = 64
_MAX_MAPPED = 8 << 30
"""Bytes of the file that all readers share in the system's own cache, instead of each its copy of the pages."""
_LOOK = 20_000
"""Steps of SQLite's between two looks whether it is to stop: some tenths of a millisecond."""
_Job = tuple[Callable[[sqlite3.Connection], Any], "Future[Any]"]


class Stopped(Exception):
    """The emulator stops: whatever would have taken long was undone."""


class _Reader:
    """The connection of one thread, closed when the thread ends."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def __del__(self) -> None:
        self.connection.close()


class Database:
    """The file and its connections. ``generation`` grows with every commit: what was read before it may be old.

    Once ``stopping`` is set, whatever takes long ends with ``Stopped`` and is undone; what is short goes on.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.generation = 0
        self.stopping = threading.Event()
        self._readers = threading.local()
        self._open: WeakSet[_Reader] = WeakSet()
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._writer = self._connect(write=True)
        self._prepare()
        self._thread = threading.Thread(target=self._work, name="emulator-writer", daemon=True)
        self._thread.start()

    def read(self, ask: Callable[Concatenate[sqlite3.Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run ``ask(connection, …)`` on one consistent state of the database, in this thread."""
        reader: _Reader | None = getattr(self._readers, "reader", None)
        if reader is None:
            reader = self._readers.reader = _Reader(self._connect(write=False))
            self._open.add(reader)
        connection = reader.connection
        connection.execute("BEGIN")
        try:
            return ask(connection, *args, **kwargs)
        except sqlite3.OperationalError as error:
            raise self._translate_error(error) from None
        finally:
            if connection.in_transaction:
                connection.execute("COMMIT")

    def submit(
        self, change: Callable[Concatenate[sqlite3.Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> Future[T]:
        """Run ``change(connection, …)`` in a transaction.

        The future is done when it is on the disk, or undone.
        """
        future: Future[T] = Future()
        self._jobs.put((lambda connection: change(connection, *args, **kwargs), future))
        return future

    def write(self, change: Callable[Concatenate[sqlite3.Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run ``submit``, and wait."""
        return self.submit(change, *args, **kwargs).result()

    def interrupt(self) -> None:
        """End whatever takes long, now and from now on: it ends with ``Stopped``."""
        self.stopping.set()

    def close(self) -> None:
        """Finish what was submitted, then close. Closing twice does no harm."""
        if not self._thread.is_alive():
            return
        self._jobs.put(None)
        self._thread.join()
        self._writer.close()
        for reader in list(self._open):
            reader.connection.close()

    def _connect(self, *, write: bool) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, isolation_level=None, check_same_thread=False, cached_statements=256)
        connection.execute("PRAGMA busy_timeout = 10000")
        connection.execute("PRAGMA cache_size = -65536")
        connection.execute("PRAGMA temp_store = MEMORY")
        connection.execute(f"PRAGMA mmap_size = {_MAX_MAPPED}")
        connection.execute("PRAGMA synchronous = FULL" if write else "PRAGMA query_only = 1")
        connection.set_progress_handler(self.stopping.is_set, _LOOK)
        return connection

    def _prepare(self) -> None:
        connection = self._writer
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version not in (0, schema.VERSION):
            raise LocalFileError(
                f"{self.path} was made by another version of the emulator; give it an empty folder with --data"
            )
        connection.executescript(schema.TABLES + schema.create_indexes() + f"PRAGMA user_version = {schema.VERSION};")

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            jobs, last = [job], False
            while len(jobs) < _MAX_TOGETHER and not self._jobs.empty():
                another = self._jobs.get()
                if another is None:
                    last = True
                    break
                jobs.append(another)
            self._together(jobs)
            if last:
                return

    def _together(self, jobs: list[_Job]) -> None:
        """Run the jobs in one transaction, each undone by itself if it fails."""
        jobs = [job for job in jobs if job[1].set_running_or_notify_cancel()]
        try:
            self._writer.execute("BEGIN IMMEDIATE")
            answers = [(future, self._one(change)) for change, future in jobs]
            self._writer.execute("COMMIT")
            if not self.generation:
                self._writer.execute("PRAGMA journal_mode = WAL")
        except BaseException as error:  # the disk is full, say: nobody gets an answer that isn't on the disk
            if self._writer.in_transaction:
                self._writer.execute("ROLLBACK")
            told = self._translate_error(error) if isinstance(error, Exception) else error
            for _, future in jobs:
                future.set_exception(told)
            return
        self.generation += 1
        for future, answer in answers:
            answer(future)

    def _one(self, change: Callable[[sqlite3.Connection], Any]) -> Callable[[Future[Any]], None]:
        self._writer.execute("SAVEPOINT one")
        try:
            result = change(self._writer)
        except Exception as error:  # handed to whoever waits for it
            refused = self._translate_error(error)
            self._writer.execute("ROLLBACK TO one")  # fails if SQLite undid the whole transaction: _together tells all
            self._writer.execute("RELEASE one")
            return lambda future: future.set_exception(refused)
        self._writer.execute("RELEASE one")
        return lambda future: future.set_result(result)

    def _translate_error(self, error: Exception) -> Exception:
        """``Stopped`` for what SQLite says of a statement that we have ended."""
        ours = isinstance(error, sqlite3.OperationalError) and self.stopping.is_set()
        return Stopped("the emulator stops") if ours else error
