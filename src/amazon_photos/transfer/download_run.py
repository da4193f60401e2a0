"""A whole download: from nodes to a frame of outcomes."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncGenerator, Iterator, Mapping
from contextlib import aclosing
from itertools import islice
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from ..errors import BadInput
from ..net.session import Session
from . import names
from .arrange import Arrangement, Item, arrange
from .contents import Contents
from .download import Downloader, OnExists
from .events import Watch
from .hashing import HashCache, Hasher
from .layout import Layout
from .outcome import OUTCOMES, Rows
from .part import part_name
from .pool import drain
from .report import Report
from .thread import JobThread

_BATCH = 256


class DownloadRun:
    """Fetches nodes into ``out``. ``table()`` has an outcome for each that was finished, also after an error."""

    def __init__(
        self, session: Session, out: Path, report: Report, watch: Watch, *, on_exists: OnExists, fsync: bool
    ) -> None:
        if out.exists() and not out.is_dir():
            raise BadInput(f"{out} is a file: downloads go into a folder")
        self._session = session
        self._out = out
        self._report = report
        self._watch = watch
        self._on_exists = on_exists
        self._fsync = fsync
        self._rows = Rows(OUTCOMES)

    async def run(self, table: pa.Table, layout: Layout, folders: Mapping[str, str]) -> None:
        """Raises what ends the whole run, after what was under way has been finished.

        ``table`` has a row for each node: ``id`` at least, and as much as is known of ``name``, ``size``, ``md5``,
        ``kind``, ``parents``, ``contentProperties.version`` and the times.
        """
        settings = self._session.settings
        cache = HashCache(settings.cache_folder)
        hasher = Hasher(cache, threads=settings.hash_threads)
        contents = Contents(cache, hasher)
        try:
            items = await asyncio.to_thread(arrange, table, layout, self._out, folders=folders, same=contents.is_same)
            with JobThread() as files:
                downloader = Downloader(
                    self._session,
                    self._out,
                    contents,
                    files,
                    self._watch,
                    on_exists=self._on_exists,
                    fsync=self._fsync,
                )
                await self._fetch_all(downloader, items)
        finally:
            hasher.close()
            await asyncio.to_thread(cache.close)

    async def _fetch_all(self, downloader: Downloader, items: Arrangement) -> None:
        self._watch.plan(files=items.table.num_rows, bytes=_size(items.table), complete=True)

        async def fetch(item: Item) -> None:
            outcome = await downloader.fetch(item)
            self._rows.add(outcome.row(item.place))
            self._report.add(outcome)
            self._watch.finished(outcome)

        async with aclosing(_each(items, self._out)) as work:
            # Twice as many as requests: while some are hashed and written, others are on their way.
            limit = self._session.limit
            await drain(work, fetch, width=2 * limit.ceiling, now=lambda: 2 * limit.limit)

    def table(self) -> pa.Table:
        return self._rows.table()


def _size(table: pa.Table) -> int:
    return (pc.sum(table["size"]).as_py() or 0) if "size" in table.column_names else 0


async def _each(items: Arrangement, out: Path) -> AsyncGenerator[Item]:
    """The items, and whether their places are clear: looked at in a thread, many at once."""
    left = iter(items)
    while batch := await asyncio.to_thread(_looked_at, left, os.fspath(out)):
        for item in batch:
            yield item


def _looked_at(items: Iterator[Item], out: str) -> list[Item]:
    return [item._replace(clear=_clear(item, out)) for item in islice(items, _BATCH)]


def _clear(item: Item, out: str) -> bool:
    folder, name = os.path.split(f"{out}/{item.path}")
    other = next(names.others(name, item.id))
    return not any(os.path.lexists(f"{folder}/{n}") for n in (name, other, part_name(item.id, item.md5, item.version)))
