"""What ``PATCH /nodes/{id}`` may change: name, favourite, hidden, description, labels. All of it or nothing.

Whether it takes ``parents`` (moving) is a guess: clients of 2015 did so, nobody has shown it with cookies. The option
``moving`` decides; what a move refuses is a guess too.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Mapping
from typing import Any

from ..exceptions import MalformedRequest, OperationBlocked, RootUntouchable
from . import albums, folders, names, nodes

MAX_DESCRIPTION = 500
MAX_LABELS = 10
MAX_LABEL = 256

_Columns = dict[str, str | int | None]


def change(
    db: sqlite3.Connection,
    *,
    node_id: str,
    wanted: Mapping[str, Any],
    now: str,
    moving: bool = True,
    albums_unique: bool = False,
) -> nodes.Row:
    """Change a node and return it.

    Raises ``NoSuchNode``, ``NameTaken``, ``MalformedRequest``, ``RootUntouchable``; ``OperationBlocked`` for
    ``parents`` unless ``moving``, and for ``contentProperties``.
    """
    node = nodes.get(db, node_id)
    if "contentProperties" in wanted:
        raise OperationBlocked("contentProperties cannot be changed")
    columns: _Columns = {}
    for key, read in _CHANGES.items():
        if key in wanted:
            columns |= read(wanted[key])
    if "parents" in wanted:
        if not moving:
            raise OperationBlocked("parents cannot be changed")
        columns |= _move(db, node, wanted["parents"], str(columns.get("name") or node.name or ""))
    elif "name" in columns:
        _rename(db, node, str(columns["name"]), albums_unique)
    if not columns:
        raise MalformedRequest("Nothing to change: name, settings, description or labels are due")
    return nodes.change(db, node, now=now, **columns)


def _move(db: sqlite3.Connection, node: nodes.Row, parents: object, name: str) -> _Columns:
    """Put a node, under that name, into these folders instead of those it is in."""
    if node.is_root:
        raise RootUntouchable
    if node.kind not in ("FILE", "FOLDER") or node.status == "TRASH":
        raise MalformedRequest(f"Node cannot be moved: {node.id}")
    if not isinstance(parents, list) or not parents:
        raise MalformedRequest("Parents must be a list")
    found = {folder.seq: folder for folder in (folders.parent_of(db, parent) for parent in parents)}
    if not found.keys().isdisjoint([node.seq, *folders.descendants(db, node.seq)]):
        raise MalformedRequest("A folder cannot be moved into itself")
    for seq, folder in found.items():
        names.require_free(db, parent=seq, parent_id=folder.id, name=name, besides=node.seq)
    db.execute("DELETE FROM placements WHERE child = ?", (node.seq,))
    for seq in found:
        nodes.place(db, parent=seq, child=node.seq, name=name)
    return {"parents": json.dumps([folder.id for folder in found.values()])}


def _rename(db: sqlite3.Connection, node: nodes.Row, name: str, albums_unique: bool) -> None:
    if node.is_root:
        raise RootUntouchable
    if albums_unique and node.kind == "VISUAL_COLLECTION" and node.status != "TRASH":
        albums.require_free(db, name, besides=node.seq)
    for parent, parent_id in nodes.parents_of(db, node.seq):
        if node.status != "TRASH":
            names.require_free(db, parent=parent, parent_id=parent_id, name=name, besides=node.seq)
    db.execute("UPDATE placements SET folded = ? WHERE child = ?", (names.fold(name), node.seq))


def _name(value: object) -> _Columns:
    return {"name": names.check_name(value)}


def _settings(value: object) -> _Columns:
    if not isinstance(value, dict) or not value:
        raise MalformedRequest("Settings must be an object with favorite or hidden")
    columns: _Columns = {}
    for key, state in value.items():
        if key not in ("favorite", "hidden") or not isinstance(state, bool):
            raise MalformedRequest(f"Settings cannot take {key}")
        columns[key] = int(state)
    return columns


def _description(value: object) -> _Columns:
    if not isinstance(value, str) or len(value) > MAX_DESCRIPTION:
        raise MalformedRequest(f"Description cannot be longer than {MAX_DESCRIPTION} characters")
    return {"description": value}


def _labels(value: object) -> _Columns:
    if not isinstance(value, list) or len(value) > MAX_LABELS:
        raise MalformedRequest(f"A node cannot have more than {MAX_LABELS} labels")
    if not all(isinstance(label, str) and 0 < len(label) <= MAX_LABEL for label in value):
        raise MalformedRequest(f"A label cannot be longer than {MAX_LABEL} characters")
    return {"labels": json.dumps(list(dict.fromkeys(value)), ensure_ascii=False)}


def read_details(wanted: Mapping[str, Any]) -> _Columns:
    """Read the labels and the description that something is made with.

    Raises ``MalformedRequest``.
    """
    columns: _Columns = {}
    for key in ("labels", "description"):
        if key in wanted:
            columns |= _CHANGES[key](wanted[key])
    return columns


_CHANGES: Mapping[str, Callable[[object], _Columns]] = {
    "name": _name,
    "settings": _settings,
    "description": _description,
    "labels": _labels,
}
