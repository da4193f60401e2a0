"""The run report: one JSON line for each file, written as it happens, so that it survives a crash.

::

    {"time":"2026-05-01T10:00:00Z","path":"Pictures/a.jpg","outcome":"uploaded","reason":null,"id":"…","name":"a.jpg","size":1,"md5":"…"}
"""

from __future__ import annotations

import errno
import os
import stat
from datetime import UTC, datetime
from io import FileIO
from os import PathLike
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from ..errors import LocalFileError
from ..files.os_errors import to_local_error
from ..files.paths import escape_bytes, expand_path, find_nearest
from .file_result import FileResult


class RunReport:
    """Appends to the file at ``path``; with None it writes nothing."""

    def __init__(self, path: str | PathLike[str] | None) -> None:
        self._path = None if path is None else expand_path("report", path)
        self._encode = msgspec.json.Encoder().encode

    @property
    def is_kept(self) -> bool:
        """Whether anybody wants it."""
        return self._path is not None

    def __enter__(self) -> Self:
        try:
            self._file = None if self._path is None else _open(self._path)
        except FileNotFoundError as error:
            find_nearest("write the report", Path(self._path or ""))
            raise _to_ours(self._path, error) from error
        except (OSError, ValueError) as error:  # ValueError: a NUL in the path
            raise _to_ours(self._path, error) from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()

    def add(self, result: FileResult) -> None:
        """Write a line for a file that is done."""
        if self._file is None:
            return
        line = {
            "time": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "path": escape_bytes(result.path),
            "outcome": result.outcome,
            "reason": result.reason,
            "id": result.id,
            "name": None if result.name is None else escape_bytes(result.name),
            "size": result.size,
            "md5": result.md5,
        }
        left = memoryview(self._encode(line) + b"\n")
        try:
            while left:
                left = left[self._file.write(left) :]
        except OSError as error:
            raise _to_ours(self._path, error) from error


def _open(path: str) -> FileIO:
    """Raises ``LocalFileError`` for what no report is added to."""
    file = open(path, "a+b", buffering=0, opener=_without_waiting)  # noqa: SIM115 - Report closes it
    try:
        _check_file(path, file)
    except BaseException:
        file.close()
        raise
    if hasattr(os, "O_NONBLOCK"):
        os.set_blocking(file.fileno(), True)
    return file


def _check_file(path: str, file: FileIO) -> None:
    """A pipe makes everything stand still whenever its reader does; a file of other content is somebody's photo."""
    found = os.fstat(file.fileno())
    if stat.S_ISCHR(found.st_mode):
        return
    if not stat.S_ISREG(found.st_mode):
        raise LocalFileError(f"cannot write the report {path}: it is a pipe; give a file")
    if found.st_size:
        file.seek(0)
        if file.read(1) != b"{":
            raise LocalFileError(
                f"cannot write the report {escape_bytes(path)[:200]!r}: there is a file of other content; "
                "a report's lines begin with '{'"
            )


def _without_waiting(path: str, flags: int) -> int:
    try:
        return os.open(path, flags | getattr(os, "O_NONBLOCK", 0), 0o666)
    except OSError as error:
        if error.errno == errno.ENXIO:  # nobody reads it
            raise LocalFileError(f"cannot write the report {path}: it is a pipe or a socket; give a file") from None
        raise


def _to_ours(path: str | None, error: OSError | ValueError) -> LocalFileError:
    what = f"cannot write the report {escape_bytes(path or '')[:200]!r}"
    return to_local_error(error, what) if isinstance(error, OSError) else LocalFileError(f"{what}: {error}")
