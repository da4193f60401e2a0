"""A node as the service tells it: field by field, the JSON that section 5 of the protocol shows.

A page has two hundred of them, so they are made as ``msgspec`` structures, which cost a quarter of what dictionaries
do; what is the same on every node stands there as text.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import msgspec
from msgspec import UNSET, Raw, UnsetType

from . import ids, nodes
from .nodes import Row

_NO_LIST, _NO_OBJECT = Raw(b"[]"), Raw(b"{}")
_LIVE_VIDEO = Raw(b'[{"assetType":"LIVE_VIDEO"}]')
_SETTINGS = {
    (favorite, hidden): Raw(msgspec.json.encode({"favorite": bool(favorite), "hidden": bool(hidden)}))
    for favorite in (0, 1)
    for hidden in (0, 1)
}


class Content(msgspec.Struct, kw_only=True, rename="camel", gc=False):
    """``contentProperties`` of a file or an asset. ``image`` and ``video`` go through as they were stored.

    The signature is called an MD5 and looks like one, but is not the file's (recorded in 2022).
    """

    version: int = 1
    size: int | None
    md5: str
    content_type: str | UnsetType | None = UNSET
    mime_type: str | UnsetType | None = UNSET
    extension: str | None
    content_signatures: list[dict[str, str]]
    content_date: str | UnsetType = UNSET
    image: Raw | UnsetType = UNSET
    video: Raw | UnsetType = UNSET


class Node(msgspec.Struct, kw_only=True, rename="camel", gc=False):
    """A node; what is UNSET is not told."""

    id: str
    name: str | UnsetType = UNSET
    kind: str
    version: int
    owner_id: str | UnsetType = UNSET
    created_by: str
    created_date: str
    modified_date: str
    status: str
    is_root: bool
    is_shared: bool = False
    restricted: bool = False
    parents: Raw
    parent_map: Raw = _NO_OBJECT
    x_accnt_parents: Raw = _NO_LIST
    x_accnt_parent_map: Raw = _NO_OBJECT
    labels: Raw
    keywords: Raw = _NO_LIST
    transforms: Raw = _NO_LIST
    sub_kinds: Raw = _NO_LIST
    access_rule_ids: Raw = _NO_LIST
    group_permissions: Raw = _NO_LIST
    e_tag_response: str
    assets: Raw | list[Node] = _NO_LIST
    description: str
    settings: Raw
    child_asset_type_info: Raw
    protected_folder: bool | UnsetType = False
    content_properties: Content | UnsetType | None = UNSET
    collection_properties: dict[str, Any] | UnsetType = UNSET
    properties: Raw | UnsetType = UNSET
    asset_properties: dict[str, str] | UnsetType = UNSET
    temp_link: str | UnsetType = UNSET


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeView:
    """How much of a node a caller gets to see."""

    owner: str | None
    """The owner's id; None leaves ``ownerId`` out, as the service does without ``resourceVersion=V2``."""
    temp_link: Callable[[str], str] | None = None
    with_assets: bool = False
    """Whether a node's assets stand in it (2015: with ``asset=ALL``; what was recorded since has an empty list)."""
    deviations: frozenset[str] = frozenset()


def to_json(row: Row, view: NodeView, *, covers: Sequence[str] = ()) -> Node:
    """Describe the node as the service does."""
    parents, parent_map = _write_parents(row.parents, row.kind == "ASSET")
    owner = UNSET if view.owner is None else view.owner
    has_content = row.md5 is not None and row.status != "PENDING"
    node = Node(
        id=row.id,
        name=UNSET if row.name is None else row.name,
        kind=row.kind,
        version=row.version,
        owner_id=owner,
        created_by=row.created_by,
        created_date=row.created,
        modified_date=row.modified,
        status=row.status,
        is_root=bool(row.is_root),
        parents=parents,
        parent_map=parent_map,
        labels=_NO_LIST if row.labels == "[]" else Raw(row.labels.encode()),
        e_tag_response=ids.etag(row.id, row.version),
        description=row.description,
        settings=_SETTINGS[row.favorite, row.hidden],
        child_asset_type_info=_LIVE_VIDEO if row.has_live_video else _NO_LIST,
        protected_folder=UNSET if "protected-folder-missing" in view.deviations else False,
        content_properties=_content(row, view) if has_content else UNSET,
        properties=_NO_OBJECT if row.kind == "FILE" else UNSET,
        asset_properties=UNSET if row.asset_type is None else {"assetType": row.asset_type},
        temp_link=view.temp_link(row.id) if has_content and view.temp_link is not None else UNSET,
    )
    if row.kind == "VISUAL_COLLECTION":
        node.content_properties = None
        node.collection_properties = _collection(covers, view)
    return node


@lru_cache(maxsize=4096)
def _write_parents(parents: str, is_asset: bool) -> tuple[Raw, Raw]:
    """``parents``, and ``parentMap``, which has the folders of these by kind: an asset's parent is none."""
    no_folder = is_asset or parents == "[]"
    return Raw(parents.encode()), _NO_OBJECT if no_folder else Raw(f'{{"FOLDER":{parents}}}'.encode())


def _collection(covers: Sequence[str], view: NodeView) -> dict[str, Any]:
    owner = {} if view.owner is None else {"ownerId": view.owner}
    return {"covers": [{"id": cover, **owner, "isDefault": True} for cover in covers], "query": {}}


def _content(row: Row, view: NodeView) -> Content:
    renamed, md5 = "content-type-renamed" in view.deviations, row.md5 or ""
    return Content(
        size=row.size,
        md5=md5,
        content_type=UNSET if renamed else row.content_type,
        mime_type=row.content_type if renamed else UNSET,
        extension=row.extension,
        content_signatures=[{"contentSignatureType": "MD5", "contentSignature": md5[::-1]}],  # whose it is, is unknown
        content_date=UNSET if row.content_date is None else row.content_date,
        image=UNSET if row.image is None else Raw(row.image),
        video=UNSET if row.video is None or row.image is not None else Raw(row.video),
    )


def all_to_json(db: sqlite3.Connection, rows: Iterable[Row], view: NodeView) -> list[Node]:
    return [one_to_json(db, row, view) for row in rows]


def one_to_json(db: sqlite3.Connection, row: Row, view: NodeView) -> Node:
    node = to_json(row, view, covers=_covers(db, row) if row.kind == "VISUAL_COLLECTION" else ())
    if view.with_assets and row.has_live_video:
        children = nodes.by_seq(db, [seq for (seq,) in db.execute(_CHILDREN, (row.seq,))])
        node.assets = [to_json(child, view) for child in children]
    return node


def _covers(db: sqlite3.Connection, row: Row) -> list[str]:
    """An album's first pictures (guess: at most four)."""
    query = (
        "SELECT nodes.id FROM album_items JOIN nodes ON nodes.seq = album_items.node "
        "WHERE album = ? AND status = 'AVAILABLE' ORDER BY added LIMIT 4"
    )
    return [found[0] for found in db.execute(query, (row.seq,))]


_CHILDREN = "SELECT child FROM placements WHERE parent = ?"


def encode(value: object) -> bytes:
    """Write JSON as the service sends it."""
    return msgspec.json.encode(value)
