"""Places: ``ap.places``, where Amazon's search index saw photos and videos taken."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

from ..frames.results import PLACES
from ..query.build import F
from ..query.coerce import Filters
from ..query.known_names import name_city, name_places
from .group import Group
from .known_keys import find_key, list_keys
from .misuse import check_options, show_options
from .search import PHOTOS_AND_VIDEOS, QueryOptions, SearchOperations, and_filters

if TYPE_CHECKING:
    import pandas as pd

    from .ids import Row


class Places(Group[SearchOperations]):
    """The places of the library, as Amazon has them: ``country#state#city``. Given by city, country, id or row."""

    async def list(self, *, online: bool | None = None) -> pd.DataFrame:
        """List the places of the library, offline where ap.relations.parquet knows them.

        Gives a row for each, the most frequent first: ``name`` (the city), ``count`` (photos and videos), ``id`` (what
        a filter takes, such as "CAN#BC#Vancouver"), ``state``, ``country``, ``picture`` (the id of a node that was
        taken there), ``asked_at`` (when Amazon told so). ``online=True`` asks Amazon, by one request; ``online=False``
        never does, and raises ``CatalogError`` where no relations are kept.
        """
        keys = await list_keys(self._client, "location", online=online)
        rows = [
            (name_city(key.key), key.count, key.key, *_name_parts(key.key), key.node_id, key.asked_at) for key in keys
        ]
        return self._client._rows(rows, PLACES)

    @show_options(SearchOperations.query)
    async def photos(
        self, place: str | Row, *, filters: Filters = PHOTOS_AND_VIDEOS, **options: Unpack[QueryOptions]
    ) -> pd.DataFrame:
        """Query the online search index for what was taken at a place.

        It is ``query`` with a term more, and takes its options. ``place`` is a city, a country ("CAN"), the beginning
        or all of an id ("CAN#BC"), or a row of ``list()``. Raises ``FilterError`` for one that nobody knows, which
        names the nearest, and for a city of several places.
        """
        check_options("photos", options, SearchOperations.query)
        return await self._client.query(and_filters(F.location(await self._find(place)), filters), **options)

    async def _find(self, place: str | Row) -> str:
        known = await self._client._known_values.list_known("location")
        if isinstance(place, str) and any(f"{one.id}#".startswith(f"{place}#") for one in known):
            return place
        return find_key(place, name_places(known), "place", "places.list()").id


def _name_parts(place: str) -> tuple[str | None, str | None]:
    """State and country."""
    parts = place.split("#")
    return (parts[1] if len(parts) > 2 else None), (parts[0] if len(parts) > 1 else None)
