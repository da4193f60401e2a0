"""Nodes: the row in the database, and how it is found, made and changed. How it is told: ``node_json``."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from ..exceptions import MalformedRequest, NoSuchNode
from . import names


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
    image: bytes | None
    video: bytes | None
    asset_type: str | None
    has_live_video: int
    synthetic: int | None


_AS_BYTES = ("image", "video")
"""JSON that goes through as it is, read without a detour over text."""
COLUMNS = ", ".join(f"CAST({name} AS BLOB)" if name in _AS_BYTES else name for name in Row._fields)
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


def require_apart(node: Row) -> None:
    """Raise ``MalformedRequest`` for an asset: it is trashed, restored and purged with its photo."""
    if node.kind == "ASSET":
        raise MalformedRequest(f"An asset goes with its node: {node.id}")


def require_id(value: object) -> str:
    """Raise ``MalformedRequest`` for what is no id at all."""
    if not isinstance(value, str) or not value:
        raise MalformedRequest("Node id must be a string")
    return value
