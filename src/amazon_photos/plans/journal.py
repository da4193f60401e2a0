"""What was done, by run: written before it is done, so that it can be taken back whatever happens meanwhile.

::

    ap.parquet.runs/
      20260501-100000-123456-3f2a.jsonl      one run, its name is its id; read by nobody but its owner (mode 0600)
        {"run":"…","owner":"…","began":"…","operation":"trash","steps":2,…}     what it is
        {"step":0,"do":{…}}                                                     what is about to be done
        {"step":1,"do":{…}}
        {"step":0,"outcome":"trashed"}                                          what became of it, as it happens
        {"step":1,"made":"…"}                                                   what it made, before it is verified
        {"ended":"…"}

Lines are only ever added. All of the steps are on the disk before the first request is sent; a run without all of them
never began. Those of an upload are written one by one, each before the request that it is for. A step without an
outcome was under way when the program ended: nobody knows what became of it until somebody looks. A line that cannot be
read is passed over; the others count.
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import msgspec

from ..errors import InvalidInput, LocalFileError
from ..files.durable import sync_folder
from ..files.folders import make_folder
from ..files.os_errors import to_local_error
from ..frames.results import NodeOutcome
from ..model.checks import show
from .step import Step

MAX_RUN = 1 << 30
"""Bytes of a journal that is read; a million steps have 300 MB."""
_NAME = re.compile(r"[0-9]{8}-[0-9]{6}-[0-9]{6}-[0-9a-f]{4}\Z")
_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
_NEEDED = "without a journal nothing is changed (Settings(history=False) keeps none)"
_LINES = 2_000
"""Steps that are written at once."""


class About(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a run is: the first line of its journal."""

    run: str
    owner: str
    began: datetime
    operation: str
    """The method that was called, such as "albums.add"."""
    steps: int
    """How many it begins with, all written before the first is done; 0: they are written as they come."""
    undoes: str = ""
    """The run that it takes back."""
    version: int = 1


