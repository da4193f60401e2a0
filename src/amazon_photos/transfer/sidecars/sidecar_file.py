"""The file beside a photo: ours is replaced when it changes, and anybody else's is left as it is.

::

    nothing there ──────────────────────────────> written
    ours, unchanged since ──> tells the same ───> left
                          └─> tells less ───────> left, and told
                          └─> tells otherwise ──> replaced
    ours, edited since; another program's; a link, a folder … ──> left, and told
"""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path

from ...errors import LocalFileError, TargetExists
from ...files import names
from ...files.atomic import write_atomically
from ...files.durable import keep_renames
from ...files.final_name import Identity
from ...files.regular import describe_kind, open_unblocked
from ...model.amounts import show_size
from .mark import has_mark, read_mark

MAX_SIDECAR = 16 << 20
"""Bytes; a thousand albums make a hundredth of that. A larger one is neither written nor taken for ours."""
_MODE = 0o666


def sidecar_path(photo: Path, node_id: str, ending: str) -> Path:
    """Return the path of a photo's sidecar: its whole name and the ending.

    A name that would be too long for a file system is cut, and has a tag of the node's.
    """
    name = photo.name + ending
    return photo.with_name(name if len(os.fsencode(name)) <= names.MAX_BYTES else names.with_tag(name, node_id))


def read_ours(path: Path) -> tuple[bytes, Identity] | None:
    """Read a sidecar that this package wrote and nobody changed; None where there is nothing.

    Raises ``LocalFileError`` for anything else that has the name, ``TargetExists`` where it is replaced this very
    moment, and ``OSError``.
    """
    try:
        there = path.lstat()
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(there.st_mode):
        raise LocalFileError(f"{describe_kind(there.st_mode)} has the name {path.name}")
    with open_unblocked(os.fspath(path)) as file:
        data = file.readall() if there.st_size <= MAX_SIDECAR else b""
        if Identity.of(os.fstat(file.fileno())) != Identity.of(there):
            raise TargetExists(f"{path.name} changed while it was read")
    if read_mark(data) is None:
        edited = "was edited since it was written" if has_mark(data) else "was made by another program"
        raise LocalFileError(f"{path.name} {edited}, and stays as it is")
    return data, Identity.of(there)


def write_sidecar(path: Path, data: bytes, *, beside: Path, old: Identity | None, fsync: bool) -> None:
    """Write a sidecar whole or not at all, never through a link.

    Who may read the photo ``beside`` it may read it. ``old`` is the one that it replaces. Raises ``TargetExists`` where
    something else has the name by now, ``LocalFileError`` for more than ``MAX_SIDECAR``, and ``OSError``.
    """
    if len(data) > MAX_SIDECAR:
        raise LocalFileError(f"{path.name} would have {show_size(len(data))}, and {show_size(MAX_SIDECAR)} is the most")
    mode = stat.S_IMODE(beside.lstat().st_mode) & _MODE
    lasting = keep_renames(path.parent) if fsync else contextlib.nullcontext()
    with lasting, write_atomically(path, fsync=fsync, new=old is None) as file:
        if os.name != "nt":
            with contextlib.suppress(OSError):  # a disk that knows no modes
                os.fchmod(file.fileno(), mode)
        file.write(data)
        if old is not None and Identity.of(path.lstat()) != old:
            raise TargetExists(f"something else is there: {path.name}")
