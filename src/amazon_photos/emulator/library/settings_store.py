"""What the emulator remembers of itself: the owner's id, the secrets."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable


def value(db: sqlite3.Connection, key: str, make: Callable[[], str]) -> str:
    """Get the value of ``key``, made and kept if there is none."""
    row = db.execute("SELECT value FROM settings WHERE key = ?", (key,)).fetchone()
    if row is not None:
        return str(row[0])
    made = make()
    put(db, key, made)
    return made


def put(db: sqlite3.Connection, key: str, text: str) -> None:
    db.execute("INSERT OR REPLACE INTO settings (key, value) VALUES (?, ?)", (key, text))
