"""What ``PATCH /nodes/{id}`` may change: name, favourite, hidden, description, labels. All of it or nothing."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Mapping
from typing import Any

from ..exceptions import MalformedRequest, RootUntouchable
from . import names, nodes

MAX_DESCRIPTION = 500
MAX_LABELS = 10
MAX_LABEL = 256

_Columns = dict[str, str | int | None]


def change(db: sqlite3.Connection, *, node_id: str, wanted: Mapping[str, Any], now: str) -> nodes.Row:
    """Change a node and return it.

    Raises ``NoSuchNode``, ``NameTaken``, ``MalformedRequest``, ``RootUntouchable``.
    """
    node = nodes.get(db, node_id)
    columns: _Columns = {}
    for key, read in _CHANGES.items():
        if key in wanted:
            columns |= read(wanted[key])
    if not columns:
        raise MalformedRequest("Nothing to change: name, settings, description or labels are due")
    if "name" in columns:
        _rename(db, node, str(columns["name"]))
    return nodes.change(db, node, now=now, **columns)


def _rename(db: sqlite3.Connection, node: nodes.Row, name: str) -> None:
    if node.is_root:
        raise RootUntouchable
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


_CHANGES: Mapping[str, Callable[[object], _Columns]] = {
    "name": _name,
    "settings": _settings,
    "description": _description,
    "labels": _labels,
}
