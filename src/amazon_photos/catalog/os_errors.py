"""The system's errors, and Arrow's, in the catalogue's words.

A file that cannot be read is not damaged for that: too little memory, too many open files, a disk or a network that
fails for a moment say nothing about it. ``damage`` tells the two apart.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from ..errors import CatalogError, DiskFull
from ..files.os_errors import explain, is_disk_full

_SHORTAGES = ("alloc", "memory", "resource", "thread", "cancel")
"""Arrow also tells of a shortage in words only: "Failed to launch worker thread: Resource temporarily unavailable"."""
_QUOTED = re.compile(r"""['"].*['"]""", re.DOTALL)
"""Paths and values in Arrow's words, which can hold any of those: "…/memory card/ap.parquet"."""

_AS_IT_WAS = "it is what it was before"


@contextlib.contextmanager
def translate_os_errors(doing: str, path: Path) -> Iterator[None]:
    """Raise ``DiskFull`` or ``CatalogError``, which say what could not be done, with what, and why."""
    try:
        yield
    except MemoryError:
        raise CatalogError(f"cannot {doing} {path}: not enough memory; {_AS_IT_WAS}") from None
    except OSError as error:
        if is_disk_full(error):
            raise DiskFull(f"cannot {doing} {path}: {explain(error)}; {_AS_IT_WAS}") from None
        raise CatalogError(f"cannot {doing} {path}: {explain(error)}") from None
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
    said = _QUOTED.sub("", str(error)).lower()
    return any(word in said for word in _SHORTAGES)
