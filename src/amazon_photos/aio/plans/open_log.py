"""Opens the journal of a run whose steps are written as they come."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...plans.journal import JournalWriter
from ...plans.run_log import RunLog

if TYPE_CHECKING:
    from ..base import ClientBase


async def open_log(client: ClientBase, operation: str) -> RunLog:
    """Open a log, which writes nothing before the first step, and never with ``Settings(history=False)``."""
    if not client.settings.history:
        return RunLog(None)
    owner = await client._owner()

    def begin() -> JournalWriter:
        journal = JournalWriter.begin(client._store.runs_dir, owner=owner, operation=operation, steps=())
        client._begun_runs.append(journal.about.run)
        return journal

    return RunLog(begin)
