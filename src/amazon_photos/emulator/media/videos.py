"""What a video says of itself, read with MediaInfo.

``creationDate`` is UTC: QuickTime keeps it so, and where Apple writes an offset it is applied. The codecs have the
names that players use (``h264``, ``aac``).
"""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from ..clock import iso
from . import exif
from .pictures import LimitedReader

_log = logging.getLogger(__name__)
_MAX_BYTES = 256 * 1024 * 1024
_MAX_TEXT = 256
_CODECS = {
    "avc": "h264",
    "mpeg-4 visual": "mpeg4",
    "mpeg video": "mpeg2video",
    "jpeg": "mjpeg",
    "mpeg audio": "mp3",
    "ac-3": "ac3",
}
_MOMENT = re.compile(r"(\d{4})-(\d\d)-(\d\d)[ T](\d\d:\d\d:\d\d)(?:\.\d+)?\s*(Z|UTC|[+-]\d\d:?\d\d)?")
_POINT = re.compile(r"([+-]\d{1,3}(?:\.\d+)?)([+-]\d{1,3}(?:\.\d+)?)")
_EPOCH_OF_QUICKTIME = 1904


@dataclass(frozen=True, slots=True, kw_only=True)
class Video:
    """``block`` has the fields of ``contentProperties.video``; it is empty for what only claims to be a video."""

    block: dict[str, str | int | float] = field(default_factory=dict)
    content_date: str | None = None
    location: tuple[float, float] | None = None


def read(path: Path) -> Video:
    """Read facts about a video.

    Raises whatever MediaInfo's wrapper does (its output may be unreadable).
    """
    if not _available():
        return Video()
    from pymediainfo import MediaInfo

    with LimitedReader(
        io.FileIO(path), _MAX_BYTES
    ) as file:  # a file, not its name: MediaInfo would look at its neighbours too
        tracks = [track.to_data() for track in MediaInfo.parse(file, encoding_errors="replace").tracks]
    of = {
        kind: [track for track in tracks if track.get("track_type") == kind] for kind in ("General", "Video", "Audio")
    }
    if not of["Video"] or not _whole(of["Video"][0].get("width")):
        return Video()
    return _interpret((of["General"] or [{}])[0], of["Video"][0], (of["Audio"] or [{}])[0])


@cache
def _available() -> bool:
    from pymediainfo import MediaInfo

    if MediaInfo.can_parse():
        return True
    _log.warning("MediaInfo's library cannot be loaded: videos will have no width, height and duration")
    return False


def _interpret(whole: dict[str, Any], picture: dict[str, Any], sound: dict[str, Any]) -> Video:
    created = _moment(
        whole.get(name) for name in ("comapplequicktimecreationdate", "recorded_date", "encoded_date", "mastered_date")
    ) or _moment([picture.get("encoded_date")])
    location = _location(whole.get(name) for name in ("comapplequicktimelocationiso6709", "xyz", "recorded_location"))
    duration = _number(whole.get("duration")) or _number(picture.get("duration"))
    block: dict[str, str | int | float | None] = {
        "width": _whole(picture.get("width")),
        "height": _whole(picture.get("height")),
        "duration": round(duration / 1000, 3) if duration else None,
        "rotate": _whole(picture.get("rotation")) or 0,
        "bitrate": _whole(whole.get("overall_bit_rate")) or _whole(picture.get("bit_rate")),
        "videoCodec": _codec(picture.get("format")),
        "audioCodec": _codec(sound.get("format")),
        "videoFrameRate": _number(picture.get("frame_rate")),
        "make": _text(whole.get("comapplequicktimemake") or whole.get("make") or whole.get("performer_make")),
        "model": _text(whole.get("comapplequicktimemodel") or whole.get("model")),
        "creationDate": created,
        "location": exif.point(location) if location else None,
    }
    told = {name: value for name, value in block.items() if value is not None}
    return Video(block=told, content_date=created, location=location)


def _number(value: object) -> float | None:
    try:
        number = float(str(value))
    except ValueError:
        return None
    return number if 0 < number < 1e15 else None


def _whole(value: object) -> int | None:
    number = _number(value)
    return int(number) if number is not None else None


def _text(value: object) -> str | None:
    text = "".join(letter for letter in str(value or "") if letter.isprintable())
    return text.strip()[:_MAX_TEXT] or None


def _codec(value: object) -> str | None:
    text = (_text(value) or "").lower()
    return _CODECS.get(text, text) or None


def _moment(values: Iterable[object]) -> str | None:
    """The first that is a time. 1904 is the beginning of QuickTime's clock: nobody set it."""
    for value in values:
        text = str(value or "").removeprefix("UTC ")
        found = _MOMENT.match(text)
        if found and int(found[1]) > _EPOCH_OF_QUICKTIME:
            try:
                return _utc(found)
            except (ValueError, OverflowError):
                continue
    return None


def _utc(found: re.Match[str]) -> str:
    year, month, day, time, zone = found.groups()
    moment = datetime.fromisoformat(f"{year}-{month}-{day}T{time}{'' if zone in (None, 'Z', 'UTC') else zone}")
    return iso(moment if moment.tzinfo else moment.replace(tzinfo=UTC))


def _location(values: Iterable[object]) -> tuple[float, float] | None:
    """ISO 6709: ``+49.2800-123.1200+012.3/``."""
    for value in values:
        found = _POINT.search(str(value or ""))
        if found:
            latitude, longitude = float(found[1]), float(found[2])
            if abs(latitude) <= 90 and abs(longitude) <= 180 and (latitude or longitude):
                return latitude, longitude
    return None
