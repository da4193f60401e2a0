"""Things: ``ap.things``, what Amazon's search index sees on photos and videos."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Unpack

from ..frames.results import THINGS
from ..query.build import F
from ..query.coerce import Filters
from .group import Group
from .known_keys import find_key, list_keys
from .misuse import check_options, show_options
from .search import PHOTOS_AND_VIDEOS, QueryOptions, SearchOperations, and_filters

if TYPE_CHECKING:
    import pandas as pd

    from .ids import Row


class Things(Group[SearchOperations]):
    """What Amazon sees in the library: beach, dog, sunset. Given by its word, or as a row of ``list()``."""

    async def list(self, *, online: bool | None = None) -> pd.DataFrame:
        """List what is seen in the library, offline where ap.relations.parquet knows it.

        Gives a row for each, the most frequent first: ``name``, ``count`` (photos and videos), ``id`` (what a filter
        takes: the same word), ``picture`` (the id of a node that shows it), ``asked_at`` (when Amazon told so).
        ``online=True`` asks Amazon, by one request; ``online=False`` never does, and raises ``CatalogError`` where no
        relations are kept.
        """
        keys = await list_keys(self._client, "things", online=online)
        rows = [(key.name or key.key, key.count, key.key, key.node_id, key.asked_at) for key in keys]
        return self._client._rows(rows, THINGS)

    @show_options(SearchOperations.query)
    async def photos(
        self, thing: str | Row, *, filters: Filters = PHOTOS_AND_VIDEOS, **options: Unpack[QueryOptions]
    ) -> pd.DataFrame:
        """Query the online search index for what shows a thing: ``query`` with a term more, and its options.

        Raises ``FilterError`` for a thing that the library has nothing of; it names the nearest.
        """
        check_options("photos", options, SearchOperations.query)
        known = await self._client._known_values.list_known("things")
        found = find_key(thing, [replace(one, name=one.name or one.id) for one in known], "thing", "things.list()")
        return await self._client.query(and_filters(F.things(found.id), filters), **options)
