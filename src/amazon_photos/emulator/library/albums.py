"""Albums: making them, and putting nodes in and taking them out.

Where the protocol is silent:

* Two albums may share a name (the deviation ``album-names-unique`` refuses that).
* An album lists its items in the order they were put in; what is taken out and put in again is the last.
* All ids of a batch or none: an unknown one, one of another owner, or what is no file undoes the others (the deviation
  ``album-takes-what-it-can`` passes over them, and doesn't say so).
* An album is modified when an item goes in or out, and not by what becomes of an item.
* What is in the trash is not shown by its albums, and stands in its place when it comes back (the deviation
  ``trash-leaves-albums`` takes it out). An album in the trash keeps its items, and takes no others.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Mapping, Sequence

from ..exceptions import MalformedRequest, NameTaken, NoSuchNode
from . import ids, names, nodes

MAX_ITEMS = 25


def create(db: sqlite3.Connection, *, name: object, now: str, created_by: str, unique: bool = False) -> nodes.Row:
    """Create a new, empty album.

    Raises ``MalformedRequest``; ``NameTaken`` if names are to be ``unique``.
    """
    name = names.check_name(name)
    if unique:
        require_free(db, name)
    node_id = ids.new_id()
    nodes.insert(
        db,
        {
            "id": node_id,
            "name": name,
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


def require_free(db: sqlite3.Connection, name: str, *, besides: int = -1) -> None:
    """Raise ``NameTaken`` if another album has the name, in any case; those in the trash don't count."""
    # That it is no file is said again for the index of those that are none.
    albums = "SELECT id, name FROM nodes WHERE kind = 'VISUAL_COLLECTION' AND kind <> 'FILE' AND status <> 'TRASH'"
    for node_id, other in db.execute(f"{albums} AND seq <> ?", (besides,)):
        if names.fold(other or "") == names.fold(name):
            raise NameTaken(name=name, parent_id="null", existing_id=node_id)


def change_items(
    db: sqlite3.Connection,
    *,
    album_id: str,
    op: object,
    node_ids: Sequence[str],
    owner: str,
    now: str,
    partly: bool = False,
) -> nodes.Row:
    """Put items into an album (``add``) or take them out (``remove``); return the album.

    Adding what is there, or removing what isn't, changes nothing. ``node_ids`` are bare ids or ``ownerId:nodeId``.
    Raises ``NoSuchNode`` and ``MalformedRequest``; then nothing changed. ``partly`` passes over nodes that are refused.
    """
    album = nodes.get(db, album_id)
    if album.kind != "VISUAL_COLLECTION":
        raise MalformedRequest(f"Node is not an album: {album_id}")
    if album.status == "TRASH":
        raise MalformedRequest(f"Album is in the trash: {album_id}")
    change = _OPERATIONS.get(op) if isinstance(op, str) else None
    if change is None:
        raise MalformedRequest('op must be "add" or "remove"')
    if len(node_ids) > MAX_ITEMS:
        raise MalformedRequest(f"At most {MAX_ITEMS} children at once")
    before = db.total_changes
    for node_id in node_ids:
        with contextlib.suppress(*((MalformedRequest, NoSuchNode) if partly else ())):
            change(db, album.seq, nodes.get(db, ids.bare(node_id, owner=owner)))
    return nodes.change(db, album, now=now) if db.total_changes > before else album


def leave_all(db: sqlite3.Connection, seqs: Sequence[int]) -> None:
    """Take nodes out of every album they are in."""
    db.executemany("DELETE FROM album_items WHERE node = ?", [(seq,) for seq in seqs])


def order_of(album: int, *, by_date: bool) -> str:
    """Write the ORDER BY of an album's items: as they were put in, or the oldest capture date first."""
    if by_date:
        return "content_date IS NULL, content_date"
    return f"(SELECT added FROM album_items WHERE album = {album:d} AND node = seq)"  # noqa: S608 - a number of ours


def _add(db: sqlite3.Connection, album: int, node: nodes.Row) -> None:
    if node.kind != "FILE" or node.status == "TRASH":
        raise MalformedRequest(f"Node cannot be in an album: {node.id}")
    db.execute("INSERT OR IGNORE INTO album_items (album, node) VALUES (?, ?)", (album, node.seq))


def _remove(db: sqlite3.Connection, album: int, node: nodes.Row) -> None:
    db.execute("DELETE FROM album_items WHERE album = ? AND node = ?", (album, node.seq))


_OPERATIONS: Mapping[str, Callable[[sqlite3.Connection, int, nodes.Row], None]] = {"add": _add, "remove": _remove}
