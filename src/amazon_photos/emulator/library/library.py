"""The library: the state of one small Amazon Photos, and what time does to it. It knows no HTTP.

::

    DATA/
      emulator.lock       held while an emulator runs
      library.sqlite      nodes and all the rest (``schema``)
      content/ incoming/  bytes (``content``)

What can be asked and changed stands in one module per concept (``nodes``, ``folders``, ``albums``, ``trash``, …), as
functions of a connection: ``library.read(nodes.get, node_id)``, ``library.write(albums.create, name=…)``.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from filelock import FileLock, Timeout

from amazon_photos.errors import InvalidInput, LocalFileError

from ..clock import Clock
from ..options import Invented, Options
from . import bootstrap, purge, scheduled
from .content import ContentStore
from .database import Database
from .snapshots import Snapshots

P = ParamSpec("P")
T = TypeVar("T")

_MAX_REMEMBERED = 200


class Fill(Protocol):
    """Puts invented files into a library that has nothing yet."""

    def __call__(
        self, db: sqlite3.Connection, wanted: Invented, *, now: str, stopping: threading.Event | None
    ) -> None: ...


class Library:
    """Opens the data folder, made if missing.

    What is answered outlives a power cut; ``durable=False`` is for a folder that is removed at the end, and waits for
    no disk. Raises ``LocalFileError`` when another emulator has it, or another version made it.
    """

    clock: Clock
    store: ContentStore
    database: Database
    options: Options
    snapshots: Snapshots

    def __init__(
        self,
        data: Path,
        *,
        options: Options | None = None,
        invented: Invented | None = None,
        fill: Fill | None = None,
        durable: bool = True,
    ) -> None:
        self.data = data
        self._fill = fill
        self.options = options or Options()
        self.clock = Clock(self.options.clock_offset)
        self.snapshots = Snapshots()
        self._lock = _lock_folder(data)
        try:
            self.store = ContentStore(data, durable=durable)
            self.database = Database(data / "library.sqlite", durable=durable)
        except BaseException:
            self._lock.release()
            raise
        self._remembered: dict[Hashable, tuple[int, Any]] = {}
        self._remembering = threading.Lock()
        self._seen_generation = -1
        self._due: str | None = None
        try:
            self._owner = self.database.write(self._begin, invented, self.now)
            self.sweep()
        except BaseException:  # a signal that ends the program, too: nobody waits for millions of files then
            self.database.interrupt()
            self.close()
            raise

    @property
    def now(self) -> str:
        return self.clock.now()

    @property
    def owner(self) -> str:
        """The account's id."""
        return self._owner

    def set(self, changes: dict[str, Any]) -> Options:
        """Change options in place. Raises ``InvalidInput``."""
        self.options = self.options.replace(changes)
        self.clock.offset = self.options.clock_offset
        return self.options

    def read(self, ask: Callable[Concatenate[sqlite3.Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run ``ask(connection, …)`` on one consistent state, after all that is due by now."""
        self.settle()
        return self.database.read(ask, *args, **kwargs)

    def submit(
        self, change: Callable[Concatenate[sqlite3.Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> Future[T]:
        """Run ``change(connection, …)`` in a transaction.

        The future is done when it is on the disk, or undone.
        """
        self.settle()
        return self.database.submit(change, *args, **kwargs)

    def write(self, change: Callable[Concatenate[sqlite3.Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run ``submit``, and wait."""
        return self.submit(change, *args, **kwargs).result()

    def remember(self, question: Hashable, ask: Callable[[sqlite3.Connection], T]) -> T:
        """Run ``read(ask)``, or return its last answer if nothing was written since."""
        self.settle()
        with self._remembering:  # many who ask the same at once wait for one answer
            generation = self.database.generation
            known: tuple[int, T] | None = self._remembered.get(question)
            if known is None or known[0] != generation:
                known = (generation, self.database.read(ask))
                if len(self._remembered) >= _MAX_REMEMBERED:
                    self._remembered.clear()
                self._remembered[question] = known
        return known[1]

    def settle(self) -> None:
        """Bring about what is due by now. Costs next to nothing when nothing is."""
        generation = self.database.generation
        if generation != self._seen_generation:
            self._due = self.database.read(scheduled.first)
            self._seen_generation = generation
        now = self.now
        if self._due is not None and self._due <= now:
            self.free(self.database.write(scheduled.settle, now=now))

    def free(self, md5s: Sequence[str]) -> None:
        """Remove content that no node holds any more.

        This comes after the commit that let go of it: a crash in between leaves bytes too many, never too few.
        """
        if md5s:
            self.database.submit(self._drop, md5s)

    def reset(self, invented: Invented | None = None) -> Future[None]:
        """Clear the library (or invent one), all of it or nothing. The owner and the cookies stay.

        The future is done when it is on the disk; ``sweep`` removes the bytes then.
        """
        return self.database.submit(self._restart, invented, self.now)

    def sweep(self) -> None:
        """Remove content that no node holds. After the commit that let go of it, as in ``free``."""
        self.database.write(self._sweep)

    def close(self) -> None:
        """Finish what was begun and let the data folder go. Closing twice does no harm."""
        self.database.close()
        self._lock.release()

    def _restart(self, db: sqlite3.Connection, invented: Invented | None, now: str) -> None:
        bootstrap.clear(db)
        self._begin(db, invented, now)
        self.snapshots = Snapshots()

    def _begin(self, db: sqlite3.Connection, invented: Invented | None, now: str) -> str:
        """Make what is missing; the owner's id."""
        owner = bootstrap.begin(db, now=now)
        if invented is not None and bootstrap.is_empty(db):
            if self._fill is None:
                raise InvalidInput("this library invents no files")
            self._fill(db, invented, now=now, stopping=self.database.stopping)
        return owner

    def _drop(self, db: sqlite3.Connection, md5s: Sequence[str]) -> None:
        for md5 in purge.list_unreferenced(db, md5s):
            self.store.drop(md5)

    def _sweep(self, db: sqlite3.Connection) -> None:
        self.store.sweep(_Held(db))


class _Held:
    """Every MD5 that some node holds."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def __contains__(self, md5: object) -> bool:
        return not purge.list_unreferenced(self._db, [str(md5)])


def _lock_folder(data: Path) -> FileLock:
    try:
        data.mkdir(parents=True, exist_ok=True)
        lock = FileLock(data / "emulator.lock")
        lock.acquire(timeout=0)
    except Timeout:
        raise LocalFileError(f"{data} is in use by another emulator; stop it, or choose another --data") from None
    except OSError as error:
        raise LocalFileError(f"cannot use {data} as the data folder: {error.strerror}") from None
    return lock
