"""What EXIF says, in the words of recorded nodes: text for everything.

Numbers that stand for something are told in words (``exif_words``), apertures as exiftool does (``8.0``), other
rationals as ``17/4``, or ``42`` where nothing is left over. For the aperture there are two sources: an older sketch had
``54823/32325``, the node recorded in 2022 has ``8.0``; the recorded one is followed.

The capture time has the fraction that SubSecTimeOriginal says, the other times none. ``89`` was recorded with ``.089``:
so it is read as milliseconds, of which the first three digits count (guess).

Times are the camera's clock, told as if it were UTC (``2012-08-25T14:23:24.000Z``); a time zone in the file changes
nothing (guess: the recorded nodes show no offset). Tags that make no sense are left out, each by itself.
"""

from __future__ import annotations

import contextlib
import io
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import IO, Any

from ..clock import normalize
from . import exif_words
from .pictures import LimitedReader

_MAX_BYTES = 4 * 1024 * 1024
_MAX_TEXT = 256
_HEADER = b"Exif\x00\x00"
_EXIF, _GPS, _KEYWORDS = 0x8769, 0x8825, 0x9C9E
_LIGHT_SOURCE = 0x9208
_MOMENT = re.compile(r"(\d{4})[:/.-](\d\d)[:/.-](\d\d)[ T](\d\d):(\d\d)(?::(\d\d))?")
_FRACTION = re.compile(r"\d+", re.ASCII)

