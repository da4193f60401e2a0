"""``ap.catalog``: the local catalogue, and the questions that it answers without sending anything."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterator
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
from .loop_bound import Reading
from .time_limit import check_seconds

if TYPE_CHECKING:
    import pandas as pd

    from ..catalog.cursor import CatalogChanges


class ClientCatalog(Group[CatalogOperations]):
    """The catalogue of a client, ap.parquet. Its first use builds it; then all but ``refresh`` send nothing."""

    find: Final = of_client(CatalogOperations.find)
    columns: Final = of_client(CatalogOperations.columns)
    arrow: Final = of_client(CatalogOperations.arrow)
    sql: Final = of_client(CatalogOperations.sql)
    ids_by_md5: Final = of_client(CatalogOperations.ids_by_md5)
    refresh: Final = of_client(CatalogOperations.refresh)

    async def changes(self, since: str | None = None) -> CatalogChanges:
        """Tell what came, changed and went in the catalogue since a cursor: a ``CatalogChanges``.

        ``since=None`` gives everything as added, and the first cursor. Nothing is sent: ``refresh`` first, or use
        ``watch``. What a cursor is, and the errors, are told by ``Catalog.changes``.
        """
        from ..catalog.cursor import CatalogChanges, read_changes

        table, cursor = await self._client._query_catalog(read_changes, since)
        return CatalogChanges(await self._client._to_frame(table), cursor)

    def watch(self, *, every: float = 300.0, since: str | None = None) -> AsyncGenerator[CatalogChanges, None]:
        """Watch the library: refresh ``every`` so many seconds, and yield what came, changed and went.

        Yields a ``CatalogChanges`` for each refresh that found something, and never ends by itself. Without ``since``
        it begins with what happens from now on; with a cursor, with what happened since then, so a program that was
        stopped goes on with the last one that it has dealt with. What another process or a query of this one brought
        into the catalogue is told as well. A refresh that fails raises its error, and ends it: begin anew, with the
        last cursor. Cancelling the task, or closing the iterator, ends it cleanly; closing the client raises
        ``ClientClosed``. Raises ``InvalidInput`` with the call for what is no time above 0.
        """
        return Reading(self._watch(check_seconds("every", every), since))

    async def _watch(self, every: float, since: str | None) -> AsyncGenerator[CatalogChanges, None]:
        while True:
            await self._client._refresh()
            if since is None:
                from ..catalog.cursor import read_cursor

                since = await self._client._query_catalog(read_cursor)
            found = await self.changes(since)
            since = found.cursor
            if found:
                yield found
            await self._client._session.sleep(every)

    def __fspath__(self) -> str:
        return str(self.path)  # as that of ``Catalog``: another client may be given it

    async def frame(self) -> pd.DataFrame:
        """Return the whole library, a row for each node: what ``db`` is."""
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
