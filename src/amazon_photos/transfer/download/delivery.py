"""How a file's bytes come to their place, under its name only when size and MD5 are right.

::

    small   received whole ──> right? ──> written without a name, where that is possible, or as a part ──> its name
    large   stream ──> part ──> size and MD5 as announced? ──> mtime ──> its name
               │                     └─ no: from the beginning
               └─ connection cut: wait, go on from where it stopped (Range)
"""

from __future__ import annotations

import asyncio
import hashlib
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from ...content.stream import read_content, stream_content
from ...errors import (
    AmazonPhotosError,
    ClientClosed,
    ContentMismatch,
    FileInUse,
    LocalFileError,
    RangeNotSatisfiable,
    SessionExpired,
)
from ...files.final_name import Identity
from ...files.os_errors import translate_write_error
from ...files.part_file import Arrived, PartFile
from ...files.unnamed import write_unnamed
from ...net.retry import Attempts
from ...net.session import Session
from ...wire import content as wire_content
from ..events import FileProgress
from ..pool import FailureBudget
from ..stopping import NotBegun, StopRequest
from ..worker_thread import WorkerThread
from .local_content import LocalContent
from .local_names import Item
from .receive import pour

_SMALL = 1 << 20
"""Files up to this size are received whole and written at one go."""


class _NoRoom(LocalFileError):
    """There is no room for this file; for others there may be."""


_KEEPING = (SessionExpired, ClientClosed, _NoRoom)
"""Errors after which a later run goes on from what is there."""


@dataclass(frozen=True, slots=True)
class Destination:
    """Where to write, and which file gives way to it."""

    path: Path
    old: Identity | None = None


class Delivery:
    """Brings files of the folder ``out`` to their places, and counts in ``failures`` what goes wrong on the way."""

    def __init__(
        self,
        session: Session,
        out: Path,
        contents: LocalContent,
        files: WorkerThread,
        stop: StopRequest,
        failures: FailureBudget,
        *,
        fsync: bool,
    ) -> None:
        self._session = session
        self._out = out
        self._contents = contents
        self._files = files
        self._stop = stop
        self._failures = failures
        self._fsync = fsync

    async def deliver(self, item: Item, place: Destination, meter: FileProgress) -> Arrived:
        """Bring one file to its place.

        Raises what it failed of: ``TargetExists`` if something has taken the place, ``FileInUse`` while another run
        writes it, ``NotBegun``.
        """
        if item.size is not None and item.size <= _SMALL:
            return await self._deliver_small(item, place, meter)
        attempts, reached = self._begin_attempts(item), 0
        async for attempt in attempts:
            part = part_of(item, place.path)
            try:
                return await self._receive(item, part, place.old, meter)
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
                self._note_failure(attempt, error)
            finally:
                part.close()
        raise AssertionError("the last attempt raises")

    async def _deliver_small(self, item: Item, place: Destination, meter: FileProgress) -> Arrived:
        """Receive it whole, and have it verified and written at one go: nothing of it is left by an attempt."""
        async for attempt in self._begin_attempts(item):
            begin = self._begin(meter)
            meter.attempt()
            try:
                data = await read_content(self._session, item.content, begin=begin)
                meter.move(len(data))
                return await self._files.run(partial(self._write, item, place, data))
            except OSError as error:
                raise translate_write_error(error, place.path, out=self._out) from error
            except (FileInUse, NotBegun):
                raise
            except AmazonPhotosError as error:
                self._note_failure(attempt, error)
        raise AssertionError("the last attempt raises")

    def _begin_attempts(self, item: Item) -> Attempts:
        return self._session.begin_attempts(partial(wire_content.download, item.id))

    def _begin(self, meter: FileProgress) -> Callable[[], None] | None:
        """What is called before a request is sent: of a file that has been begun, nobody asks whether to stop."""
        return None if meter.begun else self._stop.check

    def _note_failure(self, attempt: Attempts, error: AmazonPhotosError) -> None:
        """Plan another attempt, or raise what ends the file, or the run."""
        problem = _as_retryable(error)
        attempt.note_failure(error, judged=problem)
        if not isinstance(problem, ContentMismatch):
            self._failures.note_failure(error)

    def _write(self, item: Item, place: Destination, data: bytes) -> Arrived:
        """In a thread: a small file, if it is right."""
        md5 = hashlib.md5(data, usedforsecurity=False).hexdigest()
        if len(data) != item.size or item.md5 not in (md5, None):
            item.content.raise_wrong(len(data), md5)
        mtime_ns, fsync, old = item.mtime_ns, self._fsync, place.old
        part = part_of(item, place.path)
        found = write_unnamed(place.path, data, mtime_ns=mtime_ns, fsync=fsync) if old is None else None
        if found is None:
            arrived = part.write_whole(data, mtime_ns=mtime_ns, fsync=fsync, old=old)
        else:
            arrived = Arrived(found, None)
            part.sweep()  # a repair that was killed leaves one, and so does a disk where each file has a name
        self._contents.remember(place.path, md5, arrived.found)
        return arrived

    async def _receive(self, item: Item, part: PartFile, old: Identity | None, meter: FileProgress) -> Arrived:
        begin = self._begin(meter)
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


def part_of(item: Item, target: Path) -> PartFile:
    """Make the part that a file of this content has beside its target."""
    whole = item.size is not None and item.size <= _SMALL
    return PartFile(target, node_id=item.id, md5=item.md5, version=item.version, whole=whole)


def _as_retryable(error: AmazonPhotosError) -> AmazonPhotosError:
    """A part that is longer than the file is a wrong part: begin anew."""
    return ContentMismatch(str(error)) if isinstance(error, RangeNotSatisfiable) else error
