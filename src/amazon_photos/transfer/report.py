"""The run report: one JSON line for each file, written as it happens, so that it survives a crash.

::

    {"time":"2026-05-01T10:00:00Z","path":"Pictures/a.jpg","what":"uploaded","reason":null,"id":"…","name":"a.jpg","size":1,"md5":"…"}
"""

from __future__ import annotations

from datetime import UTC, datetime
from os import PathLike
from types import TracebackType
from typing import Self

import msgspec

from ..errors import LocalFileError
from ..files import expand_path
from .outcome import Outcome, shown


class Report:
    """Appends to the file at ``path``; with None it writes nothing."""

    def __init__(self, path: str | PathLike[str] | None) -> None:
        self._path = None if path is None else expand_path("report", path)
        self._encode = msgspec.json.Encoder().encode

    def __enter__(self) -> Self:
        try:
            self._file = None if self._path is None else open(self._path, "ab", buffering=0)  # noqa: PTH123
        except OSError as error:
            raise LocalFileError(f"cannot write the report {self._path}: {error.strerror}") from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()

    def add(self, outcome: Outcome) -> None:
        if self._file is None:
            return
        line = {
            "time": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "path": shown(outcome.path),
            "what": outcome.what,
            "reason": outcome.reason,
            "id": outcome.id,
            "name": None if outcome.name is None else shown(outcome.name),
            "size": outcome.size,
            "md5": outcome.md5,
        }
        try:
            self._file.write(self._encode(line) + b"\n")
        except OSError as error:
            raise LocalFileError(f"cannot write the report {self._path}: {error.strerror}") from error
