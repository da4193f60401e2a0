"""A long listing in parts of ``createdDate``, which never changes: each node is in exactly one part.

Where to cut is asked of Amazon, not guessed: the node at place 9800, oldest first, says where a part of 9800 nodes
ends, however the dates are bunched (a library that was moved here in one night has nearly all of them in some hours).
Each cut costs one small request. The outermost parts are open, so whatever is created meanwhile is in one of them.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

import msgspec

from ..errors import FilterError, PartitioningUnsupported
from ..model.results import Page
from ..query.expr import Expr, Range, Term, and_
from ..query.validation import MAX_TERMS, count_of
from ..query.values import from_milliseconds, milliseconds
from ..wire.nodes import MAX_BY_OFFSET

_MAX_PIECES = 64


@dataclass(frozen=True, slots=True)
class DateRange:
    """Created from ``begin`` until before ``end``, in ms since 1970; None is open."""

    begin: int | None = None
    end: int | None = None

    def within(self, filters: Expr | None) -> Expr | None:
        """Limit ``filters`` to this part."""
        if self.begin is None and self.end is None:
            return filters
        low, high = (None if end is None else from_milliseconds(end) for end in (self.begin, self.end))
        term = Term("createdDate", Range(low, high, include_low=low is not None, include_high=high is None))
        return term if filters is None else and_(filters, term)

    def cut(self, date: int, *, latest_first: bool) -> tuple[DateRange, DateRange]:
        """Cut off what was created before ``date`` (``latest_first``: after it); return it and the rest.

        If nothing was, what was created at ``date`` itself, so that cutting ends. Raises
        ``PartitioningUnsupported`` for a date that is not in this part.
        """
        if (self.begin is not None and date < self.begin) or (self.end is not None and date >= self.end):
            raise partitioning_unsupported()
        if latest_first:
            place = date if date + 1 == self.end else date + 1
            return DateRange(place, self.end), DateRange(self.begin, place)
        place = date + 1 if date == self.begin else date
        return DateRange(self.begin, place), DateRange(place, self.end)

    def split(self, pieces: int, *, first: int, last: int) -> list[DateRange]:
        """Split into even pieces, the earliest first; where it is open, nodes are from ``first`` to ``last``."""
        begin = first if self.begin is None else self.begin
        end = last + 1 if self.end is None else self.end
        pieces = min(pieces, _MAX_PIECES, end - begin)
        if pieces < 2:
            return [self]
        cuts = [begin + (end - begin) * number // pieces for number in range(1, pieces)]
        return [DateRange(a, b) for a, b in pairwise([self.begin, *cuts, self.end])]

    def widen(self, by: int) -> DateRange:
        """Widen on both sides, by so many milliseconds."""
        begin, end = self.begin, self.end
        return DateRange(None if begin is None else begin - by, None if end is None else end + by)


def partitioning_unsupported() -> PartitioningUnsupported:
    return PartitioningUnsupported(
        "a listing cannot be read in parts: Amazon returns the same nodes whatever the createdDate"
    )


def has_room_for_term(filters: Expr | None) -> bool:
    """Tell whether another term may be added; of text that is sent as it is, Amazon will say."""
    return filters is None or count_of(filters) < MAX_TERMS


def no_room() -> FilterError:
    return FilterError(
        f"more than {MAX_BY_OFFSET} nodes match; reading them in parts by createdDate takes one filter parameter more",
        hint=f"use at most {MAX_TERMS - 1} parameters",
    )


class _Dated(msgspec.Struct, rename="camel"):
    created_date: datetime


_dated = msgspec.json.Decoder(_Dated)


def read_created_at(node: msgspec.Raw) -> int:
    """Read when a node was created, in ms since 1970.

    Raises ``PartitioningUnsupported`` if it doesn't say.
    """
    try:
        return milliseconds(_dated.decode(node).created_date)
    except (msgspec.DecodeError, ValueError):
        raise PartitioningUnsupported("a listing cannot be read in parts: a node has no createdDate") from None


Read = Callable[[DateRange], AsyncGenerator[Page, None]]
"""Gives the pages of a part."""


async def read_concurrently(
    parts: AsyncGenerator[DateRange, None], read: Read, *, ahead: int
) -> AsyncGenerator[Page, None]:
    """Yield the pages of all parts as they come.

    Everybody holds back once ``ahead`` pages wait to be taken.
    """
    crew = _Readers(read, ahead)
    crew.start(crew.read_all(parts))
    try:
        while not crew.done:
            match await crew.found.get():
                case Page() as page:
                    yield page
                case Exception() as error:
                    raise error
                case None:
                    crew.ended += 1
    finally:
        await crew.stop()


class _Readers:
    """One task that finds the parts, and one that reads each."""

    def __init__(self, read: Read, ahead: int) -> None:
        self.found: asyncio.Queue[Page | Exception | None] = asyncio.Queue(ahead)
        self.ended = 0
        self._read = read
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def done(self) -> bool:
        return self.ended == len(self._tasks)

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        self._tasks.append(asyncio.create_task(self._report(work)))

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def read_all(self, parts: AsyncGenerator[DateRange, None]) -> None:
        async with aclosing(parts):
            async for part in parts:
                self.start(self._pages_of(part))

    async def _pages_of(self, part: DateRange) -> None:
        async with aclosing(self._read(part)) as pages:
            async for page in pages:
                await self.found.put(page)

    async def _report(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
            await self.found.put(None)
        except Exception as error:  # raised where the pages are taken
            await self.found.put(error)
