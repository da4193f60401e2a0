"""A library's first moment: its owner and its root; and going back there."""

from __future__ import annotations

import secrets
import sqlite3
import string

from . import ids, nodes, settings_store

_TABLES = ("nodes", "placements", "album_items", "things", "clusters", "faces", "family", "shares", "share_items")


def begin(db: sqlite3.Connection, *, now: str) -> str:
    """Make what is missing of the owner and the root; the owner's id."""
    owner = settings_store.value(db, "owner", _new_owner)
    if db.execute("SELECT 1 FROM nodes WHERE is_root").fetchone() is None:
        nodes.insert(
            db,
            {
                "id": ids.new_id(),
                "kind": "FOLDER",
                "status": "AVAILABLE",
                "created": now,
                "modified": now,
                "created_by": "CloudDrive",
                "version": 1,
                "is_root": 1,
            },
        )
    return owner


def is_empty(db: sqlite3.Connection) -> bool:
    """Tell whether there is nothing but the root."""
    return len(db.execute("SELECT 1 FROM nodes LIMIT 2").fetchall()) == 1


def clear(db: sqlite3.Connection) -> None:
    """Remove everything but the settings."""
    for table in _TABLES:
        db.execute(f"DELETE FROM {table}")  # noqa: S608 - our own names


def _new_owner() -> str:
    return "A" + "".join(secrets.choice(string.ascii_uppercase + string.digits) for _ in range(13))
