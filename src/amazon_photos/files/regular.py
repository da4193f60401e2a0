"""Local files as they were found: opened without waiting for anybody, and known again when they are read.

Between the scan and the reading a pipe, a device or a folder may have taken a file's place. Opening a pipe waits for a
writer, which may never come, and everything else waits with it.
"""

from __future__ import annotations

import os
import stat
from io import BufferedReader, FileIO
from pathlib import Path
from typing import Protocol

from ..errors import FileChanged, LocalFileError


class Found(Protocol):
    """A file as it was when it was found."""

    @property
    def path(self) -> str: ...

    @property
    def size(self) -> int: ...

    @property
    def mtime_ns(self) -> int: ...


MAX_TEXT = 16 << 20
"""Bytes; a browser's cookies are a thousandth of that."""
_UNBLOCKED = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0)
"""Makes no difference to files; Windows knows neither."""
_KINDS = {
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFDIR: "a folder",
    stat.S_IFLNK: "a symbolic link",
}


def describe_kind(mode: int) -> str:
    """Say what stands under a name that is no regular file, by its ``st_mode``: "a folder", "a pipe" …"""
    return _KINDS.get(stat.S_IFMT(mode), "something else")


def open_unblocked(path: str, *, follow: bool = True) -> FileIO:
    """Open what is at ``path`` for reading, unbuffered, and wait for nobody; it may be anything.

    Raises ``OSError``, for a link too where ``follow=False``.
    """
    return FileIO(path, "rb", opener=_open if follow else _open_itself)


def read_text(path: Path) -> str:
    """Read a text file that a person named, whole; of a device (/dev/null) as much as it gives at once.

    Raises ``OSError``, ``UnicodeDecodeError``, and ``LocalFileError`` for a pipe, which would be waited for, and for
    more than ``MAX_TEXT`` bytes.
    """
    with BufferedReader(open_unblocked(os.fspath(path))) as file:
        mode = os.fstat(file.fileno()).st_mode
        if not (stat.S_ISREG(mode) or stat.S_ISCHR(mode)):
            raise LocalFileError(f"it is {describe_kind(mode)}; give a file")
        data = file.read(MAX_TEXT + 1) or b""
        if len(data) > MAX_TEXT:
            raise LocalFileError(f"it has more than {MAX_TEXT >> 20} MiB; is it the right one?")
        return data.decode("utf-8")


def open_found(found: Found, *, doing: str) -> FileIO:
    """Open the file that was ``found``, unbuffered.

    Raises ``FileChanged`` if it is another now, and ``OSError``.
    """
    file = open_unblocked(found.path)
    try:
        check_unchanged(found, file.fileno(), doing=doing)
    except BaseException:
        file.close()
        raise
    return file


def read_found(found: Found, *, doing: str) -> bytes:
    """Read the small file that was ``found``, whole.

    With fewer system calls than a file object makes. No more than a byte beyond its size is read: on network drives
    sizes are old at times, and there are files of size 0 that never end.
    Raises ``FileChanged`` if it is another now, changes meanwhile, or holds more than its size, and ``OSError``.
    """
    handle = _open(found.path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    try:
        check_unchanged(found, handle, doing=doing)
        content = os.read(handle, found.size + 1)
        while len(content) < found.size and (more := os.read(handle, found.size + 1 - len(content))):
            content += more
        check_unchanged(found, handle, doing=doing)
    finally:
        os.close(handle)
    if len(content) > found.size:
        raise FileChanged(f"it is larger than its size says: it changed while it was being {doing}: run again")
    return content


def check_regular(found: os.stat_result) -> None:
    """Check that it is a regular file. Raises ``FileChanged``."""
    if not stat.S_ISREG(found.st_mode):
        raise FileChanged(f"it is no longer a file but {describe_kind(found.st_mode)}: run again")


def check_unchanged(found: Found, handle: int | None = None, *, doing: str) -> None:
    """Check that what is open, or else at its path, is a regular file as it was ``found``.

    Raises ``FileChanged``, and ``OSError`` for what is not there any more.
    """
    now = os.fstat(handle) if handle is not None else os.stat(found.path)  # noqa: PTH116 - a Path costs more
    check_regular(now)
    if (now.st_size, now.st_mtime_ns) != (found.size, found.mtime_ns):
        raise FileChanged(f"it changed while it was being {doing}: run again")


def _open(path: str, flags: int) -> int:
    return os.open(path, flags | _UNBLOCKED)


def _open_itself(path: str, flags: int) -> int:
    return _open(path, flags | getattr(os, "O_NOFOLLOW", 0))
