"""What kind of file it is."""

from __future__ import annotations

import pytest

from amazon_photos.emulator.media import content_types


@pytest.mark.parametrize(
    ("head", "name", "content_type"),
    [
        (b"\x89PNG\r\n\x1a\n", "really.jpg", "image/png"),
        (b"\xff\xd8\xff\xe0", "no extension", "image/jpeg"),
        (b"II*\0", "raw.NEF", "image/x-nikon-nef"),
        (b"MM\0*", "scan.tif", "image/tiff"),
        (b"\0\0\0\x1cftypmif1\0\0\0\0mif1heic", "a.heif", "image/heic"),
        (b"\0\0\0\x18ftypisom\0\0\0\0isommp42", "a", "video/mp4"),
        (b"PK\x03\x04", "letter.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (b"PK\x03\x04", "photos.zip", "application/zip"),
        (b"%PDF-1.7", "paper.jpg", "application/pdf"),
        (b"hello", "notes.txt", "text/plain"),
        (b"hello", "broken.jpg", "image/jpeg"),
        (b"", "", "application/octet-stream"),
        (b"\0" * 512, "what.is this", "application/octet-stream"),
    ],
)
def test_types(head: bytes, name: str, content_type: str) -> None:
    """Bytes say what it is; the name helps where they don't, or makes it more exact."""
    assert content_types.content_type(head, content_types.extension(name)) == content_type


@pytest.mark.parametrize(
    ("name", "extension"),
    [
        ("IMG_1.HEIC", "heic"),
        ("a.b.JPG", "jpg"),
        ("README", None),
        (".hidden", None),
        ("Dr. Smith and co", None),
        ("x.", None),
    ],
)
def test_extensions(name: str, extension: str | None) -> None:
    """What stands behind the last dot, in lower case, if it can be an extension."""
    assert content_types.extension(name) == extension
