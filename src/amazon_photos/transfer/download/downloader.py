"""One file down: into a part beside its target, and under its name only when size and MD5 are right.

::

    is something there? ──> the same content: exists; other content: as the caller wants it
         │
      another run writes it? ─> others first, then wait for it and look again
         │
      stream ──> part ──> size and MD5 as announced? ──> mtime ──> its name
         │                     └─ no: from the beginning
         └─ connection cut: wait, go on from where it stopped (Range)
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal, get_args

from ...content.stream import stream_content
from ...errors import (
    AmazonPhotosError,
    ClientClosed,
    ContentMismatch,
    DiskFull,
    FileInUse,
    InvalidInput,
    LocalFileError,
    NotWritable,
    RangeNotSatisfiable,
    SessionExpired,
    TargetExists,
)
from ...files import names
from ...files.claim import StallTimer
from ...files.final_name import Identity
from ...files.os_errors import translate_write_error
from ...files.part_file import Arrived, PartFile
from ...frames.results import DownloadOutcome
from ...model.checks import show
from ...net.session import Session
from ...wire import content as wire_content
from ..events import EventEmitter, FileProgress
from ..file_result import FileResult
from ..pool import FailureBudget
from ..stopping import NotBegun, StopRequest
from ..worker_thread import WorkerThread
from .local_content import LocalContent, Standing
from .local_names import Item
from .look_up import look_up
from .receive import pour

OnExists = Literal["skip", "rename", "error", "repair"]
"""What a download does where something else has the name of a file."""
_SMALL = 1 << 20
"""Files up to this size are received whole and written at one go."""
_PAUSE = 0.1
"""Seconds until a file that another run is writing is looked at again."""
_MAX_STALL = 10
"""How many times ``Settings.read_timeout`` the other run may make no progress before this file fails."""
_MAX_OCCUPIED = 1000
_RENAME = 'on_exists="rename" keeps both'
_REPAIR = f'{_RENAME}, "repair" fetches the file and keeps the one here under another name'
_NO_REPAIR = f'{_RENAME}; "repair" replaces only regular files that can be compared'


class _NoRoom(LocalFileError):
    """There is no room for this file; for others there may be."""


class _Later(Exception):
    """Another run is writing the file."""


_KEEPING = (SessionExpired, ClientClosed, _NoRoom)
"""Errors after which a later run goes on from what is there."""


def check_on_exists(on_exists: OnExists) -> OnExists:
    """Check that ``on_exists`` is one of the four ways, and return it. Raises ``InvalidInput``."""
    if not isinstance(on_exists, str) or on_exists not in get_args(OnExists):
        raise InvalidInput(f'on_exists must be "skip", "rename", "error" or "repair", not {show(on_exists)}')
    return on_exists


@dataclass(frozen=True, slots=True)
class Destination:
    """Where to write, and which file gives way to it."""

    path: Path
    old: Identity | None = None


class Downloader:
    """Fetches items into the folder ``out``."""

    def __init__(
        self,
        session: Session,
        out: Path,
        contents: LocalContent,
        files: WorkerThread,
        watch: EventEmitter,
        stop: StopRequest,
        *,
        on_exists: OnExists = "skip",
        fsync: bool = False,
    ) -> None:
        self._session = session
        self._out = out
        self._contents = contents
        self._files = files
        self._watch = watch
        self._stop = stop
        self._on_exists = on_exists
        self._fsync = fsync
        self._failures = FailureBudget(session.settings.retry_budget)

    async def fetch(self, item: Item, *, wait: bool = True) -> FileResult | None:
        """Fetch one item; return what became of it. None: another run writes it, and nobody waits.

        Raises what ends the whole run: no session, no service, no room, no entry; and ``NotBegun``.
        """
        target = self._out / item.path
        if item.skip is not None:
            return _result(item, target, DownloadOutcome.SKIPPED, item.skip)
        meter, result, later = FileProgress(self._watch, item.size or 0), None, False
        try:
            result = await self._fetch(item, target, meter, wait=wait)
        except _Later:
            later = True  # all of it is still due
            return None
        except (SessionExpired, ClientClosed, DiskFull, NotWritable):
            raise
        except AmazonPhotosError as error:
            if error.retryable and not isinstance(error, ContentMismatch):
                self._failures.note_failure(error)
            return _result(item, target, DownloadOutcome.FAILED, str(error))
        finally:
            if not later:
                meter.settle(arrived=result is not None and result.outcome == DownloadOutcome.DOWNLOADED)
        self._failures.note_success()
        return result

    async def _fetch(self, item: Item, target: Path, meter: FileProgress, *, wait: bool) -> FileResult:
        if item.refused is None and (item.md5 is None or item.size is None):
            item = await look_up(self._session, item)
        if item.refused is not None:
            return _result(item, target, DownloadOutcome.FAILED, item.refused)
        clear, occupied, still = item.unoccupied, 0, StallTimer(_MAX_STALL * self._session.settings.read_timeout)
        while occupied < _MAX_OCCUPIED:
            clear = clear and not os.path.lexists(target)  # noqa: ASYNC240 - a hop to a thread takes longer
            place = Destination(target) if clear else await self._settle_target(item, target)
            if isinstance(place, FileResult):
                return place
            clear = False
            try:
                arrived = await self._deliver(item, place, meter)
            except TargetExists:
                occupied += 1  # somebody was quicker: look what it is
            except FileInUse as busy:
                if (not wait or self._stop.asked) and not meter.begun:
                    raise _Later from None
                still.look(busy)
                await asyncio.sleep(_PAUSE)
            else:
                return _result(item, place.path, DownloadOutcome.DOWNLOADED, _remark(item, arrived))
        raise LocalFileError(f"no free name was found for {target.name}")

    async def _settle_target(self, item: Item, target: Path) -> Destination | FileResult:
        """Where to write; or the row, if there is nothing to write. Other runs may have given it another name."""
        free: Path | None = None
        standing = None
        for place in (target, *(target.with_name(name) for name in names.alternatives(target.name, item.id))):
            found = await self._standing(item, place)
            if found is not None and found.same:
                self._sweep(item, target)
                return _result(item, place, DownloadOutcome.EXISTS)
            standing = found if place is target else standing
            if found is None and free is None and (place is target or self._on_exists == "rename"):
                free = place
            if free is not None and place is not target:
                break
        if free is not None:
            return Destination(free)
        if standing is None:  # gone in this very moment
            return Destination(target)
        if self._on_exists == "repair" and standing.identity is not None:
            return Destination(target, standing.identity)
        outcome = DownloadOutcome.FAILED if self._on_exists == "error" else DownloadOutcome.CONFLICT
        advice = _REPAIR if standing.identity else _NO_REPAIR if self._on_exists == "repair" else _RENAME
        return _result(item, target, outcome, f"{standing.why}; {advice}")

    def _sweep(self, item: Item, target: Path) -> None:
        """Remove what a run left that was killed between two names."""
        _part(item, target).sweep()

    async def _standing(self, item: Item, place: Path) -> Standing | None:
        try:
            return await self._contents.compare(place, item.size, item.md5)
        except OSError as error:
            raise translate_write_error(error, place, out=self._out) from error

    async def _deliver(self, item: Item, place: Destination, meter: FileProgress) -> Arrived:
        attempts, reached = self._session.begin_attempts(partial(wire_content.download, item.id)), 0
        async for attempt in attempts:
            part = _part(item, place.path)
            try:
                return await self._attempt(item, part, place.old, meter)
            except OSError as error:
                part.discard()
                raise translate_write_error(error, place.path, out=self._out) from error
            except FileInUse:
                raise
            except NotBegun:
                if not part.size:
                    part.discard()
                raise
            except AmazonPhotosError as error:
                problem = _as_retryable(error)
                if isinstance(problem, ContentMismatch) or not (problem.retryable or isinstance(problem, _KEEPING)):
                    part.discard()
                if part.size > reached + _SMALL:
                    attempts.reset()
                    reached = part.size
                attempt.note_failure(error, judged=problem)
                if not isinstance(problem, ContentMismatch):
                    self._failures.note_failure(error)
            finally:
                part.close()
        raise AssertionError("the last attempt raises")

    async def _attempt(self, item: Item, part: PartFile, old: Identity | None, meter: FileProgress) -> Arrived:
        receive = self._small if item.size is not None and item.size <= _SMALL else self._large
        return await receive(item, part, old, meter, None if meter.begun else self._stop.check)

    async def _small(
        self, item: Item, part: PartFile, old: Identity | None, meter: FileProgress, begin: Callable[[], None] | None
    ) -> Arrived:
        meter.attempt()
        async with stream_content(self._session, item.content, begin=begin) as stream:
            data = await stream.read()
        meter.move(len(data))
        return await self._files.run(lambda: self._write(item, part, old, data))

    def _write(self, item: Item, part: PartFile, old: Identity | None, data: bytes) -> Arrived:
        """In a thread: a small file, if it is right."""
        md5 = hashlib.md5(data, usedforsecurity=False).hexdigest()
        if len(data) != item.size or item.md5 not in (md5, None):
            item.content.raise_wrong(len(data), md5)
        arrived = part.write_whole(data, mtime_ns=item.mtime_ns, fsync=self._fsync, old=old)
        self._contents.remember(part.target, md5, arrived.found)
        return arrived

    async def _large(
        self, item: Item, part: PartFile, old: Identity | None, meter: FileProgress, begin: Callable[[], None] | None
    ) -> Arrived:
        start = await asyncio.to_thread(self._open_part, item, part)
        if start == 0 or start != item.size:
            async with stream_content(self._session, item.content, start, begin=begin) as stream:
                if stream.start != start:  # all of it comes
                    await asyncio.to_thread(part.restart)
                meter.attempt(stream.start)
                await pour(stream, part, meter)
            if (part.size != item.size and item.size is not None) or item.md5 not in (part.md5, None):
                item.content.raise_wrong(part.size, part.md5)
        elif item.md5 != part.md5:
            raise ContentMismatch(f"what was left of an earlier download is wrong: {item.name}")
        finish = partial(part.finish, mtime_ns=item.mtime_ns, fsync=self._fsync, old=old)
        arrived = await asyncio.to_thread(finish)
        self._contents.remember(part.target, part.md5, arrived.found)
        return arrived

    def _open_part(self, item: Item, part: PartFile) -> int:
        """In a thread: where to go on, if there is room for the rest."""
        start = part.open(most=item.size, fsync=self._fsync)
        needed, free = (item.size or 0) - start, shutil.disk_usage(part.target.parent).free
        if needed > free:
            raise _NoRoom(
                f"no room for {part.target.name}: it needs {needed} bytes, {free} are free; make room and run again"
            )
        return start


def _part(item: Item, target: Path) -> PartFile:
    whole = item.size is not None and item.size <= _SMALL
    return PartFile(target, node_id=item.id, md5=item.md5, version=item.version, whole=whole)


def _remark(item: Item, arrived: Arrived) -> str | None:
    remarks = [] if item.md5 else ["Amazon tells no MD5: not verified"]
    if arrived.aside is not None:
        remarks.append(f"what had this name here is now {arrived.aside.name}")
    return "; ".join(remarks) or None


def _as_retryable(error: AmazonPhotosError) -> AmazonPhotosError:
    """A part that is longer than the file is a wrong part: begin anew."""
    return ContentMismatch(str(error)) if isinstance(error, RangeNotSatisfiable) else error


def _result(item: Item, target: Path, outcome: DownloadOutcome, reason: str | None = None) -> FileResult:
    return FileResult(
        path=os.fspath(target),
        outcome=outcome,
        reason=reason,
        id=item.id or None,
        name=item.name,
        size=item.size,
        md5=item.md5,
    )
