"""The disorder of people's libraries, put over the tidy files of ``generator`` when sizes are to be real.

* Photos of 1 to 8 MB and videos of 5 to 500 MB, most of them far from the largest.
* Nobody uploads a photo when it is taken: a telephone or a card is emptied in one evening, hundreds of files in a row.
* Names that come again in many folders, as editors and messengers give them.
* One file in a hundred is broken: no date, no EXIF at all, a panorama or a strip, or a field that nobody knows.
* Albums of one to 5,000 items, beside those of the trips.

The same ``count`` and ``seed`` give the same disorder, in any process and on any machine.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, time, timedelta
from random import Random

from . import large
from .generator import EXAMPLE_DAY, MOVED_IN, File

MAX_IN_ALBUM = 5000
_REPEATED = ("image", "FullSizeRender", "photo", "Screenshot", "IMG-WA0001")
_FLAWS = ("no date", "no exif", "panorama", "strip", "unknown field")
_TITLES = ("Best of", "For Grandma", "Birthday", "Garden", "To print", "The dog", "Concert", "School")


def make_lifelike(files: Iterable[File], count: int, *, seed: int) -> Iterator[File]:
    """Put the disorder over files that come oldest day first."""
    rng = Random(f"lifelike {count} {seed}")  # noqa: S311 - invented, not secret
    uploads, names, albums = _Uploads(rng), _Names(rng), _Albums(rng, count)
    for file in files:
        created = uploads.time_of(file.taken)
        flaw = rng.choice(_FLAWS) if rng.random() < 0.01 and file.taken.date() != EXAMPLE_DAY else None
        yield file._replace(
            size=large.choose_size(file.number, rng.random() ** 2, video=file.video),
            created=created,
            modified=created + (file.modified - file.created),
            name=names.name_of(file),
            flaw=flaw,
            spot=None if flaw == "no exif" else file.spot,
            album=None if file.trashed else albums.next_name(),
        )


class _Uploads:
    """Evenings on which all that was taken since the last one is uploaded, a file every second or two."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._began = self._last = MOVED_IN - timedelta(days=36_500)

    def time_of(self, taken: datetime) -> datetime:
        """When a file that was taken then was uploaded."""
        if taken >= self._began:
            days = int(120 ** self._rng.random())
            evening = datetime.combine(taken.date() + timedelta(days=days), time(17 + int(self._rng.random() * 6)))
            self._began = max(evening, MOVED_IN)
            self._last = max(self._began, self._last)  # yesterday's may still be going up
        self._last += timedelta(milliseconds=500 + int(self._rng.random() * 1000))
        return self._last


class _Names:
    """Some files have a name that others have, too, but none in their folder."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._taken: set[tuple[tuple[str, ...], str]] = set()

    def name_of(self, file: File) -> str:
        """The file's name, or one of those that come again and again."""
        if self._rng.random() >= 0.03:
            return file.name
        name = f"{self._rng.choice(_REPEATED)}.{file.name.rpartition('.')[2]}"
        if (file.folder, name) in self._taken:
            return file.name
        self._taken.add((file.folder, name))
        return name


class _Albums:
    """One album after the other, with some files between them that are in none."""

    def __init__(self, rng: Random, count: int) -> None:
        self._rng = rng
        self._most = max(1, min(MAX_IN_ALBUM, count // 4))
        self._number = self._left = self._pause = 0

    def next_name(self) -> str | None:
        """The album of the next file. The first has one item, the second as many as any."""
        if self._pause:
            self._pause -= 1
            return None
        if not self._left:
            self._number += 1
            self._left = {1: 1, 2: self._most}.get(self._number) or int(self._most ** self._rng.random())
        self._left -= 1
        if not self._left:
            self._pause = int(self._rng.random() * 30)
        title = _TITLES[self._number % len(_TITLES)]
        return f"{title} {self._number}"
