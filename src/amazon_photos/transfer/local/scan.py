"""Walks local files and folders, and names the fate of everything it meets.

Folder by folder, in the order of names, so that two runs over the same files see them in the same order; where links
lead comes last, so that what lies below the folders given keeps its own place. Nothing is kept: a million files are
short-lived batches of some hundreds. Only what is no ordinary file is looked at alone.
"""

from __future__ import annotations

import errno
import os
import stat
from collections import deque
from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from ...files.os_errors import describe
from ...files.regular import describe_kind
from .found import FoundFiles, LocalFile
from .roots import ScanRoot
from .selection import Selection

_BATCH = 512


def scan(roots: Sequence[ScanRoot], selection: Selection) -> Iterator[FoundFiles]:
    """Yield every file below, and everything that is not taken with the reason, some hundreds at a time.

    A folder that links lead to is gone into once, however many do; the others get a row that says so.
    """
    return _Walker(selection).walk_all(roots)


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
        self._found = FoundFiles()
        """What has not been handed out yet."""
        self._met: set[tuple[int, int]] = set()
        """Device and inode of each folder that was gone into; only kept when links are followed."""
        self._links: deque[_Folder] = deque()

    def walk_all(self, roots: Sequence[ScanRoot]) -> Iterator[FoundFiles]:
        for root in roots:
            if root.is_folder:
                top = _Folder(root.path, root.folder, "", not is_text(root.folder))
                yield from self._walk(top, linked=False)
            else:
                self._found.add(look_at_named(root, self._selection))
                yield from self._hand_out(_BATCH)
        while self._links:
            yield from self._walk(self._links.popleft(), linked=True)
        yield from self._hand_out(1)

    def _walk(self, top: _Folder, *, linked: bool) -> Iterator[FoundFiles]:
        waiting = [top]
        while waiting:
            here = waiting.pop()
            entries, folders = self._list(here, linked=linked)[::-1], list[_Folder]()
            while some := entries[: -_BATCH - 1 : -1]:
                del entries[-_BATCH:]  # each keeps what ``stat`` told of it: 600 bytes
                self._take(some, here, folders)
                yield from self._hand_out(_BATCH)
            yield from self._hand_out(_BATCH)  # of a folder that cannot be listed there are no entries, but a row
            waiting.extend(reversed(folders))

    def _hand_out(self, least: int) -> Iterator[FoundFiles]:
        if len(self._found) >= least:
            found, self._found = self._found, FoundFiles()
            yield found

    def _list(self, here: _Folder, *, linked: bool) -> list[os.DirEntry[str]]:
        """What is in a folder; nothing, and a row that stands for it, where that is not to be told."""
        try:
            if not (self._meets_again(here.path) and linked):
                return list_folder(here.path)
            self._found.add(_met_again(here))
        except OSError as error:
            self._found.add(unreadable(here.path, here.folder, error))
        return []

    def _meets_again(self, path: str) -> bool:
        if not self._follows:
            return False
        found = os.stat(path)  # noqa: PTH116
        identity, known = (found.st_dev, found.st_ino), len(self._met)
        self._met.add(identity)
        return len(self._met) == known

    def _take(self, entries: Sequence[os.DirEntry[str]], here: _Folder, folders: list[_Folder]) -> None:
        """Take what is ordinary together, and the rest one by one; add to ``folders`` what is to be gone into."""
        marks = _mark_special(entries, here, self._selection)
        start = 0
        for special, run in groupby(marks):
            end = start + len(list(run))
            some = entries if end - start == len(entries) else entries[start:end]
            if special or not self._take_regular(some, here):
                for entry in some:
                    self._look_at(entry, here, folders)
            start = end

    def _take_regular(self, entries: Sequence[os.DirEntry[str]], here: _Folder) -> bool:
        """Take these together if all are regular files; else take none, and return False."""
        try:
            stats = [entry.stat() for entry in entries]
        except (OSError, ValueError):
            return False
        if not all(map(stat.S_ISREG, {found.st_mode for found in stats})):
            return False
        self._found.extend_regular(here.folder, entries, stats)
        return True

    def _look_at(self, entry: os.DirEntry[str], here: _Folder, folders: list[_Folder]) -> None:
        name = entry.name
        below = f"{here.below}/{name}" if here.below else name
        if not _is_folder(entry, self._follows):
            self._found.add(look_at(entry.path, here.folder, name, below, self._selection, entry, odd=here.odd))
        elif reason := self._selection.folder_reject_reason(name, below):
            self._found.add(LocalFile(entry.path, here.folder, name, reason=reason))
        else:
            folder = f"{here.folder}/{name}" if here.folder else name
            inner = _Folder(entry.path, folder, below, here.odd or not is_text(name))
            (self._links if self._follows and entry.is_symlink() else folders).append(inner)


def _mark_special(entries: Sequence[os.DirEntry[str]], here: _Folder, selection: Selection) -> Sequence[bool]:
    """Mark what may be anything but a regular file that is taken."""
    if here.odd or os.name == "nt":  # Windows' entries know neither device nor inode
        return [True] * len(entries)
    try:
        special = [entry.is_symlink() or not entry.is_file() for entry in entries]
    except OSError:
        return [True] * len(entries)
    names = [entry.name for entry in entries]
    if not selection.takes_all(names):
        above = f"{here.below}/" if here.below else ""
        special = [
            known or selection.reject_reason(name, above + name) is not None
            for known, name in zip(special, names, strict=True)
        ]
    if not is_text("".join(names)):
        special = [known or not is_text(name) for known, name in zip(special, names, strict=True)]
    return special


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
            dangling = not os.path.exists(path)
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
    if error.errno in (errno.ENOENT, errno.ELOOP) and os.path.islink(path):
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
