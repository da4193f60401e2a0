"""One meaning for stills and videos: when and where it was taken, by what, how large it is. The rules, for one node.

Amazon tells the same thing in several places and mostly as text (``image.make``, ``video.make``; "17/4", "1/320"). Each
derived value is what the first of its ``sources`` that there is says; None if that cannot be read. Properties of
``Node`` give these values; columns of the same names hold them in frames (``frames.derived`` makes them, by these
rules and a whole column at a time).

=============  =====================================================================================
taken          the camera's own clock: a time without a zone, to the millisecond. Where ``contentDate`` is
               is less than a second later, with its fraction, which the others lack
latitude       degrees, north is positive; missing where either number of the place is no degrees
longitude      degrees, east is positive
make, model    of the camera, as it wrote them
width, height  pixels; of a still before rotation
duration       seconds; of a video
iso            a whole number, the first where there are several
f_number       of the aperture. A fraction is EXIF's APEX value ("54823/32325" is f/1.8, rounded to two digits);
               a decimal number ("8.0") is the f-number itself
exposure_time  seconds
focal_length   mm, as the lens has it
=============  =====================================================================================

Sources of the texts: the recorded node of 2022 and the older sketch in ``docs/api.md``. That the two spellings of an
aperture mean different things is an inference: the sketch's 54823/32325 is 1.696, and 2 ** (1.696 / 2) is 1.8, which is
the lens of the camera that it names. What cannot be read as a number, and a number that cannot be (0 seconds), is
missing; the text stays where it was.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any, Generic, TypeGuard, TypeVar

from .fields import COLUMNS

T = TypeVar("T")
MAX_APEX = 20
"""f/1024: beyond any lens."""
_SPACE = r"[ \t\n\f\r]*"
_DEGREES = r"[+-]?[0-9]{1,3}(?:\.[0-9]*)?"
PLACE = rf"{_SPACE}(?P<latitude>{_DEGREES}){_SPACE},{_SPACE}(?P<longitude>{_DEGREES}){_SPACE}"
"""A place as Amazon writes it: a pattern that means the same to Python and to Arrow."""
MAX_DEGREES: Mapping[str, int] = MappingProxyType({"latitude": 90, "longitude": 180})
_PLACE = re.compile(PLACE)
_PART = r"([0-9]{1,18}(?:\.[0-9]{0,18})?)"
_RATIONAL = re.compile(rf"\s*{_PART}(?:\s*/\s*{_PART})?\s*(?:mm|s)?\s*")
_SPEED = re.compile(r"\s*([0-9]{1,9})(?:\s*[,\s]\s*[0-9]+)*\s*")
Value = Callable[[str], Any]
"""Gives a column's value; None where there is none."""


@dataclass(frozen=True, slots=True)
class Derived(Generic[T]):
    """How a value is derived."""

    sources: tuple[str, ...]
    """Columns that may tell it, best first."""
    read: Callable[[Any], T | None]
    """What a source's value means; None for what means nothing. Never raises, and is never asked of None."""
    finer: str = ""
    """A column that may tell it more finely (``taken``)."""

    def of(self, value: Value) -> T | None:
        """Return what the first source that there is says."""
        there = next((found for source in self.sources if (found := value(source)) is not None), None)
        if there is None:
            return None
        finer = value(self.finer) if self.finer else None
        if finer is not None and timedelta(0) < finer - there < timedelta(seconds=1):
            there = finer
        return self.read(there)


def read_clock(moment: datetime) -> datetime:
    """Read the camera's clock off a moment: Amazon writes its time as one of UTC."""
    shown = moment.astimezone(UTC).replace(tzinfo=None)
    return shown.replace(microsecond=shown.microsecond // 1000 * 1000)


def read_place(text: str) -> tuple[float, float] | None:
    """Read latitude and longitude: both or none, for half a place is nowhere."""
    found = _PLACE.fullmatch(text)
    if found is None:
        return None
    latitude, longitude = float(found[1]), float(found[2])
    possible = is_degrees(latitude, "latitude") and is_degrees(longitude, "longitude")
    return (latitude, longitude) if possible else None


def is_degrees(value: Any, name: str) -> TypeGuard[float]:
    """Tell whether ``value`` can be a "latitude" or a "longitude".

    Frames that people give hold any number.
    """
    return isinstance(value, float | int) and abs(value) <= MAX_DEGREES[name]


def read_number(text: str) -> float | None:
    """Read a decimal or a rational above 0, such as "4.25", "17/4" or "42.0 mm".

    Cameras write 0 for what they don't know.
    """
    found = _RATIONAL.fullmatch(text)
    if found is None:
        return None
    below = float(found[2] or 1)
    return float(found[1]) / below or None if below else None


def read_aperture(text: str) -> float | None:
    """Read an f-number: of a fraction, which is EXIF's own, in APEX, 2 ** (value / 2)."""
    value = read_number(text)
    if value is None or "/" not in text:
        return value
    return round(2 ** (value / 2), 2) if value <= MAX_APEX else None


def read_speed(text: str) -> int | None:
    """Read the first whole number of an ISO speed, above 0."""
    found = _SPEED.fullmatch(text)
    return int(found[1]) or None if found else None


def _read_latitude(text: str) -> float | None:
    return None if (place := read_place(text)) is None else place[0]


def _read_longitude(text: str) -> float | None:
    return None if (place := read_place(text)) is None else place[1]


def _keep(value: T) -> T:
    return value


def _derive(column: str, read: Callable[[Any], T | None], *, finer: str = "") -> Derived[T]:
    return Derived(COLUMNS[column].made_from, read, finer)


TAKEN = _derive("taken", read_clock, finer="contentDate")
LATITUDE = _derive("latitude", _read_latitude)
LONGITUDE = _derive("longitude", _read_longitude)
MAKE: Derived[str] = _derive("make", _keep)
MODEL: Derived[str] = _derive("model", _keep)
WIDTH: Derived[int] = _derive("width", _keep)
HEIGHT: Derived[int] = _derive("height", _keep)
DURATION: Derived[float] = _derive("duration", _keep)
ISO = _derive("iso", read_speed)
F_NUMBER = _derive("f_number", read_aperture)
EXPOSURE_TIME = _derive("exposure_time", read_number)
FOCAL_LENGTH = _derive("focal_length", read_number)

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
