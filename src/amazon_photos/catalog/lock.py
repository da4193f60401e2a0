"""Keeps two writers apart: in other processes, and in other threads and tasks of this one.

The lock is a file beside the catalogue that stays there; the system lets go of it when its process ends, however it
ends. Reading needs no lock: the catalogue is only ever replaced whole.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import Executor
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

import filelock

from ..errors import CatalogError, CatalogLocked
from ..files.os_errors import explain
from .leftovers import is_lock

T = TypeVar("T")
_PAUSE = 0.05
_held: set[str] = set()
_guard = threading.Lock()


class Lock:
    """``with`` or ``async with``; not to be entered again inside. Raises ``CatalogLocked`` after ``patience``
    seconds."""

    def __init__(self, catalog: Path, *, patience: float) -> None:
        self._catalog = catalog
        self._key = os.path.realpath(catalog)
        self._path = Path(f"{self._key}.lock")
        self._patience = patience
        self._file = filelock.FileLock(self._path, timeout=0, thread_local=False)

    def __enter__(self) -> Self:
        until = time.monotonic() + self._patience
        while not self._taken():
            self._check(until)
            time.sleep(_PAUSE)
        return self

    async def __aenter__(self) -> Self:
        until = time.monotonic() + self._patience
        while not self._taken():
            self._check(until)
            await asyncio.sleep(_PAUSE)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.release()
        with _guard:
            _held.discard(self._key)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.__exit__(kind, error, trace)

    async def run(self, work: Callable[[], T], thread: Executor | None = None) -> T:
        """Run ``work`` in a thread, and return what it does.

        It stays locked until the thread has ended, also when nobody waits for that any more. The lock is waited for in
        the event loop: who waits in one of its few threads may keep from working whoever has the lock.
        """
        await self.__aenter__()

        def run_locked() -> T:
            try:
                return work()
            finally:
                self.__exit__(None, None, None)

        try:
            running = asyncio.get_running_loop().run_in_executor(thread, run_locked)
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return await asyncio.shield(running)

    def _taken(self) -> bool:
        with _guard:
            if self._key in _held:
                return False
            if not os.path.isdir(self._path.parent):
                raise CatalogError(f"{self._catalog} cannot be made: there is no folder {self._path.parent}")
            if not is_lock(self._path):
                raise CatalogError(
                    f"{self._path} is no lock of ours, and is left as it is: move it away, or keep the catalogue under "
                    "another name (catalog=…)"
                )
            try:
                self._file.acquire(timeout=0)
            except filelock.Timeout:
                return False
            except (OSError, NotImplementedError) as error:
                why = explain(error) if isinstance(error, OSError) else str(error) or type(error).__name__
                raise CatalogError(
                    f"cannot lock {self._catalog} with {self._path.name}: {why}; "
                    "keep the catalogue where you may write (catalog=…), or leave it alone (query(save=False))"
                ) from None
            _held.add(self._key)
        with contextlib.suppress(OSError):  # Windows lets nobody write a locked file; the number is a courtesy
            self._path.write_text(f"{os.getpid()}\n", "utf-8")
        return True

    def _check(self, until: float) -> None:
        if time.monotonic() >= until:
            raise CatalogLocked(
                f"{self._catalog} is being written by {self._who()}, which did not finish within {self._patience:g} s: "
                "wait until it has, or give this one a catalogue of its own (catalog=…)"
            )

    def _who(self) -> str:
        try:
            number = self._path.read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError):
            number = ""
        if number == str(os.getpid()):
            return "another thread or task of this process"
        return f"another process (number {number})" if number.isdigit() else "another process"
