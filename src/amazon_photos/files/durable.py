"""Renames that last: through a power cut, and past a reader on Windows.

A name is safe when the file is synced before it gets it, and the folder afterwards.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator
from pathlib import Path

_WINDOWS_PATIENCE = 10.0
"""Seconds; how long a reader may keep Windows from replacing the file."""


def replace(source: Path, target: Path) -> None:
    """Rename a file over another; on Windows a reader may be in the way for a moment."""
    until = time.monotonic() + _WINDOWS_PATIENCE
    while True:
        try:
            source.replace(target)
            return
        except PermissionError:
            if os.name != "nt" or time.monotonic() > until:
                raise
            time.sleep(0.05)


@contextlib.contextmanager
def keep_renames(folder: Path) -> Iterator[None]:
    """Make what the block renames in ``folder`` last through a power cut, where the system can.

    The folder is opened first: where that fails, nothing has been renamed yet.
    """
    if os.name == "nt":  # Windows cannot open folders
        yield
        return
    number = os.open(folder, os.O_RDONLY)
    try:
        yield
        os.fsync(number)
    finally:
        os.close(number)


def sync_folder(folder: Path) -> None:
    """Make what was renamed in a folder last through a power cut, where the system can."""
    with keep_renames(folder):
        pass
