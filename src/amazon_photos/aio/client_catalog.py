"""``ap.catalog``: the local catalogue, and the questions that it answers without sending anything."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from .catalog import CatalogOperations
from .group import Group, of_client

if TYPE_CHECKING:
    import pandas as pd


class ClientCatalog(Group[CatalogOperations]):
    """The catalogue of a client, ap.parquet. Its first use builds it; then all but ``refresh`` send nothing."""

    find = of_client(CatalogOperations.find)
    columns = of_client(CatalogOperations.columns)
    arrow = of_client(CatalogOperations.arrow)
    sql = of_client(CatalogOperations.sql)
    ids_by_md5 = of_client(CatalogOperations.ids_by_md5)
    refresh = of_client(CatalogOperations.refresh)

    async def frame(self) -> pd.DataFrame:
        """Return the whole library, a row for each file, folder and album: what ``db`` is."""
        return await self._client.db

    @property
    def path(self) -> Path:
        """Where it is, or will be."""
        return Path(self._client.settings.catalog)
