"""The timeline: ``ap.timeline``, how many photos and videos there are of each year, month and day."""

from __future__ import annotations

import asyncio
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import date
from numbers import Integral
from typing import TYPE_CHECKING, Any, Unpack

from ..catalog.timeline import PHOTOS, VIDEOS, By, count_by_period
from ..errors import CatalogDamaged, CatalogError, InvalidInput, UnexpectedReply
from ..frames.results import TIMELINE
from ..model.checks import show
from ..model.results import Aggregation
from ..net.concurrency import gather_or_cancel
from ..query import values
from ..query.build import F
from ..query.coerce import Filters
from ..query.expr import Expr, and_
from ..wire import search as wire
from .arguments import check_choice
from .group import Group
from .known_keys import check_online, now_in_milliseconds
from .misuse import check_options, show_options
from .search import PHOTOS_AND_VIDEOS, QueryOptions, SearchOperations, and_filters

if TYPE_CHECKING:
    import pandas as pd

    from ..catalog.schema import Header

_DIGITS = re.compile(r"[0-9]+")
_LENGTHS = {"year": 1, "month": 2, "day": 3}


class Timeline(Group[SearchOperations]):
    """The library by the dates on which it was taken, as Amazon knows them. It is called: ``timeline(by="month")``."""

    async def __call__(self, by: By = "year", *, online: bool | None = None) -> pd.DataFrame:
        """Count the photos and videos of each year, month or day, offline where ap.parquet knows them.

        Gives a row for each that has any, the oldest first: ``period`` ("2019", "2019-07", "2019-07-04": what
        ``photos`` takes), ``count``, ``photos``, ``videos``, ``bytes`` (offline alone), ``asked_at`` (as of when).
        Dates are ``contentDate``, as the words timeYear, timeMonth and timeDay have them. ``online=True`` asks Amazon's
        search index, by two requests, as is done where there is no whole catalogue; ``online=False`` never does, and
        raises ``CatalogError`` there.
        """
        check_choice("by", by, By)
        header = None if check_online(online) else await self._find_catalog(required=online is False)
        if header is None:
            return self._client._rows(await self._ask(by), TIMELINE)
        if online is False:
            found = await asyncio.to_thread(count_by_period, self._client._store, by)
        else:
            found = await self._client._query_catalog(count_by_period, by)
        return self._client._rows(((*row, header.refreshed_at) for row in found), TIMELINE)

    async def _find_catalog(self, *, required: bool) -> Header | None:
        client = self._client
        client._session.check_open()
        try:
            header = await asyncio.to_thread(client._read_header)
        except CatalogDamaged:
            if required:
                raise
            header = None
        if header is not None and header.complete and client._may_be_ours(header):
            return header
        if required:
            raise CatalogError(f"there is no whole catalogue at {client._store.path} yet: refresh() makes it")
        return None

    async def _ask(self, by: By) -> list[tuple[Any, ...]]:
        calls = [wire.time_aggregation(kind, by) for kind in (PHOTOS, VIDEOS)]
        replies = await gather_or_cancel(self._client._send(call) for call in calls)
        photos, videos = (_count_periods(entries, by) for entries in replies)
        now = now_in_milliseconds()
        return [
            (period, photos[period] + videos[period], photos[period], videos[period], None, now)
            for period in sorted({*photos, *videos})
        ]

    @show_options(SearchOperations.query)
    async def photos(
        self, period: str | int | date, *, filters: Filters = PHOTOS_AND_VIDEOS, **options: Unpack[QueryOptions]
    ) -> pd.DataFrame:
        """Query the online search index for what was taken in a year, a month or on a day.

        It is ``query`` with some terms more, and takes its options.
        ``period`` is such as 2019, "2019", "2019-07", "2019-07-04", or a ``date``: that day. Raises ``InvalidInput``
        for anything else.
        """
        check_options("photos", options, SearchOperations.query)
        return await self._client.query(and_filters(_to_filter(period), filters), **options)


def _to_filter(period: str | int | date) -> Expr:
    text = period.isoformat()[:10] if isinstance(period, date) else str(period)
    try:
        if isinstance(period, bool) or not isinstance(period, str | Integral | date) or len(text) > len("2019-07-04"):
            raise ValueError
        values.span(text)
    except ValueError:
        raise InvalidInput(f"period is a year, a month or a day, such as '2019-07', not {show(period)}") from None
    words = (F.timeYear, F.timeMonth, F.timeDay)
    parts = [int(part) for part in text.split("-")]
    return and_(*(word == part for word, part in zip(words, parts, strict=False)))


def _count_periods(entries: Iterable[Aggregation], by: By) -> defaultdict[str, int]:
    """What each period has; an entry that is finer than asked for counts for its month or year."""
    counts: defaultdict[str, int] = defaultdict(int)
    for entry in entries:
        parts = _DIGITS.findall(entry.value)[: _LENGTHS[by]]
        if len(parts) < _LENGTHS[by] or entry.count is None or not _is_period(_write(parts)):
            told = f"Amazon counts {show(entry.value)}, which is no {by} that can be read"
            raise UnexpectedReply(f"timeline: {told}; refresh() brings what counts offline", operation="timeline")
        counts[_write(parts)] += entry.count
    return counts


def _write(parts: Sequence[str]) -> str:
    return "-".join([parts[0].zfill(4), *(part.zfill(2) for part in parts[1:])])


def _is_period(text: str) -> bool:
    with suppress(ValueError):
        values.span(text)
        return len(text) <= len("2019-07-04")
    return False
