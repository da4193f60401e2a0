"""An XMP sidecar: one ``rdf:Description`` of the properties that photo programs read, and no more.

The same knowledge gives the same bytes, so that a file that needs no change is told by comparing. What each property
is for stands in ``docs/sidecars.md``.
"""

from __future__ import annotations

from collections.abc import Iterable
from types import MappingProxyType

from ...model.derived import is_degrees
from . import tags
from .capture_date import write_date
from .mark import make_mark, seal
from .node_knowledge import NodeKnowledge
from .xml_text import escape_xml

XMP_COLUMNS = (
    "taken",
    "image.dateTimeOriginal",
    "image.dateTimeDigitized",
    "image.dateTime",
    "video.creationDate",
    "contentDate",
    "latitude",
    "longitude",
    "description",
    "labels",
    "keywords",
    "settings.favorite",
)
"""The columns that it is made from."""
NAMESPACES = MappingProxyType(
    {
        "dc": "http://purl.org/dc/elements/1.1/",
        "digiKam": "http://www.digikam.org/ns/1.0/",
        "exif": "http://ns.adobe.com/exif/1.0/",
        "Iptc4xmpCore": "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/",
        "Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
        "lr": "http://ns.adobe.com/lightroom/1.0/",
        "photoshop": "http://ns.adobe.com/photoshop/1.0/",
        "xmp": "http://ns.adobe.com/xap/1.0/",
    }
)
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_DATES = ("exif:DateTimeOriginal", "photoshop:DateCreated", "xmp:CreateDate")
_FAVORITE = "5"
_MINUTE = 10**6
"""Parts of a minute that degrees are written with: some two millimetres."""


def render_xmp(known: NodeKnowledge, *, favorite_rating: bool = False) -> bytes:
    """Render what is known of a node as a sidecar. ``favorite_rating``: favourites have five stars."""
    spaces = "".join(f'\n    xmlns:{prefix}="{uri}"' for prefix, uri in NAMESPACES.items())
    properties = "".join(f"   {line}\n" for line in _properties(known, favorite_rating=favorite_rating))
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="{make_mark(relations=known.memberships is not None)}">\n'
        f' <rdf:RDF xmlns:rdf="{_RDF}">\n'
        f'  <rdf:Description rdf:about=""{spaces}>\n{properties}  </rdf:Description>\n'
        " </rdf:RDF>\n</x:xmpmeta>\n"
    )
    return seal(text.encode())


def _properties(known: NodeKnowledge, *, favorite_rating: bool) -> Iterable[str]:
    if date := write_date(known.values):
        yield from (_simple(name, date) for name in _DATES)
    yield from _place(known)
    description = known.values.get("description")
    if isinstance(description, str) and description.strip():
        alternative = f'<rdf:li xml:lang="x-default">{escape_xml(description)}</rdf:li>'
        yield f"<dc:description><rdf:Alt>{alternative}</rdf:Alt></dc:description>"
    paths = tags.list_paths(known)
    yield from _array("dc:subject", "Bag", tags.list_keywords(known))
    yield from _array("digiKam:TagsList", "Seq", map("/".join, paths))
    yield from _array("lr:hierarchicalSubject", "Bag", map("|".join, paths))
    yield from _array("Iptc4xmpExt:PersonInImage", "Bag", tags.list_people(known))
    if favorite_rating and known.values.get("settings.favorite") is True:
        yield _simple("xmp:Rating", _FAVORITE)


def _place(known: NodeKnowledge) -> Iterable[str]:
    latitude, longitude = known.values.get("latitude"), known.values.get("longitude")
    if is_degrees(latitude, "latitude") and is_degrees(longitude, "longitude"):
        yield _simple("exif:GPSLatitude", write_degrees(latitude, "NS"))
        yield _simple("exif:GPSLongitude", write_degrees(longitude, "EW"))
    if (place := tags.find_location(known)) is not None:
        told = {
            "photoshop:City": place.city,
            "photoshop:State": place.state,
            "photoshop:Country": "" if place.country_code else place.country,
            "Iptc4xmpCore:CountryCode": place.country_code,
        }
        yield from (_simple(name, text) for name, text in told.items() if text)


def write_degrees(degrees: float, signs: str) -> str:
    """Write degrees as XMP does: "49,16.8N" for 49.28, with the letter of ``signs`` for above or below 0."""
    whole, parts = divmod(round(abs(degrees) * 60 * _MINUTE), 60 * _MINUTE)
    minutes = f"{parts // _MINUTE}.{parts % _MINUTE:06}".rstrip("0")
    return f"{whole},{minutes}{'0' if minutes.endswith('.') else ''}{signs[degrees < 0]}"


def _simple(name: str, text: str) -> str:
    return f"<{name}>{escape_xml(text)}</{name}>"


def _array(name: str, kind: str, items: Iterable[str]) -> Iterable[str]:
    if held := "".join(_simple("rdf:li", item) for item in items):
        yield f"<{name}><rdf:{kind}>{held}</rdf:{kind}></{name}>"
