"""The family vault.

Where the protocol is silent: any family id is taken (nobody has recorded where clients learn theirs); only files go in,
none from the trash, all of them or none; one in the vault that goes to the trash is not shown meanwhile.
"""

from __future__ import annotations

import sqlite3
from typing import Any

from ..exceptions import MalformedRequest
from . import ids, nodes
from .names import MAX_LENGTH

MAX_IDS = 1200


def change(db: sqlite3.Connection, *, family_id: object, add: object, remove: object, owner: str) -> dict[str, Any]:
    """Put nodes into the vault and take others out; all or nothing.

    Raises ``NoSuchNode`` and ``MalformedRequest``.
    """
    if not isinstance(family_id, str) or not 0 < len(family_id) <= MAX_LENGTH:
        raise MalformedRequest("familyId is missing")
    added = _require_known(db, add, "nodesToAdd", owner)
    removed = _require_known(db, remove, "nodesToRemove", owner)
    for node in added:
        if node.kind != "FILE" or node.status == "TRASH":
            raise MalformedRequest(f"Node cannot be in the family vault: {node.id}")
    db.executemany("INSERT OR IGNORE INTO family (family, node) VALUES (?, ?)", [(family_id, n.seq) for n in added])
    db.executemany("DELETE FROM family WHERE family = ? AND node = ?", [(family_id, n.seq) for n in removed])
    return {"familyId": family_id, "nodesAdded": [n.id for n in added], "nodesRemoved": [n.id for n in removed]}


def _require_known(db: sqlite3.Connection, node_ids: object, what: str, owner: str) -> list[nodes.Row]:
    if node_ids is None:
        return []
    if not isinstance(node_ids, list) or len(node_ids) > MAX_IDS:
        raise MalformedRequest(f"{what} must be a list of at most {MAX_IDS} ids")
    return [nodes.get(db, ids.bare(nodes.require_id(node_id), owner=owner)) for node_id in node_ids]
