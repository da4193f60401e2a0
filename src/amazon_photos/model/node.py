"""A node: a file, folder, album or asset of the library, as a typed object.

Only what code of ours acts on is spelled out here; the whole of a node travels as raw JSON (``msgspec.Raw``)
into frames, where nothing is lost. One odd value (a date in the year 0, a number for a name) makes no node unreadable:
``read_node`` leaves that part out.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, TypeVar

import msgspec

from .checks import is_size, normalize_md5

T = TypeVar("T", bound=msgspec.Struct)


class ContentProperties(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """What Amazon knows about a file's bytes. Every part may be missing."""

    size: int | None = None
    md5: str | None = None
    content_type: str | None = None
    extension: str | None = None
    content_date: datetime | None = None
    version: int | None = None


class NodeSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Switches a person may set."""

    favorite: bool | None = None
    hidden: bool | None = None


class Node(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """One node. ``name`` is "" on the root; ``parents`` is empty for the root and for albums.

    ``id`` is "" for a node that came without one, and may be any text: ``model.checks.is_node_id`` knows.
    """

    id: str = ""
    name: str = ""
    kind: str = ""
    status: str = ""
    version: int | None = None
    owner_id: str | None = None
    is_root: bool = False
    parents: list[str] = []
    created_date: datetime | None = None
    modified_date: datetime | None = None
    settings: NodeSettings | None = None
    content_properties: ContentProperties | None = None
    temp_link: str | None = None

    @property
    def md5(self) -> str | None:
        """In lower case; None also for what is no MD5."""
        return normalize_md5(self.content_properties.md5) if self.content_properties else None

    @property
    def size(self) -> int | None:
        """In bytes; None also for what no file can have."""
        size = self.content_properties.size if self.content_properties else None
        return size if is_size(size) else None


_strict = msgspec.json.Decoder(Node)
_parts = msgspec.json.Decoder(dict[str, msgspec.Raw])


def read_node(raw: msgspec.Raw | bytes) -> Node:
    """Read a node, without the parts that are not what they should be.

    Bytes that are no text are replaced. Raises ``msgspec.DecodeError`` for what is no JSON object, and
    ``RecursionError`` for what is nested without end.
    """
    try:
        node = _strict.decode(raw)
    except UnicodeDecodeError:
        return read_node(bytes(raw).decode("utf-8", "replace").encode())
    except msgspec.ValidationError:
        return _read_parts(raw, Node)
    content = node.content_properties
    dates = (node.created_date, node.modified_date, content.content_date if content else None)
    return node if all(map(_is_shown, dates)) else _read_parts(raw, Node)


def _read_parts(raw: msgspec.Raw | bytes, kind: type[T]) -> T:
    there = _parts.decode(raw)
    found = {}
    for field in msgspec.structs.fields(kind):
        if field.encode_name in there:
            try:
                found[field.name] = _read_part(there[field.encode_name], field.type)
            except msgspec.ValidationError:
                continue
    return kind(**found)


def _read_part(raw: msgspec.Raw, kind: Any) -> Any:
    """Raises ``msgspec.ValidationError`` for what is not of its type."""
    nested = _NESTED.get(kind)
    if nested is not None:
        return None if bytes(raw) == b"null" else _read_parts(raw, nested)
    value = msgspec.json.decode(raw, type=kind)
    if not _is_shown(value):
        raise msgspec.ValidationError("a date outside the years 1 to 9999")
    return value


_NESTED: Mapping[Any, type[msgspec.Struct]] = MappingProxyType(
    {ContentProperties | None: ContentProperties, NodeSettings | None: NodeSettings}
)


def _is_shown(value: object) -> bool:
    """Whether it is no date, or one of the years 1 to 9999 in UTC too."""
    if isinstance(value, datetime) and value.year in (1, 9999):
        try:
            value.astimezone(UTC)
        except OverflowError:
            return False
    return True
