"""Nodes: the row in the database and, field by field, the JSON that section 5 of the protocol shows."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import msgspec

from ..exceptions import MalformedRequest, NoSuchNode
from . import ids, names


class Row(NamedTuple):
    """The columns of a node that its JSON is made of, in the order they are read."""

    seq: int
    id: str
    name: str | None
    kind: str
    status: str
    created: str
    modified: str
    created_by: str
    version: int
    is_root: int
    favorite: int
    hidden: int
    description: str
    labels: str
    parents: str
    size: int | None
    md5: str | None
    content_type: str | None
    extension: str | None
    content_date: str | None
    image: str | None
    video: str | None
    asset_type: str | None
    has_live_video: int
    synthetic: int | None


COLUMNS = ", ".join(Row._fields)
_MANY = 500


def find(db: sqlite3.Connection, node_id: str) -> Row | None:
    row = db.execute(f"SELECT {COLUMNS} FROM nodes WHERE id = ?", (node_id,)).fetchone()  # noqa: S608 - our own names
    return Row._make(row) if row else None


def get(db: sqlite3.Connection, node_id: str) -> Row:
    """Get a node by its id.

    Raises ``NoSuchNode``.
    """
    row = find(db, node_id)
    if row is None:
        raise NoSuchNode(node_id)
    return row


def root(db: sqlite3.Connection) -> Row:
    return Row._make(db.execute(f"SELECT {COLUMNS} FROM nodes WHERE is_root").fetchone())  # noqa: S608 - our own names


def by_seq(db: sqlite3.Connection, seqs: Sequence[int]) -> list[Row]:
    """List the nodes in the order asked for; those that are gone are left out."""
    found: dict[int, Row] = {}
    for start in range(0, len(seqs), _MANY):
        part = seqs[start : start + _MANY]
        marks = ",".join("?" * len(part))
        query = f"SELECT {COLUMNS} FROM nodes WHERE seq IN ({marks})"  # noqa: S608 - our own names
        found.update((row[0], Row._make(row)) for row in db.execute(query, tuple(part)))
    return [found[seq] for seq in seqs if seq in found]


def insert(db: sqlite3.Connection, columns: dict[str, Any]) -> int:
    """Add a node; its ``seq``."""
    named = ", ".join(columns)
    marks = ", ".join("?" * len(columns))
    cursor = db.execute(f"INSERT INTO nodes ({named}) VALUES ({marks})", tuple(columns.values()))  # noqa: S608 - our own names
    assert cursor.lastrowid is not None  # noqa: S101 - an INSERT has one
    return cursor.lastrowid


def change(db: sqlite3.Connection, node: Row, *, now: str, **columns: str | int | None) -> Row:
    """Set columns of a node; its version and modification date follow."""
    columns = {**columns, "modified": now, "version": node.version + 1}
    assignments = ", ".join(f"{column} = ?" for column in columns)
    db.execute(f"UPDATE nodes SET {assignments} WHERE seq = ?", (*columns.values(), node.seq))  # noqa: S608 - our own names
    return get(db, node.id)


def place(db: sqlite3.Connection, *, parent: int, child: int, name: str | None) -> None:
    """Put a node into a folder. ``nodes.parents`` is the caller's to set."""
    db.execute(
        "INSERT INTO placements (parent, folded, child) VALUES (?, ?, ?)", (parent, names.fold(name or ""), child)
    )


def parents_of(db: sqlite3.Connection, seq: int) -> list[tuple[int, str]]:
    """List ``(seq, id)`` of every folder the node is in."""
    return db.execute(
        "SELECT nodes.seq, nodes.id FROM placements JOIN nodes ON nodes.seq = placements.parent WHERE child = ?",
        (seq,),
    ).fetchall()


def dates(content_date: str | None) -> dict[str, int | str | None]:
    """Return the columns that the capture date fills."""
    if content_date is None:
        return {"content_date": None, "year": None, "month": None, "day": None}
    day = datetime.fromisoformat(content_date)
    return {"content_date": content_date, "year": day.year, "month": day.month, "day": day.day}


def kind_of_media(content_type: str | None) -> str | None:
    """Tell what the search word ``type`` calls a file of that content type."""
    major = (content_type or "").partition("/")[0]
    return {"image": "PHOTOS", "video": "VIDEOS"}.get(major)


def require_id(value: object) -> str:
    """Raise ``MalformedRequest`` for what is no id at all."""
    if not isinstance(value, str) or not value:
        raise MalformedRequest("Node id must be a string")
    return value


