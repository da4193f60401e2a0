"""Thumbnails: a JPEG that fits the view box, upright, never larger than the picture.

Where the protocol is silent: what has no picture to show (videos, documents, damaged files) gets a grey card of the
size asked for, so that a grid of thumbnails has no holes. The same goes for pictures with too many pixels to decode
here.
"""

from __future__ import annotations

import io
import logging
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import content_types, exif, pictures

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFile import ImageFile

_log = logging.getLogger(__name__)
MAX_BOX = 4096
_MAX_BYTES = 256 * 1024 * 1024
_MAX_PIXELS = 64_000_000
_MAX_PIXELS_IN_PARTS = 400_000_000
"""A JPEG is decoded at a fraction of its size and a few lines at a time, unless it is progressive."""
_GREY = (200, 200, 200)
_WHITE = (255, 255, 255)


def thumbnail(path: Path, *, width: int, height: int | None = None) -> bytes:
    """Draw a JPEG of what is at ``path``; without a height the box is square.

    Damaged files get the grey card.
    """
    width = min(max(width, 1), MAX_BOX)
    box = (width, min(max(height or width, 1), MAX_BOX))
    try:
        return _shrink(path, box)
    except Exception as error:  # Pillow raises anything for broken files
        _log.debug("no thumbnail of %s: %s: %s", path.name, type(error).__name__, error)
        return _card(box)


def _shrink(path: Path, box: tuple[int, int]) -> bytes:
    with path.open("rb") as file:
        content_type = content_types.content_type(file.read(content_types.HEAD), None)
    with pictures.open_picture(path, content_type, most=_MAX_BYTES) as picture:
        turned = _orientation(path, picture)
        if turned >= 5:
            box = box[::-1]
        _require_few_pixels(picture)
        picture.draft("RGB", box)
        picture.load()
        small = _flat(picture)
        small.thumbnail(box)
        return _jpeg(_upright(small, turned))


def _require_few_pixels(picture: ImageFile) -> None:
    """Raises ValueError for what would fill the memory."""
    in_parts = picture.format == "JPEG" and "progressive" not in picture.info
    if picture.width * picture.height > (_MAX_PIXELS_IN_PARTS if in_parts else _MAX_PIXELS):
        raise ValueError(f"{picture.width} x {picture.height} is too large")


def _orientation(path: Path, picture: ImageFile) -> int:
    try:
        block = pictures.exif_of(path, picture)
        return exif.read(block).orientation if block else 1
    except Exception:  # broken EXIF: as it is
        return 1


def _flat(picture: Image) -> Image:
    """RGB on white; sixteen bits a colour become eight."""
    from PIL import Image

    if picture.mode.startswith("I"):
        picture = picture.convert("I").point(lambda value: value / 256).convert("L")
    if picture.mode in ("P", "PA", "LA", "RGBA", "La", "RGBa"):
        layer = picture.convert("RGBA")
        picture = Image.new("RGBA", layer.size, (*_WHITE, 255))
        picture.alpha_composite(layer)
    return picture.convert("RGB")


def _upright(picture: Image, orientation: int) -> Image:
    from PIL.Image import Transpose

    turns = {
        2: Transpose.FLIP_LEFT_RIGHT,
        3: Transpose.ROTATE_180,
        4: Transpose.FLIP_TOP_BOTTOM,
        5: Transpose.TRANSPOSE,
        6: Transpose.ROTATE_270,
        7: Transpose.TRANSVERSE,
        8: Transpose.ROTATE_90,
    }
    return picture.transpose(turns[orientation]) if orientation in turns else picture


def _jpeg(picture: Any) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=80)
    return out.getvalue()


@lru_cache(maxsize=16)
def _card(box: tuple[int, int]) -> bytes:
    from PIL import Image

    return _jpeg(Image.new("RGB", box, _GREY))
