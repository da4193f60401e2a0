"""When a picture was taken: what a file itself says, what is told to Amazon, and what a download's mtime becomes.

Upload: Amazon itself reads the capture date of a picture (EXIF) and of a video (its creation date). For a file that
carries none, or one that no calendar and clock can show, the file's mtime is sent as ``contentDate``, in UTC: before
1970 too, for scans that were dated by hand. An mtime that cannot be a capture date is not sent: in the future, before
the first photograph (1826), or exactly where clocks begin (1970, 1904).

Download: the mtime is, first one known wins:

1. the camera's own clock (``image.dateTimeOriginal``, ``image.dateTime``). It has no zone: it is taken as a time of
   this machine's zone, so that a folder listing shows what the camera showed.
2. ``contentDate``, and ``video.creationDate``: instants in UTC. A file whose mtime we sent up gets that very mtime.
3. ``createdDate``: when Amazon received it.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pyarrow as pa

from ...errors import FileChanged
from ...files.regular import check_regular, open_unblocked
from . import exif_date, video_date
from .peek import Peek

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST_PHOTOGRAPH = -4_544_208_000
"""The beginning of 1826, in seconds since 1970."""
_NEVER_SET = frozenset({-2_082_844_800, -1, 0})
"""Where clocks begin (1904 on old Macs, 1970 elsewhere), and what programs write for "unknown"."""

CAMERA = ("image.dateTimeOriginal", "image.dateTime")
INSTANTS = ("contentDate", "video.creationDate", "createdDate")
COLUMNS = (*CAMERA, *INSTANTS)
"""The columns that say when, best first."""

_CLOCK_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - of the clock that a column is told by
_PER_SECOND = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}


class NoDate:
    """Stands for a time that no calendar of ours has, such as one in the year 0."""


NO_DATE = NoDate()


def content_date(path: str, name: str, mtime_ns: int, content: bytes | None = None) -> str | None:
    """Return the capture time to tell Amazon of a file that doesn't carry one; None for nothing to tell.

    ``content`` is all that the file holds, where somebody has it: then it is not opened.
    """
    when = _sensible(mtime_ns)
    if when is None or has_capture_date(path, name, content):
        return None
    return when.isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


def _sensible(mtime_ns: int) -> datetime | None:
    """An mtime that somebody can have meant as the date of a picture."""
    seconds = mtime_ns // 10**9
    if seconds in _NEVER_SET or not _FIRST_PHOTOGRAPH <= seconds <= time.time() + 86_400:
        return None
    return _EPOCH + timedelta(milliseconds=mtime_ns // 10**6)


def has_capture_date(path: str, name: str, content: bytes | None = None) -> bool:
    """Tell whether the file carries its own capture date (or cannot be looked into)."""
    reads = video_date.says_when if name.rpartition(".")[2].lower() in video_date.NAMES else exif_date.says_when
    if content is not None:
        return reads(Peek(BytesIO(content), len(content)))
    try:
        with open_unblocked(path) as file:
            found = os.fstat(file.fileno())
            check_regular(found)
            return reads(Peek(file, found.st_size))
    except (OSError, FileChanged):
        return True


def read_column(column: pa.ChunkedArray) -> list[datetime | NoDate | None]:
    """Read a column of times as its clock shows them, without a zone.

    pyarrow itself raises for the year 0.
    """
    per_second = _PER_SECOND[column.type.unit]
    return [None if ticks is None else _from_ticks(ticks, per_second) for ticks in column.cast(pa.int64()).to_pylist()]


def _from_ticks(ticks: int, per_second: int) -> datetime | NoDate:
    try:
        return _CLOCK_EPOCH + timedelta(
            seconds=ticks // per_second, microseconds=ticks % per_second * 10**6 // per_second
        )
    except OverflowError:
        return NO_DATE


def capture_time(row: Mapping[str, Any]) -> datetime | None:
    """Return the capture time by the camera's clock, without a zone.

    It is for layouts such as "{year}/{month:02}".
    """
    return _first(row)[1]


def mtime_ns(row: Mapping[str, Any]) -> int | None:
    """Return the mtime of a download, by the rule above, in nanoseconds.

    None if nothing is known, or for a date that is none.
    """
    column, when = _first(row)
    if when is None:
        return None
    try:  # naive: a time of this machine's zone
        return _ns((when if column in CAMERA else when.replace(tzinfo=UTC)).timestamp())
    except (ValueError, OverflowError, OSError):  # some systems know fewer years than the calendar has
        return None


def _first(row: Mapping[str, Any]) -> tuple[str, datetime | None]:
    """The first column that says when, and what it says; None if that can be no date."""
    for column in COLUMNS:
        if (when := row.get(column)) is not None:
            return column, _naive(when)
    return "", None


def _naive(when: object) -> datetime | None:
    """Without its zone, in UTC. The years 1 and 9999 are what scanners and programs write for "none"."""
    if not isinstance(when, datetime):
        return None
    try:
        wall = when if when.tzinfo is None else when.astimezone(UTC).replace(tzinfo=None)
    except OverflowError:
        return None
    return wall if 1 < wall.year < 9999 else None


def _ns(seconds: float) -> int:
    return round(seconds * 1000) * 10**6
