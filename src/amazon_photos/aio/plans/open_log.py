"""Opens the journal of a run whose steps are written as they come."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ...plans.journal import JournalWriter
from ...plans.run_log import RunLog

if TYPE_CHECKING:
    from ..base import ClientBase


async def open_log(client: ClientBase, operation: str) -> RunLog:
    """Open a log, which writes nothing before the first step, and never with ``Settings(history=False)``."""
    if not client.settings.history:
        return RunLog(None)
    begin = partial(
        JournalWriter.begin, client._store.runs_dir, owner=await client._owner(), operation=operation, steps=()
    )
    return RunLog(begin)
