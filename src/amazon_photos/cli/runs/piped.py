"""Standard input as a file that can go up: size and MD5 are needed first, and a pipe tells neither.

::

    <temporary folder>/amazon-photos-pipe-<random>/    0700, removed whatever happens
    ├── lock                                           held while its run lives
    └── content/<name>

A run that is killed leaves its folder; the next one sees by the lock that nobody has it, and removes it.
"""

from __future__ import annotations

import os
import shutil
import stat
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ...errors import FileInUse, InvalidInput
from ...files.claim import FLAGS, NoLocks, claim, lock, release
from ...files.os_errors import to_local_error
from ...files.paths import expand_path

_PREFIX = "amazon-photos-pipe-"
_PIECE = 1 << 20
_YOUNG = 60.0
"""Seconds in which a folder may be made and not yet locked."""
_NO_NAME = "standard input has no name: --name NAME says what the file is to be called in the library"


def check_name(name: str | None) -> str:
    """Check what the file is to be called. Raises ``InvalidInput``."""
    if name is None:
        raise InvalidInput(_NO_NAME)
    if not name.strip() or "/" in name or name in (".", ".."):
        raise InvalidInput(f"--name is the name of a file, without a folder (that is --to), not {name!r:.80}")
    if name.startswith("~"):
        return name
    return expand_path("--name", name)


@contextmanager
def keep_standard_input(name: str) -> Iterator[str]:
    """Copy standard input to a private file of this name, for the time of the block; gives its path.

    Raises ``InvalidInput`` where standard input is a terminal, and ``LocalFileError``.
    """
    if sys.stdin is None or sys.stdin.isatty():
        raise InvalidInput("- is standard input, and nothing is piped into it; a file of that name is ./-")
    _remove_leftovers(Path(tempfile.gettempdir()))
    try:
        folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
    except OSError as error:
        raise to_local_error(error, _describe_failure(tempfile.gettempdir())) from None
    held = -1
    try:
        with suppress(NoLocks):
            held = claim(folder / "lock", anew=True)
        (folder / "content").mkdir(0o700)
        path = folder / "content" / name
        _copy(path)
        yield str(path)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        if held >= 0:
            release(held)


def _copy(path: Path) -> None:
    source = sys.stdin.buffer
    try:
        with path.open("xb") as file:
            while piece := source.read(_PIECE):
                file.write(piece)
    except OSError as error:
        raise to_local_error(error, _describe_failure(str(path.parents[2]))) from None


def _describe_failure(folder: str) -> str:
    return f"cannot keep what comes from standard input in {folder} (TMPDIR names another folder)"


def _remove_leftovers(temporary: Path) -> None:
    """Remove what killed runs of this user have left."""
    with suppress(OSError):
        for folder in temporary.glob(f"{_PREFIX}*"):
            if _is_left(folder):
                shutil.rmtree(folder, ignore_errors=True)


def _is_left(folder: Path) -> bool:
    try:
        found = folder.lstat()
        ours = not hasattr(os, "getuid") or found.st_uid == os.getuid()
        if not ours or not stat.S_ISDIR(found.st_mode) or abs(time.time() - found.st_mtime) < _YOUNG:
            return False
        file = os.open(folder / "lock", FLAGS)
    except FileNotFoundError:
        return True
    except OSError:
        return False
    try:
        lock(file, folder)
    except (FileInUse, NoLocks):
        return False
    finally:
        os.close(file)
    return True
