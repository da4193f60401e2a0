"""What was done, by run: written before it is done, so that it can be taken back whatever happens meanwhile.

::

    ap.parquet.runs/
      20260501-100000-123456-3f2a.jsonl      one run, its name is its id; read by nobody but its owner (mode 0600)
        {"about":{"run":"…","owner":"…","began":"…","operation":"trash",…}}     what it is
        {"step":0,"do":{…}}                                                     what is about to be done
        {"step":1,"do":{…}}
        {"about":{…}}                                                           the same again: all steps are written
        {"step":0,"outcome":"trashed"}                                          what became of it, as it happens
        {"step":1,"made":"…"}                                                   what it made, before it is verified
        {"step":1,"outcome":"failed","reason":"…"}
        {"ended":"…","counts":{"done":1,"failed":1,…}}                          nothing is left to be done

Lines are only ever added. All of the steps are on the disk before the first request is sent; a run without the second
"about" never began. Those of an upload are written one by one, each before the request that it is for (``run_log``). A
step without an outcome was under way when the program ended: nobody knows what became of it until somebody looks. A
line that cannot be read is passed over, and the others count: what a run is stands there twice. Lists of runs read the
first and the last line of a run that ended, and all of any other.

The file is locked while its run is under way (where the disk knows locks): nobody undoes what is still being done.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import msgspec

from ..errors import LocalFileError
from ..files.claim import NoLocks, let_go, lock, open_new, release
from ..files.durable import sync_folder
from ..files.folders import make_folder
from ..files.os_errors import to_local_error
from .run import About, Done, StepOutcomes
from .step import Step

_NEEDED = "without a journal nothing is changed (Settings(history=False) keeps none)"
_LINES = 2_000
"""Steps that are written at once."""


class JournalWriter:
    """The journal of a run that is under way."""

    def __init__(self, about: About, file: int, path: Path) -> None:
        self.about = about
        self._outcomes = StepOutcomes()
        self._unwritten: list[bytes] = []
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
            _make_folder(folder)
            writer = cls(about, _create(path), path)
            try:
                writer._write_steps(steps)
                sync_folder(folder)
            except BaseException:
                let_go(writer._file, path)  # nothing was done yet
                raise
        return writer

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if error is None:
                self._write([{"ended": datetime.now(UTC), "counts": self._outcomes.count()}])
            else:
                self.flush()
        finally:
            release(self._file)

    def extend(self, steps: Sequence[Step]) -> int:
        """Write down steps that come later, before they are done. Return the number of the first.

        Raises as ``add``.
        """
        first = len(self._outcomes)
        self._outcomes.extend(steps)
        self._write([{"step": n, "do": step} for n, step in enumerate(steps, first)])
        return first

    def note_made(self, step: int, node_id: str) -> None:
        """Write down what a step made, before it is known whether it is right. Raises as ``add``."""
        self._write([{"step": step, "made": node_id}])

    def add(self, done: Mapping[int, Done]) -> None:
        """Write down what became of steps, by their numbers. Raises ``LocalFileError`` or ``DiskFull``."""
        self.add_soon(done)
        self.flush()

    def add_soon(self, done: Mapping[int, Done]) -> None:
        """Keep what became of steps until the next line is written, or ``flush`` is called."""
        self._outcomes.update(done)
        self._unwritten += [_encode({"step": step, **msgspec.to_builtins(one)}) for step, one in done.items()]

    def flush(self) -> None:
        """Write what is kept. Raises as ``add``."""
        if self._unwritten:
            self._write(())

    def _write_steps(self, steps: Sequence[Step]) -> None:
        about = {"about": self.about}
        self._write([about])
        for start in range(0, len(steps), _LINES):
            self.extend(steps[start : start + _LINES])
        self._write([about])
        os.fsync(self._file)

    def _write(self, lines: Iterable[Mapping[str, Any]]) -> None:
        """One write for all of them: another program, or a kill, sees whole lines."""
        unwritten, self._unwritten = self._unwritten, []
        left = memoryview(b"".join([*unwritten, *map(_encode, lines)]))
        with _in_our_words(self._path):
            while left:
                left = left[os.write(self._file, left) :]


def _encode(line: Mapping[str, Any]) -> bytes:
    return msgspec.json.encode(line) + b"\n"


def _make_folder(folder: Path) -> None:
    try:
        make_folder(folder)
    except LocalFileError as error:
        raise type(error)(f"{error}; {_NEEDED}") from None


def _create(path: Path) -> int:
    file = open_new(path, flags=os.O_APPEND, mode=0o600)
    with suppress(NoLocks):
        lock(file, path)
    return file


@contextmanager
def _in_our_words(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise to_local_error(error, f"cannot write the journal {path}: {_NEEDED}") from None
