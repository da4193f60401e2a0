"""Files that nobody but their owner can read: made so, and looked at again before what they hold is believed.

::

    folder/                0700     made so; refused when it is somebody else's, a link, or others can write in it
    └── name               0600     made so under a temporary name; refused when others can read it
        .name.<random>.part 0600    being written; left over only by a crash

Some disks know no modes: on vfat and the like every file has the mode that the mount says. There nothing can be
private, and whoever asks is told so (``protected``), to decide what may lie there. Windows has no modes either: there
a file is protected where the folder above it already is, below the user's own folder.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import stat
from dataclasses import dataclass, field
from pathlib import Path

from ..errors import FileExposed, LocalFileError, NotWritable
from .durable import keep_renames, replace
from .folders import make_folder
from .os_errors import explain, translate_write_error
from .regular import describe_kind

MAX_PRIVATE = 1 << 20
"""Bytes; a session has some five thousand."""
_OTHERS = 0o077
_WRITABLE = 0o022
_QUIET = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _QUIET
_OLD = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | _QUIET


@dataclass(frozen=True, slots=True)
class PrivateData:
    """What a private file holds; ``protected`` is False on a disk where nothing can be private."""

    data: bytes = field(repr=False)
    protected: bool


def make_private_folder(folder: Path) -> None:
    """Make a folder that only its owner can enter, and check the one that is there.

    Those above it that are missing are made too. Raises ``FileExposed`` and ``LocalFileError``.
    """
    try:
        make_folder(folder.parent)
        with contextlib.suppress(FileExistsError):
            folder.mkdir(0o700)
    except OSError as error:
        problem = translate_write_error(error, folder)
        if type(problem) is LocalFileError:  # it names the file alone, and which folder it is matters here
            problem = NotWritable(f"cannot make the folder {folder}: {explain(error)}")
        raise problem from None
    check_private_folder(folder)


def check_private_folder(folder: Path) -> None:
    """Check that nobody else can put anything into a folder.

    Raises ``FileExposed`` and ``LocalFileError``.
    """
    found = _look(folder)
    if not stat.S_ISDIR(found.st_mode):
        raise LocalFileError(f"{folder} is {describe_kind(found.st_mode)}, where a folder of one's own is due")
    if os.name == "nt":
        return
    if found.st_uid != os.geteuid():
        if can_protect(folder):
            raise FileExposed(_of_somebody_else(folder, found))
    elif found.st_mode & _WRITABLE and can_protect(folder):
        raise FileExposed(
            f"others can write in {folder} (its mode is {_mode(found)}): run `chmod 700 {folder}`, and sign in anew if "
            "somebody may have done so"
        )


def can_protect(folder: Path) -> bool:
    """Tell whether a file in ``folder`` can be private: one is made there, and its mode looked at.

    Where nothing can be made (a disk that is mounted read-only), modes are taken at their word.
    """
    if os.name == "nt":
        return _is_below_home(folder)
    trial = folder / f".modes.{secrets.token_hex(4)}.part"
    try:
        file = os.open(trial, _NEW, 0o600)
    except OSError:
        return True
    try:
        with contextlib.suppress(OSError):
            os.fchmod(file, 0o600)
        found = os.fstat(file)
        return found.st_uid == os.geteuid() and not found.st_mode & _OTHERS
    finally:
        os.close(file)
        with contextlib.suppress(OSError):
            trial.unlink()


def write_private(target: Path, data: bytes) -> None:
    """Write a file that only its owner can read: whole or not at all, onto the disk, never through a link.

    Whether that is possible on this disk, ``can_protect`` tells. Raises ``LocalFileError``, also for more than would be
    read again.
    """
    part = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    problem: LocalFileError | None = None
    try:
        if len(data) > MAX_PRIVATE:
            raise LocalFileError(f"more than {MAX_PRIVATE >> 20} MiB are not kept in {target}")
        with keep_renames(target.parent):
            _write_new(part, data)
            replace(part, target)
    except OSError as error:
        problem = translate_write_error(error, target)
    except LocalFileError as error:
        problem = error.with_traceback(None)
    finally:
        with contextlib.suppress(OSError):
            part.unlink()
    data = b""  # a traceback may show what stands in here
    if problem is not None:
        raise problem


def _write_new(part: Path, data: bytes) -> None:
    with os.fdopen(os.open(part, _NEW, 0o600), "wb") as file:
        if os.name != "nt":
            with contextlib.suppress(OSError):  # a disk that knows no modes
                os.fchmod(file.fileno(), 0o600)
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def read_private(path: Path, *, trusted: bool = True) -> PrivateData | None:
    """Read a file that only its owner can read; None where there is none.

    Raises ``FileExposed`` when others can read or replace it, unless it is not to be ``trusted`` anyway, and
    ``LocalFileError``.
    """
    try:
        file = os.open(path, _OLD)
    except FileNotFoundError:
        return None
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.EMLINK):
            raise FileExposed(f"{path} is a symbolic link: put the file itself there, or sign in anew") from None
        raise LocalFileError(f"cannot read {path}: {explain(error)}") from None
    try:
        found = os.fstat(file)
        if not stat.S_ISREG(found.st_mode):
            raise LocalFileError(f"{path} is {describe_kind(found.st_mode)}, where a file is due")
        if trusted:
            check_private_folder(path.parent)
        protected = trusted and _is_protected(path, found)
        with os.fdopen(file, "rb", closefd=False) as opened:
            data = opened.read(MAX_PRIVATE + 1)
    finally:
        os.close(file)
    if len(data) > MAX_PRIVATE:
        raise LocalFileError(f"{path} has more than {MAX_PRIVATE >> 20} MiB: it is no file of ours")
    return PrivateData(data, protected)


def _is_protected(path: Path, found: os.stat_result) -> bool:
    if os.name == "nt":
        return _is_below_home(path)
    if found.st_uid == os.geteuid() and not found.st_mode & _OTHERS:
        return True
    if not can_protect(path.parent):
        return False
    if found.st_uid != os.geteuid():
        raise FileExposed(_of_somebody_else(path, found))
    raise FileExposed(
        f"others can read {path} (its mode is {_mode(found)}): run `chmod 600 {path}`, and sign in anew if somebody "
        "may have read it"
    )


def remove_private(path: Path) -> None:
    """Remove a private file and what crashes have left of it. Raises ``LocalFileError``."""
    try:
        for left in (*find_leftovers(path), path):
            left.unlink(missing_ok=True)
    except OSError as error:
        raise translate_write_error(error, path) from None


def find_leftovers(path: Path) -> list[Path]:
    """Find what writers that were killed have left beside a private file."""
    with contextlib.suppress(OSError):
        return [
            each
            for each in path.parent.iterdir()
            if each.name.startswith((f".{path.name}.", ".modes.")) and each.name.endswith(".part")
        ]
    return []


def _look(path: Path) -> os.stat_result:
    try:
        return path.lstat()
    except OSError as error:
        raise LocalFileError(f"cannot look at {path}: {explain(error)}") from None


def _of_somebody_else(path: Path, found: os.stat_result) -> str:
    return (
        f"{path} belongs to another user (number {found.st_uid}, and this runs as {os.geteuid()}): run as its owner "
        "(in a container: --user), or sign in anew in a folder of your own (AMAZON_PHOTOS_HOME)"
    )


def _mode(found: os.stat_result) -> str:
    return f"{stat.S_IMODE(found.st_mode):04o}"


def _is_below_home(path: Path) -> bool:
    with contextlib.suppress(RuntimeError, OSError):
        return path.resolve().is_relative_to(Path.home().resolve())
    return False
