"""Albums."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..model.node import Node
from . import reply as read
from .message import Call
from .paths import VERSION, node_id


def create_album(name: str) -> Call[Node]:
    """Makes an empty album. Source: live; without resourceVersion it is a 400."""
    return Call(
        operation="create_album",
        method="POST",
        path="/nodes",
        json={"kind": "VISUAL_COLLECTION", "name": name, **VERSION},
        decode=read.node("create_album"),
        idempotent=False,
    )


def change_album(album: str, op: str, ids: Sequence[str]) -> Call[dict[str, Any]]:
    """Adds or removes up to 25 nodes (``op`` is "add" or "remove"). Source: live, with bare ids."""
    operation = f"album_{op}"
    return Call(
        operation=operation,
        method="PATCH",
        path=f"/nodes/{node_id(album)}/children",
        json={"op": op, "value": [node_id(i) for i in ids], **VERSION},
        decode=read.mapping(operation),
    )
