"""A node: a file, folder, album or asset of the library, as a typed object.

It has what frames have a column for; whatever else Amazon tells travels as raw JSON (``msgspec.Raw``) into frames,
where nothing is lost. One odd value (a date in the year 0, a list for a name) makes no node unreadable: ``read_node``
leaves that part out, and reads a part of another type as frames do.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import msgspec

from . import derived, filetypes
from .checks import is_size, normalize_md5
from .content_properties import ContentProperties, Moment, Whole
from .json_text import mend
from .json_values import has_date
from .lenient import read_parts
from .record import read_column, to_record


class NodeSettings(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, repr_omit_defaults=True):
    """Switches a person may set."""

    favorite: bool | None = None
    """Marked as a favourite."""
    hidden: bool | None = None
    """Hidden from the photo view."""


class Node(msgspec.Struct, frozen=True, rename="camel", kw_only=True, omit_defaults=True):
    """One file, folder, album or asset of the library. What Amazon didn't tell, or nobody can read, is None.

    It can be compared, hashed, copied, pickled and, by ``msgspec``, written as Amazon's JSON and read again.
    ``to_dict()`` is flat and has the names of a frame's columns. ``repr`` shows what tells it apart, and no address.
    """

    id: str = ""
    """22 letters, digits, - and _; "" for a node that came without one. What Amazon sent may be any text."""
    name: str = ""
    """File name; "" on the root."""
    kind: str = ""
    """FILE, FOLDER, VISUAL_COLLECTION (an album), ASSET (a live photo's movie), SHARED_COLLECTION."""
    status: str = ""
    """AVAILABLE, TRASH, PURGED, PENDING (no content properties yet)."""
    version: Whole | None = None
    """Counts changes of the node."""
    owner_id: str | None = None
    """The account it belongs to."""
    is_root: bool = False
    """Whether it is the library's root folder."""
    parents: list[str] = []
    """Ids of the folders it is in; empty for the root and for albums."""
    created_date: Moment | None = None
    """When Amazon received it, by the server's clock."""
    modified_date: Moment | None = None
    """When its metadata last changed, by the server's clock."""
    settings: NodeSettings | None = None
    """What a person switched: favourite, hidden."""
    content_properties: ContentProperties | None = None
    """What Amazon knows about a file's bytes; None for folders and albums."""
    description: str | None = None
    """At most 500 characters."""
    labels: list[str] = []
    """At most 10, of 256 characters."""
    keywords: list[str] = []
    """Words that Amazon attached."""
    is_shared: bool | None = None
    """Whether it is shared with somebody."""
    restricted: bool | None = None
    """As Amazon says it."""
    protected_folder: bool | None = None
    """Whether it is a folder that Amazon protects."""
    created_by: str | None = None
    """The program that uploaded it."""
    e_tag_response: str | None = None
    """Changes with every change of the node."""
    sub_kinds: list[str] = []
    """As Amazon says it."""
    temp_link: str | None = None
    """An address of the content, where it was asked for. One's own needs the cookies; a share's does not."""

    def __repr__(self) -> str:
        taken = None if self.taken is None else str(self.taken)
        found = {"kind": self.kind, "id": self.id, "taken": taken, "size": self.size}
        told = "".join(f", {name}={value!r}" for name, value in found.items() if value is not None)
        return f"Node({self.name or ('~' if self.is_root else '')!r}{told})"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        return [(name, getattr(self, name)) for name in ("name", "kind", "id", "taken", "size")]

    def __hash__(self) -> int:
        return hash((self.id, self.version))

    def to_dict(self) -> dict[str, Any]:
        """Return the node as a flat dict of values that JSON takes, by the names of a frame's columns.

        Times are text as Amazon writes it ("2016-05-15T20:07:10.418Z"; ``taken`` has no zone), and missing is None. It
        is what ``AmazonPhotos.records(frame, json=True)`` gives of the node's row, without ``extra``; of a list or an
        ``isRoot`` that Amazon left out it tells [] and False.
        """
        return to_record(self)

    @property
    def md5(self) -> str | None:
        """The content's MD5 in lower case; None also for what is no MD5."""
        return normalize_md5(self.content_properties.md5) if self.content_properties else None

    @property
    def size(self) -> int | None:
        """The content's size in bytes; None also for what no file can have."""
        size = self.content_properties.size if self.content_properties else None
        return size if is_size(size) else None

    @property
    def extension(self) -> str | None:
        """Of the file's name, without the dot, as Amazon says it."""
        return self.content_properties.extension if self.content_properties else None

    @property
    def category(self) -> str | None:
        """By the extension: "img", "vid", "pdf", "doc" … (docs/transfers.md)."""
        if self.extension is not None:
            return filetypes.category(self.extension)
        return filetypes.category_of(self.name) if self.kind in ("FILE", "ASSET") else None

    @property
    def taken(self) -> datetime | None:
        """When it was taken, by the camera's clock: without a zone, to the millisecond."""
        return derived.TAKEN.of(self._read)

    @property
    def latitude(self) -> float | None:
        """Where it was taken, in degrees; north is positive."""
        return derived.LATITUDE.of(self._read)

    @property
    def longitude(self) -> float | None:
        """Where it was taken, in degrees; east is positive."""
        return derived.LONGITUDE.of(self._read)

    @property
    def make(self) -> str | None:
        """The camera's maker."""
        return derived.MAKE.of(self._read)

    @property
    def model(self) -> str | None:
        """The camera's model."""
        return derived.MODEL.of(self._read)

    @property
    def width(self) -> int | None:
        """Pixels; of a still before rotation."""
        return derived.WIDTH.of(self._read)

    @property
    def height(self) -> int | None:
        """Pixels; of a still before rotation."""
        return derived.HEIGHT.of(self._read)

    @property
    def duration(self) -> float | None:
        """Seconds, of a video."""
        return derived.DURATION.of(self._read)

    @property
    def iso(self) -> int | None:
        """The film speed that the camera was set to."""
        return derived.ISO.of(self._read)

    @property
    def f_number(self) -> float | None:
        """The aperture: 1.8 for f/1.8."""
        return derived.F_NUMBER.of(self._read)

    @property
    def exposure_time(self) -> float | None:
        """Seconds: 0.003125 for "1/320"."""
        return derived.EXPOSURE_TIME.of(self._read)

    @property
    def focal_length(self) -> float | None:
        """Millimetres, as the lens has it."""
        return derived.FOCAL_LENGTH.of(self._read)

    def _read(self, column: str) -> Any:
        return read_column(self, column)


_strict = msgspec.json.Decoder(Node)
_NEARLY = re.compile(rb"\.[0-9]{3}999[5-9]")


def read_node(raw: msgspec.Raw | bytes) -> Node:
    """Read a node, without the parts that are not what they should be.

    Bytes that are no text are replaced. Raises ``msgspec.DecodeError`` for what is no JSON object, and
    ``RecursionError`` for what is nested without end.
    """
    try:
        node = _strict.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return read_parts(mend(bytes(raw)), Node)
    return node if all(map(has_date, _list_dates(node))) and not _may_be_rounded(raw) else read_parts(raw, Node)


def _may_be_rounded(raw: msgspec.Raw | bytes) -> bool:
    """Whether msgspec may have rounded a time up to the next millisecond, where frames cut it."""
    text = bytes(raw)
    return b"999" in text and _NEARLY.search(text) is not None


def _list_dates(node: Node) -> list[datetime]:
    found = [node.created_date, node.modified_date]
    if (content := node.content_properties) is not None:
        found.append(content.content_date)
        if (image := content.image) is not None:
            found += (image.date_time, image.date_time_original, image.date_time_digitized)
        if content.video is not None:
            found.append(content.video.creation_date)
    return [date for date in found if date is not None]
