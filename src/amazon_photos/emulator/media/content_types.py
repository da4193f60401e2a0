"""What kind of file it is: from its first bytes, and where they say nothing, from its name.

Bytes come first, so a picture without an extension is a picture, and a PNG called ``.jpg`` is a PNG. A name only makes
it more exact where many formats begin alike: raw pictures are TIFF files, office documents are ZIP files.
"""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Mapping
from functools import cache

HEAD = 512
"""How many bytes are looked at."""
UNKNOWN = "application/octet-stream"

_EXTENSION = re.compile(r"[a-z0-9_+-]{1,16}")

RAW = {
    "3fr": "image/x-hasselblad-3fr",
    "arw": "image/x-sony-arw",
    "cr2": "image/x-canon-cr2",
    "dng": "image/x-adobe-dng",
    "erf": "image/x-epson-erf",
    "iiq": "image/x-phaseone-iiq",
    "kdc": "image/x-kodak-kdc",
    "nef": "image/x-nikon-nef",
    "nrw": "image/x-nikon-nrw",
    "orf": "image/x-olympus-orf",
    "pef": "image/x-pentax-pef",
    "rw2": "image/x-panasonic-rw2",
    "sr2": "image/x-sony-sr2",
    "srw": "image/x-samsung-srw",
}
"""Raw pictures that are TIFF files inside, by extension."""

_OFFICE = "application/vnd.openxmlformats-officedocument"
_NAMED = RAW | {
    "avif": "image/avif",
    "cr3": "image/x-canon-cr3",
    "heic": "image/heic",
    "heif": "image/heif",
    "m4v": "video/x-m4v",
    "mkv": "video/x-matroska",
    "mts": "video/mp2t",
    "m2ts": "video/mp2t",
    "raf": "image/x-fuji-raf",
    "webp": "image/webp",
    "wmv": "video/x-ms-wmv",
    "flv": "video/x-flv",
    "3gp": "video/3gpp",
    "md": "text/markdown",
    "docx": f"{_OFFICE}.wordprocessingml.document",
    "xlsx": f"{_OFFICE}.spreadsheetml.sheet",
    "pptx": f"{_OFFICE}.presentationml.presentation",
}
"""What Python's own table lacks, or has in some versions only."""

_BEGINNINGS: tuple[tuple[re.Pattern[bytes], str], ...] = tuple(
    (re.compile(pattern, re.DOTALL), kind)
    for pattern, kind in (
        (rb"\xff\xd8\xff", "image/jpeg"),
        (rb"\x89PNG\r\n\x1a\n", "image/png"),
        (rb"GIF8[79]a", "image/gif"),
        (rb"RIFF....WEBP", "image/webp"),
        (rb"RIFF....AVI ", "video/x-msvideo"),
        (rb"RIFF....WAVE", "audio/x-wav"),
        (rb"II[\x2a\x2b]\x00|MM\x00[\x2a\x2b]|II(?:RO|RS|U\x00)|MMOR", "image/tiff"),
        (rb"FUJIFILMCCD-RAW", "image/x-fuji-raf"),
        (rb"BM....\x00\x00\x00\x00....[\x0c\x28\x34\x38\x40\x6c\x7c]\x00\x00\x00", "image/bmp"),
        (rb"....(?:moov|mdat|wide|skip|pnot)", "video/quicktime"),
        (rb"\x1a\x45\xdf\xa3.{0,60}webm", "video/webm"),
        (rb"\x1a\x45\xdf\xa3", "video/x-matroska"),
        (rb"\x00\x00\x01[\xba\xb3]", "video/mpeg"),
        (rb"\x47.{187}\x47.{187}\x47|.{4}\x47.{191}\x47", "video/mp2t"),
        (rb"FLV\x01", "video/x-flv"),
        (rb"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "video/x-ms-asf"),
        (rb"ID3|fLaC|OggS", "audio/mpeg"),
        (rb"%PDF-", "application/pdf"),
        (rb"PK\x03\x04", "application/zip"),
        (rb"\x1f\x8b\x08", "application/gzip"),
        (rb"MZ.{58}..\x00\x00", "application/x-msdownload"),
    )
)
_BRANDS = (
    (("heic", "heix", "heim", "heis", "hevc", "hevx"), "image/heic"),
    (("avif", "avis"), "image/avif"),
    (("mif1", "msf1"), "image/heif"),
    (("crx ",), "image/x-canon-cr3"),
    (("qt  ",), "video/quicktime"),
    (("M4A ", "M4B "), "audio/mp4"),
    (("M4V ", "M4VH", "M4VP"), "video/x-m4v"),
    (("3gp", "3g2", "3ge", "3gs"), "video/3gpp"),
)
"""Brands of ISO media files (``ftyp``), the first that fits."""

_MORE_EXACT: Mapping[str, re.Pattern[str]] = {
    "image/tiff": re.compile(r"image/x-.*"),
    "application/zip": re.compile(r"application/(?:vnd\..*|epub.*|java.*|x-.*)"),
    "video/x-ms-asf": re.compile(r"(?:video|audio)/x-ms-w.*"),
    "video/mp4": re.compile(r"video/(?:x-m4v|3gpp|quicktime)"),
    "video/x-matroska": re.compile(r"video/webm|audio/.*"),
    "audio/mpeg": re.compile(r"audio/.*|video/ogg"),
    "application/gzip": re.compile(r"application/.*"),
}
"""Kinds that begin alike -> what a name may make of them."""


def extension(name: str) -> str | None:
    """Return ``heic`` for ``IMG_1.HEIC``.

    None where what stands behind the last dot is no extension (guess).
    """
    stem, _, last = name.rpartition(".")
    return last.lower() if stem and _EXTENSION.fullmatch(last.lower()) else None


def content_type(head: bytes, extension: str | None) -> str:
    """Guess the MIME type of a file that begins with ``head``; never an error."""
    seen, named = _sniff(head), _by_name(extension)
    if seen is None:
        return named or UNKNOWN
    return named if named and seen in _MORE_EXACT and _MORE_EXACT[seen].fullmatch(named) else seen


def _sniff(head: bytes) -> str | None:
    if head[4:8] == b"ftyp":
        return _brand(head)
    return next((kind for pattern, kind in _BEGINNINGS if pattern.match(head)), None)


def _brand(head: bytes) -> str:
    """The major brand decides; a general one (``mif1``) gives way to the compatible brands."""
    end = min(int.from_bytes(head[:4], "big"), len(head))
    brands = [head[8:12], *(head[at : at + 4] for at in range(16, end, 4))]
    major = _of_brand(brands[0])
    if major == "image/heif":
        return next((kind for kind in map(_of_brand, brands[1:]) if kind in ("image/heic", "image/avif")), major)
    return major or "video/mp4"


def _of_brand(brand: bytes) -> str | None:
    text = brand.decode("latin-1")
    return next((kind for beginnings, kind in _BRANDS if text.startswith(beginnings)), None)


def _by_name(extension: str | None) -> str | None:
    if extension is None:
        return None
    return _NAMED.get(extension) or _python_types().types_map[True].get(f".{extension}")


@cache
def _python_types() -> mimetypes.MimeTypes:
    """Python's built-in table, without what the machine's own files would add."""
    return mimetypes.MimeTypes()
