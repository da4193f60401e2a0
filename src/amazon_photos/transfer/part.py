"""A download on its way: a hidden file beside its target, which only takes the target's name when it is right.

::

    media/
      .CxAMPle0000000000000A.6df23dc0….1.part     id, expected MD5 and version of the content, in its name
      IMG_1.jpg                                   complete, its size and MD5 as they should be

What the name says is all that a later run needs to go on where this one stopped.
"""

from __future__ import annotations

import errno
import hashlib
import os
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from ..errors import AmazonPhotosError, DiskFull, LocalFileError

_NO_ROOM = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}
_NO_ENTRY = {errno.EROFS, errno.EACCES, errno.EPERM}
_NO_LINKS = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EINVAL, errno.EACCES}


class NotWritable(LocalFileError):
    """The folder takes no files: the whole run ends."""


class Occupied(LocalFileError):
    """Something got the name in the meantime."""


def as_ours(error: OSError, where: Path) -> AmazonPhotosError:
    """The error of ours that it is."""
    why = error.strerror or type(error).__name__
    if error.errno in _NO_ROOM:
        return DiskFull(f"no room left for {where}: {why}; make room and run the same again")
    if error.errno in _NO_ENTRY:
        return NotWritable(f"cannot write in {where.parent}: {why}")
    return LocalFileError(f"cannot write {where.name}: {why}")


def part_name(node_id: str, md5: str | None, version: int | None) -> str:
    return f".{node_id}.{md5 or 'unknown'}.{version or 0}.part"


class Part:
    """The hidden file for one node's content."""

    def __init__(self, target: Path, *, node_id: str, md5: str | None, version: int | None) -> None:
        self.target = target
        self.path = target.parent / part_name(node_id, md5, version)
        self._resumable = md5 is not None
        self._file = -1
        self._lock = threading.Lock()  # a thread may still be writing when a cancelled task closes
        self._digest = hashlib.md5(usedforsecurity=False)
        self.size = 0

    @property
    def md5(self) -> str:
        """Of what has been written."""
        return self._digest.hexdigest()

    def begun(self) -> bool:
        """Whether an earlier run left something to go on from."""
        return self._resumable and self.path.exists()

    def open(self, *, most: int | None) -> int:
        """How many bytes are there already: an earlier run's, read again for their MD5."""
        self.target.parent.mkdir(parents=True, exist_ok=True)
        self._file = os.open(self.path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o666)
        self._digest, self.size = hashlib.md5(usedforsecurity=False), 0
        if not self._resumable or (most is not None and os.fstat(self._file).st_size > most):
            self.restart()
        while block := os.read(self._file, 1 << 20):
            self._digest.update(block)
            self.size += len(block)
        return self.size

    def restart(self) -> None:
        """Forgets what is there."""
        os.ftruncate(self._file, 0)
        os.lseek(self._file, 0, os.SEEK_SET)
        self._digest, self.size = hashlib.md5(usedforsecurity=False), 0

    def write(self, blocks: Sequence[bytes]) -> None:
        with self._lock:
            for block in blocks:
                _write(self._file, block)
                self._digest.update(block)
                self.size += len(block)

    def close(self) -> None:
        with self._lock:
            if self._file >= 0:
                file, self._file = self._file, -1
                os.close(file)

    def discard(self) -> None:
        """Leaves nothing behind."""
        with suppress(OSError):
            self.close()
        with suppress(OSError):
            self.path.unlink(missing_ok=True)
        self.size = 0

    def finish(self, *, mtime_ns: int | None, fsync: bool) -> None:
        """Gives the file its name. Raises ``Occupied`` rather than overwrite anything."""
        if fsync:
            os.fsync(self._file)
        self.close()
        if mtime_ns is not None:
            with suppress(OSError, OverflowError):  # some file systems know fewer years than cameras do
                os.utime(self.path, ns=(mtime_ns, mtime_ns))
        rename_new(self.path, self.target)
        if fsync:
            sync_folder(self.target.parent)

    def write_whole(self, data: bytes, *, mtime_ns: int | None, fsync: bool) -> None:
        """A small file at one go; its size and MD5 are known to be right."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0)
        try:
            self._file = os.open(self.path, flags, 0o666)
        except FileNotFoundError:
            self.target.parent.mkdir(parents=True, exist_ok=True)
            self._file = os.open(self.path, flags, 0o666)
        _write(self._file, data)
        self.finish(mtime_ns=mtime_ns, fsync=fsync)


def _write(file: int, block: bytes) -> None:
    view = memoryview(block)
    while view:
        view = view[os.write(file, view) :]


def rename_new(source: Path, target: Path) -> None:
    """Renames; raises ``Occupied`` if the name is taken, also by a file that appeared this very moment."""
    if os.name == "nt":
        _rename_where_rename_refuses(source, target)
        return
    try:
        os.link(source, target)
    except FileExistsError:
        raise Occupied(f"something else is there: {target.name}") from None
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        if target.exists() or target.is_symlink():  # FAT and some network shares know no links
            raise Occupied(f"something else is there: {target.name}") from None
        source.rename(target)
    else:
        source.unlink()


def _rename_where_rename_refuses(source: Path, target: Path) -> None:
    try:
        source.rename(target)
    except FileExistsError:
        raise Occupied(f"something else is there: {target.name}") from None


def sync_folder(folder: Path) -> None:
    if os.name == "nt":  # Windows cannot open folders
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
