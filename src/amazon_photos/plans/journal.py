"""What was done, by run: written before it is done, so that it can be taken back whatever happens meanwhile.

::

    ap.parquet.runs/
      20260501-100000-123456-3f2a.jsonl      one run, its name is its id; read by nobody but its owner (mode 0600)
        {"about":{"run":"…","owner":"…","began":"…","operation":"trash",…}}     what it is
        {"step":0,"do":{…}}                                                     what is about to be done
        {"step":1,"do":{…}}
        {"about":{…}}                                                           the same again: all steps are written
        {"step":0,"outcome":"trashed"}                                          what became of it, as it happens
        {"step":1,"outcome":"failed","reason":"…"}
        {"ended":"…","counts":{"done":1,"failed":1,…}}                          nothing is left to be done

Lines are only ever added. All of the steps are on the disk before the first request is sent; a run without the second
"about" never began. A step without an outcome was under way when the program ended: nobody knows what became of it
until somebody looks. A line that cannot be read is passed over, and the others count: what a run is stands there twice.
Lists of runs read the first and the last line of a run that ended, and all of any other.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from io import FileIO
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import msgspec

from ..files.durable import sync_folder
from ..files.folders import make_folder
from ..files.os_errors import to_local_error
from .run import About, Done, Run
from .step import Step

_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
_LINES = 2_000
"""Steps that are written at once."""


class JournalWriter:
    """The journal of a run that is under way."""

    def __init__(self, about: About, steps: Sequence[Step], file: FileIO, path: Path) -> None:
        self.about = about
        self._steps = steps
        self._done: dict[int, Done] = {}
        self._file = file
        self._path = path

    @classmethod
    def begin(cls, folder: Path, *, owner: str, operation: str, steps: Sequence[Step], undoes: str = "") -> Self:
        """Begin a run: write down its steps, for good. Raises ``LocalFileError`` or ``DiskFull``."""
        now = datetime.now(UTC)
        run = f"{now:%Y%m%d-%H%M%S-%f}-{secrets.token_hex(2)}"
        about = About(run=run, owner=owner, began=now, operation=operation, steps=len(steps), undoes=undoes)
        path = folder / f"{run}.jsonl"
        with _in_our_words(path):
            make_folder(folder)
            writer = cls(about, steps, FileIO(path, "ab", opener=_create), path)
            try:
                writer._write_steps()
                sync_folder(folder)
            except BaseException:
                writer._file.close()
                raise
        return writer

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._file:
            if error is None:
                run = Run(about=self.about, steps=list(self._steps), done=self._done, began=True)
                self._write([{"ended": datetime.now(UTC), "counts": run.count()}])

    def add(self, done: Mapping[int, Done]) -> None:
        """Write down what became of steps, by their numbers. Raises ``LocalFileError`` or ``DiskFull``."""
        self._done |= done
        self._write([{"step": step, **msgspec.to_builtins(one)} for step, one in done.items()])

    def _write_steps(self) -> None:
        about = {"about": self.about}
        self._write([about])
        for start in range(0, len(self._steps), _LINES):
            some = self._steps[start : start + _LINES]
            self._write([{"step": start + n, "do": step} for n, step in enumerate(some)])
        self._write([about])
        os.fsync(self._file.fileno())

    def _write(self, lines: Iterable[Mapping[str, Any]]) -> None:
        """One write for all of them: another program, or a kill, sees whole lines."""
        left = memoryview(b"".join(msgspec.json.encode(line) + b"\n" for line in lines))
        with _in_our_words(self._path):
            while left:
                left = left[self._file.write(left) or 0 :]


def _create(path: str, _flags: int) -> int:
    return os.open(path, _FLAGS, 0o600)


@contextmanager
def _in_our_words(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        what = f"cannot write the journal {path}, without which nothing is changed (Settings(history=False) keeps none)"
        raise to_local_error(error, what) from None
