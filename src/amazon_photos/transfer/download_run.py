"""A whole download: from nodes to a frame of outcomes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing
from pathlib import Path

import pyarrow as pa

from ..errors import BadInput
from ..net.session import Session
from .arrange import Arrangement, Item, arrange
from .contents import Contents
from .download import Downloader, OnExists
from .hashing import HashCache, Hasher
from .layout import Layout
from .outcome import OUTCOMES, Rows
from .pool import drain
from .report import Report
from .thread import JobThread

OnDone = Callable[[int, int | None], None]
"""Called with how many files are done and how many there are."""


class DownloadRun:
    """Fetches nodes into ``out``. ``table()`` has an outcome for each that was finished, also after an error."""

    def __init__(
        self, session: Session, out: Path, report: Report, *, on_exists: OnExists, fsync: bool, on_done: OnDone
    ) -> None:
        if out.exists() and not out.is_dir():
            raise BadInput(f"{out} is a file: downloads go into a folder")
        self._session = session
        self._out = out
        self._report = report
        self._on_exists = on_exists
        self._fsync = fsync
        self._on_done = on_done
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
                    self._session, self._out, contents, files, on_exists=self._on_exists, fsync=self._fsync
                )
                await self._fetch_all(downloader, items)
        finally:
            hasher.close()
            await asyncio.to_thread(cache.close)

    async def _fetch_all(self, downloader: Downloader, items: Arrangement) -> None:
        total = items.table.num_rows

        async def fetch(item: Item) -> None:
            outcome = await downloader.fetch(item)
            self._rows.add(outcome.row(item.place))
            self._report.add(outcome)
            self._on_done(self._rows.count, total)

        async with aclosing(_each(items)) as work:
            await drain(work, fetch, width=self._session.settings.concurrency_ceiling)

    def table(self) -> pa.Table:
        return self._rows.table()


async def _each(items: Arrangement) -> AsyncGenerator[Item]:
    for item in items:
        yield item
