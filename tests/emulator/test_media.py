"""What the service reads from uploaded pictures."""

from __future__ import annotations

import io
import struct

import pytest
from PIL import Image, IptcImagePlugin, TiffImagePlugin
from PIL.TiffImagePlugin import IFDRational

from emulator.made_media import BLOCK, XMP, Describe, camera_exif, chunk, picture, png, with_segment


@pytest.mark.parametrize(
    ("format", "content_type"),
    [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("HEIF", "image/heic"), ("WEBP", "image/webp")],
)
def test_exif(describe: Describe, format: str, content_type: str) -> None:  # noqa: A002
    """The facts of a camera's picture look like those on record, whatever its format."""
    facts = describe(picture(format, exif=camera_exif()), "IMG_1.XYZ")
    assert (facts.content_type, facts.extension) == (content_type, "xyz")
    assert facts.image == BLOCK
    assert facts.video is None
    assert facts.content_date == "2012-08-25T14:23:24.000Z"
    assert facts.location == pytest.approx((49.28, -123.12))


def test_exif_in_tiff(describe: Describe) -> None:
    """In a TIFF file EXIF is the file itself."""
    ifd = TiffImagePlugin.ImageFileDirectory_v2()
    ifd[0x010F], ifd[0x0132], ifd[0x010E] = "Scanner", "2001:02:03 04:05:06", "a slide"
    facts = describe(picture("TIFF", tiffinfo=ifd), "slide.tif")
    assert facts.content_type == "image/tiff"
    assert facts.image == {
        "width": 64,
        "height": 48,
        "make": "Scanner",
        "dateTime": "2001-02-03T04:05:06.000Z",
    }


def test_exif_behind_pixels(describe: Describe) -> None:
    """EXIF that stands behind the pixels of a PNG is found without decoding them, however many they claim to be."""
    facts = describe(png(60_000, 60_000, chunk(b"eXIf", camera_exif().tobytes()[6:])), "a.png")
    assert facts.image == BLOCK | {"width": 60_000, "height": 60_000}


def test_no_exif(describe: Describe) -> None:
    """Without EXIF there is width and height and no date, so that the upload may say when it was."""
    facts = describe(picture("JPEG"))
    assert facts.image == {"width": 64, "height": 48}
    assert facts.content_date is None


@pytest.mark.parametrize("text", ["0000:00:00 00:00:00", "    :  :     :  :  ", "2012:13:45 99:00:00", "yesterday", ""])
def test_senseless_dates(describe: Describe, text: str) -> None:
    """A date that is none is left out, and so costs nothing else."""
    exif = Image.Exif()
    exif[0x0132], exif[0x010F] = text, "Maker"
    facts = describe(picture("JPEG", exif=exif))
    assert facts.content_date is None
    assert facts.image == {"width": 64, "height": 48, "make": "Maker"}


@pytest.mark.parametrize(
    "gps",
    [
        {1: "N", 2: (0.0, 0.0, 0.0), 3: "E", 4: (0.0, 0.0, 0.0)},
        {1: "N", 2: (99.0, 0.0, 0.0), 3: "E", 4: (1.0, 0.0, 0.0)},
        {1: "N", 2: (IFDRational(0, 0), 0.0, 0.0), 3: "E", 4: (1.0, 0.0, 0.0)},
        {1: "N", 2: (1.0, 0.0, 0.0)},
    ],
)
def test_senseless_places(describe: Describe, gps: dict[int, object]) -> None:
    """A camera without a fix, degrees that don't exist and half a point are no place."""
    exif = Image.Exif()
    exif[0x8825] = gps
    assert describe(picture("JPEG", exif=exif)).location is None


