"""Whether a video says when it was made: the creation time of its movie header (moov > mvhd), in MP4, MOV and kin."""

from __future__ import annotations

import time

from .peek import Peek

NAMES = frozenset({"mp4", "mov", "m4v", "qt", "3gp", "3g2", "3gpp", "f4v", "crm", "insv", "lrv", "lrf", "360"})
"""Extensions of the videos that have such a header."""
_FIRST = 366 * 86_400
"""Seconds from the epoch, the beginning of 1904, to that of 1905: a clock that nobody set stands near its epoch."""
_UNIX_EPOCH = 2_082_844_800
_DAY = 86_400


def says_when(file: Peek) -> bool:
    """Tell whether a video carries a date of its own.

    None in 1904, where clocks begin, and none in the future.
    """
    movie = file.box(b"moov", 0, file.size)
    header = file.box(b"mvhd", *movie) if movie else None
    if header is None or header[0] + 12 > header[1]:
        return False
    wide = file.number(header[0], 1) == 1
    created = file.number(header[0] + 4, 8 if wide else 4)
    return _FIRST <= created <= _UNIX_EPOCH + time.time() + _DAY
