"""Opening pictures that anybody may have sent: by the format their bytes show, reading no more than a limit.

Pillow's ``Image.open`` refuses pictures above a number of pixels, which is one setting for the whole process; photos
of 200 megapixels are real, and the process may be somebody's test run. So the format's own class opens the file, and
two other limits hold: how much is read of it (``LimitedReader``), and how many pixels are decoded (``thumbnails``).
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PIL.ImageFile import ImageFile

MAX_METADATA = 128 * 1024 * 1024
_MAX_HEADER = {"image/jpeg": 16 * 1024 * 1024}
"""Of formats whose header comes in pieces, which Pillow puts together at a cost that grows with their square."""
_EACH_READ = 512
"""What a read costs besides its bytes: millions of tiny headers end as soon as one big one."""
_PNG_SIGNATURE = 8


class LimitedReader(io.BufferedReader):
    """A file that ends after so many bytes."""

    def __init__(self, raw: io.RawIOBase | io.BytesIO, most: int) -> None:
        super().__init__(raw)
        self._left = most

    def allow(self, most: int) -> None:
        """Allow so many bytes more, counted from here."""
        self._left = most

    def read(self, size: int | None = -1, /) -> bytes:
        wanted = self._left if size is None or size < 0 else min(size, self._left)
        data = super().read(max(0, wanted))
        self._left -= len(data) + _EACH_READ
        return data


@contextmanager
def open_picture(path: Path, content_type: str, *, most: int = MAX_METADATA) -> Iterator[ImageFile]:
    """Open a picture: its header is read, and no pixel decoded.

    Raises whatever Pillow does, for what is no picture.
    """
    plugin = _plugin(content_type)
    with LimitedReader(io.FileIO(path), _MAX_HEADER.get(content_type, most)) as file, plugin(file) as picture:
        file.allow(most)
        yield picture


def can_open(content_type: str) -> bool:
    return content_type in _PLUGINS


def exif_of(path: Path, picture: ImageFile) -> bytes | None:
    """Return the picture's EXIF block, wherever the format keeps it.

    Not TIFF: there it is the file itself.
    """
    block = picture.info.get("exif")
    if block is None and picture.format == "PNG":
        block = _old_exif(picture) or _late_exif(path)
    return block if isinstance(block, bytes) else None


def _old_exif(picture: ImageFile) -> bytes | None:
    """EXIF as ImageMagick writes it into PNG: hexadecimal text behind three lines."""
    text = picture.info.get("Raw profile type exif")
    if not isinstance(text, str):
        return None
    return bytes.fromhex("".join(text.split("\n")[3:]))


def _late_exif(path: Path) -> bytes | None:
    """EXIF behind the pixels of a PNG, which Pillow reads only after decoding them."""
    with LimitedReader(io.FileIO(path), MAX_METADATA) as file:
        file.seek(_PNG_SIGNATURE)
        while len(header := file.read(8)) == 8:
            size, name = int.from_bytes(header[:4], "big"), header[4:]
            if name == b"eXIf":
                return file.read(size)
            file.seek(size + 4, io.SEEK_CUR)
    return None


def _plugin(content_type: str) -> Callable[[LimitedReader], ImageFile]:
    import importlib

    module, name = _PLUGINS[content_type]
    plugin: Any = getattr(importlib.import_module(module), name)
    return plugin  # type: ignore[no-any-return]


_PLUGINS = {
    "image/jpeg": ("PIL.JpegImagePlugin", "JpegImageFile"),
    "image/png": ("PIL.PngImagePlugin", "PngImageFile"),
    "image/tiff": ("PIL.TiffImagePlugin", "TiffImageFile"),
    "image/gif": ("PIL.GifImagePlugin", "GifImageFile"),
    "image/bmp": ("PIL.BmpImagePlugin", "BmpImageFile"),
    "image/webp": ("PIL.WebPImagePlugin", "WebPImageFile"),
    "image/avif": ("PIL.AvifImagePlugin", "AvifImageFile"),
    "image/heic": ("pillow_heif.as_plugin", "HeifImageFile"),
    "image/heif": ("pillow_heif.as_plugin", "HeifImageFile"),
}
