"""Damaged and hostile files are files like any other."""

from __future__ import annotations

import random
import struct
from functools import cache

import pytest
from PIL import Image

from emulator.made_media import BLOCK, Describe, Shown, camera_exif, picture, png, video, with_segment

_POINTS_AT_ITSELF = struct.pack("<HHHII", 1, 0x8769, 4, 1, 8) + bytes(4)
_BILLION_LAUGHS = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">%s]><x>&i;</x>' % b"".join(
    b'<!ENTITY %c "%s">' % (98 + step, b"&%c;" % (97 + step) * 20) for step in range(8)
)


@cache
def _hostile() -> dict[str, bytes]:
    jpeg, adobe = picture("JPEG"), b"http://ns.adobe.com/xap/1.0/\0"
    exif = camera_exif()
    size = jpeg.index(b"\xff\xc0") + 5
    many = b"".join(struct.pack("<HHII", tag, 7, 60_000, 8) for tag in range(4000))
    whole = {
        "jpeg": picture("JPEG", exif=exif),
        "heic": picture("HEIF", exif=exif),
        "tiff": picture("TIFF"),
        "png": picture("PNG", exif=exif),
        "video": video(),
    }
    cut = {
        f"{name} cut {part}": data[: len(data) * part // 10] for name, data in whole.items() for part in range(1, 10)
    }
    rng = random.Random(4)
    noise = {
        f"noise {head[:12]!r}": head + rng.randbytes(20_000)
        for head in (
            b"\xff\xd8\xff\xe1",
            b"\x89PNG\r\n\x1a\n",
            b"II*\0",
            b"\0\0\0\x18ftypheic",
            b"RIFFaaaaAVI ",
            b"\x1a\x45\xdf\xa3",
        )
    }
    return {
        **cut,
        **noise,
        "millions of empty segments": jpeg[:2] + b"\xff\xe0\0\2" * 2_000_000 + jpeg[2:],
        "hundreds of EXIF blocks": jpeg[:2] + with_segment(b"", b"Exif\0\0" + bytes(65_000)) * 500 + jpeg[2:],
        "EXIF in a circle": with_segment(jpeg, b"Exif\0\0II*\0\x08\0\0\0" + _POINTS_AT_ITSELF),
        "EXIF of many large tags": with_segment(jpeg, b"Exif\0\0II*\0\x08\0\0\0" + struct.pack("<H", 4000) + many),
        "EXIF from nowhere": with_segment(jpeg, b"Exif\0\0II*\0\xff\xff\xff\xff"),
        "XMP that explodes": with_segment(jpeg, adobe + _BILLION_LAUGHS),
        "XMP that goes deep": with_segment(jpeg, adobe + b"<a>" * 8000 + b"</a>" * 8000),
        "a JPEG of four thousand million pixels": jpeg[:size] + b"\xff\xdc\xff\xdc" + jpeg[size + 4 :],
        "a PNG of more": png(2**31 - 1, 2**31 - 1),
        "endless BigTIFF": b"II+\0\x08\0\0\0" + struct.pack("<Q", 16) + b"\xff" * 8 + bytes(100_000),
        "nothing": b"",
    }


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("case", sorted(_hostile()))
def test_hostile(describe: Describe, shown: Shown, case: str) -> None:
    """Whatever is uploaded is described and has a thumbnail, at once and in little memory."""
    content = _hostile()[case]
    facts = describe(content)
    assert facts.extension == "jpg"
    assert facts.image is None or facts.image["width"] > 0
    assert max(shown(content, width=50).size) <= 50


def test_broken_keywords(describe: Describe) -> None:
    """Keywords that cannot be read don't cost the picture its date."""
    content = with_segment(picture("JPEG", exif=camera_exif()), b"http://ns.adobe.com/xap/1.0/\0<x:broken")
    assert describe(content).image == BLOCK


def test_many_pixels(describe: Describe) -> None:
    """Photos above Pillow's own limit are described like others, and the limit stays as it is for everybody else."""
    before = Image.MAX_IMAGE_PIXELS
    jpeg = picture("JPEG", exif=camera_exif())
    size = jpeg.index(b"\xff\xc0") + 5
    facts = describe(jpeg[:size] + struct.pack(">HH", 16_320, 12_240) + jpeg[size + 4 :])
    assert facts.image == BLOCK | {"width": 12_240, "height": 16_320}
    assert before == Image.MAX_IMAGE_PIXELS
