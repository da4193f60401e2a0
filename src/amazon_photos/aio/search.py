"""Searching: photos, videos and albums by what is in them, and what there is to search for."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from functools import partial
from os import PathLike
from typing import TYPE_CHECKING, TypedDict, Unpack

from ..errors import AmazonPhotosError, InvalidInput
from ..files.target import find_target
from ..frames.columns import Columns, choose_columns
from ..frames.results import AGGREGATIONS
from ..model.checks import show
from ..model.results import Page
from ..net import paging
from ..query.build import F
from ..query.expr import Expr
from ..wire import search as wire
from ..wire.call import Call
from .arguments import BoolText, Sort, check_choice, check_switches, to_bool, to_count, to_limit, to_sort_order
from .base import ClientBase
from .export import parquet_target, write_frame, write_json
from .filters import Filters, prepare_filter
from .listing import Search
from .misuse import accept_positional, check_options, show_options

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

_log = logging.getLogger("amazon_photos")
PHOTOS_AND_VIDEOS = "type:(PHOTOS OR VIDEOS)"
NEWEST_FIRST = "['contentProperties.contentDate DESC']"
"""By capture date, as Amazon's own page sorts."""


class QueryOptions(TypedDict, total=False):
    """What ``photos`` and ``videos`` take: the options of ``query``."""

    sort: Sort
    limit: float | None
    offset: int
    asset: wire.Asset
    search_context: wire.SearchContext
    group_by_time: wire.GroupByTime | None
    low_res_thumbnail: BoolText
    temp_link: BoolText
    save: bool | None
    out: str | PathLike[str] | None
    strict: bool
    columns: Columns


