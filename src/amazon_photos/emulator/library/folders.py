"""Folders: making them, and going up and down between them."""

from __future__ import annotations

import json
import sqlite3

from ..exceptions import MalformedRequest
from . import ids, names, nodes

NO_PARENT = "One of the parentId doesn't exists"


def parent_of(db: sqlite3.Connection, parent_id: object) -> nodes.Row:
    """Find the folder something is to go into.

    Raises ``MalformedRequest`` in the service's words.
    """
    folder = nodes.find(db, parent_id) if isinstance(parent_id, str) else None
    if folder is None or folder.kind != "FOLDER" or folder.status != "AVAILABLE":
        raise MalformedRequest(NO_PARENT)
    return folder


def create(
    db: sqlite3.Connection, *, name: object, parents: object, now: str, rename: bool = False, created_by: str
) -> nodes.Row:
    """Create a new folder, below the root if no parent is named.

    Raises ``NameTaken`` (unless ``rename``) and ``MalformedRequest``.
    """
    name = names.check_name(name)
    if parents is not None and not isinstance(parents, list):
        raise MalformedRequest("Parents must be a list")
    named = [parent_of(db, parent) for parent in parents] if parents else [nodes.root(db)]
    folders = list({folder.seq: folder for folder in named}.values())
    for folder in folders:
        if rename:
            name = names.free(db, parent=folder.seq, name=name)
        names.require_free(db, parent=folder.seq, parent_id=folder.id, name=name)
    node_id = ids.new_id()
    seq = nodes.insert(
        db,
        {
            "id": node_id,
            "name": name,
            "kind": "FOLDER",
            "status": "AVAILABLE",
            "created": now,
            "modified": now,
            "created_by": created_by,
            "version": 1,
            "parents": json.dumps([folder.id for folder in folders]),
        },
    )
    for folder in folders:
        nodes.place(db, parent=folder.seq, child=seq, name=name)
    return nodes.get(db, node_id)


def descendants(db: sqlite3.Connection, seq: int) -> list[int]:
    """List everything below a node, nearest first, without the node itself."""
    return [
        row[0]
        for row in db.execute(
            "WITH RECURSIVE below(seq) AS (SELECT child FROM placements WHERE parent = ? "
            "UNION SELECT child FROM placements JOIN below ON placements.parent = below.seq) SELECT seq FROM below",
            (seq,),
        )
    ]


def ancestors(db: sqlite3.Connection, seq: int) -> list[int]:
    """List everything above a node, nearest first, without the node itself."""
    return [
        row[0]
        for row in db.execute(
            "WITH RECURSIVE above(seq) AS (SELECT parent FROM placements WHERE child = ? "
            "UNION SELECT parent FROM placements JOIN above ON placements.child = above.seq) SELECT seq FROM above",
            (seq,),
        )
    ]
