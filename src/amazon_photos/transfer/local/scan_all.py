"""Walks files for ``backed_up`` and ``check``: nothing that may be a picture is passed over.

::

    a regular file            looked at: hidden, in the trash, in a dot folder, of whatever name
    junk, never a picture     left out (``junk`` lists it), unless it is asked for
    a link to a file          what it leads to is looked at
    a link to a folder        not gone into: told, unless it leads below what was given, where all is looked at anyway
    anything else             told, with the reason

Where ``scan`` chooses what goes up, this answers for what there is.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ...model.filetypes import category_of
from .found import LocalFile
from .junk import (
    THUMBNAIL,
    THUMBNAIL_FOLDER,
    is_apple_double,
    is_junk_file,
    is_junk_folder,
    is_never_picture,
    is_system_folder,
)
from .roots import ScanRoot
from .scan import is_text, list_folder, look_at, look_at_named, unreadable
from .selection import Selection

_ALL = Selection(junk=True, follow_symlinks=True)
_PICTURES = ("img", "vid")
_OTHER_FOLDER = "a link to a folder: what it leads to was not looked at"
_NOTHING = "no file in it: is it the right folder, and is the card there?"


def scan_everything(roots: Sequence[ScanRoot], *, junk: bool = False, tell_empty: bool = False) -> Iterator[LocalFile]:
    """Yield every regular file below, and with a reason what cannot be looked at.

    ``junk``: also what is never a picture. ``tell_empty``: a folder in which nothing was found stands there itself,
    with the reason.
    """
    given = [os.path.realpath(root.path) for root in roots if root.is_folder]
    for root in roots:
        nothing = True
        for found in _walk(root, given, junk=junk) if root.is_folder else [look_at_named(root, _ALL)]:
            nothing = False
            yield found
        if nothing and tell_empty:
            yield LocalFile(root.path, reason=_NOTHING)


class _Folder(NamedTuple):
    path: str
    folder: str
    odd: bool
    """Its name, or that of a folder above it, is no text."""
    junk: bool = False
    system: bool = False
    thumbnails: bool = False

    def below(self, name: str) -> _Folder:
        return _Folder(
            os.path.join(self.path, name),  # noqa: PTH118 - a million of them
            f"{self.folder}/{name}" if self.folder else name,
            self.odd or not is_text(name),
            self.junk or is_junk_folder(name),
            self.system or is_system_folder(name),
            self.thumbnails or name.lower() == THUMBNAIL_FOLDER.lower(),
        )

    def holds_no_picture_in(self, name: str) -> bool:
        """Tell whether a file of that name, in here, cannot be a picture."""
        if self.system and category_of(name) not in _PICTURES:
            return True
        return (self.thumbnails and name.startswith(THUMBNAIL)) or is_never_picture(name)


def _walk(start: ScanRoot, roots: Sequence[str], *, junk: bool) -> Iterator[LocalFile]:
    waiting = [_Folder(start.path, start.folder, not is_text(start.folder))]
    while waiting:
        here = waiting.pop()
        try:
            entries = list_folder(here.path)
        except OSError as error:
            if junk or not here.system:  # where only the system may look, only the system puts something
                yield unreadable(here.path, here.folder, error)
            continue
        folders: list[_Folder] = []
        for entry in entries:
            if _is_folder(entry):
                folders.append(here.below(entry.name))
            elif junk or not here.holds_no_picture_in(entry.name):
                yield from _look_at(entry, here, roots, junk=junk)
        waiting.extend(reversed(folders))


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:
        return False


def _leads_to_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_symlink() and entry.is_dir()
    except OSError:
        return False


def _look_at(entry: os.DirEntry[str], here: _Folder, roots: Sequence[str], *, junk: bool) -> Iterator[LocalFile]:
    """The row for what is no folder; none for what needs none."""
    if _leads_to_folder(entry):
        if not _is_below(os.path.realpath(entry.path), roots):
            yield LocalFile(entry.path, here.folder, entry.name, reason=_OTHER_FOLDER)
        return
    found = look_at(entry.path, here.folder, entry.name, "", _ALL, entry, odd=here.odd)
    if not junk and found.reason is None and is_apple_double(entry.name, entry.path):
        return
    yield found._replace(junk=True) if here.junk or is_junk_file(entry.name) else found


def _is_below(path: str, roots: Sequence[str]) -> bool:
    return any(path == root or path.startswith(root.rstrip(os.sep) + os.sep) for root in roots)
