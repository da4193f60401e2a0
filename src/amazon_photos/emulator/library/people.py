"""People: clusters of faces that have names, can be merged, and have a picture of their own (the hero).

Where the protocol is silent:

* Merging keeps the first cluster's id and picture, and the others' ids go on to mean it (the deviation
  ``merge-new-id`` gives a new one, ``merged-person-gone`` forgets the others).
* Two people may share a name. A name cannot be empty: a person who has one cannot lose it.
* A person's picture is a file that shows them. One that goes to the trash makes room for their newest until it is back.
* Listings and counts know of it at once.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from ..exceptions import MalformedRequest, NoSuchCluster
from . import ids, nodes
from .names import MAX_LENGTH

MAX_MERGED = 1200


def recognise(db: sqlite3.Connection, *, name: str, seq: int, node_id: str) -> None:
    """Note that a face of that person is in the photo."""
    row = db.execute("SELECT id FROM clusters WHERE name = ? AND merged_into IS NULL", (name,)).fetchone()
    cluster = row[0] if row else ids.new_id()
    if row is None:
        db.execute("INSERT INTO clusters (id, name, hero) VALUES (?, ?, ?)", (cluster, name, node_id))
    db.execute("INSERT OR IGNORE INTO faces (cluster, node) VALUES (?, ?)", (cluster, seq))


def rename(db: sqlite3.Connection, *, cluster_id: object, name: object) -> dict[str, str]:
    """Rename a person.

    Raises ``NoSuchCluster`` and ``MalformedRequest``.
    """
    cluster = _require_known(db, cluster_id)
    name = _check(name)
    db.execute("UPDATE clusters SET name = ? WHERE id = ?", (name, cluster))
    return {"clusterId": cluster, "clusterName": name}


def merge(
    db: sqlite3.Connection, *, cluster_ids: object, name: object, new_id: bool = False, forget: bool = False
) -> dict[str, str]:
    """Make several people one.

    ``new_id`` gives them an id that nobody had, ``forget`` takes the ids of those merged into it away. Raises
    ``NoSuchCluster`` and ``MalformedRequest``.
    """
    if not isinstance(cluster_ids, list) or not 0 < len(cluster_ids) <= MAX_MERGED:
        raise MalformedRequest(f"clusterIds must be a list of 1 to {MAX_MERGED} ids")
    name = _check(name)
    first, *others = dict.fromkeys(_require_known(db, cluster) for cluster in cluster_ids)
    if new_id:
        first, others = _make_twin(db, first), [first, *others]
    _move(db, others, first)
    if forget:
        db.execute("DELETE FROM clusters WHERE merged_into = ?", (first,))
    db.execute("UPDATE clusters SET name = ? WHERE id = ?", (name, first))
    return {"clusterId": first, "clusterName": name}


def set_hero(db: sqlite3.Connection, *, cluster_id: object, node_id: object) -> dict[str, str]:
    """Choose the photo that stands for a person.

    Raises ``NoSuchCluster``, ``NoSuchNode``, and ``MalformedRequest`` for a node that does not show them.
    """
    cluster = _require_known(db, cluster_id)
    node = nodes.get(db, nodes.require_id(node_id))
    shown = db.execute("SELECT 1 FROM faces WHERE cluster = ? AND node = ?", (cluster, node.seq)).fetchone()
    if shown is None or node.status != "AVAILABLE":
        raise MalformedRequest(f"Node does not show the person: {node.id}")
    db.execute("UPDATE clusters SET hero = ? WHERE id = ?", (node.id, cluster))
    return {"clusterId": cluster, "nodeId": node.id}


def _require_known(db: sqlite3.Connection, cluster_id: object) -> str:
    """The cluster's id, or that of the one it was merged into."""
    if not isinstance(cluster_id, str):
        raise MalformedRequest("Cluster id must be a string")
    row = db.execute("SELECT COALESCE(merged_into, id) FROM clusters WHERE id = ?", (cluster_id,)).fetchone()
    if row is None:
        raise NoSuchCluster(cluster_id)
    return str(row[0])


def _make_twin(db: sqlite3.Connection, cluster: str) -> str:
    """Add a person with another's name and picture; the new id."""
    twin = ids.new_id()
    db.execute("INSERT INTO clusters (id, name, hero) SELECT ?, name, hero FROM clusters WHERE id = ?", (twin, cluster))
    return twin


def _move(db: sqlite3.Connection, others: Sequence[str], first: str) -> None:
    for other in others:
        db.execute("INSERT OR IGNORE INTO faces SELECT ?, node FROM faces WHERE cluster = ?", (first, other))
        db.execute("DELETE FROM faces WHERE cluster = ?", (other,))
        db.execute("UPDATE clusters SET merged_into = ? WHERE id = ? OR merged_into = ?", (first, other, other))


def _check(name: object) -> str:
    if not isinstance(name, str) or not name.strip():
        raise MalformedRequest("newName must not be empty")
    if len(name) > MAX_LENGTH:
        raise MalformedRequest(f"newName cannot be longer than {MAX_LENGTH} characters")
    return name
