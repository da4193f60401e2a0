"""THE table: every field of a node we know, once.

Frame columns, the parquet schema, the words of both filter dialects, sorting, command-line columns and the
documentation are all read from here. A field is a *column* (something a node carries, or that is made from what it
carries), a *word* (something a filter may ask for), or both::

    path                       where it stands in Amazon's JSON   contentProperties.image.width
    column                     what people call it                image.width
    node / search              what a filter may ask of it in each dialect (see Operator)

Sources: sections 5 and 6 of ``docs/api.md``.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

FieldType = Literal["string", "int", "float", "bool", "time", "naive_time", "strings"]
"""``time`` is a moment, told in UTC; ``naive_time`` is what a camera's clock said, wherever that was."""
Dialect = Literal["node", "search", "local"]
Relation = Literal["album", "person", "thing", "place", "family"]
"""What a node can be related to; the words of the column ``relation`` of ap.relations.parquet."""


class Operator(enum.Flag):
    """What a filter may do with a word."""

    NONE = 0
    EQUAL = enum.auto()
    PREFIX = enum.auto()
    RANGE = enum.auto()
    ALL = EQUAL | PREFIX | RANGE


NONE, EQUAL, PREFIX, RANGE = Operator.NONE, Operator.EQUAL, Operator.PREFIX, Operator.RANGE


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One row of the table."""

    path: str = ""
    """Dotted path in Amazon's JSON; "" for words that no node carries (``things``)."""
    column: str = ""
    """Name in frames and in ap.parquet; "" when there is no column."""
    type: FieldType = "string"
    help: str = ""
    search_name: str = ""
    """The search dialect's word; "" when ``/search`` has none. The node dialect's word is ``path``."""
    aliases: tuple[str, ...] = ()
    """Other spellings that are read, never written."""
    node: Operator = NONE
    search: Operator = NONE
    sortable: bool = False
    low_cardinality: bool = False
    """Few distinct values: worth dictionary-encoding."""
    relation: Relation | Literal[""] = ""
    """What Amazon relates a node to that answers this word offline, as ap.relations.parquet holds it; "" for others."""
    made_from: tuple[str, ...] = ()
    """The columns that a column of ours is made from, the first one that has a value first (``frames.derived``)."""

    def operators(self, dialect: Dialect) -> Operator:
        """Return what ``dialect`` can ask of this field; offline, all of each with a column or a search word."""
        if dialect == "node":
            return self.node
        if dialect == "search":
            return self.search
        return Operator.ALL

    def name_in(self, dialect: Dialect) -> str:
        """Return the word to write in ``dialect``."""
        if dialect == "search" and self.search_name:
            return self.search_name
        return self.path or self.search_name or self.column


def _content(name: str, type: FieldType = "string", *, help: str, low_cardinality: bool = False) -> Field:  # noqa: A002
    return Field(path=f"contentProperties.{name}", column=name, type=type, help=help, low_cardinality=low_cardinality)


TAKEN_FROM = (
    "image.dateTimeOriginal",
    "image.dateTimeDigitized",
    "image.dateTime",
    "video.creationDate",
    "contentDate",
)
"""Where ``taken`` is looked for, best first, as where a file of this machine is asked for its date."""

