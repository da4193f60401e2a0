"""Walks local files and folders, and names the fate of everything it meets.

Folder by folder, in the order of names, so that two runs over the same files see them in the same order. Nothing
is kept: a million files are a million short-lived tuples.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from os import PathLike, fspath
from pathlib import Path
from typing import NamedTuple

from ..errors import BadInput
from ..files import expand_path
from .outcome import shown
from .selection import Selection


class Found(NamedTuple):
    """One file, or what stands in the place of one. ``reason`` says why it is not taken."""

    path: str
    folder: str = ""
    """Where it belongs below the target, such as "Pictures/2023"; "" is the target itself."""
    name: str = ""
    size: int = 0
    mtime_ns: int = 0
    ctime_ns: int = 0
    device: int = 0
    inode: int = 0
    reason: str | None = None
    failed: bool = False
    """The reason is a failure, not a choice."""


@dataclass(frozen=True, slots=True)
class Start:
    """What the caller named: a file or a folder, and the folder of the library that it becomes."""

    path: str
    folder: str
    is_folder: bool


Paths = str | PathLike[str] | Sequence[str | PathLike[str]]


def starts(paths: Paths) -> list[Start]:
    """What to walk. A folder becomes a folder of its own name; ``folder/.`` means what it holds.

    Raises ``BadInput`` for no path at all and for a path that leads nowhere.
    """
    given = [paths] if isinstance(paths, str | PathLike) else list(paths)
    if not given:
        raise BadInput("nothing to upload: give a file, a folder, or a list of them")
    return [_start(fspath(path)) for path in given]


def _start(text: str) -> Start:
    path = expand_path("path", text)
    if not os.path.exists(path):  # noqa: PTH110
        raise BadInput(f"no such file or folder: {shown(text)}")
    if not os.path.isdir(path):  # noqa: PTH112
        return Start(path, "", is_folder=False)
    contents_only = path == "." or path.endswith(("/.", os.sep + "."))
    return Start(os.path.normpath(path), "" if contents_only else Path(path).resolve().name, is_folder=True)


def scan(beginnings: Sequence[Start], selection: Selection) -> Iterator[Found]:
    """Every file below, each once."""
    for start in beginnings:
        if start.is_folder:
            yield from _walk(start, selection)
        else:
            folder, name = os.path.split(start.path)
            named = Selection(only=selection.only, extensions=selection.extensions, junk=True, follow_symlinks=True)
            yield _file(os.path.join(folder, name), "", name, name, named)  # noqa: PTH118 - a file named is meant


def refound(path: str) -> Found:
    """A file that was found before, as it is now."""
    everything = Selection(junk=True, follow_symlinks=True)
    return _file(path, "", os.path.basename(path), "", everything)  # noqa: PTH119


def found_by(path: str, known: os.stat_result) -> Found:
    """A file that is certainly one."""
    times = known.st_mtime_ns, known.st_ctime_ns
    return Found(path, "", "", known.st_size, *times, known.st_dev, known.st_ino)


class _Folder(NamedTuple):
    path: str
    folder: str
    below: str
    """Path below the folder given, with slashes: what globs see."""
    above: tuple[tuple[int, int], ...]
    """Device and inode of the folders it is in; only kept when links are followed."""


def _walk(start: Start, selection: Selection) -> Iterator[Found]:
    waiting = [_Folder(start.path, start.folder, "", ())]
    while waiting:
        here = waiting.pop()
        try:
            entries = sorted(os.scandir(here.path), key=lambda entry: entry.name)
        except OSError as error:
            yield Found(here.path, here.folder, reason=f"cannot be read: {_why(error)}", failed=True)
            continue
        folders = []
        for entry in entries:
            below = f"{here.below}/{entry.name}" if here.below else entry.name
            if _is_folder(entry, selection):
                reason, above = _against(entry, here, below, selection)
                if reason is None:
                    folder = f"{here.folder}/{entry.name}" if here.folder else entry.name
                    folders.append(_Folder(entry.path, folder, below, above))
                else:
                    yield Found(entry.path, here.folder, entry.name, reason=reason)
            else:
                yield _file(entry.path, here.folder, entry.name, below, selection, entry)
        waiting.extend(reversed(folders))


def _is_folder(entry: os.DirEntry[str], selection: Selection) -> bool:
    try:
        return entry.is_dir(follow_symlinks=selection.follow_symlinks)
    except OSError:
        return False


def _against(
    entry: os.DirEntry[str], here: _Folder, below: str, selection: Selection
) -> tuple[str | None, tuple[tuple[int, int], ...]]:
    if reason := selection.against_folder(entry.name, below):
        return reason, ()
    if not selection.follow_symlinks:
        return None, ()
    seen = here.above or (_identity(here.path),)
    own = _identity(entry.path)
    return ("a link that leads back" if own in seen else None), (*seen, own)


def _identity(path: str) -> tuple[int, int]:
    found = os.stat(path)  # noqa: PTH116
    return found.st_dev, found.st_ino


def _file(
    path: str,
    folder: str,
    name: str,
    below: str,
    selection: Selection,
    entry: os.DirEntry[str] | None = None,
) -> Found:
    if reason := selection.against_file(name, below):
        return Found(path, folder, name, reason=reason)
    if not name.isascii() and not _is_text(name):
        return Found(path, folder, name, reason="its name is not UTF-8: rename it", failed=True)
    try:
        if entry is not None and entry.is_symlink() and not selection.follow_symlinks:
            dangling = not os.path.exists(path)  # noqa: PTH110
            return Found(path, folder, name, reason="a link that leads nowhere" if dangling else "a symbolic link")
        # On Windows an entry knows neither its device nor its inode.
        found = os.stat(path) if entry is None or os.name == "nt" else entry.stat()  # noqa: PTH116
    except FileNotFoundError:
        return Found(path, folder, name, reason="a link that leads nowhere")
    except OSError as error:
        return Found(path, folder, name, reason=f"cannot be read: {_why(error)}", failed=True)
    if not stat.S_ISREG(found.st_mode):
        return Found(path, folder, name, reason=_KINDS.get(stat.S_IFMT(found.st_mode), "not a file"))
    return Found(path, folder, name, found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_dev, found.st_ino)


_KINDS = {
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFDIR: "a folder",
}


def _is_text(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _why(error: OSError) -> str:
    return (error.strerror or type(error).__name__).lower()
