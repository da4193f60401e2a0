"""Files that are written whole or not at all: nothing half written ever has its final name.

What is being written has a temporary name beside its target. When all is written it takes the target's name in one
step, and replaces the file that had it. When something fails it is removed; only a crash leaves it over.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from .durable import replace
from .final_name import rename_new

_SHOWN = 40
"""Characters of the target's name in the temporary one: a name may be as long as the system allows."""


@contextlib.contextmanager
def write_atomically(
    target: Path, *, beside: Path | None = None, fsync: bool = False, new: bool = False
) -> Iterator[IO[bytes]]:
    """Open a file for writing that becomes ``target`` when the block ends well.

    A file that it replaces leaves it its permissions; with ``new=True`` nothing is replaced, and ``TargetExists`` is
    raised if something has the name by then. ``fsync`` puts the bytes onto the disk before they get the name; for the
    name itself there is ``durable.keep_renames``. ``beside`` is the temporary name, where others know it by that.
    Raises ``OSError``.
    """
    part = beside or target.with_name(f".{target.name[:_SHOWN]}.{os.urandom(4).hex()}.part")
    try:
        with part.open("xb") as file:
            yield file
            file.flush()
            if fsync:
                os.fsync(file.fileno())
        if new:
            rename_new(part, target)
            return
        with contextlib.suppress(FileNotFoundError):
            shutil.copymode(target, part)
        replace(part, target)
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
