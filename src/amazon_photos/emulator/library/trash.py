"""The trash: what goes in can come back, until thirty days have passed.

A trashed folder takes everything below it along, and brings back what it took (not what was trashed before it); so does
a live photo with its movie.
Where the protocol is silent:

* Names are checked on the way back only; ``conflictResolution=RENAME`` finds a free one, without it the node is
  refused.
* A node whose folder is still in the trash brings the folders above it back, without their other contents.
* An asset cannot be trashed or restored without its photo.
* Unknown ids don't stop the others: each gets its entry in the map of errors.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence

from ..clock import shift
from ..exceptions import NameTaken, RootUntouchable, ServiceRefusal
from . import albums, folders, names, nodes

MAX_NODES = 50
KEPT_DAYS = 30

Errors = dict[str, ServiceRefusal]


def add(db: sqlite3.Connection, *, node_ids: Sequence[str], now: str, leaving_albums: bool = False) -> Errors:
    """Trash nodes and what is below them; what went wrong, by id.

    ``leaving_albums`` takes them out of their albums, for good.
    """
    return each(db, node_ids, lambda node_id: _trash(db, node_id, now, leaving_albums))


def trash_one(db: sqlite3.Connection, *, node_id: str, now: str, leaving_albums: bool = False) -> nodes.Row:
    """Trash a node and what is below it; return the node.

    Raises ``NoSuchNode`` and ``RootUntouchable``.
    """
    _trash(db, node_id, now, leaving_albums)
    return nodes.get(db, node_id)


def restore(db: sqlite3.Connection, *, node_ids: Sequence[str], now: str, rename: bool) -> Errors:
    """Take nodes out of the trash; what went wrong, by id."""
    return each(db, node_ids, lambda node_id: _restore(db, node_id, now, rename))


def each(db: sqlite3.Connection, node_ids: Sequence[str], act: Callable[[str], None]) -> Errors:
    """Run an action on every id; a refusal of one is undone and doesn't stop the others."""
    errors: Errors = {}
    for node_id in dict.fromkeys(node_ids):
        db.execute("SAVEPOINT each_node")
        try:
            act(node_id)
        except ServiceRefusal as refusal:
            db.execute("ROLLBACK TO each_node")
            errors[node_id] = refusal
        db.execute("RELEASE each_node")
    return errors


def list_expired(now: str) -> str:
    """List what was trashed before this moment: it is to go."""
    return shift(now, -KEPT_DAYS * 86400)


def _trash(db: sqlite3.Connection, node_id: str, now: str, leaving_albums: bool) -> None:
    node = nodes.get(db, node_id)
    if node.is_root:
        raise RootUntouchable
    nodes.require_apart(node)
    if node.status == "TRASH":
        return
    below = folders.descendants(db, node.seq)
    db.executemany(
        "UPDATE nodes SET status = 'TRASH', trashed_at = ?, trash_root = ?, modified = ?, version = version + 1, "
        "ready_at = NULL WHERE seq = ? AND status <> 'TRASH'",
        [(now, node.seq, now, seq) for seq in (node.seq, *below)],
    )
    if leaving_albums:
        albums.leave_all(db, [node.seq, *below])


def _restore(db: sqlite3.Connection, node_id: str, now: str, rename: bool) -> None:
    node = nodes.get(db, node_id)
    nodes.require_apart(node)
    if node.status != "TRASH":
        return
    for folder in reversed(folders.ancestors(db, node.seq)):
        _bring_back(db, folder, now, rename)
    _bring_back(db, node.seq, now, rename)
    for seq in folders.descendants(db, node.seq):
        if _taken_along(db, seq, node.seq):
            _bring_back(db, seq, now, rename)


def _taken_along(db: sqlite3.Connection, seq: int, root: int) -> bool:
    row = db.execute("SELECT trash_root FROM nodes WHERE seq = ? AND status = 'TRASH'", (seq,)).fetchone()
    return row is not None and row[0] == root


def _bring_back(db: sqlite3.Connection, seq: int, now: str, rename: bool) -> None:
    node = next(iter(nodes.by_seq(db, [seq])), None)
    if node is None or node.status != "TRASH":
        return
    name = node.name or ""
    for parent, parent_id in nodes.parents_of(db, seq):
        existing = names.holder(db, parent=parent, name=name, besides=seq)
        if existing is not None and not rename:
            raise NameTaken(name=name, parent_id=parent_id, existing_id=existing)
        name = names.free(db, parent=parent, name=name, besides=seq)
    if name != (node.name or ""):
        db.execute("UPDATE placements SET folded = ? WHERE child = ?", (names.fold(name), seq))
    nodes.change(db, node, now=now, name=name or None, status="AVAILABLE", trashed_at=None, trash_root=None)
