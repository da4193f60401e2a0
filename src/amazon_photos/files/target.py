"""Where a result or a report is written: a file, or nothing yet; never what a link, a pipe or a device is."""

from __future__ import annotations

import os
import stat
from os import PathLike
from pathlib import Path

from ..errors import InvalidInput, LocalFileError
from .os_errors import to_local_error
from .paths import expand_path, find_nearest
from .regular import describe_kind


def find_target(name: str, path: str | PathLike[str]) -> Path:
    """Find the file that the argument ``name`` names: ``~`` is the home folder, and a link stays one.

    Nothing is made. Raises ``InvalidInput`` for what is no path, and ``LocalFileError`` for a folder, a pipe or a
    device, for a place below a file or a link that leads nowhere, and for what the system refuses.
    """
    text = expand_path(name, path)
    if not text.strip():
        raise InvalidInput(f"{name} is empty: it is the path of a file")
    try:
        target = Path(os.path.realpath(text))
        found = target.lstat()
    except (FileNotFoundError, NotADirectoryError):
        if not os.path.isdir(target.parent):
            _check_above(Path(text))
        return target
    except UnicodeEncodeError:
        raise InvalidInput(f"{name}= cannot be written on this machine: {text!r}") from None
    except OSError as error:
        raise to_local_error(error, f"cannot write {shorten_path(text)}") from error
    if not stat.S_ISREG(found.st_mode):
        kind = describe_kind(found.st_mode)
        raise LocalFileError(f"cannot write {shorten_path(text)}: it is {kind}; {name}= is a file")
    return target


def shorten_path(text: str) -> str:
    """Cut a path for a message."""
    return repr(text) if len(text) <= 200 else f"{text[:200]!r}…"


def _check_above(path: Path) -> None:
    """Raise ``LocalFileError`` where no folder can be made to write into."""
    nearest = find_nearest("write", path)
    if nearest is not None and not stat.S_ISDIR(nearest[1].st_mode):
        raise LocalFileError(f"cannot write {shorten_path(str(path))}: {nearest[0]} is a file")
