"""The library at hand: ap.parquet as a DataFrame, as an Arrow table, as SQL, and by the filter language."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from ..catalog import view
from ..catalog.sql import sql as ask_duckdb
from ..catalog.store import Store
from ..frames.columns import Columns, choose_columns
from ..query.coerce import Filters, join_filters
from ..query.relations import list_questions
from .arguments import Sort, check_switches, to_count, to_limit
from .async_property import async_property
from .base import ClientBase

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from ..frames.md5s import Md5s


class CatalogOperations(ClientBase):
    """Operations on ap.parquet. Its first use builds it; from then on all but ``refresh`` send nothing at all.

    Whose library it is, is checked when it is refreshed or merged into; one of another account is then kept aside.
    """

    @async_property
    async def db(self) -> pd.DataFrame:
        """The whole library, a row for each file, folder, album and live photo's movie, as of the last ``refresh``.

        ap.parquet is read once for each version of the file, whoever wrote it. The frame is the caller's own: what is
        changed in it is in no later one.
        """
        return await self._query_catalog(lambda _: self._whole_library.load(self.dtype_backend))

    async def refresh(self, *, full: bool = False, relations: bool = False, columns: Columns = None) -> pd.DataFrame:
        """Refresh ap.parquet, and return what is new.

        Gives a row for each node that differs: ``change`` ("added", "changed" or "removed"), then its columns.

        ``columns`` are the names of those wanted, or "short"; ap.parquet gets all of them. The first time every node is
        new: of a large library ask for few, for a frame of all columns takes more memory than the refresh itself.

        Asks only for what changed since the last time, and counts. When Amazon counts fewer, what was deleted for good
        is looked for by counting; when the numbers still disagree, or with ``full=True``, everything is read and
        compared. Reading everything goes on where it was interrupted, in steps of some 20,000 nodes, within a day.

        ``relations=True`` then refreshes ap.relations.parquet, too: which nodes are in which album and in the family
        vault, and which people, things and places Amazon saw in them (see ``catalog.relations``). It lists what changed
        and what was listed more than ``Settings.relations_max_age`` ago, with ``full=True`` all of it, and goes on
        where it was interrupted, within a day. Where it fails, ap.parquet is up to date all the same.
        """
        check_switches(full=full, relations=relations)
        what = await self._refresh(full=full, relations=relations, columns=choose_columns(columns))
        return await self._to_frame(what.table, "refresh")

    async def columns(self, *names: str) -> pd.DataFrame:
        """Read some columns of ap.parquet; only those are read."""
        return await self._to_frame(await self.arrow(*names))

    async def arrow(self, *names: str) -> pa.Table:
        """Read ap.parquet, or some of its columns, as an Arrow table."""
        return await self._query_catalog(view.arrow, names or None)

    async def ids_by_md5(self, md5s: Md5s) -> pd.Series[Any]:
        """Look up each MD5 in ap.parquet: the id of a node of that content; missing where there is none.

        A million at a time: ``files["id"] = ap.ids_by_md5(files.md5)``. A column keeps its index; a frame is taken by
        its column ``md5``; one text is one MD5. MD5s are 32 hexadecimal digits in either case, or missing; raises
        ``InvalidInput``, which names the first value that is neither.
        """
        from ..catalog.md5_lookup import COLUMNS, look_up_md5s
        from ..frames.md5s import ids_series, md5s_of

        wanted, index = await asyncio.to_thread(md5s_of, md5s)
        table = await self._query_catalog(Store.read, COLUMNS)
        found = await asyncio.to_thread(look_up_md5s, table, wanted)
        return await asyncio.to_thread(ids_series, found, index, dtype_backend=self.dtype_backend)

    async def sql(self, query: str) -> pd.DataFrame:
        """Ask DuckDB about ap.parquet, the table ``db``: ``select extension, sum(size) from db group by 1``.

        The table ``relations`` has what ``catalog.relations()`` gives. Needs DuckDB, the extra ``sql``.
        """
        return await self._to_frame(await self._query_catalog(ask_duckdb, query))

    async def find(
        self,
        filters: Filters = None,
        *,
        sort: Sort = "",
        limit: float | None = None,
        offset: int = 0,
        descending: bool = False,
        columns: Columns = None,
    ) -> pd.DataFrame:
        """Find what matches in the local catalogue, ap.parquet: by every column, and nothing is sent.

        Takes the words of searches and of node filters, and every column's name. Knows what Amazon does not: ``NOT``,
        sizes, ranges of any column, patterns, partial dates (``createdDate:2019-07`` is all of that month; as an end of
        a range, a date is its midnight). Which people, things, places and albums (``people:(Ada) AND album:(Summer)``)
        is answered as of the last ``refresh(relations=True)``, and by names as in a search.
        A filter finds the movie of a live photo (ASSET), a part of its photo, only if it says something of ``kind``;
        without a filter every row comes.
        ``sort`` is such as ``"size"``, ``"-contentDate"``, or a list of these; without it the order is the file's.
        ``descending=True`` turns it round. ``columns`` are names, or "short"; only what is needed is read.
        """
        found = self._find_table(filters, sort=sort, limit=limit, offset=offset, descending=descending, columns=columns)
        return await self._to_frame(await found)

    async def _find_table(
        self,
        filters: Filters,
        *,
        sort: Sort,
        limit: float | None,
        offset: int,
        descending: bool = False,
        columns: Columns = None,
    ) -> pa.Table:
        check_switches(descending=descending)
        asked = join_filters(filters)
        if asked is not None:  # before a catalogue is built that could not answer it
            await asyncio.to_thread(self._relations.require, list_questions(asked))
        return await self._query_catalog(
            view.find,
            asked,
            relations=self._relations,
            sort=sort,
            limit=to_limit(limit),
            offset=to_count("offset", offset),
            descending=descending,
            columns=columns,
        )