# --- JSON ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeView:
    """How much of a node a caller gets to see."""

    owner: str | None
    """The owner's id; None leaves ``ownerId`` out, as the service does without ``resourceVersion=V2``."""
    temp_link: Callable[[str], str] | None = None
    deviations: frozenset[str] = frozenset()


def to_json(row: Row, shape: NodeView, *, covers: Sequence[str] = ()) -> dict[str, Any]:
    """Describe the node as the service does.

    Facts about pictures and videos go through as they were stored.
    """
    parents = msgspec.Raw(row.parents.encode())
    node: dict[str, Any] = {"id": row.id}
    if row.name is not None:
        node["name"] = row.name
    node |= {"kind": row.kind, "version": row.version}
    if shape.owner is not None:
        node["ownerId"] = shape.owner
    node |= {
        "createdBy": row.created_by,
        "createdDate": row.created,
        "modifiedDate": row.modified,
        "status": row.status,
        "isRoot": bool(row.is_root),
        "isShared": False,
        "restricted": False,
        "parents": parents,
        "parentMap": {"FOLDER": parents} if row.parents != "[]" and row.kind != "ASSET" else {},
        "xAccntParents": [],
        "xAccntParentMap": {},
        "labels": msgspec.Raw(row.labels.encode()),
        "keywords": [],
        "transforms": [],
        "subKinds": [],
        "accessRuleIds": [],
        "groupPermissions": [],
        "eTagResponse": ids.etag(row.id, row.version),
        "assets": [],
        "description": row.description,
        "settings": {"favorite": bool(row.favorite), "hidden": bool(row.hidden)},
        "childAssetTypeInfo": [{"assetType": "LIVE_VIDEO"}] if row.has_live_video else [],
        "protectedFolder": False,
    }
    if "protected-folder-missing" in shape.deviations:
        del node["protectedFolder"]
    _add_kind(node, row, shape, covers)
    if shape.temp_link is not None and row.md5 is not None and row.status != "PENDING":
        node["tempLink"] = shape.temp_link(row.id)
    return node


def _add_kind(node: dict[str, Any], row: Row, shape: NodeView, covers: Sequence[str]) -> None:
    if row.kind == "VISUAL_COLLECTION":
        owner = {} if shape.owner is None else {"ownerId": shape.owner}
        node["contentProperties"] = None
        node["collectionProperties"] = {
            "covers": [{"id": cover, **owner, "isDefault": True} for cover in covers],
            "query": {},
        }
    elif row.md5 is not None and row.status != "PENDING":
        node["contentProperties"] = _content(row, shape)
    if row.kind == "FILE":
        node["properties"] = {}
    if row.asset_type is not None:
        node["assetProperties"] = {"assetType": row.asset_type}


def _content(row: Row, shape: NodeView) -> dict[str, Any]:
    content_type = "mimeType" if "content-type-renamed" in shape.deviations else "contentType"
    content: dict[str, Any] = {
        "version": 1,
        "size": row.size,
        "md5": row.md5,
        content_type: row.content_type,
        "extension": row.extension,
        "contentSignatures": [{"contentSignatureType": "MD5", "contentSignature": _signature(row.md5 or "")}],
    }
    if row.content_date is not None:
        content["contentDate"] = row.content_date
    if row.image is not None:
        content["image"] = msgspec.Raw(row.image.encode())
    elif row.video is not None:
        content["video"] = msgspec.Raw(row.video.encode())
    return content


def _signature(md5: str) -> str:
    """It is called an MD5 and looks like one, but is not the file's (recorded in 2022); whose it is, is not known."""
    return hashlib.md5(f"signature of {md5}".encode(), usedforsecurity=False).hexdigest()


def all_to_json(db: sqlite3.Connection, rows: Iterable[Row], shape: NodeView) -> list[dict[str, Any]]:
    return [to_json(row, shape, covers=_covers(db, row)) for row in rows]


def one_to_json(db: sqlite3.Connection, row: Row, shape: NodeView) -> dict[str, Any]:
    return to_json(row, shape, covers=_covers(db, row))


def _covers(db: sqlite3.Connection, row: Row) -> list[str]:
    """An album's first pictures (guess: at most four)."""
    if row.kind != "VISUAL_COLLECTION":
        return []
    query = (
        "SELECT nodes.id FROM album_items JOIN nodes ON nodes.seq = album_items.node "
        "WHERE album = ? AND status = 'AVAILABLE' ORDER BY added LIMIT 4"
    )
    return [found[0] for found in db.execute(query, (row.seq,))]


def encode(value: object) -> bytes:
    """Write JSON as the service sends it."""
    return msgspec.json.encode(value)