FIELDS: tuple[Field, ...] = (
    # --- the first screen -----------------------------------------------------------------------------------
    Field(
        path="name",
        column="name",
        search_name="name",
        node=EQUAL | PREFIX,
        search=EQUAL | PREFIX,
        sortable=True,
        help="file name, at most 256 characters; absent on the root",
    ),
    Field(
        column="taken",
        type="naive_time",
        made_from=TAKEN_FROM,
        help="when it was taken, by the camera's clock and without a zone",
    ),
    Field(
        path="contentProperties.size",
        column="size",
        type="int",
        sortable=True,
        help="bytes",
    ),
    Field(
        path="kind",
        column="kind",
        node=EQUAL | PREFIX,
        sortable=True,
        low_cardinality=True,
        help="FILE, FOLDER, VISUAL_COLLECTION (album), ASSET (a live photo's movie), SHARED_COLLECTION",
    ),
    Field(
        path="contentProperties.extension",
        column="extension",
        search_name="extension",
        node=EQUAL,
        search=EQUAL,
        sortable=True,
        low_cardinality=True,
        help="file extension without the dot",
    ),
    Field(column="width", type="int", made_from=("image.width", "video.width"), help="pixels, before rotation"),
    Field(column="height", type="int", made_from=("image.height", "video.height"), help="pixels, before rotation"),
    Field(column="make", low_cardinality=True, made_from=("image.make", "video.make"), help="camera maker"),
    Field(column="model", low_cardinality=True, made_from=("image.model", "video.model"), help="camera model"),
    Field(path="id", column="id", help="22 characters; may begin with a hyphen"),
    Field(
        column="latitude",
        type="float",
        made_from=("image.location", "video.location"),
        help="degrees, north of the equator above 0",
    ),
    Field(
        column="longitude",
        type="float",
        made_from=("image.location", "video.location"),
        help="degrees, east of Greenwich above 0",
    ),
    # --- more that is ours ----------------------------------------------------------------------------------
    Field(column="duration", type="float", made_from=("video.duration",), help="seconds; of videos only"),
    Field(column="iso", type="int", made_from=("image.isoSpeedRatings",), help="ISO speed"),
    Field(column="f_number", type="float", made_from=("image.apertureValue",), help="aperture, such as 1.8 for f/1.8"),
    Field(column="exposure_time", type="float", made_from=("image.exposureTime",), help="seconds"),
    Field(column="focal_length", type="float", made_from=("image.focalLength",), help="mm, of the lens as it is"),
    # --- the predecessor's first columns, in its order --------------------------------------------------------
    Field(
        path="createdDate",
        column="createdDate",
        type="time",
        node=EQUAL | RANGE,
        sortable=True,
        help="when Amazon received it (the server's clock)",
    ),
    Field(
        path="modifiedDate",
        column="modifiedDate",
        type="time",
        node=EQUAL | RANGE,
        sortable=True,
        help="when its metadata last changed (the server's clock)",
    ),
    Field(
        path="parents",
        column="parents",
        type="strings",
        aliases=("parentIds",),
        node=EQUAL,
        help="ids of the folders it is in; empty for the root and for albums",
    ),
    _content("image.dateTime", "time", help="capture time by the camera's clock"),
    _content("image.width", "int", help="pixels, before rotation"),
    _content("image.height", "int", help="pixels, before rotation"),
    _content("video.width", "int", help="pixels"),
    _content("video.height", "int", help="pixels"),
    Field(
        path="contentProperties.md5",
        column="md5",
        node=EQUAL,
        help="MD5 of the content, 32 lower-case hexadecimal digits",
    ),
    Field(path="ownerId", column="ownerId", low_cardinality=True, help="the account it belongs to"),
    Field(
        path="contentProperties.contentType",
        column="contentType",
        node=PREFIX,
        sortable=True,
        low_cardinality=True,
        help="MIME type; filters take a prefix on the major type only (image*, video*)",
    ),
    Field(
        column="category",
        low_cardinality=True,
        made_from=("extension", "name", "kind"),
        help="by the extension: img, vid, pdf, doc … (docs/transfers.md)",
    ),
    # --- the rest of the node -----------------------------------------------------------------------------
    Field(
        path="contentProperties.contentDate",
        column="contentDate",
        type="time",
        node=EQUAL | RANGE,
        sortable=True,
        help="capture time, as far as Amazon knows it; with its fraction of a second, which image.dateTime lacks",
    ),
    Field(
        path="status",
        column="status",
        node=EQUAL | PREFIX,
        sortable=True,
        low_cardinality=True,
        help="AVAILABLE, TRASH, PURGED, PENDING (no content properties yet)",
    ),
    Field(
        path="settings.favorite",
        column="settings.favorite",
        type="bool",
        search_name="favorite",
        node=EQUAL,
        search=EQUAL,
        help="marked as a favourite",
    ),
    Field(path="settings.hidden", column="settings.hidden", type="bool", node=EQUAL, help="hidden"),
    Field(path="description", column="description", node=EQUAL, help="at most 500 characters"),
    Field(path="labels", column="labels", type="strings", node=EQUAL, help="at most 10, of 256 characters"),
    Field(path="keywords", column="keywords", type="strings", help="words Amazon attached"),
    Field(path="isRoot", column="isRoot", type="bool", node=EQUAL, help='the library\'s root; only "true"'),
    Field(path="isShared", column="isShared", type="bool", help="shared with somebody"),
    Field(path="restricted", column="restricted", type="bool", help="restricted"),
    Field(path="protectedFolder", column="protectedFolder", type="bool", help="a folder that Amazon protects"),
    Field(path="version", column="version", type="int", help="counts changes of the node"),
    Field(path="createdBy", column="createdBy", low_cardinality=True, help="the program that uploaded it"),
    Field(path="eTagResponse", column="eTagResponse", help="changes with every change of the node"),
    Field(path="subKinds", column="subKinds", type="strings", help="sub-kinds"),
    Field(
        path="tempLink",
        column="tempLink",
        help="an address of the content, when asked for; one's own needs the cookies, a share's does not",
    ),
    _content("image.dateTimeOriginal", "time", help="EXIF DateTimeOriginal"),
    _content("image.dateTimeDigitized", "time", help="EXIF DateTimeDigitized"),
    _content("image.orientation", help='EXIF orientation, "1" to "8"', low_cardinality=True),
    _content("image.make", help="camera maker", low_cardinality=True),
    _content("image.model", help="camera model", low_cardinality=True),
    _content("image.software", help="EXIF Software", low_cardinality=True),
    _content("image.location", help='"latitude,longitude" in degrees'),
    _content("image.focalLength", help='mm, such as "42" or "17/4"', low_cardinality=True),
    _content("image.apertureValue", help='such as "8.0" or "54823/32325"', low_cardinality=True),
    _content("image.exposureTime", help='rational, such as "1/320" s', low_cardinality=True),
    _content("image.isoSpeedRatings", help="ISO speed", low_cardinality=True),
    _content("image.flash", help='such as "Off, Did not fire"', low_cardinality=True),
    _content("image.exposureMode", help='such as "Auto"', low_cardinality=True),
    _content("image.exposureProgram", help='such as "Aperture-priority AE"', low_cardinality=True),
    _content("image.meteringMode", help='such as "Evaluative"', low_cardinality=True),
    _content("image.whiteBalance", help='such as "Daylight"', low_cardinality=True),
    _content("image.colorSpace", help="colour space", low_cardinality=True),
    _content("image.xResolution", help="horizontal resolution", low_cardinality=True),
    _content("image.yResolution", help="vertical resolution", low_cardinality=True),
    _content("image.resolutionUnit", help='"Pixels/Inch", or "2" inch, "3" centimetre', low_cardinality=True),
    _content("video.duration", "float", help="seconds"),
    _content("video.rotate", "int", help="degrees"),
    _content("video.bitrate", "float", help="bits per second"),
    _content("video.videoCodec", help="such as h264", low_cardinality=True),
    _content("video.audioCodec", help="such as aac", low_cardinality=True),
    _content("video.videoFrameRate", "float", help="frames per second"),
    _content("video.make", help="camera maker", low_cardinality=True),
    _content("video.model", help="camera model", low_cardinality=True),
    _content("video.creationDate", "time", help="capture time by the camera's clock"),
    _content("video.location", help='"latitude,longitude" in degrees'),
    Field(
        path="contentProperties.version",
        column="contentProperties.version",
        type="int",
        help="counts changes of the content",
    ),
    # --- words that no node carries: the search index knows them -----------------------------------------
    Field(search_name="type", search=EQUAL, help="PHOTOS, VIDEOS or ALBUMS"),
    Field(search_name="things", relation="thing", search=EQUAL, help="what Amazon sees in it: beach, moon, plant …"),
    Field(search_name="timeYear", type="int", search=EQUAL, help="year of contentDate, such as 2023"),
    Field(search_name="timeMonth", type="int", search=EQUAL, help="month of contentDate, 1 to 12"),
    Field(search_name="timeDay", type="int", search=EQUAL, help="day of contentDate, 1 to 31"),
    Field(search_name="location", relation="place", search=EQUAL, help="country#state#city, such as CAN#BC#Vancouver"),
    Field(search_name="people", relation="person", search=EQUAL, help="a person, by name or id: people.list() tells"),
    Field(
        search_name="clusterId",
        relation="person",
        search=EQUAL,
        help="a person by the id alone, also one whom nobody named",
    ),
    # --- words of ours, answered offline alone -----------------------------------------------------------
    Field(search_name="album", relation="album", help="an album that it is in, by name or id"),
    Field(search_name="family", relation="family", help="in the vault of a family, by its id; `*`: of any"),
)

