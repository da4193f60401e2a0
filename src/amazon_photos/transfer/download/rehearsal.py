"""What a download would do: it decides as one does, by the files that are here, and fetches and writes nothing."""

from __future__ import annotations

import os
from pathlib import Path

import pyarrow as pa

from ...files.part_file import Arrived
from ...frames.results import DOWNLOAD_PLAN, DownloadAction, DownloadOutcome
from ..events import FileProgress
from .delivery import Destination
from .downloader import Downloader
from .local_names import Item

_ACTIONS = {
    DownloadOutcome.DOWNLOADED: DownloadAction.DOWNLOAD,
    DownloadOutcome.EXISTS: DownloadAction.EXISTS,
    DownloadOutcome.CONFLICT: DownloadAction.CONFLICT,
    DownloadOutcome.SKIPPED: DownloadAction.SKIP,
    DownloadOutcome.FAILED: DownloadAction.FAILED,
}


class Rehearsal(Downloader):
    """A downloader that brings nothing; what it says has come would come."""

    def _sweep(self, item: Item, target: Path) -> None:
        """What killed runs have left stays."""

    async def _deliver(self, item: Item, place: Destination, meter: FileProgress) -> Arrived:
        return Arrived(os.stat_result((0,) * 10), None)


def to_plan(done: pa.Table) -> pa.Table:
    """Make the plan of what a rehearsal says it did."""
    words = [_ACTIONS[DownloadOutcome(word)].value for word in done["outcome"].to_pylist()]
    place = done.schema.get_field_index("outcome")
    told = done.set_column(place, "action", pa.array(words, pa.string()))
    return told.select(DOWNLOAD_PLAN.names).cast(DOWNLOAD_PLAN)