def test_words(describe: Describe) -> None:
    """A Canon's numbers are told in the words recorded in 2022, and its fraction of a second in contentDate only."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0128] = "Canon", 2
    exif[0x8769] = {
        0x9003: "2022:07:04 14:35:09", 0x9290: "89", 0x9291: "89", 0x9292: "89", 0x9209: 16, 0xA402: 0, 0x8822: 3,
        0x9207: 5, 0x9208: 1, 0xA403: 0, 0xA40A: 0, 0x9202: IFDRational(6, 1), 0x920A: IFDRational(42, 1),
    }  # fmt: skip
    facts = describe(picture("JPEG", exif=exif))
    assert facts.content_date == "2022-07-04T14:35:09.089Z"
    assert facts.image == {
        "width": 64, "height": 48, "make": "Canon", "resolutionUnit": "Pixels/Inch",
        "dateTime": "2022-07-04T14:35:09.000Z", "dateTimeOriginal": "2022-07-04T14:35:09.000Z",
        "subSecTime": "89", "subSecTimeOriginal": "89", "subSecTimeDigitized": "89", "flash": "Off, Did not fire",
        "exposureMode": "Auto", "exposureProgram": "Aperture-priority AE", "meteringMode": "Evaluative",
        "whiteBalance": "Daylight", "sharpness": "0", "apertureValue": "8.0", "focalLength": "42",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("make", "tag", "number", "field", "word"),
    [
        ("SONY", 0x9207, 5, "meteringMode", "Multi-segment"), ("SONY", 0xA40A, 0, "sharpness", "Normal"),
        ("SONY", 0xA403, 1, "whiteBalance", "Manual"), ("SONY", 0x9209, 0x19, "flash", "Auto, Fired"),
        ("SONY", 0xA402, 2, "exposureMode", "Auto bracket"), ("SONY", 0x8822, 4, "exposureProgram",
        "Shutter speed priority AE"), ("SONY", 0xA217, 2, "sensingMethod", "One-chip color area"),
        ("SONY", 0x9207, 77, "meteringMode", "77"), ("SONY", 0x9208, 0, "whiteBalance", None),
    ],
)  # fmt: skip
def test_words_of_others(describe: Describe, make: str, tag: int, number: int, field: str, word: str | None) -> None:
    """exiftool's word for EXIF's number, and the number where there is none."""
    exif = Image.Exif()
    exif[0x010F], exif[0x8769] = make, {tag: number}
    image = describe(picture("JPEG", exif=exif)).image
    assert image is not None
    assert image.get(field) == word


@pytest.mark.parametrize(
    ("digits", "fraction"), [("089", "089"), ("5", "005"), ("123456", "123"), ("x", "000"), ("", "000")]
)
def test_fractions_of_a_second(describe: Describe, digits: str, fraction: str) -> None:
    """SubSecTimeOriginal counts as milliseconds (guess), what is no number not at all."""
    exif = Image.Exif()
    exif[0x8769] = {0x9003: "2022:07:04 14:35:09", 0x9291: digits}
    assert describe(picture("JPEG", exif=exif)).content_date == f"2022-07-04T14:35:09.{fraction}Z"


def test_texts(describe: Describe) -> None:
    """Texts come without padding and control characters, UTF-8 as it was meant, zero fractions not at all."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0110] = b"NIKON\x00rest", "Ünï\x07 cam  ".encode()
    exif[0x8769] = {0x829A: IFDRational(1, 0), 0x9209: 1}
    image = describe(picture("JPEG", exif=exif)).image
    assert image == {"width": 64, "height": 48, "make": "NIKON", "model": "Ünï cam", "flash": "Fired"}


# --- things and people ---


@pytest.mark.parametrize("format", ["JPEG", "PNG", "TIFF", "WEBP"])
def test_xmp(describe: Describe, format: str) -> None:  # noqa: A002
    """Subjects are things; persons in the image and named faces are people; pets and photographers are neither."""
    save: dict[str, object] = {"xmp": XMP}
    if format == "TIFF":
        save = {"tiffinfo": {700: XMP}}
    if format == "PNG":
        content = png(64, 48)
        content = content[:33] + chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + XMP) + content[33:]
    else:
        content = picture(format, **save)
    facts = describe(content)
    assert facts.things == ("Beach", "plant")
    assert set(facts.people) == {"Ada", "Grace", "Alan", "Edsger"}


def test_iptc(describe: Describe) -> None:
    """IPTC keywords are things, in UTF-8 or Latin-1."""
    fields = b"".join(
        b"\x1c\x02\x19" + struct.pack(">H", len(word)) + word
        for word in (b"moon", "Küste".encode(), "Dünen".encode("latin-1"))
    )
    resource = b"8BIM\x04\x04\0\0" + struct.pack(">I", len(fields)) + fields + b"\0" * (len(fields) % 2)
    content = with_segment(picture("JPEG"), b"Photoshop 3.0\0" + resource, 0xED)
    assert IptcImagePlugin.getiptcinfo(Image.open(io.BytesIO(content)))
    assert describe(content).things == ("moon", "Küste", "Dünen")


def test_xp_keywords(describe: Describe) -> None:
    """Windows' keywords are things; its author is nobody in the picture."""
    exif = Image.Exif()
    exif[0x9C9E] = "Dog;Wiese; ;Dog\x00".encode("utf-16-le")
    exif[0x9C9D] = "The photographer\x00".encode("utf-16-le")
    facts = describe(picture("JPEG", exif=exif))
    assert (facts.things, facts.people) == (("Dog", "Wiese"), ())
