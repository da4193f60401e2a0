"""``Catalog``: ap.parquet opened by itself, without a client, cookies, settings or a network.

::

    catalog = Catalog.open("ap.parquet")
    catalog.find("type:(PHOTOS) AND timeYear:(2019)", sort="-size", limit=10)      # a DataFrame
    for row in catalog.rows("extension:heic", columns=["name", "size"]): ...       # plain dicts

Opening it, ``len``, its properties and ``rows`` load neither pandas nor aiohttp, also when they are used: a command
that prints some rows starts in a third of the time.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from ..files.paths import expand_path
from ..frames.columns import Columns, DtypeBackend
from ..model.checks import check_choice, to_count, to_limit
from ..model.plain_text import to_plain
from ..query.coerce import Filters, join_filters
from ..query.sort import Sort
from . import view
from .relation_cache import RelationCache
from .sql import sql
from .store import Store

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from ..frames.md5s import Md5s
    from .cursor import CatalogChanges

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Catalog:
    """A catalogue of a library: every node that is not in its trash, as of the last refresh.

    That is each file, folder and album, and the movie of each live photo (kind ASSET; its parent is the photo).

    Each question reads the file that is there then, whole, even if it is replaced meanwhile. All of them raise
    ``CatalogError`` where there is no file or it cannot be read, and ``CatalogDamaged`` for one that is no catalogue.

    Arguments:
        path: the file, such as "ap.parquet". It need not be there yet; ``Catalog.open`` wants it to be.
        dtype_backend: "pyarrow" or "numpy_nullable", as in pandas, for every DataFrame.
    """

    dtype_backend: DtypeBackend | None
    """What its DataFrames are made of."""

    def __init__(self, path: str | os.PathLike[str], *, dtype_backend: DtypeBackend | None = None) -> None:
        self._store = Store(expand_path("path", path))
        self._relations = RelationCache(self._store)
        self.dtype_backend = (
            None if dtype_backend is None else check_choice("dtype_backend", dtype_backend, DtypeBackend)
        )

    @classmethod
    def open(cls, path: str | os.PathLike[str], *, dtype_backend: DtypeBackend | None = None) -> Self:
        """Open a catalogue that is there. Sends nothing, and reads no more than the file's header."""
        catalog = cls(path, dtype_backend=dtype_backend)
        catalog._store.require_header()
        return catalog

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {to_plain(str(self.path))}>"

    def __fspath__(self) -> str:
        return str(self.path)  # so it can be given wherever a path can: AmazonPhotos(catalog=…)

    @property
    def path(self) -> Path:
        """The file."""
        return self._store.path

    @property
    def owner(self) -> str:
        """The ownerId of the account whose library it is."""
        return self._store.require_header().owner

    @property
    def refreshed_at(self) -> datetime | None:
        """The time of the last change that it holds, by the service's clock; None if it was never refreshed."""
        moment = self._store.require_header().refreshed_at
        return None if moment is None else _EPOCH + timedelta(milliseconds=moment)

    @property
    def complete(self) -> bool:
        """Whether it holds the whole library, and not only what queries have brought."""
        return self._store.require_header().complete

    def __len__(self) -> int:
        return self._store.count_rows()

    def __bool__(self) -> bool:
        return True  # a catalogue of nothing is one, too

    def find(
        self,
        filters: Filters = None,
        *,
        sort: Sort = None,
        limit: float | None = None,
        offset: int = 0,
        columns: Columns = None,
    ) -> pd.DataFrame:
        """Find what matches in the catalogue, as a DataFrame: a row for each node.

        Takes the words of searches and of node filters, and every column's name. Knows what Amazon does not: ``NOT``,
        sizes, ranges of any column, patterns, partial dates (``createdDate:2019-07`` is all of that month; as an end of
        a range, a date is its midnight). Which people, things, places and albums (``people:(Ada) AND album:(Summer)``)
        is answered as of the last ``refresh(relations=True)``, and by names as in a search.
        A filter finds the movie of a live photo (ASSET), a part of its photo, only if it says something of ``kind``;
        without a filter every row comes.

        Arguments:
            filters: text, a tree built from ``F``, or a list that all must hold; None: everything.
            sort: ``"size"``, ``"-contentDate"``, or a list of these; None: the file's order, by capture date.
            limit: how many rows at most.
            offset: how many are passed over first.
            columns: the columns wanted, in that order, or "short": the first screen; None: all. Only what is needed is
                read.

        Raises ``FilterError`` for what cannot be answered offline or sorted by, ``InvalidInput`` for unknown columns.
        """
        return self._frame(self._find(filters, sort, limit, offset, columns))

    def rows(
        self,
        filters: Filters = None,
        *,
        sort: Sort = None,
        limit: float | None = None,
        offset: int = 0,
        columns: Columns = None,
    ) -> Iterator[dict[str, Any]]:
        """Yield what matches in the catalogue, each row as a dict of plain Python values.

        Values are str, int, float, bool, datetime (in UTC), list, and None where nothing is known: as in ``records``.
        Arguments and errors are those of ``find``; errors come with the call, not with the first row. Rows are read as
        they are asked for, as by ``batches``.
        """
        batches = self.batches(filters, sort=sort, limit=limit, offset=offset, columns=columns)
        return (row for batch in batches for row in view.to_rows(batch))

    def batches(
        self,
        filters: Filters = None,
        *,
        sort: Sort = None,
        limit: float | None = None,
        offset: int = 0,
        columns: Columns = None,
    ) -> Iterator[pa.Table]:
        """Yield what matches in the catalogue as Arrow tables of at most 4,096 rows, as they are read.

        Arguments and errors are those of ``find``. Only these rows are in memory, and the columns that ``filters`` ask
        of and ``sort`` sorts by; what is sorted, though, is held whole, up to ``limit``. All rows are of one version
        of the file. That it is damaged further on is found, and raised as ``CatalogDamaged``, when that is read.
        """
        start, most, tree = to_count("offset", offset), to_limit(limit), join_filters(filters)
        from .row_stream import stream  # by numpy, which others do without

        return stream(
            self._store, tree, relations=self._relations, columns=columns, sort=sort, limit=most, offset=start
        )

    def _find(self, filters: Filters, sort: Sort, limit: float | None, offset: int, columns: Columns) -> pa.Table:
        start, most = to_count("offset", offset), to_limit(limit)
        tree = join_filters(filters)
        return view.find(
            self._store, tree, relations=self._relations, columns=columns, sort=sort, limit=most, offset=start
        )

    def frame(self) -> pd.DataFrame:
        """Read all of the catalogue as a DataFrame: what ``ap.db`` shows."""
        return view.frame(self._store, dtype_backend=self.dtype_backend)

    def changes(self, since: str | None = None) -> CatalogChanges:
        """Tell what came, changed and went in the catalogue since a cursor: a ``CatalogChanges``.

        ``since=None`` gives everything as added, and the first cursor. A cursor is a short text, which a file or a
        database can hold as long as you like, and belongs to one catalogue. It tells what differs between then and now:
        what came and went meanwhile is not in it. Only refreshes and queries of a client change a catalogue.

        Raises ``InvalidInput`` for what is no cursor, and ``UnknownCursor`` for one of another catalogue, or so old
        (1,000 refreshes that brought something, 200,000 changes) that nobody knows any more: then read everything by
        ``since=None``.
        """
        from .cursor import CatalogChanges, read_changes

        table, cursor = read_changes(self._store, since)
        return CatalogChanges(self._frame(table), cursor)

    def relations(self, *relations: str) -> pd.DataFrame:
        """Read from ap.relations.parquet which nodes are in which album, and show whom, what and where.

        ``relations`` are of "album", "person", "thing", "place" and "family"; none: all. Gives a row for each node and
        each of these that it belongs to. Columns: ``id`` (the node's), ``relation`` (one of these words), ``key`` (what
        a filter takes: an album's or a person's id, a thing's word, a place as country#state#city), ``name`` (what
        people call it; missing where nobody named it) and ``first_seen`` (when a refresh found it first). Rows of one
        key stand together, in the service's order; nodes that the catalogue does not have are left out.

        Raises ``InvalidInput`` for another word, and ``CatalogIncomplete`` where there is no such file yet:
        ``AmazonPhotos.refresh(relations=True)`` makes it.
        """
        from .relations_view import read_relations

        return self._frame(read_relations(self._store, relations))

    def relation_keys(self) -> pd.DataFrame:
        """Read how old each answer in ap.relations.parquet is: of which album, person, thing, place, family.

        Gives a row for each. Columns: ``relation``, ``key`` and ``name`` as in ``relations``, ``count`` (how many nodes
        the service told), ``asked_at`` (when they were listed, by the service's clock) and ``node_id`` (a picture that
        shows it). Raises as ``relations``.
        """
        from .relations_view import read_relation_keys

        return self._frame(read_relation_keys(self._store))

    def columns(self, *names: str) -> pd.DataFrame:
        """Read some columns of the catalogue as a DataFrame; only those are read."""
        return self._frame(self.arrow(*names))

    def arrow(self, *names: str) -> pa.Table:
        """Read the catalogue, or some of its columns, as an Arrow table."""
        return view.arrow(self._store, names or None)

    def sql(self, query: str) -> pd.DataFrame:
        """Ask DuckDB about the catalogue, as in ``select extension, sum(size) from db group by 1``.

        The table ``relations`` has what ``catalog.relations()`` gives. Needs DuckDB, the extra ``sql``.
        """
        return self._frame(sql(self._store, query))

    def ids_by_md5(self, md5s: Md5s) -> pd.Series[Any]:
        """Look up the id of a node of each content; missing where the catalogue has none.

        A million at a time: ``files["id"] = catalog.ids_by_md5(files.md5)``. A column keeps its index; a frame is taken
        by its column ``md5``; one text is one MD5. MD5s are 32 hexadecimal digits in either case, or missing; raises
        ``InvalidInput``, which names the first value that is neither.
        """
        from ..frames.md5s import ids_series, md5s_of
        from .md5_lookup import COLUMNS, look_up_md5s

        wanted, index = md5s_of(md5s)
        found = look_up_md5s(self._store.read(COLUMNS), wanted)
        return ids_series(found, index, dtype_backend=self.dtype_backend)

    def _frame(self, table: pa.Table) -> pd.DataFrame:
        from ..frames.to_pandas import to_frame

        return to_frame(table, dtype_backend=self.dtype_backend)
