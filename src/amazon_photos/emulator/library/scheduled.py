"""What time brings about: files finish processing, the search index learns of them, the trash empties itself."""

from __future__ import annotations

import sqlite3

from ..clock import shift
from . import purge
from .trash import KEPT_DAYS

_FIRST = (
    "SELECT MIN(ready_at) FROM nodes WHERE status = 'PENDING'",
    "SELECT MIN(searchable_at) FROM nodes WHERE searchable = 0 AND searchable_at IS NOT NULL",
)
_FIRST_TRASHED = "SELECT MIN(trashed_at) FROM nodes WHERE status = 'TRASH'"


def first(db: sqlite3.Connection) -> str | None:
    """Tell when the next thing is due; None when nothing will ever be."""
    moments = [db.execute(query).fetchone()[0] for query in _FIRST]
    trashed = db.execute(_FIRST_TRASHED).fetchone()[0]
    if trashed is not None:
        moments.append(shift(trashed, KEPT_DAYS * 86400))
    return min((moment for moment in moments if moment is not None), default=None)


def settle(db: sqlite3.Connection, *, now: str) -> list[str]:
    """Bring about what is due; the MD5s that may be without a node now.

    A file that leaves PENDING counts as modified at that moment, so that whoever asks what changed is told (guess).
    """
    db.execute(
        "UPDATE nodes SET status = 'AVAILABLE', modified = ready_at, version = version + 1, ready_at = NULL "
        "WHERE status = 'PENDING' AND ready_at <= ?",
        (now,),
    )
    db.execute("UPDATE nodes SET searchable = 1 WHERE searchable = 0 AND searchable_at <= ?", (now,))
    return purge.purge_expired(db, now=now)
