"""Real pictures for tests: small JPEG files with EXIF, made on the spot."""

from __future__ import annotations

import io
from datetime import datetime
from pathlib import Path

from PIL import Image
from PIL.ExifTags import IFD, Base


def jpeg(number: int = 0, *, taken: str | None = "2023-08-14 10:15:00", keywords: str = "") -> bytes:
    """Bytes of a picture that differs for each ``number``."""
    image = Image.new("RGB", (24, 16), (number * 37 % 256, number * 101 % 256, number // 256 % 256))
    image.putpixel((0, 0), (number % 256, number // 256 % 256, number // 65536 % 256))
    exif = Image.Exif()
    exif[Base.Make] = "Maker"
    exif[Base.ImageDescription] = f"picture {number}"
    if taken:
        exif.get_ifd(IFD.Exif)[Base.DateTimeOriginal] = datetime.fromisoformat(taken).strftime("%Y:%m:%d %H:%M:%S")
    if keywords:
        exif[Base.XPKeywords] = keywords.encode("utf-16-le")
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", exif=exif)
    return buffer.getvalue()


def write(folder: Path, *names: str, start: int = 0, **how: str) -> list[Path]:
    """One picture for each name (names may hold folders)."""
    paths = [folder / name for name in names]
    for number, path in enumerate(paths, start):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(jpeg(number, **how))
    return paths
