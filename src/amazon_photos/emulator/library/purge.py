"""Purging: nodes are gone for good, and so is content that no other node holds.

Where the protocol is silent: a node need not be in the trash first (the old README restores and then deletes). Without
``recurse`` a folder goes with what it took into the trash; one that still holds other nodes is refused.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence

from ..exceptions import FolderNotEmpty, RootUntouchable
from . import folders, nodes, trash

MAX_NODES = 50

_TABLES = (
    ("nodes", "seq"),
    ("placements", "child"),
    ("album_items", "node"),
    ("album_items", "album"),
    ("things", "node"),
    ("faces", "node"),
    ("family", "node"),
    ("share_items", "node"),
)


def purge(db: sqlite3.Connection, *, node_ids: Sequence[str], recurse: bool) -> tuple[trash.Errors, list[str]]:
    """Purge nodes; return what went wrong by id, and the MD5s that may be without a node now."""
    freed: list[str] = []
    errors = trash.each(db, node_ids, lambda node_id: freed.extend(_purge(db, node_id, recurse)))
    return errors, freed


def purge_expired(db: sqlite3.Connection, *, now: str) -> list[str]:
    """Clear the trash of what has been there for thirty days.

    Returns the MD5s that may be without a node now.
    """
    rows = db.execute(
        "SELECT seq FROM nodes WHERE status = 'TRASH' AND trashed_at <= ?", (trash.list_expired(now),)
    ).fetchall()
    return _remove(db, [row[0] for row in rows])


def list_unreferenced(db: sqlite3.Connection, md5s: Iterable[str]) -> list[str]:
    """List those MD5s that no node holds."""
    query = "SELECT 1 FROM nodes WHERE md5 = ? LIMIT 1"
    return [md5 for md5 in md5s if db.execute(query, (md5,)).fetchone() is None]


def _purge(db: sqlite3.Connection, node_id: str, recurse: bool) -> list[str]:
    node = nodes.get(db, node_id)
    if node.is_root:
        raise RootUntouchable
    nodes.require_apart(node)
    below = folders.descendants(db, node.seq)
    if node.kind == "FOLDER" and not recurse and not all(_in_trash(db, seq) for seq in below):
        raise FolderNotEmpty(node_id)
    return _remove(db, [node.seq, *below])


def _in_trash(db: sqlite3.Connection, seq: int) -> bool:
    row = db.execute("SELECT status = 'TRASH' FROM nodes WHERE seq = ?", (seq,)).fetchone()
    return bool(row and row[0])


def _remove(db: sqlite3.Connection, seqs: Sequence[int]) -> list[str]:
    md5s: list[str] = []
    for seq in seqs:
        row = db.execute("SELECT md5 FROM nodes WHERE seq = ?", (seq,)).fetchone()
        md5s += [row[0]] if row and row[0] else []
        for table, column in _TABLES:
            db.execute(f"DELETE FROM {table} WHERE {column} = ?", (seq,))  # noqa: S608 - our own names
    return md5s
