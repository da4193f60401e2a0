"""Names are unique in a folder ignoring case; what is in the trash doesn't count.

Only case is ignored, not the Unicode form: composed and decomposed spellings are two names (guess: the record says
"ignoring case" and no more).
"""

from __future__ import annotations

import sqlite3
from itertools import count

from ..exceptions import MalformedRequest, NameTaken

MAX_LENGTH = 256


def fold(name: str) -> str:
    """Fold a name to what two names must not share."""
    return name.lower()


def check_name(name: object) -> str:
    """Return ``name`` if it can be one.

    Raises ``MalformedRequest``.
    """
    if not isinstance(name, str) or not name:
        raise MalformedRequest("Name cannot be empty")
    if len(name) > MAX_LENGTH:
        raise MalformedRequest(f"Name cannot be longer than {MAX_LENGTH} characters")
    return name


def holder(db: sqlite3.Connection, *, parent: int, name: str, besides: int = -1) -> str | None:
    """Find the id of the node that has the name in the folder, if one has."""
    row = db.execute(
        "SELECT nodes.id FROM placements JOIN nodes ON nodes.seq = placements.child "
        "WHERE parent = ? AND folded = ? AND status <> 'TRASH' AND child <> ? LIMIT 1",
        (parent, fold(name), besides),
    ).fetchone()
    return row[0] if row else None


def require_free(db: sqlite3.Connection, *, parent: int, parent_id: str, name: str, besides: int = -1) -> None:
    """Raise ``NameTaken`` with the id of the node that has the name, if one has."""
    existing = holder(db, parent=parent, name=name, besides=besides)
    if existing is not None:
        raise NameTaken(name=name, parent_id=parent_id, existing_id=existing)


def free(db: sqlite3.Connection, *, parent: int, name: str, besides: int = -1) -> str:
    """Return ``name``, or the first of ``name(1).jpg``, ``name(2).jpg`` … that is free (guess)."""
    if holder(db, parent=parent, name=name, besides=besides) is None:
        return name
    stem, dot, extension = name.rpartition(".")
    if not stem:
        stem, dot, extension = name, "", ""
    for number in count(1):
        suffix = f"({number}){dot}{extension}"
        candidate = stem[: MAX_LENGTH - len(suffix)] + suffix
        if holder(db, parent=parent, name=candidate, besides=besides) is None:
            return candidate
    raise AssertionError("count() ended")
