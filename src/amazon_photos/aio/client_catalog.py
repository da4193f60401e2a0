"""``ap.catalog``: the local catalogue, and the questions that it answers without sending anything."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ..catalog import view
from ..catalog.catalog import Catalog
from ..frames.columns import Columns
from ..query.coerce import Filters
from .arguments import Sort
from .catalog import CatalogOperations
from .group import Group, of_client

if TYPE_CHECKING:
    import pandas as pd


class ClientCatalog(Group[CatalogOperations]):
    """The catalogue of a client, ap.parquet. Its first use builds it; then all but ``refresh`` send nothing."""

    find: Final = of_client(CatalogOperations.find)
    columns: Final = of_client(CatalogOperations.columns)
    arrow: Final = of_client(CatalogOperations.arrow)
    sql: Final = of_client(CatalogOperations.sql)
    ids_by_md5: Final = of_client(CatalogOperations.ids_by_md5)
    refresh: Final = of_client(CatalogOperations.refresh)

    def __fspath__(self) -> str:
        return str(self.path)  # as that of ``Catalog``: another client may be given it

    async def frame(self) -> pd.DataFrame:
        """Return the whole library, a row for each file, folder and album: what ``db`` is."""
        return await self._client.db

    async def rows(
        self,
        filters: Filters = None,
        *,
        sort: Sort = None,
        limit: float | None = None,
        offset: int = 0,
        columns: Columns = None,
    ) -> Iterator[dict[str, Any]]:
        """Return an iterator over what matches in the catalogue, each row as a dict of plain Python values.

        Arguments, values and errors are those of ``Catalog.rows``.
        """
        found = self._client._find_table(filters, sort=sort, limit=limit, offset=offset, columns=columns)
        return view.to_rows(await found)

    @property
    def path(self) -> Path:
        """Where it is, or will be."""
        return self._file.path

    @property
    def owner(self) -> str:
        """The ownerId of the account whose library it is. Raises ``CatalogError`` where there is no file yet."""
        return self._file.owner

    @property
    def refreshed_at(self) -> datetime | None:
        """The time of the last change that it holds, by the service's clock; None if it was never refreshed.

        Raises ``CatalogError`` where there is no file yet.
        """
        return self._file.refreshed_at

    @property
    def complete(self) -> bool:
        """Whether it holds the whole library, and not only what queries have brought.

        Raises ``CatalogError`` where there is no file yet.
        """
        return self._file.complete

    @property
    def _file(self) -> Catalog:
        return Catalog(self._client._store.path)
