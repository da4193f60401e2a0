"""What became of a file: the row of a frame, the line of a report, what an event carries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..frames.results import DownloadOutcome, UploadOutcome

TransferOutcome = UploadOutcome | DownloadOutcome
"""What became of a file, on its way up or down."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileResult:
    """The ``outcome`` of the file at ``path``, and the ``reason`` where one is needed."""

    path: str
    outcome: TransferOutcome
    reason: str | None = None
    id: str | None = None
    """Of the node."""
    name: str | None = None
    """Of the node."""
    size: int | None = None
    """In bytes."""
    md5: str | None = None
    """Of the content."""

    def row(self, place: int) -> tuple[Any, ...]:
        """Return a row of ``frames.results.TRANSFERS``; ``place`` is where the file stood in the work."""
        return (place, self.path, self.id, self.name, self.outcome, self.reason, self.size, self.md5)
