"""The system's errors as ours; the one place of the catalogue that knows which of them mean a full disk.

A file that cannot be read is not damaged for that: too little memory, too many open files, a disk or a network that
fails for a moment say nothing about it. ``proof`` tells the two apart.
"""

from __future__ import annotations

import contextlib
import errno
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from ..errors import CatalogError, DiskFull

_FULL = frozenset({errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)})
_SHORTAGES = ("alloc", "memory", "resource", "thread", "cancel")
"""Arrow also tells of a shortage in words only: "Failed to launch worker thread: Resource temporarily unavailable"."""

_AS_IT_WAS = "it is what it was before"


@contextlib.contextmanager
def translate_os_errors(doing: str, path: Path) -> Iterator[None]:
    """Raises ``DiskFull`` or ``CatalogError``, which say what could not be done, with what, and why."""
    try:
        yield
    except MemoryError:
        raise CatalogError(f"cannot {doing} {path}: not enough memory; {_AS_IT_WAS}") from None
    except OSError as error:
        why = error.strerror or str(error)
        if error.errno in _FULL:
            raise DiskFull(f"cannot {doing} {path}: {why}; {_AS_IT_WAS}") from None
        raise CatalogError(f"cannot {doing} {path}: {why}") from None
    except pa.ArrowException as error:
        if not is_of_the_machine(error):
            raise
        raise CatalogError(f"cannot {doing} {path}: {error}; {_AS_IT_WAS}") from None


def is_of_the_machine(error: BaseException) -> bool:
    """Tell whether ``error`` may come of this machine's state and not of what a file holds."""
    if isinstance(error, MemoryError) or getattr(error, "errno", None):
        return True
    if type(error) is pa.ArrowException:  # "Unknown error: …"
        return True
    return any(word in str(error).lower() for word in _SHORTAGES)
