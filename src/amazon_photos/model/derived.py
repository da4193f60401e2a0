"""One meaning for stills and videos: when and where it was taken, by what, how large it is. Scalars; frames agree.

Amazon tells the same thing in several places and mostly as text (``image.make``, ``video.make``; "17/4", "1/320"). Each
derived value is what the first of its ``sources`` says that can be read; None if none can. Properties of ``Node`` give
these values, and columns of the same names hold them in frames.

=============  =====================================================================================
taken          the camera's own clock: a time without a zone, to the millisecond
latitude       degrees, north is positive
longitude      degrees, east is positive
make, model    of the camera, without space around
width, height  pixels; of a still before rotation
duration       seconds; of a video
iso            a whole number
f_number       of the aperture, to two digits. A fraction is EXIF's APEX value ("54823/32325" is f/1.8);
               a decimal number ("8.0") is the f-number itself (both live, by different cameras)
exposure_time  seconds
focal_length   mm, as the lens has it
=============  =====================================================================================
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Generic, TypeVar

T = TypeVar("T")
MAX_ISO = 10_000_000
_NUMBER = r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)"
_RATIONAL = re.compile(rf"({_NUMBER})(?:/({_NUMBER}))?", re.ASCII)
_PLACE = re.compile(rf"({_NUMBER}) *, *({_NUMBER})", re.ASCII)
_SPACE = " \t\r\n\0"
"""What cameras fill a text up with."""


@dataclass(frozen=True, slots=True)
class Derived(Generic[T]):
    """How a value is derived."""

    sources: tuple[str, ...]
    """Columns that may tell it, best first."""
    read: Callable[[Any], T | None]
    """What a source's value means; None for what means nothing. Never raises, and is never asked of None."""

    def of(self, value: Callable[[str], Any]) -> T | None:
        """Return what the first source says that can be read; ``value`` gives a column's value."""
        for source in self.sources:
            if (there := value(source)) is not None and (found := self.read(there)) is not None:
                return found
        return None


def _clock(moment: datetime) -> datetime:
    """The camera's: Amazon writes its time as one of UTC."""
    shown = moment.astimezone(UTC).replace(tzinfo=None)
    return shown.replace(microsecond=shown.microsecond // 1000 * 1000)


def _latitude(text: str) -> float | None:
    return None if (place := _place(text)) is None else place[0]


def _longitude(text: str) -> float | None:
    return None if (place := _place(text)) is None else place[1]


def _place(text: str) -> tuple[float, float] | None:
    """Both or none: half a place is nowhere."""
    found = _PLACE.fullmatch(text.strip(_SPACE))
    if found is None:
        return None
    latitude, longitude = float(found[1]), float(found[2])
    return (latitude, longitude) if abs(latitude) <= 90 and abs(longitude) <= 180 else None


def _text(text: str) -> str | None:
    return text.strip(_SPACE) or None


def _pixels(count: int) -> int | None:
    return count if count > 0 else None


def _seconds(duration: float) -> float | None:
    return duration if 0 <= duration < math.inf else None


def _iso(text: str) -> int | None:
    speed = _rational(text)
    return int(speed) if speed is not None and speed.is_integer() and speed <= MAX_ISO else None


def _f_number(text: str) -> float | None:
    value = _rational(text)
    if value is None or "/" not in text:
        return None if value is None else _finite(round(value, 2))
    return round(2 ** (value / 2), 2) if value < 20 else None


def _rational(text: str) -> float | None:
    """The number that "17/4", "4.25" or "42" is, if it is above 0: cameras write 0 for what they don't know."""
    found = _RATIONAL.fullmatch(text.strip(_SPACE))
    if found is None:
        return None
    above, below = float(found[1]), float(found[2] or 1)
    return _finite(above / below) if below else None


def _finite(value: float) -> float | None:
    return value if 0 < value < math.inf else None


TAKEN = Derived(
    ("image.dateTimeOriginal", "image.dateTimeDigitized", "image.dateTime", "video.creationDate", "contentDate"), _clock
)
LATITUDE = Derived(("image.location", "video.location"), _latitude)
LONGITUDE = Derived(LATITUDE.sources, _longitude)
MAKE = Derived(("image.make", "video.make"), _text)
MODEL = Derived(("image.model", "video.model"), _text)
WIDTH = Derived(("image.width", "video.width"), _pixels)
HEIGHT = Derived(("image.height", "video.height"), _pixels)
DURATION = Derived(("video.duration",), _seconds)
ISO = Derived(("image.isoSpeedRatings",), _iso)
F_NUMBER = Derived(("image.apertureValue",), _f_number)
EXPOSURE_TIME = Derived(("image.exposureTime",), _rational)
FOCAL_LENGTH = Derived(("image.focalLength",), _rational)

DERIVED: Mapping[str, Derived[Any]] = MappingProxyType(
    {
        "taken": TAKEN,
        "latitude": LATITUDE,
        "longitude": LONGITUDE,
        "make": MAKE,
        "model": MODEL,
        "width": WIDTH,
        "height": HEIGHT,
        "duration": DURATION,
        "iso": ISO,
        "f_number": F_NUMBER,
        "exposure_time": EXPOSURE_TIME,
        "focal_length": FOCAL_LENGTH,
    }
)
"""Every derived value by its name, in the order people read them."""
