"""People: the faces Amazon found. Their ids come from ``aggregations("people")``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from ..errors import InvalidInput
from ..wire import people as wire
from .arguments import check_text
from .base import ClientBase


class PeopleOperations(ClientBase):
    """Operations on clusters of faces."""

    async def rename_cluster(self, cluster_id: str, name: str) -> dict[str, Any]:
        """Name a person. Gives Amazon's answer."""
        return await self._send(wire.rename_cluster(cluster_id, _name(name)))

    async def combine_clusters(self, cluster_ids: Sequence[str], name: str) -> dict[str, Any]:
        """Make several clusters one person. Gives Amazon's answer."""
        ids = list(cluster_ids) if isinstance(cluster_ids, Iterable) and not isinstance(cluster_ids, str) else []
        if len(ids) < 2:
            raise InvalidInput("combining needs a list of two or more cluster ids")
        return await self._send(wire.combine_clusters(ids, _name(name)))

    async def update_cluster_thumbnail(self, cluster_id: str, node_id: str) -> dict[str, Any]:
        """Choose a person's picture. Gives Amazon's answer."""
        return await self._send(wire.update_cluster_thumbnail(cluster_id, node_id))


def _name(name: str) -> str:
    check_text("a person's name", name)
    if not name.strip():
        raise InvalidInput("a person's name must not be empty")
    return name
