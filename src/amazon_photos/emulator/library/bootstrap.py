"""A library's first moment: its owner, its root, and the folders of a fresh account; and going back there."""

from __future__ import annotations

import secrets
import sqlite3
import string

from . import folders, ids, nodes, settings_store

FIRST_FOLDERS = ("Pictures", "Web")
"""Each is in the one before it, the first in the root."""
_TABLES = ("nodes", "placements", "album_items", "things", "clusters", "faces", "family", "shares", "share_items")


def begin(db: sqlite3.Connection, *, now: str) -> str:
    """Make what is missing of the owner and the root; the owner's id.

    With the root come ``/Pictures`` and ``/Pictures/Web``, as a real account has them from the start (live).
    """
    owner = settings_store.value(db, "owner", _new_owner)
    if db.execute("SELECT 1 FROM nodes WHERE is_root").fetchone() is None:
        root = ids.new_id()
        nodes.insert(
            db,
            {
                "id": root,
                "kind": "FOLDER",
                "status": "AVAILABLE",
                "created": now,
                "modified": now,
                "created_by": "CloudDrive",
                "version": 1,
                "is_root": 1,
            },
        )
        parents = [root]
        for name in FIRST_FOLDERS:
            folder = folders.create(db, name=name, parents=parents, now=now, created_by="CloudDriveWeb")
            parents = [folder.id]
    return owner


def is_empty(db: sqlite3.Connection) -> bool:
    """Tell whether there is nothing but what was there from the start."""
    return len(db.execute("SELECT 1 FROM nodes LIMIT 4").fetchall()) == 1 + len(FIRST_FOLDERS)


def clear(db: sqlite3.Connection) -> None:
    """Remove everything but the settings."""
    for table in _TABLES:
        db.execute(f"DELETE FROM {table}")  # noqa: S608 - our own names


def _new_owner() -> str:
    return "A" + "".join(secrets.choice(string.ascii_uppercase + string.digits) for _ in range(13))
