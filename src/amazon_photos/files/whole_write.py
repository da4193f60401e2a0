"""Writes all of a block: the system may take only some of it at a time."""

from __future__ import annotations

import errno
import os


def write_all(file: int, block: bytes) -> None:
    """Write the whole block. Raises ``OSError``."""
    view = memoryview(block)
    while view:
        written = os.write(file, view)
        if not written:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        view = view[written:]
