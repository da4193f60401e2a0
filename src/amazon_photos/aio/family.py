"""The family vault: what the family may see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..wire import family as wire
from .base import ClientBase
from .ids import ids_of

if TYPE_CHECKING:
    from .ids import Ids


class FamilyOperations(ClientBase):
    """Operations on the family vault."""

    async def add_to_family_vault(self, family_id: str, node_ids: Ids) -> dict[str, Any]:
        """Share nodes with the family. Gives Amazon's answer.

        ``aggregations("familyMembers")`` tells the family's id.
        """
        return await self._send(wire.change_family_vault(family_id, add=ids_of(node_ids)))

    async def remove_from_family_vault(self, family_id: str, node_ids: Ids) -> dict[str, Any]:
        """Stop sharing nodes with the family; they stay in the library. Gives Amazon's answer."""
        return await self._send(wire.change_family_vault(family_id, remove=ids_of(node_ids)))
