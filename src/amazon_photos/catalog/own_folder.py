"""A folder beside the catalogue for what a refresh has brought so far.

::

    ap.parquet.part/about.json    our mark: whose it is, and what it is of
    ap.parquet.part/…             plain files with the names that its journal gives them, written whole or not at all

The folder is ours only while about.json says so, and in it only files of these names: nothing else is ever written over
or removed. Where something else has one of these names, nothing is kept. Used under the catalogue's lock only.
"""

from __future__ import annotations

import contextlib
import logging
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import IO

from ..files.atomic import write_atomically

_log = logging.getLogger("amazon_photos.catalog")
_HEAD, _HEAD_BEING_WRITTEN = "about.json", "about.tmp"
_START = b'{"owner":'
"""How every mark of ours begins."""


class OwnFolder:
    """A folder that is ours while ``is_mark`` says that the text of about.json is a mark of ours.

    ``names`` are those of its files, written (``.tmp``) and being written.
    """

    path: Path

    def __init__(self, path: Path, names: re.Pattern[str], is_mark: Callable[[bytes], bool]) -> None:
        self.path = path
        self._names = names
        self._is_mark = is_mark

    def read_mark(self) -> bytes | None:
        """Read the mark; None where there is none of ours."""
        path = self.path / _HEAD
        try:
            text = path.read_bytes() if is_plain(path) else b""
        except OSError:
            return None
        return text if self._is_mark(text) else None

    def begin(self, mark: bytes) -> bool:
        """Put our mark into the folder; False where something else has our names. Raises ``OSError``."""
        taken = self._find_foreign()
        if taken is not None:
            _log.warning("%s is not ours and is left alone; if interrupted, this refresh will begin again", taken)
            return False
        self.path.mkdir(exist_ok=True)
        self.mark(mark)
        return True

    def mark(self, mark: bytes) -> None:
        """Replace the mark, in a folder that is ours. Raises ``OSError``."""
        self.write(_HEAD, lambda file: file.write(mark))

    def write(self, name: str, write: Callable[[IO[bytes]], object]) -> None:
        """Write a file, whole or not at all. Raises ``OSError``."""
        path = self.path / name
        being_written = path.with_suffix(".tmp")
        being_written.unlink(missing_ok=True)
        with write_atomically(path, beside=being_written) as file:
            write(file)

    def clear(self) -> None:
        """Remove what is ours; what is not stays. Raises ``OSError``."""
        if self.read_mark() is None:
            return
        for path in list(self.path.iterdir()):
            if self._names.match(path.name) and is_plain(path):
                path.unlink()
        (self.path / _HEAD).unlink()  # the mark goes last
        with contextlib.suppress(OSError):  # somebody keeps something in it, or it is a link
            self.path.rmdir()

    def _find_foreign(self) -> Path | None:
        """What stands where we would write, in a folder without our mark, and is not ours."""
        try:
            paths = list(self.path.iterdir())
        except FileNotFoundError:
            return self.path if os.path.islink(self.path) else None
        except NotADirectoryError:
            return self.path
        for path in paths:
            if path.name == _HEAD or self._names.match(path.name):
                return path
            if path.name == _HEAD_BEING_WRITTEN and not _begins_as_head(path):
                return path
        return None


def is_plain(path: Path) -> bool:
    """Tell whether a path is a file and no link to one."""
    return os.path.isfile(path) and not os.path.islink(path)


def _begins_as_head(path: Path) -> bool:
    """Whether a crash may have left this of our mark."""
    return is_plain(path) and _START.startswith(path.read_bytes()[: len(_START)])
