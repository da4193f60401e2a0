"""The files beside the catalogue: which of them are ours, and so may be removed.

A name alone is nobody's mark. What is removed has exactly the name that we would give it, is a plain file (no link, no
folder), and begins as what we write begins.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import stat
import time
from pathlib import Path

MAGIC = b"PAR1"
"""How every Parquet file begins."""
_TEMPORARY = re.compile(r"[0-9]{1,10}-[0-9a-f]{8}\Z")
_LOCK_CONTENT = re.compile(rb"[0-9]{0,10}\r?\n?\Z")
_LOCK_LENGTH = 16


def find_relations(catalog: Path) -> Path:
    """Find the relations of the catalogue at a path: ap.parquet has ap.relations.parquet.

    What it leads to, where that is a link.
    """
    path = catalog.with_name(f"{catalog.name.removesuffix('.parquet')}.relations.parquet")
    return Path(os.path.realpath(path))


def temporary(target: Path) -> Path:
    """Choose a name for what is being written; nothing has it."""
    return target.with_name(f"{target.name}.{os.getpid()}-{secrets.token_hex(4)}.tmp")


def sweep(target: Path) -> None:
    """Remove what crashed writers left; only under the catalogue's lock.

    Where it cannot look, everything stays.
    """
    with contextlib.suppress(OSError):
        for entry in os.scandir(target.parent):
            middle = entry.name.removeprefix(f"{target.name}.").removesuffix(".tmp")
            if entry.name != f"{target.name}.{middle}.tmp" or not _TEMPORARY.match(middle):
                continue
            with contextlib.suppress(OSError):
                if entry.is_file(follow_symlinks=False) and begins_as_ours(Path(entry.path)):
                    os.unlink(entry.path)  # noqa: PTH108 - as the listing names it


def begins_as_ours(path: Path) -> bool:
    """Tell whether a file is a Parquet file, a beginning of one, or empty. Raises ``OSError``."""
    with path.open("rb") as file:
        return MAGIC.startswith(file.read(len(MAGIC)))


def is_lock(path: Path) -> bool:
    """Tell whether what stands at ``path`` can be our lock.

    Nothing can, or a plain file that holds a process's number.
    """
    try:
        if not stat.S_ISREG(path.lstat().st_mode):
            return False
        with path.open("rb") as file:
            return _LOCK_CONTENT.match(file.read(_LOCK_LENGTH)) is not None
    except OSError:  # nothing there; Windows lets nobody read a locked file; what else is wrong, locking will tell
        return True


def aside(target: Path, kind: str) -> Path:
    """Choose a name under which ``target`` is kept aside; nothing has it."""
    free = target.with_name(f"{target.name}.{kind}-{time.strftime('%Y%m%d-%H%M%S')}")
    while os.path.lexists(free):
        free = free.with_name(f"{free.name}-{secrets.token_hex(2)}")
    return free
