"""The system's errors in our words: the one place that knows which of them mean a full disk."""

from __future__ import annotations

import errno

from ..errors import DiskFull, LocalFileError

_FULL = frozenset({errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)})


def is_disk_full(error: OSError) -> bool:
    """Tell whether there is no room: the disk is full, or what this user may have of it."""
    return error.errno in _FULL


def explain(error: OSError) -> str:
    """Return what the system says of an error, without the path that Python puts behind it."""
    return error.strerror or str(error) or type(error).__name__


def to_local_error(error: OSError, what: str) -> LocalFileError:
    """Make ``DiskFull`` or ``LocalFileError`` of a system's error; ``what`` says what could not be done."""
    if is_disk_full(error):
        return DiskFull(f"{what}: {explain(error)}; make room and run the same again")
    return LocalFileError(f"{what}: {explain(error)}")
