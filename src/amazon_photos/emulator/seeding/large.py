"""Content as large as people's: 1 to 8 MB, and 5 to 500 MB for videos, made when it is asked for.

::

    head | filler, the same 1 MiB again and again ……………… | tail
    -------------------- one prefix for all ------------^   the file's own, at most some kilobytes

All pictures begin alike, and all videos, so the MD5 of a beginning is reckoned once for each of some lengths
(``_cuts``) and kept; a file of its own then costs no more than its tail. Any part can be read without what lies
before it.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from functools import cache
from random import Random
from typing import TYPE_CHECKING

from . import synthetic

if TYPE_CHECKING:
    from hashlib import _Hash

MIN_SIZE = 1_000_000
"""No small content is as large as that."""
_MAX_TAIL = 2048
_BLOCK = 1 << 20
_PHOTO_SIZES = (MIN_SIZE, 8_000_000)
_VIDEO_SIZES = (5_000_000, 500_000_000)
_CUTS = 64
_NOTE = 32
"""Bytes of a tail that say whose it is."""


def choose_size(number: int, share: float, *, video: bool) -> int:
    """Choose a size: ``share`` goes from the smallest (0) to the largest (1).

    The same number and share give the same size.
    """
    cuts = _cuts(video)
    cut = cuts[min(int(share * len(cuts)), len(cuts) - 1)]
    return cut + _NOTE + number * 7919 % (_MAX_TAIL - _NOTE)


class LargeContent:
    """The bytes of one file: ``len``, ``read`` and ``md5`` of what is nowhere."""

    def __init__(self, number: int, size: int, *, video: bool) -> None:
        self.size = size
        self._video = video
        cuts = _cuts(video)
        self._cut = cuts[bisect_right(cuts, size - _NOTE) - 1]
        self._tail = _tail(number, size - self._cut)

    def read(self, start: int, length: int) -> bytes:
        """Return so many bytes from ``start`` on; fewer where the file ends."""
        end = min(start + length, self.size)
        common = _read_prefix(start, min(end, self._cut), self._video)
        return common + self._tail[max(start - self._cut, 0) : max(end - self._cut, 0)]

    def md5(self) -> str:
        """Return the MD5 of all of it, in hexadecimal digits."""
        known = _prefix_md5(self._cut, self._video).copy()
        known.update(self._tail)
        return known.hexdigest()


@cache
def _cuts(video: bool) -> tuple[int, ...]:
    """Where tails may begin: evenly spread for photos, for videos each some percent after the one before."""
    least, most = _VIDEO_SIZES if video else _PHOTO_SIZES
    most -= _MAX_TAIL
    if video:
        return tuple(round(least * (most / least) ** (step / (_CUTS - 1))) for step in range(_CUTS))
    return tuple(least + (most - least) * step // (_CUTS - 1) for step in range(_CUTS))


@cache
def _head(video: bool) -> bytes:
    return synthetic.video_head() if video else synthetic.picture_head()


@cache
def _filler() -> bytes:
    return Random("filler").randbytes(_BLOCK)  # noqa: S311 - invented, not secret


def _read_prefix(start: int, end: int, video: bool) -> bytes:
    """The part of the common beginning from ``start`` to before ``end``."""
    pieces = [_head(video)[start:end]] if start < end else []
    at = max(start - len(_head(video)), 0)
    left = end - start - sum(map(len, pieces))
    while left > 0:
        piece = _filler()[at % _BLOCK : at % _BLOCK + left]
        pieces.append(piece)
        at, left = at + len(piece), left - len(piece)
    return b"".join(pieces)


@cache
def _prefix_md5(cut: int, video: bool) -> _Hash:
    """The MD5 after so many bytes, going on from the cut before: all cuts together read the longest once."""
    cuts = _cuts(video)
    place = cuts.index(cut)
    before = cuts[place - 1] if place else 0
    known = _prefix_md5(before, video).copy() if place else hashlib.md5(usedforsecurity=False)
    for at in range(before, cut, _BLOCK):
        known.update(_read_prefix(at, min(at + _BLOCK, cut), video))
    return known


def _tail(number: int, length: int) -> bytes:
    note = b"synthetic %d " % number
    return note + b"." * (length - len(note))
