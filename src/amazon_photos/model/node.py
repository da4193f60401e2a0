"""A node: a file, folder, album or asset of the library, as a typed object.

Only what code of ours acts on is spelled out here; the whole of a node travels as raw JSON (``msgspec.Raw``)
into frames, where nothing is lost.
"""

from __future__ import annotations

from datetime import datetime

import msgspec


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
    """One node. ``name`` is "" on the root; ``parents`` is empty for the root and for albums."""

    id: str
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
        return self.content_properties.md5 if self.content_properties else None

    @property
    def size(self) -> int | None:
        return self.content_properties.size if self.content_properties else None
