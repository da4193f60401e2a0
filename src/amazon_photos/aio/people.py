"""People: ``ap.people``, the faces Amazon found, and the predecessor's flat names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Unpack

from ..errors import InvalidInput
from ..frames.results import PEOPLE
from ..query.build import F
from ..query.coerce import Filters
from ..wire import people as wire
from ..wire.call import Call
from .arguments import check_switches, check_text
from .group import Group
from .known_keys import find_key, list_keys
from .misuse import check_options, show_options
from .search import PHOTOS_AND_VIDEOS, QueryOptions, SearchOperations, and_filters

if TYPE_CHECKING:
    import pandas as pd

    from .ids import Row


class PeopleOperations(SearchOperations):
    """Operations on clusters of faces. A person is given by the cluster's id or by name."""

    @property
    def people(self) -> People:
        """The people that Amazon found: ``list`` and ``photos``."""
        return People(self)

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


class People(Group[PeopleOperations]):
    """The people on the photos, as Amazon found their faces. Given by name, id, or as a row of ``list()``.

    A name means the one who is called exactly so, else the only one that agrees ignoring case and Unicode form.
    """

    async def list(self, *, named: bool | None = None, online: bool | None = None) -> pd.DataFrame:
        """List the people of the library online, by one request, those on most photos first.

        Those whom nobody has named are among them. Gives a row for each: ``name`` (missing where nobody gave one),
        ``count`` (photos and videos), ``id``, ``picture`` (the id of the node that shows them), ``asked_at`` (when
        Amazon told so). ``named=True`` gives those with a name, ``named=False`` those without. ``online=False`` asks
        nobody and tells what ap.relations.parquet holds; raises ``CatalogError`` where there is none.
        """
        if named is not None:
            check_switches(named=named)
        keys = await list_keys(self._client, "allPeople", online=online, ask=True)
        rows = [
            (key.name or None, key.count, key.key, key.node_id, key.asked_at)
            for key in keys
            if named is None or bool(key.name) == bool(named)
        ]
        return self._client._rows(rows, PEOPLE)

    @show_options(SearchOperations.query)
    async def photos(
        self, person: str | Row, *, filters: Filters = PHOTOS_AND_VIDEOS, **options: Unpack[QueryOptions]
    ) -> pd.DataFrame:
        """Query the online search index for what a person is on: ``query`` with a term more, and its options.

        ``person`` may also be the id of one whom nobody has named. Raises ``FilterError`` for a person that nobody
        knows, which names the nearest, and for a name that several have, with their ids and counts.
        """
        check_options("photos", options, SearchOperations.query)
        known = await self._client._known_values.list_known("allPeople")
        found = find_key(person, known, "person", "people.list()")
        term = F.people(found.id) if found.name else F.clusterId(found.id)
        return await self._client.query(and_filters(term, filters), **options)


def _name(name: str) -> str:
    check_text("a person's name", name)
    if not name.strip():
        raise InvalidInput("a person's name must not be empty")
    return name
