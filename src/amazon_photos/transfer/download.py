"""One file down: into a part beside its target, and under its name only when size and MD5 are right.

::

    is something there? ──> the same content: exists; other content: as the caller wants it
         │
      stream ──> part ──> size and MD5 as announced? ──> mtime ──> its name
         │                     └─ no: from the beginning
         └─ connection cut: wait, go on from where it stopped (Range)
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
import shutil
import stat
from pathlib import Path
from typing import Literal, NoReturn, get_args

from ..errors import (
    AmazonPhotosError,
    BadInput,
    Closed,
    ContentMismatch,
    DiskFull,
    LocalFileError,
    RangeNotSatisfiable,
    SignedOut,
)
from ..net.retry import Policy
from ..net.session import Session, Stream
from ..wire import content as wire_content
from ..wire import nodes as wire_nodes
from . import names
from .arrange import Item
from .contents import Contents
from .events import Meter, Watch
from .outcome import Outcome
from .part import NotWritable, Occupied, Part, as_ours
from .pool import Patience
from .thread import JobThread

OnExists = Literal["skip", "rename", "error"]
_SMALL = 1 << 20
"""Files up to this size are received whole and written at one go."""
_GATHER = 1 << 18
_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+|\*)")


def checked(on_exists: OnExists) -> OnExists:
    """``on_exists``, if it is one of the three ways. Raises ``BadInput``."""
    if on_exists not in get_args(OnExists):
        raise BadInput(f'on_exists must be "skip", "rename" or "error", not {on_exists!r}')
    return on_exists


class Downloader:
    """Fetches items into the folder ``out``."""

    def __init__(
        self,
        session: Session,
        out: Path,
        contents: Contents,
        files: JobThread,
        watch: Watch,
        *,
        on_exists: OnExists = "skip",
        fsync: bool = False,
    ) -> None:
        self._session = session
        self._out = out
        self._contents = contents
        self._files = files
        self._watch = watch
        self._on_exists = on_exists
        self._fsync = fsync
        self._policy = Policy.of(session.settings)
        self._patience = Patience(session.settings.retry_budget)

    async def fetch(self, item: Item) -> Outcome:
        """What became of it. Raises only what ends the whole run: no session, no service, no room, no entry."""
        target = self._out / item.path
        if item.skip is not None:
            return _outcome(item, target, "skipped", item.skip)
        meter, arrived = Meter(self._watch, item.size or 0), False
        try:
            if item.md5 is None or item.size is None:
                item = await self._looked_up(item)
            outcome = await self._fetch(item, target, meter)
            arrived = outcome.what == "downloaded"
        except (SignedOut, Closed, DiskFull, NotWritable):
            raise
        except AmazonPhotosError as error:
            if error.retryable and not isinstance(error, ContentMismatch):
                self._patience.failed(error)
            return _outcome(item, target, "failed", str(error))
        finally:
            meter.settle(arrived=arrived)
        self._patience.succeeded()
        return outcome

    async def _looked_up(self, item: Item) -> Item:
        node = await self._session.send(wire_nodes.node(item.id))
        properties = node.content_properties
        version = properties.version if properties else None
        return item._replace(size=node.size, md5=node.md5, version=version, clear=False)

    async def _fetch(self, item: Item, target: Path, meter: Meter) -> Outcome:
        for number in range(1000):
            settled = target if item.clear and not number else await self._settled(item, target)
            if isinstance(settled, Outcome):
                return settled
            self._require_room(item, settled)
            try:
                await self._delivered(item, settled, meter)
            except Occupied:
                continue  # somebody was quicker: look what it is
            return _outcome(item, settled, "downloaded", "Amazon tells no MD5: not verified" if not item.md5 else None)
        raise LocalFileError(f"no free name was found for {target.name}")

    async def _settled(self, item: Item, target: Path) -> Path | Outcome:
        """Where to write; or the outcome, if there is nothing to write. Other runs may have given it another name."""
        free: Path | None = None
        for place in (target, *(target.with_name(name) for name in names.others(target.name, item.id))):
            there = await self._is_there(item, place)
            if there:
                _part(item, target).discard()  # what a run left that was killed between two names
                return _outcome(item, place, "exists")
            if there is None and free is None and (place is target or self._on_exists == "rename"):
                free = place
            if free is not None and place is not target:
                break
        if free is not None:
            return free
        what = "failed" if self._on_exists == "error" else "conflict"
        return _outcome(item, target, what, "something else has this name here; on_exists='rename' keeps both")

    async def _is_there(self, item: Item, place: Path) -> bool | None:
        """None: nothing is; False: something else is."""
        try:
            found = place.lstat()  # noqa: ASYNC240 - a hop to a thread takes longer
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise as_ours(error, place) from error
        return stat.S_ISREG(found.st_mode) and await self._contents.same(place, item.size, item.md5)

    def _require_room(self, item: Item, target: Path) -> None:
        if (item.size or 0) <= _SMALL:
            return
        folder = next((f for f in (target.parent, *target.parents) if f.is_dir()), None)
        free = shutil.disk_usage(folder).free if folder else None
        if free is not None and free < (item.size or 0):
            raise DiskFull(
                f"no room for {target}: it needs {item.size} bytes, {free} are free; make room and run again"
            )

    async def _delivered(self, item: Item, target: Path, meter: Meter) -> None:
        part = _part(item, target)
        attempt, waited, reached = 1, 0.0, 0
        while True:
            try:
                await self._attempt(item, part, meter)
                return
            except OSError as error:
                part.discard()
                raise as_ours(error, target) from error
            except Occupied:
                part.discard()
                raise
            except AmazonPhotosError as error:
                problem = _as_retryable(error)
                if isinstance(problem, ContentMismatch) or not problem.retryable:
                    part.discard()
                if part.size > reached + _SMALL:
                    attempt, waited, reached = 1, 0.0, part.size
                pause = self._policy.wait(problem, attempt=attempt, waited=waited, repeatable=True)
                if pause is None:
                    raise
                if not isinstance(problem, ContentMismatch):
                    self._patience.failed(error)
            finally:
                part.close()
            await asyncio.sleep(pause)
            attempt, waited = attempt + 1, waited + pause

    async def _attempt(self, item: Item, part: Part, meter: Meter) -> None:
        if item.size is not None and item.size <= _SMALL and (item.clear or not part.begun()):
            await self._small(item, part, meter)
        else:
            await self._large(item, part, meter)

    async def _small(self, item: Item, part: Part, meter: Meter) -> None:
        meter.attempt()
        async with self._session.stream(wire_content.download(item.id)) as stream:
            if stream.content_length not in (item.size, None):
                _wrong(item, stream.content_length, None)
            data = await _read(stream, item)
        meter.move(len(data))
        await self._files.run(lambda: self._write(item, part, data))

    def _write(self, item: Item, part: Part, data: bytes) -> None:
        """In a thread: a small file, if it is right."""
        md5 = hashlib.md5(data, usedforsecurity=False).hexdigest()
        if len(data) != item.size or item.md5 not in (md5, None):
            _wrong(item, len(data), md5)
        part.write_whole(data, mtime_ns=item.mtime_ns, fsync=self._fsync)
        self._contents.remember(part.target, md5)

    async def _large(self, item: Item, part: Part, meter: Meter) -> None:
        start = await asyncio.to_thread(part.open, most=item.size)
        if start == 0 or start != item.size:
            async with self._session.stream(wire_content.download(item.id, start=start)) as stream:
                if start and not _goes_on(stream, start, item.size):
                    await asyncio.to_thread(part.restart)
                    start = 0
                meter.attempt(start)
                if item.size is not None and stream.content_length not in (item.size - start, None):
                    _wrong(item, stream.content_length, None)
                await _pour(stream, part, item, meter)
            if (part.size != item.size and item.size is not None) or item.md5 not in (part.md5, None):
                _wrong(item, part.size, part.md5)
        elif item.md5 != part.md5:
            raise ContentMismatch(f"what was left of an earlier download is wrong: {item.name}")
        await asyncio.to_thread(part.finish, mtime_ns=item.mtime_ns, fsync=self._fsync)
        self._contents.remember(part.target, part.md5)


def _part(item: Item, target: Path) -> Part:
    return Part(target, node_id=item.id, md5=item.md5, version=item.version)


async def _read(stream: Stream, item: Item) -> bytes:
    """All of a small file; never much more than it should be."""
    if stream.content_length is not None:
        return await stream.read()
    data = b""
    async for chunk in stream.chunks():
        data += chunk
        if len(data) > (item.size or 0):
            break
    return data


async def _pour(stream: Stream, part: Part, item: Item, meter: Meter) -> None:
    """Into the part: one piece is hashed and written in a thread while the next is on its way."""
    loop = asyncio.get_running_loop()
    gathered: list[bytes] = []
    amount = 0
    writing: asyncio.Future[None] | None = None
    left = None if item.size is None else item.size - part.size
    try:
        async for chunk in stream.chunks():
            gathered.append(chunk)
            amount += len(chunk)
            meter.move(len(chunk))
            left = None if left is None else left - len(chunk)
            if left is not None and left < 0:
                raise ContentMismatch(f"more came than {item.name} has: {item.size} bytes were due")
            if amount >= _GATHER:
                if writing is not None:
                    await writing
                writing = loop.run_in_executor(None, part.write, gathered)
                gathered, amount = [], 0
    finally:
        if writing is not None:
            await writing
        if gathered:
            await loop.run_in_executor(None, part.write, gathered)


def _goes_on(stream: Stream, start: int, size: int | None) -> bool:
    """Whether the answer is the rest of the same content."""
    found = _RANGE.match(stream.headers.get("content-range", ""))
    return stream.status == 206 and found is not None and int(found[1]) == start and found[2] in (str(size), "*")


def _wrong(item: Item, size: int | None, md5: str | None) -> NoReturn:
    told = f"{size} bytes" + (f" with MD5 {md5}" if md5 else "")
    raise ContentMismatch(f"not the bytes of {item.name}: {told} instead of {item.size} bytes with MD5 {item.md5}")


def _as_retryable(error: AmazonPhotosError) -> AmazonPhotosError:
    """A part that is longer than the file is a wrong part: begin anew."""
    return ContentMismatch(str(error)) if isinstance(error, RangeNotSatisfiable) else error


def _outcome(item: Item, target: Path, what: str, reason: str | None = None) -> Outcome:
    return Outcome(
        path=os.fspath(target), what=what, reason=reason, id=item.id, name=item.name, size=item.size, md5=item.md5
    )
