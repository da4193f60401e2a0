"""What every operation stands on: settings, credentials, the session, the catalogue, and how frames are made.

Nothing happens until something is asked for: constructing a client reads its settings and its session (cookies, a
profile, or what a command prints), and sends no request and writes no file.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from functools import partial
from os import PathLike
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, NoReturn, Self, SupportsIndex, TypeVar
from weakref import WeakSet

import msgspec

from ..auth.credentials import Cookies
from ..auth.precedence import open_sign_in, resolve
from ..auth.saved_session import SessionInfo
from ..catalog.catalog import Catalog
from ..catalog.frame_cache import FrameCache
from ..catalog.index_cache import IndexCache
from ..catalog.relation_cache import RelationCache
from ..catalog.store import Store
from ..errors import (
    CatalogDamaged,
    CatalogIncomplete,
    ConnectionFailed,
    NetworkError,
    ServiceError,
    WrongCall,
)
from ..frames.columns import Columns, DtypeBackend, choose_columns
from ..frames.results import NODES
from ..frames.row_builder import table_of
from ..model.fields import Dialect
from ..model.node import Node
from ..net import paging
from ..net.connection import HttpSession
from ..net.session import Session
from ..query.expr import Expr
from ..query.sort import UNSORTED, SortOrder
from ..settings import Settings
from ..transfer.stopping import StopSwitch
from ..wire import folders as wire_folders
from ..wire.call import Call
from . import batches
from .arguments import check_choice, check_settings, to_bool, to_path
from .async_property import async_property, list_quiet_names
from .known_values import KnownValues
from .listing import PageSource, Search
from .misuse import accept_positional, refuse_copy
from .progress import Progress
from .refreshing import refresh_shown
from .response_log import ResponseLog
from .time_limit import check_seconds, limit_time

if TYPE_CHECKING:
    from concurrent.futures import Executor

    import pandas as pd
    import pyarrow as pa

    from ..catalog.changes import Changes
    from ..catalog.index import LibraryIndex
    from ..catalog.schema import Header
    from ..content.reader import ContentReader
    from ..frames.result_frame import ResultKind

T = TypeVar("T")
Engine = Literal["auto", "pyarrow", "fastparquet"]
"""The predecessor's argument, which is ignored."""


