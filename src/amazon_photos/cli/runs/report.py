"""The report of a run: a line for each file, as the library writes it, and in the end one that sums it up.

::

    {"time": …, "path": …, "outcome": "uploaded", …}                    a file
    {"summary": true, "command": "upload", "target": "/Backup", "started": …, "ended": …, "exit_code": 0,
     "counts": {"uploaded": 12, "exists": 3}, "bytes": 34000000, "error": null}

Runs are added to the file, one behind the other. However a run ends, by an error or a signal, too, its summary is the
last of its lines; only after a kill, or where the disk is full, there is none.
"""

from __future__ import annotations

import os
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from ...errors import LocalFileError
from ...files.os_errors import to_local_error
from ...files.paths import escape_bytes, expand_path
from ...transfer.events import BytesTransferred, Event, FileFinished

if TYPE_CHECKING:
    from ...transfer.file_result import FileResult

_NEWLINE = b"\n"


class Report:
    """What became of a run, counted while it happens; it is written to the file at ``path``, or nowhere for None."""

    path: str | None

    def __init__(self, command: str, path: str | None) -> None:
        self.path = None if path is None else expand_path("--report", path)
        self.counts: Counter[str] = Counter()
        self.bytes = 0
        self.target = ""
        self._is_open = False
        self._command = command
        self._started = datetime.now(UTC)

    def open(self) -> None:
        """Check that lines can be added, and end one that a full disk cut off. Raises ``LocalFileError``."""
        from ...transfer.run_report import RunReport

        with RunReport(self.path):
            pass
        if self.path is not None and not _ends_with_newline(self.path):
            self._append(_NEWLINE)
        self._is_open = True

    def watch(self, event: Event) -> None:
        """Count what happens in a transfer: the library's ``on_event``."""
        match event:
            case BytesTransferred():
                self.bytes += event.bytes
            case FileFinished():
                self.counts[event.result.outcome] += 1

    def add(self, result: FileResult) -> None:
        """Write a line for a file of which the library writes none. Raises ``LocalFileError``."""
        from ...transfer.run_report import RunReport

        with RunReport(self.path) as lines:
            lines.add(result)

    def tell_counts(self) -> str:
        """Return how many files ended how: "12 uploaded, 3 exists"."""
        return ", ".join(f"{count:,} {word}" for word, count in self.counts.most_common()) or "no files"

    def close(self, exit_code: int, error: str | None) -> None:
        """Write the summary, where ``open`` found that it can be. Raises ``LocalFileError``."""
        if self.path is None or not self._is_open:
            return
        summary = {
            "summary": True,
            "command": self._command,
            "target": escape_bytes(self.target),
            "started": _write_time(self._started),
            "ended": _write_time(datetime.now(UTC)),
            "exit_code": exit_code,
            "counts": dict(self.counts),
            "bytes": self.bytes,
            "error": error,
        }
        self._append(msgspec.json.encode(summary) + _NEWLINE)

    def _append(self, line: bytes) -> None:
        try:
            file = os.open(self.path or "", os.O_WRONLY | os.O_APPEND | getattr(os, "O_BINARY", 0))
            try:
                left = memoryview(line)
                while left:
                    left = left[os.write(file, left) :]
            finally:
                os.close(file)
        except OSError as error:
            raise self._explain(error) from None

    def _explain(self, error: OSError) -> LocalFileError:
        return to_local_error(error, f"cannot write the report {escape_bytes(self.path or '')[:200]!r}")


def _ends_with_newline(path: str) -> bool:
    """Also of an empty file, and of what is none."""
    with Path(path).open("rb", buffering=0) as file:
        if not file.seekable() or not file.seek(0, os.SEEK_END):
            return True
        file.seek(-1, os.SEEK_END)
        return file.read(1) == _NEWLINE


def _write_time(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
