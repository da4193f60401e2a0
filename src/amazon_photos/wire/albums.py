"""Albums."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..model.node import Node
from . import response as read
from .call import Call
from .common import API_VERSION, check_id


def create_album(name: str) -> Call[Node]:
    """Make an empty album. Source: live; without resourceVersion it is a 400."""
    return Call(
        operation="create_album",
        method="POST",
        path="/nodes",
        json={"kind": "VISUAL_COLLECTION", "name": name, **API_VERSION},
        decode=read.node("create_album"),
        idempotent=False,
    )


def change_album(album: str, op: str, ids: Sequence[str]) -> Call[dict[str, Any]]:
    """Add or remove up to 25 nodes (``op`` is "add" or "remove"). Source: live, with bare ids."""
    operation = f"album_{op}"
    return Call(
        operation=operation,
        method="PATCH",
        path=f"/nodes/{check_id(album)}/children",
        json={"op": op, "value": [check_id(i) for i in ids], **API_VERSION},
        decode=read.mapping(operation),
    )
