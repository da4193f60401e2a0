"""A whole download: from nodes to a frame of outcomes."""

from __future__ import annotations

import asyncio
import os
import stat
from collections.abc import AsyncGenerator, Iterator, Mapping
from contextlib import aclosing
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from ...errors import InvalidInput
from ...files import names
from ...files.paths import find_nearest
from ...frames.results import TRANSFERS
from ...frames.row_builder import RowBuilder
from ...model.checks import MAX_SIZE
from ...net.session import Session
from ..events import EventEmitter
from ..local.hashing import open_hasher
from ..pool import run_bounded
from ..run_report import RunReport
from ..stopping import NotBegun, StopRequest
from ..worker_thread import WorkerThread
from .downloader import Downloader, OnExists
from .layout import Layout
from .local_content import LocalContent
from .local_names import Item, LocalNames, assign_names

if TYPE_CHECKING:
    from ..sidecars.sidecar_writer import SidecarWriter

_BATCH = 256
_BEYOND = 4
"""Files at once, more than requests: while these are hashed and written, others are on their way. Where one thread does
that more slowly than they come, more of them would only wait in memory."""


class DownloadRun:
    """Fetches nodes into ``out``. ``table()`` has a row for each that was finished, also after an error."""

    def __init__(
        self,
        session: Session,
        out: Path,
        report: RunReport,
        watch: EventEmitter,
        stop: StopRequest,
        *,
        on_exists: OnExists,
        fsync: bool,
        sidecars: SidecarWriter | None = None,
        kind: type[Downloader] = Downloader,
    ) -> None:
        check_out(out)
        self._session = session
        self._out = out
        self._report = report
        self._watch = watch
        self._stop = stop
        self._on_exists = on_exists
        self._fsync = fsync
        self._sidecars = sidecars
        self._kind = kind
        self._rows = RowBuilder(TRANSFERS)

    async def run(self, table: pa.Table, layout: Layout, folders: Mapping[str, str]) -> None:
        """Download what ``table`` lists, until somebody asks to stop.

        Raises what ends the whole run, after what was under way has been finished.

        ``table`` has a row for each node: ``id`` at least, and as much as is known of ``name``, ``size``, ``md5``,
        ``kind``, ``parents``, ``contentProperties.version`` and the times.
        """
        async with open_hasher(self._session.settings) as (hasher, cache):
            contents = LocalContent(cache, hasher)
            items = await asyncio.to_thread(
                assign_names, table, layout, self._out, folders=folders, same=contents.matches_sync
            )
            if self._sidecars is not None:
                await asyncio.to_thread(self._sidecars.reserve, items.paths)
            with WorkerThread() as files:
                downloader = self._kind(
                    self._session,
                    self._out,
                    contents,
                    files,
                    self._watch,
                    self._stop,
                    on_exists=self._on_exists,
                    fsync=self._fsync,
                )
                await self._fetch_all(downloader, items, files)

    async def _fetch_all(self, downloader: Downloader, items: LocalNames, files: WorkerThread) -> None:
        self._watch.plan(files=items.table.num_rows, bytes=_size(items.table), complete=True)

        later: list[Item] = []

        async def fetch(item: Item, *, wait: bool = False) -> None:
            try:
                result = await downloader.fetch(item, wait=wait)
            except NotBegun:
                return
            if result is None:
                later.append(item)
                return
            if self._sidecars is not None:
                result = await files.run(partial(self._sidecars.add, item.position, result, self._out))
            self._rows.add(result.row(item.position))
            self._report.add(result)
            self._watch.finish(result)

        async with aclosing(_each(items, self._out)) as work:
            limit = self._session.limit
            width, now = limit.max_width + _BEYOND, lambda: limit.width + _BEYOND
            run = partial(run_bounded, width=width, now=now, stop=self._stop)
            await run(work, fetch)
        # What another run was at then: the work is shared, and in the end each waits for the other.
        if later and not self._stop.asked:
            await run(_again(later), partial(fetch, wait=True))

    def table(self) -> pa.Table:
        return self._rows.table()


def check_out(out: Path) -> None:
    """Raise ``InvalidInput`` or ``LocalFileError`` if nothing can ever be put into the folder."""
    nearest = find_nearest("download to", out)
    if nearest is not None and not stat.S_ISDIR(nearest[1].st_mode):
        raise InvalidInput(f"{nearest[0]} is a file: downloads go into a folder")


def _size(table: pa.Table) -> int:
    """The sum of those sizes that can be any."""
    if "size" not in table.column_names or not pa.types.is_primitive(table["size"].type):
        return 0
    sizes = table["size"].cast(pa.float64(), safe=False)
    return int(pc.sum(sizes.filter(pc.and_(pc.greater_equal(sizes, 0), pc.less_equal(sizes, MAX_SIZE)))).as_py() or 0)


async def _again(items: list[Item]) -> AsyncGenerator[Item]:
    for item in tuple(items):
        yield item


async def _each(items: LocalNames, out: Path) -> AsyncGenerator[Item]:
    """The items, and whether their places are clear: looked at in a thread, many at once."""
    left = iter(items)
    while batch := await asyncio.to_thread(_look_at, left, os.fspath(out)):
        for item in batch:
            yield item


def _look_at(items: Iterator[Item], out: str) -> list[Item]:
    return [item._replace(unoccupied=_clear(item, out)) for item in islice(items, _BATCH)]


def _clear(item: Item, out: str) -> bool:
    folder, name = os.path.split(f"{out}/{item.path}")
    return not os.path.lexists(f"{folder}/{next(names.alternatives(name, item.id))}")