class ClientBase:
    """The state of a client. Operations are mixed in by concept (``aio.client``)."""

    @accept_positional("catalog", "save_responses")
    def __init__(
        self,
        cookies: Cookies | None = None,
        *,
        tld: str | None = None,
        endpoint: str | None = None,
        profile: str | None = None,
        catalog: str | PathLike[str] | None = None,
        dtype_backend: DtypeBackend | None = None,
        engine: Engine | None = None,
        progress: bool | None = None,
        save_responses: str | PathLike[str] | None = None,
        settings: Settings | None = None,
        http_session: HttpSession | None = None,
        db_path: str | PathLike[str] | None = None,
        tmp: str | PathLike[str] | None = None,
    ) -> None:
        try:
            given: dict[str, Any] = {
                "tld": tld,
                "endpoint": endpoint,
                "profile": profile,
                "catalog": to_path(catalog=catalog, db_path=db_path),
            }
            signs = resolve(cookies, settings=None if settings is None else check_settings(settings), **given)
            self._settings = signs.settings
            if dtype_backend is None and isinstance(catalog, Catalog):
                dtype_backend = catalog.dtype_backend
            self.dtype_backend: DtypeBackend | None = (
                None if dtype_backend is None else check_choice("dtype_backend", dtype_backend, DtypeBackend)
            )
            if engine is not None:  # it is ignored: pyarrow reads and writes all files
                check_choice("engine", engine, Engine)
            responses = to_path(save_responses=save_responses or None, tmp=tmp or None)
            self._keep = None if responses is None else ResponseLog(Path(responses))
            self._progress = Progress(shown=None if progress is None else to_bool("progress", progress))
            signed_in = open_sign_in(signs, cookies)
        finally:
            del cookies  # a traceback may show what stands in here
        self._session = Session(signed_in, self.settings, on_reply=self._keep, http_session=http_session)
        self._progress.waits = self._session.waits
        self._store = Store(self.settings.catalog)
        self._index = IndexCache(self._store)
        self._relations = RelationCache(self._store)
        self._whole_library = FrameCache(self._store)
        self._header: tuple[tuple[int, int, int], Header] | None = None
        self._root: Node | None = None
        self._known_values = KnownValues(self._send)
        self._readers: WeakSet[ContentReader] = WeakSet()
        self._stops = StopSwitch()
        self._begun_runs: list[str] = []

    @property
    def begun_runs(self) -> tuple[str, ...]:
        """The ids of the runs that this client has begun, in order: what ``history.undo`` takes. Sends nothing."""
        return tuple(self._begun_runs)

    @property
    def settings(self) -> Settings:
        """Time-outs, retries, how much at once: what this client was made with."""
        return self._settings

    @property
    def session(self) -> SessionInfo:
        """What may be told of the session: account, marketplace, way, made, expires, renewable. Sends nothing.

        ``way`` is "browser", "pasted", "command" or "registered"; ``account`` a hash that tells accounts apart, ""
        until Amazon has told whose it is; ``expires`` None where nobody said. Dates are in UTC. No secret is in it.
        """
        return self._session.info

    def __repr__(self) -> str:
        if not hasattr(self, "_session"):  # a traceback may show one whose constructor failed
            return f"<{type(self).__name__}, not made>"
        where = self.settings.endpoint or f"amazon.{self._session.region.tld}"
        return f"<{type(self).__name__} {where} catalog={self.settings.catalog!r}>"

    def __dir__(self) -> list[str]:
        return list_quiet_names(self, async_property)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def __enter__(self) -> NoReturn:
        name = type(self).__name__
        raise WrongCall(f"{name} is used with `async with`: for `with` there is {name.removeprefix('Async')}")

    def __exit__(self, *_: object) -> None:
        """For Python, which looks for it before it calls ``__enter__``."""

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        refuse_copy(self)

    async def close(self) -> None:
        """Close the connections.

        A second call does nothing; any other call afterwards raises ``ClientClosed``.
        """
        await self._session.close()
        if self._session.closed:
            for reader in tuple(self._readers):
                await reader.close()

    def stop_transfers(self) -> bool:
        """Ask uploads, downloads and changes of many nodes that are under way to begin nothing more.

        What is in flight is finished, however large; then the calls return their frames as at any other end, with
        what was done: a file that was not begun has no row, a node that was not changed is "skipped". Running the
        same again goes on from there. Returns whether anything was under way that stops. It waits for nothing, and
        may be called from any thread and from a signal handler, as often as one likes.

        What only reads, makes a plan, or looks up which nodes to change is no transfer: cancelling it (Ctrl-C) loses
        nothing.
        """
        return self._stops.ask_all()

    def timeout(self, seconds: float) -> AbstractAsyncContextManager[None]:
        """Limit the time of what is done in a block: ``with ap.timeout(30): ap.query(…)``.

        With ``AsyncAmazonPhotos`` it is ``async with``. Whatever this client does in the block, its calls together, the
        steps of a loop, the reads of an open file, ends after so many seconds: what is under way then ends as by
        Ctrl-C, and raises ``TimedOut``. Of ``AmazonPhotos`` it counts for the calls of this thread; blocks may stand in
        one another. How long one request may take and how often it is tried, ``Settings`` say: ``connect_timeout``,
        ``read_timeout``, ``answer_timeout``, ``retry_budget``. Raises ``InvalidInput`` for what is no time above 0.
        """
        return limit_time(check_seconds("seconds", seconds))

    # --- asking the service ------------------------------------------------------------------------------

    async def _send(self, call: Call[T]) -> T:
        return await self._session.send(call)

    async def _root_node(self) -> Node:
        if self._root is None:
            root = await self._send(wire_folders.root())
            await self._session.note_account(root.owner_id or "")
            self._root = root
        return self._root

    async def _owner(self) -> str:
        return (await self._root_node()).owner_id or ""

    def _search(
        self,
        pages: PageSource,
        *,
        local: Expr | None,
        title: str,
        offset: int = 0,
        limit: int | None = None,
        sort: SortOrder = UNSORTED,
        columns: Columns = None,
        asked: Expr | None = None,
        dialect: Dialect = "node",
    ) -> Search:
        return Search(
            pages,
            local=local,
            offset=offset,
            limit=limit,
            sort=sort,
            columns=choose_columns(columns),
            to_frame=self._to_frame,
            progress=self._progress,
            title=title,
            asked=asked,
            dialect=dialect,
            note=self._session.surprises.at(title),
        )

    def _list_pages(self, call: paging.ByToken, filters: Expr | None, sort: SortOrder = UNSORTED) -> PageSource:
        """The pages of a node listing."""
        return partial(paging.list_nodes, self._session, call, filters=filters, sort=sort)

    # --- ap.parquet --------------------------------------------------------------------------------------

    async def _refresh(
        self,
        *,
        full: bool = False,
        relations: bool = False,
        quick: bool = False,
        columns: Sequence[str] | None = ("id",),
    ) -> Changes:
        """Refresh ap.parquet; ``columns`` of what changed are returned, None: all."""
        owner = await self._owner()
        return await refresh_shown(
            self._session,
            self._store,
            self._progress,
            owner=owner,
            full=full,
            relations=relations,
            quick=quick,
            columns=columns,
        )

    async def _ensure_catalog(self) -> None:
        """Build ap.parquet if it is missing or incomplete; otherwise send nothing.

        Whose it is, is checked when it is refreshed or merged into, and here where this client knows who it is.
        """
        self._session.check_open()
        try:
            header = await asyncio.to_thread(self._read_header)
        except CatalogDamaged:
            header = None  # refresh() keeps the file aside, says so, and builds another
        if header is not None and header.complete and self._may_be_ours(header):
            return
        await self._reach_service()
        await self._refresh()

    def _read_header(self) -> Header | None:
        """The header of ap.parquet, read once for each version of the file; None where there is none."""
        if not self._store.exists():
            return None
        version = self._store.version()
        if self._header is None or self._header[0] != version:
            self._header = version, self._store.require_header()
        return self._header[1]

    def _may_be_ours(self, header: Header) -> bool:
        return self._root is None or header.owner == (self._root.owner_id or "")

    async def _reach_service(self) -> None:
        """Check that the service answers, by one attempt: a reader should not wait for all retries."""
        if self._root is None:
            try:
                root = await self._send(replace(wire_folders.root(), idempotent=False))
                await self._session.note_account(root.owner_id or "")
                self._root = root
            except ConnectionFailed as error:
                raise type(error)(
                    f"there is no whole catalogue at {self._store.path}, and the service that fills it cannot be "
                    f"reached: {error}"
                ) from None
            except (ServiceError, NetworkError):
                return  # it is there; what comes next tries as often as it may

    async def _query_catalog(self, ask: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        """What ``ask(store, …)`` finds in ap.parquet, which is built first if it must be."""
        await self._ensure_catalog()
        try:
            return await asyncio.to_thread(ask, self._store, *args, **kwargs)
        except CatalogDamaged:  # somewhere in the middle
            await self._refresh()
            return await asyncio.to_thread(ask, self._store, *args, **kwargs)

    async def _load_library(self, columns: Sequence[str] | None, *, fresh: bool = True) -> pa.Table:
        """Columns of ap.parquet (None: all), brought up to date first if ``fresh``."""
        if fresh:
            await self._refresh()
        return await self._query_catalog(Store.read, columns)

    async def _load_index(self, *, fresh: bool = True, folders_only: bool = False) -> LibraryIndex:
        """The index of ap.parquet, brought up to date first if ``fresh``."""
        if fresh:
            await self._refresh(quick=True)  # other columns are read, and damage in them mended, below
        root = None if self._root is None else self._root.id

        def load(_: Store, root: str | None) -> LibraryIndex:
            return self._index.load(root, folders_only=folders_only)

        try:
            return await self._query_catalog(load, root)
        except CatalogIncomplete:
            return await self._query_catalog(load, (await self._root_node()).id)

    async def _save(self, table: pa.Table) -> None:
        """Merges fetched rows into ap.parquet; those of other people (a family's, say) are not ours to keep."""
        from ..catalog.merge import merge

        await self._store.lock().run(partial(merge, self._store, owner=await self._owner(), table=table))

    async def _merge(
        self, nodes: Iterable[msgspec.Raw], trashed: Iterable[msgspec.Raw] = (), *, thread: Executor | None = None
    ) -> None:
        """Merge raw nodes into ap.parquet, and take the trashed out: in ``thread`` where one is given, else in any."""
        from ..catalog.merge import merge_nodes

        merge = partial(merge_nodes, self._store, nodes, trashed, owner=await self._owner())
        await self._store.lock().run(merge, thread)

    # --- results -----------------------------------------------------------------------------------------

    def _frame(self, table: pa.Table, kind: ResultKind | None = None) -> pd.DataFrame:
        """A table as a frame; of results of a ``kind``, one that says so."""
        from ..frames.result_frame import to_result
        from ..frames.to_pandas import to_frame

        frame = to_frame(table, dtype_backend=self.dtype_backend)
        return frame if kind is None else to_result(frame, kind)

    def _rows(self, rows: Iterable[Sequence[Any]], schema: pa.Schema, kind: ResultKind | None = None) -> pd.DataFrame:
        """A small frame of ours."""
        return self._frame(table_of(rows, schema), kind)

    async def _to_frame(self, table: pa.Table, kind: ResultKind | None = None) -> pd.DataFrame:
        """As ``_frame``, while the loop goes on."""
        return await asyncio.to_thread(self._frame, table, kind)

    def _results_frame(self, results: Iterable[batches.NodeResult]) -> pd.DataFrame:
        return self._rows((result.row() for result in results), NODES, "nodes")
