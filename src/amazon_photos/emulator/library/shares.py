"""Public links: what is seen without signing in.

One share is reached in both ways the service has: ``/shares/{shareId}``, whose node is a SHARED_COLLECTION, and
``/photosGroups/shares/{groupId}.{secret}``. How links are made was never recorded:
``POST /_emulator/shares`` does it.
"""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from ..exceptions import MalformedRequest, NoSuchShare
from . import ids, nodes

MAX_SHARES = 10_000
MAX_ITEMS = 1200
"""Nodes that one link names (folders and albums show all that is in them)."""


@dataclass(frozen=True, slots=True)
class Share:
    id: str
    node_id: str
    group_id: str
    secret: str = field(repr=False)
    name: str

    @property
    def token(self) -> str:
        return f"{self.group_id}.{self.secret}"


def create(db: sqlite3.Connection, *, name: str, node_ids: Sequence[str], now: str) -> Share:
    """Create a public link to some nodes (albums and folders too).

    Raises ``NoSuchNode``, and ``MalformedRequest`` for too many.
    """
    if db.execute("SELECT COUNT(*) FROM shares").fetchone()[0] >= MAX_SHARES:
        raise MalformedRequest(f"There cannot be more than {MAX_SHARES:,} links")
    items = [nodes.get(db, node_id).seq for node_id in node_ids]
    share = Share(ids.new_id(), ids.new_id(), ids.new_id(), secrets.token_urlsafe(16), name)
    columns: dict[str, Any] = {
        "id": share.node_id,
        "name": name,
        "kind": "SHARED_COLLECTION",
        "status": "AVAILABLE",
        "created": now,
        "modified": now,
        "created_by": "CloudDriveWeb",
        "version": 1,
    }
    collection = nodes.insert(db, columns)
    db.execute(
        "INSERT INTO shares (id, node, group_id, secret, name) VALUES (?, ?, ?, ?, ?)",
        (share.id, share.node_id, share.group_id, share.secret, name),
    )
    db.executemany("INSERT OR IGNORE INTO share_items (share, node) VALUES (?, ?)", [(share.id, s) for s in items])
    db.executemany("INSERT OR IGNORE INTO album_items (album, node) VALUES (?, ?)", [(collection, s) for s in items])
    return share


def count(db: sqlite3.Connection, share: Share) -> dict[str, int]:
    """Count what a link shows, by ``type``: PHOTOS, VIDEOS, ALBUMS."""
    query = f"SELECT type, COUNT(*) FROM nodes WHERE {SHOWN} AND status = 'AVAILABLE' GROUP BY type"  # noqa: S608 - our own text
    return {kind: number for kind, number in db.execute(query, (share.id,)) if kind}


def cover(db: sqlite3.Connection, share: Share) -> nodes.Row | None:
    """Find the first picture that a link shows, if it shows one."""
    query = f"SELECT id FROM nodes WHERE {SHOWN} AND status = 'AVAILABLE' AND type = 'PHOTOS' ORDER BY seq LIMIT 1"  # noqa: S608 - our own text
    row = db.execute(query, (share.id,)).fetchone()
    return nodes.find(db, row[0]) if row else None


def revoke(db: sqlite3.Connection, *, share_id: str) -> None:
    """Revoke a link.

    Raises ``NoSuchShare``.
    """
    share = by_id(db, share_id)
    db.execute("DELETE FROM share_items WHERE share = ?", (share.id,))
    db.execute("DELETE FROM shares WHERE id = ?", (share.id,))
    db.execute("DELETE FROM nodes WHERE id = ?", (share.node_id,))


def by_id(db: sqlite3.Connection, share_id: str) -> Share:
    return _find(db, "id = ?", share_id)


def by_token(db: sqlite3.Connection, token: str) -> Share:
    """Find a link by ``groupId.secret``.

    Raises ``NoSuchShare``.
    """
    group_id, _, secret = token.partition(".")
    share = _find(db, "group_id = ?", group_id)
    if not secrets.compare_digest(share.secret.encode(), secret.encode()):
        raise NoSuchShare
    return share


def covers(db: sqlite3.Connection, share: Share, node_id: str) -> bool:
    """Tell whether the link shows the node: the collection, its items, and what is in those."""
    if node_id == share.node_id:
        return True
    node = nodes.find(db, node_id)
    return node is not None and db.execute(_COVERED, (share.id, node.seq)).fetchone() is not None


_SHOWN = (
    "WITH RECURSIVE shown(seq) AS (SELECT node FROM share_items WHERE share = ? "
    "UNION SELECT child FROM placements JOIN shown ON placements.parent = shown.seq "
    "UNION SELECT node FROM album_items JOIN shown ON album_items.album = shown.seq) "
)
_COVERED = _SHOWN + "SELECT 1 FROM shown WHERE seq = ?"  # noqa: S608 - our own text
SHOWN = "seq IN (" + _SHOWN + "SELECT seq FROM shown)"  # noqa: S608 - our own text
"""A condition on ``nodes``: everything a share (its id for the question mark) shows."""


def _find(db: sqlite3.Connection, condition: str, value: str) -> Share:
    query = f"SELECT id, node, group_id, secret, name FROM shares WHERE {condition}"  # noqa: S608 - our own text
    row = db.execute(query, (value,)).fetchone()
    if row is None:
        raise NoSuchShare
    return Share(*row)
