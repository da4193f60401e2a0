"""Pictures and videos made on the spot, for the tests of what the service reads from them."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable

import pillow_heif
from PIL import Image
from PIL.TiffImagePlugin import IFDRational

from amazon_photos.emulator.media import media

Describe = Callable[..., media.Facts]
Shown = Callable[..., Image.Image]
"""What the fixtures ``describe`` and ``shown`` give."""


def camera_exif() -> Image.Exif:
    """What an iPhone writes."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0110], exif[0x0131] = "Apple", "iPhone XS", "16.6"
    exif[0x0112], exif[0x0128] = 1, 2
    exif[0x011A] = exif[0x011B] = IFDRational(72, 1)
    exif[0x0132] = "2012:08:26 10:00:00"
    exif[0x8769] = {
        0x9003: "2012:08:25 14:23:24",
        0x9004: "2012:08:25 14:23:25",
        0x920A: IFDRational(17, 4),
        0x9202: IFDRational(54823, 32325),
        0x829A: IFDRational(1, 320),
        0x8827: 200,
        0x9209: 16,
        0xA001: 1,
    }
    exif[0x8825] = {1: "N", 2: (49.0, 16.0, 48.0), 3: "W", 4: (123.0, 7.0, 12.0)}
    return exif


BLOCK = {
    "width": 64,
    "height": 48,
    "orientation": "1",
    "make": "Apple",
    "model": "iPhone XS",
    "dateTime": "2012-08-26T10:00:00.000Z",
    "dateTimeOriginal": "2012-08-25T14:23:24.000Z",
    "dateTimeDigitized": "2012-08-25T14:23:25.000Z",
    "focalLength": "17/4",
    "apertureValue": "1.8",
    "exposureTime": "1/320",
    "isoSpeedRatings": "200",
    "flash": "Off, Did not fire",
    "colorSpace": "sRGB",
    "xResolution": "72",
    "yResolution": "72",
    "resolutionUnit": "Pixels/Inch",
    "location": "49.28,-123.12",
    "software": "16.6",
}


def picture(format: str, *, size: tuple[int, int] = (64, 48), **save: object) -> bytes:  # noqa: A002
    out = io.BytesIO()
    image = Image.new("RGB", size, "red")
    if format == "HEIF":
        pillow_heif.from_pillow(image).save(out, **{**save, **({"exif": save["exif"].tobytes()} if save else {})})  # type: ignore[attr-defined]
    else:
        image.save(out, format, **save)
    return out.getvalue()


def with_segment(jpeg: bytes, data: bytes, marker: int = 0xE1) -> bytes:
    return jpeg[:2] + bytes([0xFF, marker]) + struct.pack(">H", len(data) + 2) + data + jpeg[2:]


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(width: int, height: int, *late: bytes) -> bytes:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    pixels = chunk(b"IDAT", zlib.compress(bytes(1000)))
    return b"\x89PNG\r\n\x1a\n" + head + pixels + b"".join(late) + chunk(b"IEND", b"")


def box(kind: bytes, *parts: bytes) -> bytes:
    data = b"".join(parts)
    return struct.pack(">I4s", len(data) + 8, kind) + data


def full(kind: bytes, *parts: bytes, flags: int = 0) -> bytes:
    return box(kind, struct.pack(">I", flags), *parts)


def video(
    *, brand: bytes = b"qt  ", created: int = 0, rotated: bool = False, apple: dict[str, str] | None = None
) -> bytes:
    """A QuickTime video of 1920 x 1080 that plays 10.26 seconds, without a single picture in it."""
    straight = struct.pack(">9i", 65536, 0, 0, 0, 65536, 0, 0, 0, 1 << 30)
    turned = struct.pack(">9i", 0, 65536, 0, -65536, 0, 0, 1080 << 16, 0, 1 << 30)
    times = struct.pack(">IIII", created, created, 1000, 10260)
    movie = full(b"mvhd", times, struct.pack(">IH10x", 1 << 16, 1 << 8), straight, bytes(24), struct.pack(">I", 2))
    track = full(
        b"tkhd",
        struct.pack(">IIIIIQHHHH", created, created, 1, 0, 10260, 0, 0, 0, 0, 0),
        turned if rotated else straight,
        struct.pack(">II", 1920 << 16, 1080 << 16),
        flags=7,
    )
    avc = box(
        b"avc1",
        bytes(6) + struct.pack(">H", 1) + bytes(16),
        struct.pack(">HHIIIH32xHh", 1920, 1080, 72 << 16, 72 << 16, 0, 1, 24, -1),
        box(b"avcC", bytes([1, 100, 0, 40, 255, 0xE1, 0, 0, 1, 0, 0])),
    )
    table = box(
        b"stbl",
        full(b"stsd", struct.pack(">I", 1), avc),
        full(b"stts", struct.pack(">III", 1, 300, 34)),
        full(b"stsc", struct.pack(">IIII", 1, 1, 300, 1)),
        full(b"stsz", struct.pack(">II", 10, 300)),
        full(b"stco", struct.pack(">II", 1, 0)),
    )
    handler = full(b"hdlr", struct.pack(">I4s12x", 0, b"vide"), b"\0")
    where = box(b"dinf", full(b"dref", struct.pack(">I", 1), full(b"url ", flags=1)))
    inner = box(b"minf", full(b"vmhd", bytes(8), flags=1), where, table)
    media_box = box(b"mdia", full(b"mdhd", times, struct.pack(">HH", 0x55C4, 0)), handler, inner)
    parts = [movie, box(b"trak", track, media_box), *([apple_metadata(apple)] if apple else [])]
    head = box(b"ftyp", brand, struct.pack(">I", 512), brand)
    return head + box(b"moov", *parts) + box(b"mdat", bytes(3000))


def apple_metadata(texts: dict[str, str]) -> bytes:
    keys = full(b"keys", struct.pack(">I", len(texts)), *[box(b"mdta", key.encode()) for key in texts])
    values = [
        box(struct.pack(">I", number), box(b"data", struct.pack(">II", 1, 0), text.encode()))
        for number, text in enumerate(texts.values(), start=1)
    ]
    return box(b"meta", full(b"hdlr", struct.pack(">I4s12x", 0, b"mdta"), b"\0"), keys, box(b"ilst", *values))


XMP = b"""<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/"
  xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
  xmlns:mwg-rs="http://www.metadataworkinggroup.com/schemas/regions/"
  xmlns:MPReg="http://ns.microsoft.com/photo/1.2/t/Region#">
<dc:subject><rdf:Bag><rdf:li>Beach</rdf:li><rdf:li>plant</rdf:li></rdf:Bag></dc:subject>
<dc:creator><rdf:Seq><rdf:li>The photographer</rdf:li></rdf:Seq></dc:creator>
<Iptc4xmpExt:PersonInImage><rdf:Bag><rdf:li>Ada</rdf:li></rdf:Bag></Iptc4xmpExt:PersonInImage>
<mwg-rs:Regions><mwg-rs:RegionList><rdf:Bag>
<rdf:li><rdf:Description mwg-rs:Name="Grace" mwg-rs:Type="Face"/></rdf:li>
<rdf:li><rdf:Description><mwg-rs:Name>Alan</mwg-rs:Name><mwg-rs:Type>Face</mwg-rs:Type></rdf:Description></rdf:li>
<rdf:li><rdf:Description mwg-rs:Name="Rex" mwg-rs:Type="Pet"/></rdf:li>
</rdf:Bag></mwg-rs:RegionList></mwg-rs:Regions>
<rdf:li MPReg:PersonDisplayName="Edsger"/>
</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>"""
