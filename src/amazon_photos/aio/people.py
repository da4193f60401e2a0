"""People: the faces Amazon found, given by name or by id, as ``aggregations("people")`` has them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from ..errors import InvalidInput
from ..wire import people as wire
from ..wire.call import Call
from .arguments import check_text
from .base import ClientBase


class PeopleOperations(ClientBase):
    """Operations on clusters of faces. A person is given by the cluster's id or by name."""

    async def rename_cluster(self, cluster_id: str, name: str) -> dict[str, Any]:
        """Name a person, given by id or by the name until now. Gives Amazon's answer."""
        new = _name(name)
        return await self._change_people(wire.rename_cluster(await self._find_person(cluster_id), new))

    async def combine_clusters(self, cluster_ids: Sequence[str], name: str) -> dict[str, Any]:
        """Make several clusters one person; each is given by id or name. Gives Amazon's answer."""
        ids = list(cluster_ids) if isinstance(cluster_ids, Iterable) and not isinstance(cluster_ids, str) else []
        if len(ids) < 2:
            raise InvalidInput("combining needs a list of two or more cluster ids")
        new = _name(name)
        found = list(dict.fromkeys([await self._find_person(one) for one in ids]))
        if len(found) < 2:
            raise InvalidInput("combining needs two or more people, and these are one")
        return await self._change_people(wire.combine_clusters(found, new))

    async def update_cluster_thumbnail(self, cluster_id: str, node_id: str) -> dict[str, Any]:
        """Choose a person's picture; the person is given by id or name. Gives Amazon's answer."""
        return await self._send(wire.update_cluster_thumbnail(await self._find_person(cluster_id), node_id))

    async def _find_person(self, person: str) -> str:
        check_text("a person", person)
        return await self._known_values.find_person(person)

    async def _change_people(self, call: Call[dict[str, Any]]) -> dict[str, Any]:
        try:
            return await self._send(call)
        finally:
            self._known_values.forget()


def _name(name: str) -> str:
    check_text("a person's name", name)
    if not name.strip():
        raise InvalidInput("a person's name must not be empty")
    return name
