"""The family vault. Source: code."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from . import reply as read
from .message import Call
from .paths import VERSION, node_id


def change_family_vault(family: str, *, add: Sequence[str] = (), remove: Sequence[str] = ()) -> Call[dict[str, Any]]:
    """Shares nodes with the family, or stops sharing them."""
    return Call(
        operation="family_vault",
        method="POST",
        path="/familyArchive/",
        json={
            "nodesToAdd": [node_id(i) for i in add],
            "nodesToRemove": [node_id(i) for i in remove],
            "familyId": family,
            **VERSION,
        },
        decode=read.mapping("family_vault"),
    )
