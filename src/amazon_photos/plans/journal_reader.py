"""Reads journals, whatever became of them: cut off, damaged, another run's, or no file at all."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO

import msgspec
from msgspec.structs import replace

from ..errors import FileChanged, InvalidInput, LocalFileError
from ..files.claim import is_locked
from ..files.os_errors import to_local_error
from ..files.regular import check_regular, open_unblocked
from ..frames.results import NodeOutcome
from ..model.checks import show
from .run import About, Counts, Done, Run, Summary
from .step import Step

MAX_RUN = 1 << 30
"""Bytes of a journal that is read; a million steps have 300 MB."""
_END = 4096
"""Bytes in which the last line of a run that ended has room."""
_NAME = re.compile(r"[0-9]{8}-[0-9]{6}-[0-9]{6}-[0-9a-f]{4}\Z")


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


def summarize_runs(folder: Path) -> Iterator[Summary]:
    """Summarize every run of a folder, the latest first; of one that is damaged its id is left.

    Raises ``LocalFileError`` where the folder cannot be read.
    """
    for run in list_runs(folder):
        try:
            yield _summarize(folder, run)
        except (LocalFileError, InvalidInput):
            yield Summary(run=run)


def _summarize(folder: Path, run: str) -> Summary:
    with _open(folder, run) as file:
        first = _read_line(file.readline(_END))
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - _END))
        *_, last, rest = [b"", b"", *file.read().split(b"\n")]
    end = _read_line(last) if not rest else None
    about = None if first is None else first.about
    if about is not None and about.run == run and end is not None and end.counts is not None:
        told = end.counts
        return Summary(run=run, about=about, counts=told, began=bool(told.steps), interrupted=bool(told.unknown))
    found = read_run(folder, run)
    return Summary(run=run, about=found.about, counts=found.count(), began=found.began, interrupted=found.interrupted)


def list_made(folder: Path) -> dict[str, str]:
    """List the nodes that runs made, by the journals of a folder: each with its run.

    Raises ``LocalFileError`` where the folder cannot be read; a journal that is damaged tells nothing.
    """
    found: dict[str, str] = {}
    for name in list_runs(folder):
        with suppress(LocalFileError, InvalidInput):
            run = read_run(folder, name)
            found |= {made: name for place in range(len(run.steps)) if (made := run.find_made(place))}
    return found


def is_under_way(folder: Path, run: str) -> bool:
    """Tell whether a run is being done right now, by whatever process.

    False where the disk knows no locks. Raises as ``read_run``.
    """
    with _open(folder, run) as file:
        return is_locked(file.fileno(), folder / f"{run}.jsonl")


def read_run(folder: Path, run: str) -> Run:
    """Read the journal of a run, from its file.

    Raises ``InvalidInput`` for one that is not there, and ``LocalFileError``.
    """
    with _open(folder, run) as file:
        if os.fstat(file.fileno()).st_size > MAX_RUN:
            raise LocalFileError(f"the journal of {run} in {folder} is larger than any: it is not read")
        found = _Reader(run)
        for number, line in enumerate(file):
            if line.endswith(b"\n"):  # the last one may have been cut off
                found.add(number, line)
    if found.about is None:
        raise LocalFileError(f"the journal of {run} in {folder} is damaged: nothing in it tells what it is")
    return found.result()


@contextmanager
def _open(folder: Path, run: str) -> Iterator[BinaryIO]:
    """Open a journal; pipes, links and folders of its name are none."""
    if not isinstance(run, str) or not _NAME.match(run):
        raise InvalidInput(
            "a run is due here, its id such as '20260501-100000-123456-3f2a' or one row of history.list(), "
            f"not {show(run)}"
        )
    path = folder / f"{run}.jsonl"
    try:
        with BufferedReader(open_unblocked(os.fspath(path), follow=False)) as file:
            check_regular(os.fstat(file.fileno()))
            yield file
    except FileNotFoundError:
        raise InvalidInput(f"there is no run {run}: history.list() tells which there are") from None
    except FileChanged:
        raise LocalFileError(f"the journal {path} is no file") from None
    except OSError as error:
        raise to_local_error(error, f"cannot read the journal {path}") from None


class _Line(msgspec.Struct, frozen=True):
    about: About | None = None
    step: int | None = None
    do: Step | None = None
    outcome: NodeOutcome | None = None
    reason: str = ""
    made: str = ""
    ended: datetime | None = None
    counts: Counts | None = None


_decode = msgspec.json.Decoder(_Line).decode


def _read_line(line: bytes) -> _Line | None:
    """None for what cannot be read."""
    try:
        return _decode(line)
    except (msgspec.DecodeError, UnicodeError):
        return None


class _Reader:
    """Gathers the lines of a journal; of two that say something of one step the first counts.

    A later one may add the reason that the first lacked.
    """

    def __init__(self, run: str) -> None:
        self._run = run
        self.about: About | None = None
        self._steps: dict[int, Step] = {}
        self._done: dict[int, Done] = {}
        self._made: dict[int, str] = {}
        self._began, self._unreadable = False, 0
        self._ended: datetime | None = None

    def add(self, number: int, line: bytes) -> None:
        read = _read_line(line)
        if read is None:
            self._unreadable += 1
        elif read.about is not None:
            self._note_about(number, read.about)
        elif read.step is not None and read.do is not None:
            self._steps.setdefault(read.step, read.do)
        elif read.step is not None and read.outcome is not None:
            said = Done(outcome=read.outcome, reason=read.reason, made=read.made)
            first = self._done.setdefault(read.step, said)
            if first == replace(said, reason=""):
                self._done[read.step] = said
        elif read.step is not None and read.made:
            self._made[read.step] = read.made
        elif read.ended is not None:
            self._ended = read.ended
        else:
            self._unreadable += 1

    def _note_about(self, number: int, about: About) -> None:
        if about.run != self._run:
            raise LocalFileError(f"the journal of {self._run} is of another run, {about.run!r:.60}")
        self.about = about
        self._began = self._began or number > 0

    def result(self) -> Run:
        assert self.about is not None  # noqa: S101
        places = sorted(self._steps)
        began = bool(places) if not self.about.steps else self._began or len(places) == self.about.steps
        return Run(
            about=self.about,
            steps=[self._steps[number] for number in places],
            done={place: self._done[number] for place, number in enumerate(places) if number in self._done},
            made={place: self._made[number] for place, number in enumerate(places) if number in self._made},
            began=began or bool(self._done) or self._unreadable > 0,  # damaged: it may have, and undoing looks
            ended=self._ended,
            unreadable=self._unreadable,
        )