class SearchOperations(ClientBase):
    """Operations on the search index."""

    def search(
        self,
        filters: Filters = PHOTOS_AND_VIDEOS,
        *,
        sort: Sort = NEWEST_FIRST,
        limit: float | None = None,
        offset: int = 0,
        asset: wire.Asset = "ALL",
        search_context: wire.SearchContext = "customer",
        group_by_time: wire.GroupByTime | None = None,
        low_res_thumbnail: BoolText = True,
        temp_link: BoolText = False,
        strict: bool = True,
        columns: Columns = None,
    ) -> Search:
        """Search Amazon's online search index lazily: nothing is sent until it is read.

        Read it by ``for``, ``nodes()``, ``pages()``, ``frame()`` or ``count()``. ``filters`` is Amazon's search text or
        a filter built from ``F``, and both may name every column; what Amazon cannot answer (sizes, and of ``F``
        negation and patterns) is answered here. ``strict=False`` sends text that we don't know. Raises ``FilterError``
        before anything is sent. Nothing is saved.

        ``people:(Ada)`` and ``location:(Paris)`` take a name, looked up when the search is read: ``FilterError``
        then says if nobody or several are called so. A ``things`` word that the library has nothing of is logged.
        """
        question = prepare_filter(filters, "search", strict=strict)
        check_choice("asset", asset, wire.Asset)
        check_choice("search_context", search_context, wire.SearchContext)
        if group_by_time is not None:
            check_choice("group_by_time", group_by_time, wire.GroupByTime)
        low_res, link = to_bool("low_res_thumbnail", low_res_thumbnail), to_bool("temp_link", temp_link)
        start, most, order = to_count("offset", offset), to_limit(limit), to_sort_order(sort, strict=strict)

        def call(filters: Expr | None, /, *, limit: int, offset: int) -> Call[Page]:
            return wire.search(
                filters=filters,
                sort=NEWEST_FIRST if order.here else order.text,
                limit=limit,
                offset=offset,
                asset=asset,
                search_context=search_context,
                group_by_time=group_by_time,
                low_res_thumbnail=low_res,
                temp_link=link,
            )

        return self._search(
            partial(self._search_pages, call, question.pushed),
            local=question.residual,
            title="search",
            asked=question.pushed,
            dialect="search",
            offset=start,
            limit=most,
            sort=order,
            columns=columns,
        )

    async def _search_pages(
        self,
        call: Callable[..., Call[Page]],
        filters: Expr | None,
        *,
        offset: int,
        limit: int | None,
        on_page: paging.OnPage | None,
        restart: bool,
    ) -> AsyncGenerator[paging.ListingPage, None]:
        """The pages of a search, with its names looked up."""
        named = filters if self._known_values.needed_for(filters) else None
        meant = filters if named is None else await self._known_values.settle(named)
        pages = paging.by_offset(
            self._session, partial(call, meant), offset=offset, limit=limit, on_page=on_page, restart=restart
        )
        found = 0
        async with aclosing(pages) as listed:
            async for page in listed:
                found = max(found, page.count)
                yield page
        if named is not None and not found:
            await self._known_values.warn_of_unknown_things(named)

    @accept_positional("offset", "limit", "sort", "asset")
    async def query(
        self,
        filters: Filters = PHOTOS_AND_VIDEOS,
        *,
        sort: Sort = NEWEST_FIRST,
        limit: float | None = None,
        offset: int = 0,
        asset: wire.Asset = "ALL",
        search_context: wire.SearchContext = "customer",
        group_by_time: wire.GroupByTime | None = None,
        low_res_thumbnail: BoolText = True,
        temp_link: BoolText = False,
        save: bool | None = None,
        out: str | PathLike[str] | None = None,
        strict: bool = True,
        columns: Columns = None,
    ) -> pd.DataFrame:
        """Query Amazon's online search index: everything that matches, a row for each node, newest first.

        What was fetched is merged into ap.parquet, which a query never shrinks; ``save=False`` leaves it alone. If
        that cannot be (it cannot be read or written, is damaged, or another account's), it stays as it is, a warning of
        the logger ``amazon_photos`` says so, and the result comes all the same.
        ``columns`` are the names of those wanted, or "short": only these are built, and as ap.parquet takes none but
        whole rows, nothing is saved then; ``save=True`` builds and saves everything all the same.
        ``out="some.parquet"`` also writes the result there, a file that any program reads. ``limit=None`` (or
        ``math.inf``) means all. ``sort`` is such as ``"name"``, ``"-size"``, a list of these, or Amazon's own text.
        Raises ``FilterError`` before anything is sent, and ``FilterRejected`` with Amazon's words.
        """
        target = None if out is None else parquet_target(out)
        wanted = choose_columns(columns)
        save = wanted is None if save is None else save
        check_switches(save=save)
        found = self.search(
            filters,
            sort=sort,
            limit=limit,
            offset=offset,
            asset=asset,
            search_context=search_context,
            group_by_time=group_by_time,
            low_res_thumbnail=low_res_thumbnail,
            temp_link=temp_link,
            strict=strict,
            columns=None if save else wanted,
        )
        table = await found.table()
        if save:
            await self._save_if_it_can(table)
            table = table if wanted is None else table.select(wanted)
        frame = await self._to_frame(table)
        if target is not None:
            await asyncio.to_thread(write_frame, frame, target, table=table)
        return frame

    async def _save_if_it_can(self, table: pa.Table) -> None:
        try:
            await self._save(table)
        except AmazonPhotosError as error:  # also where nobody can be asked whose the result is
            _log.warning("the result was not saved: %s", error)

    @show_options(query)
    async def photos(self, filters: Filters = None, **options: Unpack[QueryOptions]) -> pd.DataFrame:
        """Query the online search index for photos, as ``query`` does and with its options.

        All of them without a filter, the newest first, a row for each. ``limit`` is how many at most;
        ``columns="short"`` gives the first screen alone; ``save=False`` leaves ap.parquet as it is.
        """
        check_options("photos", options, self.query)
        return await self.query(and_filters(F.type("PHOTOS"), filters), **options)

    @show_options(query)
    async def videos(self, filters: Filters = None, **options: Unpack[QueryOptions]) -> pd.DataFrame:
        """Query the online search index for videos, as ``query`` does and with its options.

        All of them without a filter, the newest first, a row for each. ``limit``, ``columns`` and ``save`` are as in
        ``photos``.
        """
        check_options("videos", options, self.query)
        return await self.query(and_filters(F.type("VIDEOS"), filters), **options)

    @accept_positional("out")
    async def aggregations(self, category: str = "all", *, out: str | PathLike[str] | None = None) -> pd.DataFrame:
        """List what can be searched for, and how often it is there.

        ``category`` is "all" or one of allPeople, clusterId, familyMembers, favorite, location, people, things,
        time, type. Columns: ``category``, ``value`` (what a filter takes), ``count``, ``name`` (a person's),
        ``node_id`` (a picture that shows it). ``out="some.json"`` also writes them there.
        """
        if not isinstance(category, str) or category not in ("all", *wire.CATEGORIES):
            raise InvalidInput(f"unknown category {show(category)}; known: all, {', '.join(wire.CATEGORIES)}")
        target = None if out is None else find_target("out", out)
        entries = await self._send(wire.all_aggregations() if category == "all" else wire.aggregation(category))
        frame = self._rows(([getattr(entry, name) for name in AGGREGATIONS.names] for entry in entries), AGGREGATIONS)
        if target is not None:
            await asyncio.to_thread(write_json, frame, target)
        return frame


def and_filters(term: Expr, filters: Filters) -> Filters:
    """Join a term of ours and the caller's filters, all of which hold."""
    return [term, *(filters if isinstance(filters, list | tuple) else (filters,))]