# Paths that only repeat what another field says; they are not kept.
REDUNDANT_PATHS: frozenset[str] = frozenset({"parentMap", "xAccntParentMap", "parentsMap"})

EXTRA_COLUMN = "extra"
"""JSON text of everything a node carried that the table doesn't know; null when there is nothing."""
_EXTRA = Field(column=EXTRA_COLUMN, help="JSON text of everything else")

COLUMNS: Mapping[str, Field] = MappingProxyType({f.column: f for f in FIELDS if f.column})
"""Every column by name, in frame order (``extra`` comes last and is not in here)."""

SHORT_COLUMNS: tuple[str, ...] = tuple(COLUMNS)[:12]
"""The first screen: what people look at, and the id."""


def _list_words(dialect: Dialect) -> dict[str, Field]:
    words: dict[str, Field] = {}
    for field in (*FIELDS, _EXTRA):
        names: tuple[str, ...] = ()
        if dialect == "node" and field.path:
            names = (field.path, *field.aliases)
        elif dialect == "search" and field.search_name:
            names = (field.search_name,)
        elif dialect == "local":
            names = tuple(n for n in (field.column, field.path, field.search_name, *field.aliases) if n)
        if field.operators(dialect) or (dialect == "node" and field.sortable):
            words.update({name: field for name in names if name not in words})
    return words


WORDS: Mapping[Dialect, Mapping[str, Field]] = MappingProxyType(
    {dialect: MappingProxyType(_list_words(dialect)) for dialect in ("node", "search", "local")}
)
"""``WORDS[dialect][word]``: the field a filter word means. ``local`` takes every column, path and search word."""
