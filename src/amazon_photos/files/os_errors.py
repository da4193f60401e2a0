"""The system's errors in our words: the one place that knows which of them mean a full disk."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from ..errors import DiskFull, LocalFileError, NotWritable

_NO_ENTRY = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})
_FULL = frozenset({errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)})


def is_disk_full(error: OSError) -> bool:
    """Tell whether there is no room: the disk is full, or what this user may have of it."""
    return error.errno in _FULL


def explain(error: OSError) -> str:
    """Return what the system says of an error, without the path that Python puts behind it."""
    return error.strerror or str(error) or type(error).__name__


def describe(error: OSError) -> str:
    """Return what ``explain`` does, in lower case, for the middle of a sentence."""
    return explain(error).lower()


def to_local_error(error: OSError, what: str) -> LocalFileError:
    """Make ``DiskFull`` or ``LocalFileError`` of a system's error; ``what`` says what could not be done."""
    if is_disk_full(error):
        return DiskFull(f"{what}: {explain(error)}; make room and run the same again")
    return LocalFileError(f"{what}: {explain(error)}")


def translate_write_error(error: OSError, where: Path, *, out: Path | None = None) -> LocalFileError:
    """Make our error of one that writing the file ``where`` met.

    ``out`` is the folder of the whole run: that one folder takes no files is no reason to end the run while ``out``
    takes some.
    """
    why = explain(error)
    if error.errno == errno.ENOENT and out is not None and not os.path.isdir(out):
        return NotWritable(f"cannot make the folder {out}: {why}; is it, or the drive that it is on, gone?")
    if is_disk_full(error):
        return DiskFull(f"no room left for {where}: {why}; make room and run the same again")
    if error.errno in _NO_ENTRY:
        end = error.errno == errno.EROFS or out is None or not os.access(out, os.W_OK)
        return (NotWritable if end else LocalFileError)(f"cannot write in {where.parent}: {why}")
    return LocalFileError(f"cannot write {where.name}: {why}")
