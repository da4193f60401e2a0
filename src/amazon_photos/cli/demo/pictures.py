"""The pictures of ``amazon-photos demo``: real JPEG files with capture time, camera, position and keywords."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from PIL.Image import Exif

_PLACES = {"Vancouver": (49.2827, -123.1207), "Lisbon": (38.7223, -9.1393), "Kyoto": (35.0116, 135.7681)}
"""Degrees of latitude and longitude."""


class _Shot(NamedTuple):
    path: str
    taken: str
    place: str | None
    keywords: str
    colour: tuple[int, int, int]


_SHOTS = (
    _Shot("2023/Vancouver/IMG_0001.JPG", "2023-08-14 10:15:00", "Vancouver", "beach;plant", (70, 140, 190)),
    _Shot("2023/Vancouver/IMG_0002.JPG", "2023-08-14 21:40:00", "Vancouver", "moon", (20, 20, 60)),
    _Shot("2023/Vancouver/IMG_0003.JPG", "2023-08-15 09:05:00", "Vancouver", "dog", (150, 110, 70)),
    _Shot("2023/Lisbon/IMG_0001.JPG", "2023-05-02 18:30:00", "Lisbon", "sunset;beach", (230, 120, 60)),
    _Shot("2022/Kyoto/DSC00017.JPG", "2022-04-03 08:00:00", "Kyoto", "plant;temple", (220, 160, 180)),
    _Shot("2022/Kyoto/DSC00018.JPG", "2022-04-03 08:02:00", "Kyoto", "plant", (200, 140, 160)),
    _Shot("Scans/grandma & grandpa (1961).jpg", "1961-06-10 12:00:00", None, "", (170, 160, 140)),
)


def draw(folder: Path) -> Path:
    """Draw seven pictures in folders below ``folder``, and return it.

    Raises ``MissingExtra`` without Pillow.
    """
    from ...emulator.optional_deps import require_pillow

    require_pillow()
    for number, shot in enumerate(_SHOTS):
        path = folder / shot.path
        path.parent.mkdir(parents=True, exist_ok=True)
        _draw(path, number, shot)
    return folder


def _draw(path: Path, number: int, shot: _Shot) -> None:
    from PIL import Image, ImageDraw

    noise = Image.effect_noise((640, 480), 40).convert("RGB")
    image = Image.blend(noise, Image.new("RGB", noise.size, shot.colour), 0.8)
    ImageDraw.Draw(image).text((20, 20), f"{path.name} #{number}", fill="white")
    image.save(path, "JPEG", exif=_make_exif(shot), quality=80)


def _make_exif(shot: _Shot) -> Exif:
    from PIL.ExifTags import IFD, Base
    from PIL.Image import Exif

    exif, taken = Exif(), datetime.fromisoformat(shot.taken).strftime("%Y:%m:%d %H:%M:%S")
    exif[Base.Make], exif[Base.Model], exif[Base.DateTime] = "Apple", "iPhone XS", taken
    exif.get_ifd(IFD.Exif)[Base.DateTimeOriginal] = taken
    if shot.keywords:
        exif[Base.XPKeywords] = shot.keywords.encode("utf-16-le")
    if shot.place is not None:
        exif.get_ifd(IFD.GPSInfo).update(_make_position(*_PLACES[shot.place]))
    return exif


def _make_position(latitude: float, longitude: float) -> dict[int, Any]:
    from PIL.ExifTags import GPS

    return {
        GPS.GPSLatitudeRef: "N" if latitude >= 0 else "S",
        GPS.GPSLatitude: tuple(_split_degrees(latitude)),
        GPS.GPSLongitudeRef: "E" if longitude >= 0 else "W",
        GPS.GPSLongitude: tuple(_split_degrees(longitude)),
    }


def _split_degrees(degrees: float) -> Iterator[Any]:
    """Whole degrees, minutes, and seconds with three decimals, as EXIF has them."""
    from PIL.TiffImagePlugin import IFDRational

    minutes, seconds = divmod(abs(degrees) * 3600, 60)
    for part in divmod(minutes, 60):
        yield IFDRational(int(part), 1)
    yield IFDRational(int(seconds * 1000), 1000)
