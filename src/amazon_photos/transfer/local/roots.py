"""What the caller named to be walked: files and folders of this machine."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path

from ...errors import InvalidInput, LocalFileError
from ...files.os_errors import describe
from ...files.paths import escape_bytes, expand_path


@dataclass(frozen=True, slots=True)
class ScanRoot:
    """What the caller named: a file or a folder, and the folder of the library that it becomes."""

    path: str
    folder: str
    is_folder: bool


Paths = str | PathLike[str] | Sequence[str | PathLike[str]]
"""One file or folder of this machine, or several."""


def scan_roots(paths: Paths) -> list[ScanRoot]:
    """List what to walk: a folder becomes one of its own name, ``folder/.`` means what it holds.

    Raises ``InvalidInput`` for no path at all and for a path that leads nowhere, ``LocalFileError`` for one that this
    user may not follow.
    """
    given = [paths] if isinstance(paths, str | PathLike) else _list_given(paths)
    if not given:
        raise InvalidInput("nothing to upload: give a file, a folder, or a list of them")
    return [_start(path) for path in given]


def _list_given(paths: Iterable[str | PathLike[str]]) -> list[str | PathLike[str]]:
    """Raises ``InvalidInput`` for what holds no paths; of a frame, Python would take the names of its columns."""
    if isinstance(paths, bytes | bytearray) or not isinstance(paths, Iterable) or hasattr(paths, "columns"):
        raise InvalidInput(f"path is a file, a folder, or a list of them, not {type(paths).__name__}")
    return list(paths)


def _start(given: str | PathLike[str]) -> ScanRoot:
    path = expand_path("path", given)
    try:
        if not stat.S_ISDIR(os.stat(path).st_mode):  # noqa: PTH116 - Path would swallow a trailing "/."
            return ScanRoot(path, "", is_folder=False)
        contents_only = path == "." or path.endswith(("/.", os.sep + "."))
        tidy = path if ".." in Path(path).parts else os.path.normpath(path)  # link/.. is not where the link is
        return ScanRoot(tidy, "" if contents_only else Path(path).resolve().name, is_folder=True)
    except (FileNotFoundError, NotADirectoryError):
        what = "a link that leads nowhere" if os.path.islink(path) else "no such file or folder"
        raise InvalidInput(f"{what}: {escape_bytes(path)}") from None
    except OSError as error:
        raise LocalFileError(f"cannot be read: {escape_bytes(path)}: {describe(error)}") from error
