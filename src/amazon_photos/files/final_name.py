"""Gives files their final names: nothing is overwritten, and what gives way is kept under another name."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple, Self

from ..errors import TargetExists
from .names import fit

_NO_LINKS = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EINVAL, errno.EACCES}

_HARD = {"follow_symlinks": False} if os.link in os.supports_follow_symlinks else {}
"""A second name of the very thing; macOS would follow a link."""


class Identity(NamedTuple):
    """Which file, and in which state, a name leads to."""

    device: int
    inode: int
    size: int
    mtime_ns: int

    @classmethod
    def of(cls, found: os.stat_result) -> Self:
        return cls(found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)


def target_exists(target: Path) -> TargetExists:
    """Make the error that something has the name already."""
    return TargetExists(f"something else is there: {target.name}")


def rename_new(source: Path, target: Path) -> None:
    """Rename; raises ``TargetExists`` if the name is taken, also by a file that appeared this very moment."""
    if os.name == "nt":
        _rename_where_rename_refuses(source, target)
        return
    try:
        os.link(source, target, **_HARD)
    except FileExistsError:
        raise target_exists(target) from None
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        if os.path.lexists(target):  # FAT and some network shares know no links
            raise target_exists(target) from None
        source.rename(target)
    else:
        source.unlink(missing_ok=True)


def _rename_where_rename_refuses(source: Path, target: Path) -> None:
    try:
        source.rename(target)
    except FileExistsError:
        raise target_exists(target) from None


def replace_aside(source: Path, target: Path, old: Identity) -> Path:
    """Rename ``source`` to ``target``, and what has that name now to a free one, which is given.

    Raises ``TargetExists`` if it is no longer as it was when it was looked at. The name always leads to a whole file,
    the old one or the new; where there are no links, for one moment to none.
    """
    for aside in _asides(target):
        made = _link(target, aside)
        if made is None:
            if _reserve(aside):
                _swap(source, target, old, aside)
                return aside
        elif made or _are_one(target, aside):  # by a run that was killed then, or lives and does the same
            _replace(source, target, old, aside, made=made)
            return aside
    raise AssertionError  # the names do not end


def _link(target: Path, aside: Path) -> bool | None:
    """Make ``aside`` a second name of the file; False: something has that name, None: there are no links here."""
    try:
        os.link(target, aside, **_HARD)
    except FileExistsError:
        return False
    except OSError as error:
        if error.errno in _NO_LINKS:
            return None
        raise
    return True


def _are_one(target: Path, aside: Path) -> bool:
    """Tell whether both are names of one file."""
    try:
        there, here = aside.lstat(), target.lstat()
    except OSError:
        return False
    return (there.st_dev, there.st_ino) == (here.st_dev, here.st_ino)


def _replace(source: Path, target: Path, old: Identity, aside: Path, *, made: bool) -> None:
    """``aside`` is the old file's second name already; ``made`` by this run."""
    try:
        _check(target, old)
        source.replace(target)
    except BaseException:
        if made and _are_one(target, aside):  # else another run has replaced the file, and this is its last name
            aside.unlink()
        raise


def _reserve(aside: Path) -> bool:
    """Make an empty file of that name, which no other run takes then; False: something has it."""
    try:
        os.close(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return False
    return True


def _swap(source: Path, target: Path, old: Identity, aside: Path) -> None:
    """``aside`` is empty and this run's own: nothing of anybody's is overwritten."""
    try:
        _check(target, old)
        target.replace(aside)
    except BaseException:
        aside.unlink()
        raise
    try:
        rename_new(source, target)
    except OSError:
        with suppress(OSError, TargetExists):
            rename_new(aside, target)
        raise


def _check(target: Path, old: Identity) -> None:
    found = target.lstat()
    if not stat.S_ISREG(found.st_mode) or Identity.of(found) != old:
        raise target_exists(target)


def _asides(target: Path) -> Iterator[Path]:
    """``a (old).jpg``, ``a (old 2).jpg`` …"""
    number = 1
    while True:
        yield target.with_name(fit(target.name, f" (old {number})" if number > 1 else " (old)"))
        number += 1
