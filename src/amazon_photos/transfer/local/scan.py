"""Walks local files and folders, and names the fate of everything it meets.

Folder by folder, in the order of names, so that two runs over the same files see them in the same order; where links
lead comes last, so that what lies below the folders given keeps its own place. Nothing is kept: a million files are a
million short-lived tuples.
"""

from __future__ import annotations

import errno
import os
import stat
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter
from os import PathLike
from pathlib import Path
from typing import NamedTuple

from ...errors import InvalidInput, LocalFileError
from ...files.os_errors import describe
from ...files.paths import escape_bytes, expand_path
from ...files.regular import describe_kind
from .kept import Kept
from .selection import Selection


class LocalFile(NamedTuple):
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
    junk: bool = False
    """An upload leaves it out; only told by ``scan_everything``, which looks at it all the same."""
    kept: Kept | None = None
    """What it holds, where that was read to be hashed and is sent soon."""


@dataclass(frozen=True, slots=True)
class ScanRoot:
    """What the caller named: a file or a folder, and the folder of the library that it becomes."""

    path: str
    folder: str
    is_folder: bool


Paths = str | PathLike[str] | Sequence[str | PathLike[str]]
"""One file or folder of this machine, or several."""


def scan_roots(paths: Paths) -> list[ScanRoot]:
    """List what to walk: a folder becomes one of its own name, ``folder/.`` means what it holds.

    Raises ``InvalidInput`` for no path at all and for a path that leads nowhere, ``LocalFileError`` for one that this
    user may not follow.
    """
    given = [paths] if isinstance(paths, str | PathLike) else _list_given(paths)
    if not given:
        raise InvalidInput("nothing to upload: give a file, a folder, or a list of them")
    return [_start(path) for path in given]


def _list_given(paths: Iterable[str | PathLike[str]]) -> list[str | PathLike[str]]:
    """Raises ``InvalidInput`` for what holds no paths; of a frame, Python would take the names of its columns."""
    if isinstance(paths, bytes | bytearray) or not isinstance(paths, Iterable) or hasattr(paths, "columns"):
        raise InvalidInput(f"path is a file, a folder, or a list of them, not {type(paths).__name__}")
    return list(paths)


def _start(given: str | PathLike[str]) -> ScanRoot:
    path = expand_path("path", given)
    try:
        if not stat.S_ISDIR(os.stat(path).st_mode):  # noqa: PTH116 - Path would swallow a trailing "/."
            return ScanRoot(path, "", is_folder=False)
        contents_only = path == "." or path.endswith(("/.", os.sep + "."))
        tidy = path if ".." in Path(path).parts else os.path.normpath(path)  # link/.. is not where the link is
        return ScanRoot(tidy, "" if contents_only else Path(path).resolve().name, is_folder=True)
    except (FileNotFoundError, NotADirectoryError):
        what = "a link that leads nowhere" if os.path.islink(path) else "no such file or folder"  # noqa: PTH114
        raise InvalidInput(f"{what}: {escape_bytes(path)}") from None
    except OSError as error:
        raise LocalFileError(f"cannot be read: {escape_bytes(path)}: {describe(error)}") from error


def scan(roots: Sequence[ScanRoot], selection: Selection) -> Iterator[LocalFile]:
    """Yield every file below, and everything that is not taken with the reason.

    A folder that links lead to is gone into once, however many do; the others get a row that says so.
    """
    walker = _Walker(selection)
    for root in roots:
        yield from walker.walk(root) if root.is_folder else [look_at_named(root, selection)]
    yield from walker.walk_links()


def look_at_named(start: ScanRoot, selection: Selection) -> LocalFile:
    """Look at a file that the caller named: it is taken whatever it looks like.

    Its link is followed.
    """
    folder, name = os.path.split(start.path)
    meant = Selection(only=selection.only, extensions=selection.extensions, junk=True, follow_symlinks=True)
    return look_at(os.path.join(folder, name), "", name, name, meant)  # noqa: PTH118


def restat(path: str) -> LocalFile:
    """Look again at a file that was found before."""
    everything = Selection(junk=True, follow_symlinks=True)
    return look_at(path, "", os.path.basename(path), "", everything)  # noqa: PTH119


def from_stat(path: str, known: os.stat_result) -> LocalFile:
    """Describe a file that is certainly one."""
    times = known.st_mtime_ns, known.st_ctime_ns
    return LocalFile(path, "", "", known.st_size, *times, known.st_dev, known.st_ino)


def list_folder(path: str) -> list[os.DirEntry[str]]:
    """List what is in a folder, in the order of names. Raises ``OSError``."""
    with os.scandir(path) as entries:
        return sorted(entries, key=attrgetter("name"))


def unreadable(path: str, folder: str, error: OSError) -> LocalFile:
    """Describe a folder that cannot be listed: it stands in the place of its files."""
    return LocalFile(path, folder, reason=f"cannot be read: {describe(error)}", failed=True)


