"""A small file that has no name until it is whole: Linux makes one in a folder, and names it once it is written.

Nobody else can open it, so it needs no lock; nothing can be left of it, also by a kill; and it takes half the calls of
a part (``part_file``), which is the way wherever the system or the disk has no such files.
"""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from pathlib import Path

from .durable import sync_folder
from .final_name import target_exists
from .whole_write import write_all

_FLAGS = os.O_RDWR | getattr(os, "O_TMPFILE", 0)
_OWN_FILES = "/proc/self/fd"
_NOT_HERE = {
    errno.EACCES,
    errno.EINVAL,
    errno.EISDIR,
    errno.EMLINK,
    errno.ENOENT,
    errno.ENOSYS,
    errno.ENOTSUP,
    errno.EOPNOTSUPP,
    errno.EPERM,
    errno.EXDEV,
}
"""What systems and disks say that have no files without names, or cannot name them later."""


def write_unnamed(target: Path, data: bytes, *, mtime_ns: int | None, fsync: bool) -> os.stat_result | None:
    """Write a file, and give it the name ``target`` once it is whole.

    None: that is not possible here, and nothing is left of it. Raises ``TargetExists`` rather than overwrite anything,
    and ``OSError``.
    """
    file = _open_in(target.parent)
    if file is None:
        return None
    try:
        write_all(file, data)
        if mtime_ns is not None:
            with suppress(OSError, OverflowError):  # some file systems know fewer years than cameras do
                os.utime(file, ns=(mtime_ns, mtime_ns))
        if fsync:
            os.fsync(file)
        if not _name(file, target):
            return None
        if fsync:
            sync_folder(target.parent)
        return os.fstat(file)
    finally:
        os.close(file)


def _open_in(folder: Path) -> int | None:
    if _FLAGS == os.O_RDWR:
        return None
    try:
        return os.open(folder, _FLAGS, 0o666)
    except OSError as error:
        if error.errno in _NOT_HERE:
            return None
        raise


def _name(file: int, target: Path) -> bool:
    """Give the file its only name; False: this disk cannot, or the folder is gone."""
    source = f"{_OWN_FILES}/{file}"
    try:
        os.link(source, target, src_dir_fd=file, follow_symlinks=True)  # without a folder, Python follows no link
    except FileExistsError:
        raise target_exists(target) from None
    except OSError as error:
        if error.errno in _NOT_HERE:
            return False
        raise
    return True
