"""Albums: making them, and putting nodes in and taking them out. Two albums may share a name (guess)."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence

from ..exceptions import MalformedRequest
from . import ids, names, nodes

MAX_ITEMS = 25


def create(db: sqlite3.Connection, *, name: object, now: str, created_by: str) -> nodes.Row:
    """Create a new, empty album.

    Raises ``MalformedRequest``.
    """
    node_id = ids.new_id()
    nodes.insert(
        db,
        {
            "id": node_id,
            "name": names.check_name(name),
            "kind": "VISUAL_COLLECTION",
            "status": "AVAILABLE",
            "created": now,
            "modified": now,
            "created_by": created_by,
            "version": 1,
            "type": "ALBUMS",
            "searchable": 1,
        },
    )
    return nodes.get(db, node_id)


def change_items(db: sqlite3.Connection, *, album_id: str, op: object, node_ids: Sequence[str], now: str) -> nodes.Row:
    """Put items into an album (``add``) or take them out (``remove``); return the album.

    Adding what is there, or removing what isn't, changes nothing. ``node_ids`` are bare ids or ``ownerId:nodeId``.
    Raises ``NoSuchNode`` and ``MalformedRequest``; then nothing changed.
    """
    album = nodes.get(db, album_id)
    if album.kind != "VISUAL_COLLECTION":
        raise MalformedRequest(f"Node is not an album: {album_id}")
    change = _OPERATIONS.get(op) if isinstance(op, str) else None
    if change is None:
        raise MalformedRequest('op must be "add" or "remove"')
    if len(node_ids) > MAX_ITEMS:
        raise MalformedRequest(f"At most {MAX_ITEMS} children at once")
    for node_id in node_ids:
        change(db, album.seq, nodes.get(db, node_id.rpartition(":")[2]))
    return nodes.change(db, album, now=now)


def _add(db: sqlite3.Connection, album: int, node: nodes.Row) -> None:
    if node.kind != "FILE" or node.status == "TRASH":
        raise MalformedRequest(f"Node cannot be in an album: {node.id}")
    db.execute("INSERT OR IGNORE INTO album_items (album, node) VALUES (?, ?)", (album, node.seq))


def _remove(db: sqlite3.Connection, album: int, node: nodes.Row) -> None:
    db.execute("DELETE FROM album_items WHERE album = ? AND node = ?", (album, node.seq))


_OPERATIONS: Mapping[str, Callable[[sqlite3.Connection, int, nodes.Row], None]] = {"add": _add, "remove": _remove}