class _Folder(NamedTuple):
    path: str
    folder: str
    below: str
    """Path below the folder given, with slashes: what globs see."""
    odd: bool
    """Its name, or that of a folder above it, is no text."""


class _Walker:
    """One run over all that was given."""

    def __init__(self, selection: Selection) -> None:
        self._selection = selection
        self._follows = selection.follow_symlinks
        self._met: set[tuple[int, int]] = set()
        """Device and inode of each folder that was gone into; only kept when links are followed."""
        self._links: deque[_Folder] = deque()

    def walk(self, start: ScanRoot) -> Iterator[LocalFile]:
        yield from self._walk(_Folder(start.path, start.folder, "", not is_text(start.folder)), linked=False)

    def walk_links(self) -> Iterator[LocalFile]:
        while self._links:
            yield from self._walk(self._links.popleft(), linked=True)

    def _walk(self, top: _Folder, *, linked: bool) -> Iterator[LocalFile]:
        waiting = [top]
        while waiting:
            here = waiting.pop()
            try:
                if self._meets_again(here.path) and linked:
                    yield _met_again(here)
                    continue
                entries = list_folder(here.path)
            except OSError as error:
                yield unreadable(here.path, here.folder, error)
                continue
            folders: list[_Folder] = []
            for entry in entries:
                name = entry.name
                below = f"{here.below}/{name}" if here.below else name
                if not _is_folder(entry, self._follows):
                    yield look_at(entry.path, here.folder, name, below, self._selection, entry, odd=here.odd)
                elif reason := self._selection.folder_reject_reason(name, below):
                    yield LocalFile(entry.path, here.folder, name, reason=reason)
                else:
                    folder = f"{here.folder}/{name}" if here.folder else name
                    inner = _Folder(entry.path, folder, below, here.odd or not is_text(name))
                    (self._links if self._follows and entry.is_symlink() else folders).append(inner)
            waiting.extend(reversed(folders))

    def _meets_again(self, path: str) -> bool:
        if not self._follows:
            return False
        found = os.stat(path)  # noqa: PTH116
        identity, known = (found.st_dev, found.st_ino), len(self._met)
        self._met.add(identity)
        return len(self._met) == known


def _met_again(here: _Folder) -> LocalFile:
    folder, _, name = here.folder.rpartition("/")
    above, own = os.path.realpath(os.path.dirname(here.path)), os.path.realpath(here.path)  # noqa: PTH120
    back = above == own or above.startswith(own.rstrip(os.sep) + os.sep)
    reason = "a link that leads back" if back else "the same folder as another that was gone into"
    return LocalFile(here.path, folder, name, reason=reason)


def _is_folder(entry: os.DirEntry[str], follows: bool) -> bool:
    try:
        return entry.is_dir(follow_symlinks=follows)
    except OSError:
        return False


def look_at(
    path: str,
    folder: str,
    name: str,
    below: str,
    selection: Selection,
    entry: os.DirEntry[str] | None = None,
    *,
    odd: bool = False,
) -> LocalFile:
    """Look at ``path``, and say why it is not taken if it is not.

    ``odd``: its folder's name is no text.
    """
    if reason := selection.reject_reason(name, below):
        return LocalFile(path, folder, name, reason=reason)
    if odd or not is_text(name):
        whose = "the name of its folder" if odd else "its name"
        return LocalFile(path, folder, name, reason=f"{whose} is not UTF-8: rename it", failed=True)
    try:
        if entry is not None and entry.is_symlink() and not selection.follow_symlinks:
            dangling = not os.path.exists(path)  # noqa: PTH110
            return LocalFile(path, folder, name, reason=_NOWHERE if dangling else "a symbolic link")
        # On Windows an entry knows neither its device nor its inode.
        found = os.stat(path) if entry is None or os.name == "nt" else entry.stat()  # noqa: PTH116
    except (OSError, ValueError) as error:
        return _out_of_reach(path, folder, name, error)
    if not stat.S_ISREG(found.st_mode):
        return LocalFile(path, folder, name, reason=describe_kind(found.st_mode))
    return LocalFile(
        path, folder, name, found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_dev, found.st_ino
    )


_NOWHERE = "a link that leads nowhere"


def _out_of_reach(path: str, folder: str, name: str, error: OSError | ValueError) -> LocalFile:
    """What stands in the place of a file that cannot be looked at."""
    if isinstance(error, ValueError):  # a NUL, or half a character
        return LocalFile(path, folder, name, reason="not a path of this machine", failed=True)
    if error.errno in (errno.ENOENT, errno.ELOOP) and os.path.islink(path):  # noqa: PTH114
        return LocalFile(path, folder, name, reason=_NOWHERE)
    if error.errno == errno.ENOENT:
        return LocalFile(path, folder, name, reason="it is no longer there")
    return LocalFile(path, folder, name, reason=f"cannot be read: {describe(error)}", failed=True)


def is_text(name: str) -> bool:
    """Tell whether a name can be written down: on Linux it may be any bytes."""
    if name.isascii():
        return True
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True