Tags = Mapping[int, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exif:
    """What a picture's EXIF block says."""

    block: dict[str, str] = field(default_factory=dict)
    """The fields of ``contentProperties.image`` but width and height."""
    content_date: str | None = None
    location: tuple[float, float] | None = None
    keywords: tuple[str, ...] = ()
    orientation: int = 1
    size: tuple[int, int] | None = None
    """Pixels, as EXIF has them."""


def read(source: bytes | IO[bytes]) -> Exif:
    """Read EXIF out of its block, or of a TIFF file.

    Raises whatever Pillow does, for what is none.
    """
    from PIL import Image

    if isinstance(source, bytes):
        while source.startswith(_HEADER):
            source = source[len(_HEADER) :]
        source = LimitedReader(io.BytesIO(source), _MAX_BYTES)
    tags = Image.Exif()
    tags.load_from_fp(source)
    return _interpret(tags, _part(tags, _EXIF), _part(tags, _GPS))


def point(location: tuple[float, float]) -> str:
    """Write ``49.28,-123.12``: six decimals at most, a tenth of a metre."""
    return ",".join(f"{degrees:.6f}".rstrip("0").rstrip(".") for degrees in location)


def _part(tags: Any, pointer: int) -> Tags:
    """A block inside the block; nothing, where the pointer leads nowhere."""
    try:
        found: Tags = tags.get_ifd(pointer)
    except Exception:  # Pillow raises a dozen kinds of errors for damaged pointers
        return {}
    return found


def _interpret(tags: Tags, details: Tags, gps: Tags) -> Exif:
    location = _location(gps)
    block: dict[str, str] = {}
    for name, (group, tag, tell) in _FIELDS.items():
        told = _describe(tell, (details if group == _EXIF else tags), tag)
        if told:
            block[name] = told
    if light := _describe(_light, details, _LIGHT_SOURCE):
        block["whiteBalance"] = light
    taken = block.get("dateTimeOriginal") or block.get("dateTimeDigitized") or block.get("dateTime")
    if taken:
        block.setdefault("dateTime", taken)
    if location:
        block["location"] = point(location)
    if block.get("make", "").lower().startswith("canon"):
        block |= {
            name: exif_words.CANON[name].get(block[name], block[name]) for name in exif_words.CANON if name in block
        }
    return Exif(
        block=block,
        content_date=_with_fraction(taken, block.get("subSecTimeOriginal")),
        location=location,
        keywords=_keywords(tags.get(_KEYWORDS)),
        orientation=int(block.get("orientation", 1)),
        size=_size(details),
    )


def _describe(tell: Callable[[Any], str | None], tags: Tags, tag: int) -> str | None:
    try:
        value = tags.get(tag)
        return None if value is None else tell(_single(value))
    except Exception:  # a damaged tag is a missing one
        return None


def _single(value: Any) -> Any:
    """Some cameras write one value as a list of one."""
    return value[0] if isinstance(value, tuple) and value else value


def _text(value: Any) -> str | None:
    text = value.decode("latin-1") if isinstance(value, bytes) else str(value)
    with contextlib.suppress(ValueError):
        text = text.encode("latin-1").decode()  # meant to be ASCII, in truth often UTF-8
    text = text.partition("\x00")[0]
    return "".join(letter for letter in text if letter.isprintable()).strip()[:_MAX_TEXT] or None


def _rational(value: Any) -> str | None:
    numerator, denominator = value.numerator, value.denominator
    if not denominator:
        return None
    return f"{numerator}" if denominator == 1 else f"{numerator}/{denominator}"


def _whole(value: Any) -> str | None:
    return str(int(value))


def _aperture(value: Any) -> str | None:
    """Such as ``8.0``: EXIF has the logarithm."""
    number = 2 ** (float(value) / 2)
    return f"{number:.1f}" if math.isfinite(float(value)) and number < 1000 else None


def _word(words: exif_words.Words) -> Callable[[Any], str | None]:
    return lambda value: words.get(int(value), str(int(value)))


def _light(value: Any) -> str | None:
    return exif_words.LIGHT_SOURCE.get(int(value))


def _with_fraction(moment: str | None, digits: str | None) -> str | None:
    if moment is None or digits is None or not _FRACTION.fullmatch(digits):
        return moment
    return f"{moment[:-5]}.{digits[:3]:0>3}Z"


def _orientation(value: Any) -> str | None:
    return str(int(value)) if 1 <= int(value) <= 8 else None


def _moment(value: Any) -> str | None:
    found = _MOMENT.match(_text(value) or "")
    if not found:
        return None
    moment = datetime(*(int(part or 0) for part in found.groups()))  # type: ignore[arg-type]  # noqa: DTZ001
    return normalize(moment.isoformat())


def _location(gps: Tags) -> tuple[float, float] | None:
    """Degrees north and east. A camera without a fix writes zeros, which is no place."""
    try:
        latitude = _degrees(gps[2], gps.get(1), "S")
        longitude = _degrees(gps[4], gps.get(3), "W")
    except Exception:  # incomplete or damaged: no place
        return None
    if not (abs(latitude) <= 90 and abs(longitude) <= 180) or latitude == longitude == 0:
        return None
    return latitude, longitude


def _degrees(value: Any, reference: Any, negative: str) -> float:
    parts = value if isinstance(value, tuple) else (value,)
    degrees = sum((float(part) / 60.0**power for power, part in enumerate(parts[:3])), start=0.0)
    if not math.isfinite(degrees):
        raise ValueError("a fraction of zero")
    return -degrees if (_text(reference or "") or "").upper().startswith(negative) else degrees


def _keywords(value: Any) -> tuple[str, ...]:
    """XPKeywords: UTF-16 with semicolons."""
    if isinstance(value, tuple):
        value = bytes(value)
    if not isinstance(value, bytes):
        return ()
    return tuple(value.decode("utf-16-le", "ignore").partition("\x00")[0].split(";"))


def _size(details: Tags) -> tuple[int, int] | None:
    try:
        width, height = int(details[0xA002]), int(details[0xA003])
    except Exception:  # missing or damaged
        return None
    return (width, height) if width > 0 and height > 0 else None


_FIELDS: Mapping[str, tuple[int, int, Callable[[Any], str | None]]] = {
    "orientation": (0, 0x0112, _orientation),
    "make": (0, 0x010F, _text),
    "model": (0, 0x0110, _text),
    "dateTime": (0, 0x0132, _moment),
    "dateTimeOriginal": (_EXIF, 0x9003, _moment),
    "dateTimeDigitized": (_EXIF, 0x9004, _moment),
    "focalLength": (_EXIF, 0x920A, _rational),
    "apertureValue": (_EXIF, 0x9202, _aperture),
    "exposureTime": (_EXIF, 0x829A, _rational),
    "isoSpeedRatings": (_EXIF, 0x8827, _whole),
    "flash": (_EXIF, 0x9209, _word(exif_words.FLASH)),
    "exposureMode": (_EXIF, 0xA402, _word(exif_words.EXPOSURE_MODE)),
    "exposureProgram": (_EXIF, 0x8822, _word(exif_words.EXPOSURE_PROGRAM)),
    "meteringMode": (_EXIF, 0x9207, _word(exif_words.METERING_MODE)),
    "whiteBalance": (_EXIF, 0xA403, _word(exif_words.WHITE_BALANCE)),
    "sharpness": (_EXIF, 0xA40A, _word(exif_words.SHARPNESS)),
    "sensingMethod": (_EXIF, 0xA217, _word(exif_words.SENSING_METHOD)),
    "colorSpace": (_EXIF, 0xA001, _word(exif_words.COLOR_SPACE)),
    "subSecTime": (_EXIF, 0x9290, _text),
    "subSecTimeOriginal": (_EXIF, 0x9291, _text),
    "subSecTimeDigitized": (_EXIF, 0x9292, _text),
    "xResolution": (0, 0x011A, _rational),
    "yResolution": (0, 0x011B, _rational),
    "resolutionUnit": (0, 0x0128, _word(exif_words.RESOLUTION_UNIT)),
    "software": (0, 0x0131, _text),
}
"""Field -> block it stands in (0: the outermost), tag, how it is told."""
