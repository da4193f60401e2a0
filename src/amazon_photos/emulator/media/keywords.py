"""What somebody wrote into a picture about it: things it shows, and people.

=================  ==============================================================
things             XMP ``dc:subject``, IPTC keywords (2:25), EXIF XPKeywords
people             XMP PersonInImage, face regions (MWG, Microsoft)
=================  ==============================================================

The real service looks at the pixels; this one reads what people's own software has found there before. XPAuthor and
the like name who took the picture, not who is in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from PIL.ImageFile import ImageFile

_MAX_XMP = 1024 * 1024
_MAX_WORDS = 100
_MAX_LENGTH = 256
_IPTC_KEYWORDS = (2, 25)
_XMP_TAG = 700

Found = tuple[tuple[str, ...], tuple[str, ...]]
"""Things and people."""
NOTHING: Found = ((), ())

_LI = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}li"
_SUBJECT = "{http://purl.org/dc/elements/1.1/}subject"
_PERSON_IN_IMAGE = "{http://iptc.org/std/Iptc4xmpExt/2008-02-29/}PersonInImage"
_MWG = "{http://www.metadataworkinggroup.com/schemas/regions/}"
_MICROSOFT = "{http://ns.microsoft.com/photo/1.2/t/Region#}PersonDisplayName"


def tidy(words: Iterable[str]) -> tuple[str, ...]:
    """List each word once, without what can't be seen; a hundred at most."""
    seen: dict[str, None] = {}
    for word in words:
        seen["".join(letter for letter in word if letter.isprintable()).strip()[:_MAX_LENGTH]] = None
    return tuple(word for word in seen if word)[:_MAX_WORDS]


def xmp_of(picture: ImageFile) -> bytes | None:
    """Return the picture's XMP packet."""
    packet: Any = picture.info.get("xmp") or picture.info.get("XML:com.adobe.xmp")
    if packet is None and picture.format == "TIFF":
        packet = picture.tag_v2.get(_XMP_TAG)  # type: ignore[attr-defined]  # a TiffImageFile has one
    return packet.encode() if isinstance(packet, str) else packet if isinstance(packet, bytes) else None


def xmp(packet: bytes) -> Found:
    """Read things and people.

    Raises ``ParseError`` for what is no XML.
    """
    packet = packet.rstrip(b"\x00 \r\n\t")
    if len(packet) > _MAX_XMP or b"<!" in packet.replace(b"\x00", b"").replace(b"<!--", b""):
        return NOTHING  # XMP has no DOCTYPE, and with it no entities that grow without end
    root = ElementTree.fromstring(packet)  # noqa: S314 - see above
    things = [word for subject in root.iter(_SUBJECT) for word in _items(subject)]
    people = [name for persons in root.iter(_PERSON_IN_IMAGE) for name in _items(persons)]
    return tuple(things), (*people, *_faces(root))


def iptc(picture: ImageFile) -> tuple[str, ...]:
    """Read IPTC keywords of a JPEG or TIFF picture."""
    from PIL import IptcImagePlugin

    found = (IptcImagePlugin.getiptcinfo(picture) or {}).get(_IPTC_KEYWORDS, [])
    return tuple(_decode(word) for word in (found if isinstance(found, list) else [found]) if word)


def _items(element: Element) -> Iterator[str]:
    for item in element.iter(_LI):
        yield item.text or ""


def _faces(root: Element) -> Iterator[str]:
    """Names of regions that are faces; a region may say so in attributes or in elements."""
    for element in root.iter():
        if (_read_texts(element, "Type") or "").strip().lower() == "face":
            yield _read_texts(element, "Name") or ""
        yield element.attrib.get(_MICROSOFT) or ""
        if element.tag == _MICROSOFT:
            yield element.text or ""


def _read_texts(element: Element, name: str) -> str | None:
    return element.attrib.get(_MWG + name) or element.findtext(_MWG + name)


def _decode(word: bytes) -> str:
    """IPTC is UTF-8 nowadays, and was Latin-1."""
    try:
        return word.decode()
    except UnicodeDecodeError:
        return word.decode("latin-1")
