"""What the service reads from an uploaded file: type, capture date, place, the facts of section 5, things and people.

Nothing here raises, hangs or grows with the file: damaged and hostile files are files like any other, of which less
is known. Each part is read by itself, so that broken keywords don't cost the picture its date.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from . import content_types, exif, keywords, pictures, videos

if TYPE_CHECKING:
    from PIL.ImageFile import ImageFile

T = TypeVar("T")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of a file. ``image`` and ``video`` are blocks of ``contentProperties``, never both."""

    content_type: str
    extension: str | None
    image: dict[str, Any] | None = None
    video: dict[str, Any] | None = None
    content_date: str | None = None
    """Capture time; None where the file has none, so that the upload may say it."""
    location: tuple[float, float] | None = None
    """Degrees north and east."""
    things: tuple[str, ...] = ()
    people: tuple[str, ...] = ()


def describe(path: Path, *, name: str) -> Facts:
    """Describe the file at ``path`` that was uploaded as ``name``."""
    extension = content_types.extension(name)
    with path.open("rb") as file:
        content_type = content_types.content_type(file.read(content_types.HEAD), extension)
    nothing = Facts(content_type=content_type, extension=extension)
    if content_type.startswith("video/"):
        return _or(nothing, _describe_video, path, nothing)
    if content_type in content_types.RAW.values():
        return _or(nothing, _describe_raw, path, nothing)
    if pictures.can_open(content_type):
        return _or(nothing, _describe_picture, path, nothing)
    return nothing


def _describe_video(path: Path, known: Facts) -> Facts:
    video = videos.read(path)
    return Facts(
        content_type=known.content_type,
        extension=known.extension,
        video=video.block or None,
        content_date=video.content_date,
        location=video.location,
    )


def _describe_raw(path: Path, known: Facts) -> Facts:
    """Raw pictures are TIFF files whose first picture is a small preview: only EXIF knows the size."""
    with pictures.LimitedReader(io.FileIO(path), pictures.MAX_METADATA) as file:
        told = exif.read(file)
    size = dict(zip(("width", "height"), told.size, strict=True)) if told.size else {}
    return _describe(known, told, size, things=told.keywords, people=())


def _describe_picture(path: Path, known: Facts) -> Facts:
    with pictures.open_picture(path, known.content_type) as picture:
        told = _or(exif.Exif(), _exif, path, picture)
        packet = _or(None, keywords.xmp_of, picture)
        things, people = _or(keywords.NOTHING, keywords.xmp, packet) if packet else keywords.NOTHING
        captions: tuple[str, ...] = _or((), keywords.iptc, picture)
        size = {"width": picture.width, "height": picture.height}
    return _describe(known, told, size, things=[*things, *captions, *told.keywords], people=people)


def _exif(path: Path, picture: ImageFile) -> exif.Exif:
    if picture.format == "TIFF":
        with pictures.LimitedReader(io.FileIO(path), pictures.MAX_METADATA) as file:
            return exif.read(file)
    block = pictures.exif_of(path, picture)
    return exif.read(block) if block else exif.Exif()


def _describe(
    known: Facts, told: exif.Exif, size: dict[str, int], *, things: Iterable[str], people: Iterable[str]
) -> Facts:
    return Facts(
        content_type=known.content_type,
        extension=known.extension,
        image={**size, **told.block} or None,
        content_date=told.content_date,
        location=told.location,
        things=keywords.tidy(things),
        people=keywords.tidy(people),
    )


def _or(default: T, read: Callable[..., T], *args: Any) -> T:
    """``read(…)``, or the default for a file that cannot be read so. Readers of broken files raise anything."""
    try:
        return read(*args)
    except Exception as error:
        _log.debug("%s: %s: %s", read.__name__, type(error).__name__, error)
        return default