class Done(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of a step."""

    outcome: NodeOutcome
    reason: str = ""
    made: str = ""
    """The id of the node that was made."""


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """A run as its journal has it; ``done`` lacks the steps of which nobody knows what became of them."""

    about: About
    steps: list[Step]
    done: dict[int, Done]
    made: dict[int, str] = {}
    """The ids of what steps made, as they were told before it was known what became of them."""
    ended: datetime | None = None
    unreadable: int = 0
    """How many lines could not be read."""

    @property
    def began(self) -> bool:
        """Whether anything can have been done: all of its steps were written."""
        return len(self.steps) + self.unreadable >= max(1, self.about.steps)

    @property
    def interrupted(self) -> bool:
        """Whether more may have been done than is known; where steps are written as they come, any may be missing."""
        return len(self.done) < len(self.steps) or (not self.about.steps and self.ended is None)

    def find_made(self, place: int) -> str:
        """Find the id of what a step made; "" where nobody knows, or it made nothing."""
        done = self.done.get(place)
        return self.made.get(place, "") if done is None else done.made


class JournalWriter:
    """The journal of a run that is under way."""

    def __init__(self, about: About, file: int, path: Path) -> None:
        self.about = about
        self._file = file
        self._path = path
        self._count = about.steps

    @classmethod
    def begin(cls, folder: Path, *, owner: str, operation: str, steps: Sequence[Step], undoes: str = "") -> Self:
        """Begin a run: write down its steps, for good. Raises ``LocalFileError`` or ``DiskFull``."""
        now = datetime.now(UTC)
        run = f"{now:%Y%m%d-%H%M%S-%f}-{secrets.token_hex(2)}"
        about = About(run=run, owner=owner, began=now, operation=operation, steps=len(steps), undoes=undoes)
        path = folder / f"{run}.jsonl"
        try:
            make_folder(folder)
            writer = cls(about, os.open(path, _FLAGS, 0o600), path)
        except OSError as error:
            raise _to_ours(path, error) from None
        except LocalFileError as error:
            raise type(error)(f"{error}; {_NEEDED}") from None
        try:
            writer._write([msgspec.to_builtins(about)])
            for start in range(0, len(steps), _LINES):
                some = steps[start : start + _LINES]
                writer._write([{"step": start + n, "do": step} for n, step in enumerate(some)])
            writer._sync()
            sync_folder(folder)
        except BaseException as error:
            writer._close()
            raise (_to_ours(path, error) if isinstance(error, OSError) else error) from None
        return writer

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if error is None:
                self._write([{"ended": datetime.now(UTC)}])
        finally:
            self._close()

    def extend(self, steps: Sequence[Step]) -> int:
        """Write down steps that come later, before they are done. Return the number of the first.

        Raises as ``add``.
        """
        first = self._count
        self._count += len(steps)
        self._write([{"step": n, "do": step} for n, step in enumerate(steps, first)])
        return first

    def note_made(self, step: int, node_id: str) -> None:
        """Write down what a step made, before it is known whether it is right. Raises as ``add``."""
        self._write([{"step": step, "made": node_id}])

    def add(self, done: Mapping[int, Done]) -> None:
        """Write down what became of steps, by their numbers. Raises ``LocalFileError`` or ``DiskFull``."""
        self._write([{"step": step, **msgspec.to_builtins(one)} for step, one in done.items()])

    def _write(self, lines: Iterable[Mapping[str, Any]]) -> None:
        """One write for all of them: another program, or a kill, sees whole lines."""
        left = memoryview(b"".join(msgspec.json.encode(line) + b"\n" for line in lines))
        try:
            while left:
                left = left[os.write(self._file, left) :]
        except OSError as error:
            raise _to_ours(self._path, error) from None

    def _sync(self) -> None:
        os.fsync(self._file)

    def _close(self) -> None:
        os.close(self._file)


def _to_ours(path: Path, error: OSError) -> LocalFileError:
    return to_local_error(error, f"cannot write the journal {path}: {_NEEDED}")


def list_runs(folder: Path) -> list[str]:
    """List the ids of the runs in a folder, the latest first. Raises ``LocalFileError``."""
    try:
        names = [path.name for path in folder.iterdir()]
    except FileNotFoundError:
        return []
    except OSError as error:
        raise to_local_error(error, f"cannot read the folder of journals {folder}") from None
    found = [name.removesuffix(".jsonl") for name in names if name.endswith(".jsonl")]
    return sorted(filter(_NAME.match, found), reverse=True)


def read_run(folder: Path, run: str) -> Run:
    """Read the journal of a run. Raises ``InvalidInput`` for one that is not there, and ``LocalFileError``."""
    if not isinstance(run, str) or not _NAME.match(run):
        raise InvalidInput(
            f"a run's id is due, such as '20260501-100000-123456-3f2a', not {show(run)}: see history.list()"
        )
    path = folder / f"{run}.jsonl"
    try:
        number = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
        with os.fdopen(number, "rb") as file:
            data = file.read(MAX_RUN + 1)
    except FileNotFoundError:
        raise InvalidInput(f"there is no run {run}: history.list() tells which there are") from None
    except OSError as error:
        raise to_local_error(error, f"cannot read the journal {path}") from None
    if len(data) > MAX_RUN:
        raise LocalFileError(f"the journal {path} is larger than any: it is not read")
    return _read(run, data, path)


def _read(run: str, data: bytes, path: Path) -> Run:
    first, _, rest = data.partition(b"\n")
    try:
        about = msgspec.json.decode(first, type=About)
    except (msgspec.DecodeError, UnicodeError):
        raise LocalFileError(f"the journal {path} is damaged: its first line cannot be read") from None
    if about.run != run:
        raise LocalFileError(f"the journal {path} is of another run, {about.run!r:.60}")
    steps: dict[int, Step] = {}
    done: dict[int, Done] = {}
    made: dict[int, str] = {}
    ended, unreadable = None, 0
    for line in filter(None, rest.split(b"\n")):
        match _read_line(line):
            case (int() as number, Step() as step):
                steps.setdefault(number, step)
            case (int() as number, Done() as one):
                done.setdefault(number, one)
            case (int() as number, str() as node_id):
                made[number] = node_id
            case datetime() as moment:
                ended = moment
            case _:
                unreadable += 1
    numbers = sorted(steps)
    return Run(
        about=about,
        steps=[steps[number] for number in numbers],
        done={place: done[number] for place, number in enumerate(numbers) if number in done},
        made={place: made[number] for place, number in enumerate(numbers) if number in made},
        ended=ended,
        unreadable=unreadable,
    )


class _Line(msgspec.Struct, frozen=True):
    step: int | None = None
    do: Step | None = None
    outcome: NodeOutcome | None = None
    reason: str = ""
    made: str = ""
    ended: datetime | None = None


_decode = msgspec.json.Decoder(_Line).decode


def _read_line(line: bytes) -> tuple[int, Step | Done | str] | datetime | None:
    try:
        read = _decode(line)
    except (msgspec.DecodeError, UnicodeError):
        return None
    if read.ended is not None:
        return read.ended
    if read.step is None:
        return None
    if read.do is not None:
        return read.step, read.do
    if read.outcome is not None:
        return read.step, Done(outcome=read.outcome, reason=read.reason, made=read.made)
    return (read.step, read.made) if read.made else None


def read_runs(folder: Path) -> Iterator[Run]:
    """Read every run that can be read, the latest first; what cannot be is passed over. Raises ``LocalFileError``."""
    for run in list_runs(folder):
        try:
            yield read_run(folder, run)
        except (LocalFileError, InvalidInput):
            continue
