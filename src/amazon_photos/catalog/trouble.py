"""The system's errors as ours; the one place of the catalogue that knows which of them mean a full disk."""

from __future__ import annotations

import contextlib
import errno
from collections.abc import Iterator
from pathlib import Path

from ..errors import CatalogError, DiskFull

_FULL = frozenset({errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)})


@contextlib.contextmanager
def explained(doing: str, path: Path) -> Iterator[None]:
    """Raises ``DiskFull`` or ``CatalogError``, which say what could not be done, with what, and why."""
    try:
        yield
    except OSError as error:
        why = error.strerror or str(error)
        if error.errno in _FULL:
            raise DiskFull(f"cannot {doing} {path}: {why}; the catalogue is what it was before") from None
        raise CatalogError(f"cannot {doing} {path}: {why}") from None
