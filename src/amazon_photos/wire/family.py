"""The family vault. Source: code."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from . import response as read
from .call import Call
from .common import API_VERSION, check_id


def change_family_vault(family: str, *, add: Sequence[str] = (), remove: Sequence[str] = ()) -> Call[dict[str, Any]]:
    """Share nodes with the family, or stop sharing them."""
    return Call(
        operation="family_vault",
        method="POST",
        path="/familyArchive/",
        json={
            "nodesToAdd": [check_id(i) for i in add],
            "nodesToRemove": [check_id(i) for i in remove],
            "familyId": family,
            **API_VERSION,
        },
        decode=read.mapping("family_vault"),
    )
