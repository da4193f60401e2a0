"""One file down: where to, and what became of it; ``delivery`` brings it there.

::

    is something there? ──> the same content: exists; other content: as the caller wants it
         │
      another run writes it? ─> others first, then wait for it and look again
         │
      delivery: TargetExists ─> look again; FileInUse ─> wait; else a row
"""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Literal, get_args

from ...errors import (
    AmazonPhotosError,
    ClientClosed,
    ContentMismatch,
    DiskFull,
    FileInUse,
    InvalidInput,
    LocalFileError,
    NotWritable,
    SessionExpired,
    TargetExists,
)
from ...files import names
from ...files.claim import StallTimer
from ...files.os_errors import translate_write_error
from ...files.part_file import Arrived
from ...frames.results import DownloadOutcome
from ...model.checks import show
from ...net.session import Session
from ..events import EventEmitter, FileProgress
from ..file_result import FileResult
from ..pool import FailureBudget
from ..stopping import StopRequest
from ..worker_thread import WorkerThread
from .delivery import Delivery, Destination, part_of
from .local_content import LocalContent, Standing
from .local_names import Item
from .look_up import look_up

OnExists = Literal["skip", "rename", "error", "repair"]
"""What a download does where something else has the name of a file."""
_PAUSE = 0.1
"""Seconds until a file that another run is writing is looked at again."""
_MAX_STALL = 10
"""How many times ``Settings.read_timeout`` the other run may make no progress before this file fails."""
_MAX_OCCUPIED = 1000
_RENAME = 'on_exists="rename" keeps both'
_REPAIR = f'{_RENAME}, "repair" fetches the file and keeps the one here under another name'
_NO_REPAIR = f'{_RENAME}; "repair" replaces only regular files that can be compared'


class _Later(Exception):
    """Another run is writing the file."""


def check_on_exists(on_exists: OnExists) -> OnExists:
    """Check that ``on_exists`` is one of the four ways, and return it. Raises ``InvalidInput``."""
    if not isinstance(on_exists, str) or on_exists not in get_args(OnExists):
        raise InvalidInput(f'on_exists must be "skip", "rename", "error" or "repair", not {show(on_exists)}')
    return on_exists


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
        self._watch = watch
        self._stop = stop
        self._on_exists = on_exists
        self._failures = FailureBudget(session.settings.retry_budget)
        self._delivery = Delivery(session, out, contents, files, stop, self._failures, fsync=fsync)

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
        clear, occupied, still = item.unoccupied, 0, None
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
                still = still or StallTimer(_MAX_STALL * self._session.settings.read_timeout)
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
        part_of(item, target).sweep()

    async def _deliver(self, item: Item, place: Destination, meter: FileProgress) -> Arrived:
        return await self._delivery.deliver(item, place, meter)

    async def _standing(self, item: Item, place: Path) -> Standing | None:
        try:
            return await self._contents.compare(place, item.size, item.md5)
        except OSError as error:
            raise translate_write_error(error, place, out=self._out) from error


def _remark(item: Item, arrived: Arrived) -> str | None:
    remarks = [] if item.md5 else ["Amazon tells no MD5: not verified"]
    if arrived.aside is not None:
        remarks.append(f"what had this name here is now {arrived.aside.name}")
    return "; ".join(remarks) or None


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
