"""What a scan finds: one file, and many of them column by column.

A hundred thousand files as columns are some lists; as objects they are more than Python's collector likes to walk
through, and each step over them is one of Python's instead of the machine's.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice, repeat
from operator import attrgetter, itemgetter
from typing import Any, NamedTuple

from .kept import Kept

_NUMBERS = attrgetter("st_size", "st_mtime_ns", "st_ctime_ns", "st_dev", "st_ino")


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


_FIELDS = LocalFile._fields[:-1]


@dataclass(slots=True)
class FoundFiles:
    """Files in their order: a list for each field, named as in ``LocalFile``.

    ``kept`` is left out, also of files that are added: it comes when they are hashed.
    """

    path: list[str] = field(default_factory=list)
    folder: list[str] = field(default_factory=list)
    name: list[str] = field(default_factory=list)
    size: list[int] = field(default_factory=list)
    mtime_ns: list[int] = field(default_factory=list)
    ctime_ns: list[int] = field(default_factory=list)
    device: list[int] = field(default_factory=list)
    inode: list[int] = field(default_factory=list)
    reason: list[str | None] = field(default_factory=list)
    failed: list[bool] = field(default_factory=list)
    junk: list[bool] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.path)

    def __iter__(self) -> Iterator[LocalFile]:
        return map(LocalFile._make, zip(*self._columns, repeat(None)))

    def add(self, file: LocalFile) -> None:
        """Add one file."""
        for column, value in zip(self._columns, file[:-1], strict=True):
            column.append(value)

    def extend(self, files: Sequence[LocalFile]) -> None:
        """Add some files."""
        for place, column in enumerate(self._columns):
            column.extend(map(itemgetter(place), files))

    def extend_regular(self, folder: str, entries: Sequence[os.DirEntry[str]], stats: Iterable[os.stat_result]) -> None:
        """Add entries of a folder that are regular files, and are taken."""
        self.path.extend([entry.path for entry in entries])
        self.name.extend([entry.name for entry in entries])
        numbers = (self.size, self.mtime_ns, self.ctime_ns, self.device, self.inode)
        for column, values in zip(numbers, zip(*map(_NUMBERS, stats), strict=True), strict=True):
            column.extend(values)
        count = len(entries)
        self.folder.extend(repeat(folder, count))
        self.reason.extend(repeat(None, count))
        self.failed.extend(repeat(False, count))
        self.junk.extend(repeat(False, count))

    def cut(self, start: int, end: int) -> FoundFiles:
        """Return the files from ``start`` until before ``end``."""
        return FoundFiles(*(column[start:end] for column in self._columns))

    @property
    def _columns(self) -> tuple[list[Any], ...]:
        columns: tuple[list[Any], ...] = attrgetter(*_FIELDS)(self)
        return columns


def batch_files(files: Iterable[LocalFile], count: int = 512) -> Iterator[FoundFiles]:
    """Group files as they come, so many at a time."""
    source = iter(files)
    while some := list(islice(source, count)):
        batch = FoundFiles()
        batch.extend(some)
        yield batch
