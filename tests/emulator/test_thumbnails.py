"""Thumbnails are JPEGs that fit the view box, upright."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from amazon_photos.emulator.media import thumbnails
from emulator.made_media import Shown, picture, video


@pytest.mark.parametrize("format", ["JPEG", "PNG", "TIFF", "WEBP", "HEIF", "GIF"])
def test_thumbnail(shown: Shown, format: str) -> None:  # noqa: A002
    """Every kind of picture becomes a JPEG that fits the view box and keeps its shape and colours."""
    small = shown(picture(format, size=(640, 480)), width=100, height=100)
    assert (small.format, small.size) == ("JPEG", (100, 75))
    red, green, blue = small.convert("RGB").getpixel((50, 30))  # type: ignore[misc]
    assert red > 200
    assert green < 60
    assert blue < 60


def test_thumbnail_upright(shown: Shown) -> None:
    """A picture that was taken with the camera turned is shown upright."""
    image, out = Image.new("RGB", (640, 480), "red"), io.BytesIO()
    image.paste("blue", (0, 0, 320, 480))
    exif = Image.Exif()
    exif[0x0112] = 6
    image.save(out, "JPEG", exif=exif)
    small = shown(out.getvalue(), width=100, height=200).convert("RGB")
    assert small.size == (100, 133)
    assert small.getpixel((50, 10))[2] > 200  # type: ignore[index]
    assert small.getpixel((50, 120))[0] > 200  # type: ignore[index]


def test_thumbnail_not_larger(shown: Shown) -> None:
    """A small picture is not blown up; without a height the box is square."""
    assert shown(picture("JPEG"), width=500).size == (64, 48)
    assert shown(picture("JPEG", size=(480, 640)), width=100).size == (75, 100)


def test_thumbnail_of_the_rest(shown: Shown) -> None:
    """What has no picture gets a grey card of the size asked for, within reason."""
    assert shown(video(), width=120, height=80).size == (120, 80)
    assert shown(b"%PDF-1.7", width=10**9).size == (thumbnails.MAX_BOX, thumbnails.MAX_BOX)


@pytest.mark.parametrize("mode", ["L", "P", "RGBA", "LA", "I;16", "CMYK", "1"])
def test_thumbnail_modes(shown: Shown, mode: str) -> None:
    """Grey, palettes, transparency, sixteen bits and print colours all become plain JPEG."""
    out = io.BytesIO()
    Image.new(mode, (64, 48)).save(out, "TIFF" if mode in ("CMYK", "I;16") else "PNG")
    small = shown(out.getvalue(), width=32)
    small.load()
    assert (small.mode, small.size) == ("RGB", (32, 24))
