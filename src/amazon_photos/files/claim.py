"""Gives one run of this package the only right to write a file: it holds a lock on the open descriptor.

::

    nothing has the name ──> made, locked: ours
    a file has it        ──> locked by a run that lives: ``FileInUse``; else left by one that was killed: taken over
    a link, pipe, device, folder, or what may not be opened: ``ForeignFile``, and never touched

The lock (flock) belongs to the descriptor, so it keeps two tasks of one process apart as it does two processes, and
the system lets go of it when its owner ends, however that ends. Whoever has it, and sees that the name still leads
to the very file it locked, owns the name: nobody else writes the file, renames or removes it.

A child that is forked meanwhile has the same descriptors, and would hold the locks for as long as it lives: it lets
go of them at once, and what it does with them by mistake reaches no file.
"""

from __future__ import annotations

import os
import stat
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

from ..errors import FileInUse

FLAGS = os.O_RDWR | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
"""No link is followed; a pipe that was put there a moment ago holds nobody up."""
_TRIES = 100
_claimed: set[int] = set()
"""The descriptors of all files that are claimed in this process."""
_forking = threading.RLock()
"""No child is made between the opening of a file and its entry into ``_claimed``."""


class ForeignFile(Exception):
    """What has the name is not a file that this package can have left there."""


class NoLocks(Exception):
    """This file system knows no locks."""


def in_use(path: Path) -> FileInUse:
    """Make the error that another run is writing the file."""
    return FileInUse(f"another run is writing this file and makes no progress: {path.name}", path=path)


class StallTimer:
    """Tells a run that makes progress from one that hangs: the file of the latter stays as it is."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._since = time.monotonic()
        self._seen: tuple[int, int, int] | None = None

    def look(self, busy: FileInUse) -> None:
        """Raise ``busy`` if its file has not changed, or has been missing, for too long."""
        seen = None
        with suppress(OSError):
            there = os.lstat(busy.path)
            seen = there.st_ino, there.st_size, there.st_mtime_ns
        if seen != self._seen:
            self._seen, self._since = seen, time.monotonic()
        elif time.monotonic() - self._since > self._seconds:
            raise busy


def claim(path: Path, *, anew: bool) -> int:
    """Claim the file at ``path``: open it as its only owner; gives the descriptor, at the beginning.

    ``anew``: what an earlier run left there is no use, and a file of one's own takes its place. Raises ``FileInUse``,
    ``ForeignFile``, ``NoLocks``, and ``FileNotFoundError`` if there is no such folder.
    """
    for _ in range(_TRIES):
        try:
            file, left = open_new(path), False
        except FileExistsError:
            file, left = _open_left(path), True
        if file < 0:
            continue  # gone in this very moment
        try:
            lock(file, path)
        except NoLocks:
            release(file) if left else let_go(file, path)
            raise
        except FileInUse:
            release(file)
            raise
        if not left and anew:
            # Another run may have taken it for one left over, before it was locked, and removed it. Who does not go
            # on from what is there sees that by the links of the file in the end, and is spared looking now.
            return file
        if not owns(file, path):
            release(file)
        elif left and (anew or os.fstat(file).st_nlink > 1):
            let_go(file, path)  # a file with a second name is somebody's: only this name of it goes
        else:
            return file
    raise in_use(path)


def open_new(path: Path, *, flags: int = 0, mode: int = 0o666) -> int:
    """Make a file, to read and write, without a lock. Raises ``FileExistsError`` and ``OSError``."""
    return _open(path, FLAGS | os.O_CREAT | os.O_EXCL | flags, mode)


def is_locked(file: int, path: Path) -> bool:
    """Tell whether somebody has locked a file, which is open here, too; False where nobody can know."""
    try:
        lock(file, path)
    except FileInUse:
        return True
    except NoLocks:
        return False
    _unlock(file)
    return False


def _open(path: Path, flags: int, mode: int = 0o666) -> int:
    with _forking:
        file = os.open(path, flags, mode)
        _claimed.add(file)
    return file


def _open_left(path: Path) -> int:
    """Open the file that an earlier run left; -1 if it is no longer there."""
    try:
        if not stat.S_ISREG(os.lstat(path).st_mode):
            raise ForeignFile
        return _open(path, FLAGS)
    except FileNotFoundError:
        return -1
    except OSError as error:
        raise ForeignFile from error


def owns(file: int, path: Path) -> bool:
    """Tell whether ``path`` leads to the very file that is open as ``file``."""
    with suppress(OSError):
        there, here = os.lstat(path), os.fstat(file)
        return stat.S_ISREG(there.st_mode) and (there.st_dev, there.st_ino) == (here.st_dev, here.st_ino)
    return False


def let_go(file: int, path: Path) -> None:
    """Remove a file that is ours, and close it; what somebody else has put under its name stays."""
    ours = owns(file, path)
    if os.name == "nt":  # Windows removes nothing that is open: not this file, nor one that another run has now
        release(file)
    if ours:
        with suppress(OSError):
            path.unlink()
    if os.name != "nt":
        release(file)


def release(file: int) -> None:
    """Close a file that was claimed; it is nobody's then, also if a child has its descriptor."""
    with _forking:
        _claimed.discard(file)
        _unlock(file)
        os.close(file)


def _forget_all() -> None:
    """In a child: put nothing in the place of the parent's files. Their numbers stay taken, for objects hold them."""
    try:
        nothing = os.open(os.devnull, os.O_RDWR)
        for file in _claimed:
            os.dup2(nothing, file, inheritable=False)
        os.close(nothing)
    except OSError:
        for file in _claimed:
            os.close(file)
    finally:
        _forking.release()


if sys.platform == "win32":
    import msvcrt

    _FAR = 1 << 40

    def lock(file: int, path: Path) -> None:
        """Lock an open file until it is closed. Raises ``FileInUse`` and ``NoLocks``."""
        os.lseek(file, _FAR, os.SEEK_SET)
        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        except OSError:
            raise in_use(path) from None
        finally:
            os.lseek(file, 0, os.SEEK_SET)

    def _unlock(file: int) -> None:
        """Closing it is enough: no child has it."""

else:
    import errno
    import fcntl

    def lock(file: int, path: Path) -> None:
        """Lock an open file until it is closed. Raises ``FileInUse`` and ``NoLocks``."""
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno in (errno.EAGAIN, errno.EACCES):
                raise in_use(path) from None
            raise NoLocks from error

    def _unlock(file: int) -> None:
        with suppress(OSError):  # this file system knows no locks
            fcntl.flock(file, fcntl.LOCK_UN)

    os.register_at_fork(before=_forking.acquire, after_in_parent=_forking.release, after_in_child=_forget_all)
