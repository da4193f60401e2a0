"""A long listing cut into parts by ``createdDate``, which never changes: each node is in exactly one part.

Few requests are spent on finding the cuts: Amazon says the earliest and the latest date, the time between is cut evenly
into as many parts as the number of nodes asks for, and only a part that turns out too big is cut again. A part's first
page tells its size and is its first page, so a part that fits costs nothing. The outermost parts are open, so
whatever is created meanwhile is in one of them.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise

import msgspec

from ..errors import FilterError, UnexpectedReply
from ..model.page import Page
from ..query.expr import And, Term
from ..query.parser import parse
from ..query.semantics import MOST_TERMS
from ..wire.nodes import MOST_BY_OFFSET

_MOST_PARTS = 64
"""Into how many one part is cut at a time."""


class DatesUnheeded(UnexpectedReply):
    """The parts hold far more than the whole: Amazon gives the same whatever the dates, and cutting would not end."""


class Cut:
    """What the parts of one cut may hold together."""

    def __init__(self, count: int) -> None:
        self._left = 2 * count + 1000  # some come while we read

    def hold(self, count: int) -> None:
        """One part holds so many. Raises ``DatesUnheeded``."""
        self._left -= count
        if self._left < 0:
            raise DatesUnheeded("a listing cannot be read in parts: Amazon gives the same whatever the createdDate")


@dataclass(frozen=True, slots=True)
class Part:
    """From ``begin`` until before ``end``, in ms since 1970; an open end holds all that lies beyond it too."""

    begin: int
    end: int
    open_begin: bool = True
    open_end: bool = True
    cut: Cut | None = field(default=None, repr=False, compare=False)

    @property
    def splittable(self) -> bool:
        return self.end - self.begin > 1

    def split(self, pieces: int, *, count: int) -> list[Part]:
        """Cut evenly, the earliest first; ``count`` nodes are in it."""
        cut = Cut(count)
        pieces = min(max(2, pieces), _MOST_PARTS, self.end - self.begin)
        cuts = [self.begin + (self.end - self.begin) * i // pieces for i in range(pieces + 1)]
        return [
            Part(begin, end, self.open_begin and i == 0, self.open_end and i == pieces - 1, cut)
            for i, (begin, end) in enumerate(pairwise(cuts))
        ]

    def within(self, filters: str) -> str:
        """``filters``, and in this part."""
        begin = "{*" if self.open_begin else f'["{_text(self.begin)}"'
        end = "*]" if self.open_end else f'"{_text(self.end)}"}}'
        if self.open_begin and self.open_end:
            return filters
        term = f"createdDate:{begin} TO {end}"
        return f"{_as_one(filters)} AND {term}" if filters else term


def _text(moment: int) -> str:
    return datetime.fromtimestamp(moment // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment % 1000:03}Z"


def _as_one(filters: str) -> str:
    """In brackets, unless it is only terms and ANDs: the less is new to Amazon, the better."""
    try:
        plain = isinstance(parse(filters), And | Term)
    except FilterError:
        plain = False
    return filters if plain else f"({filters})"


def room_for_one_more(filters: str) -> bool:
    """Whether another term may be added; of a filter that we cannot read, Amazon will say."""
    try:
        return not filters or sum(1 for _ in parse(filters).terms()) < MOST_TERMS
    except FilterError:
        return True


def no_room() -> FilterError:
    return FilterError(
        f"more than {MOST_BY_OFFSET} nodes match; reading them in parts by createdDate takes one filter parameter more",
        hint=f"use at most {MOST_TERMS - 1} parameters",
    )


class _Dated(msgspec.Struct, rename="camel"):
    created_date: datetime


_dated = msgspec.json.Decoder(_Dated)


def whole(earliest: Page, latest: Page) -> Part:
    """All time, with ends where the first and the last node stand; Amazon's own lifetime if they don't say."""
    try:
        begin, end = (_dated.decode(page.data[0]).created_date.timestamp() for page in (earliest, latest))
    except (msgspec.DecodeError, IndexError):
        begin, end = 1.0, 0.0
    if begin > end:
        begin, end = (datetime(year, 1, 1, tzinfo=UTC).timestamp() for year in (2011, 2051))
    return Part(int(begin * 1000), int(end * 1000) + 1)


Read = Callable[[Part], AsyncGenerator[Page | list[Part], None]]
"""Gives the pages of a part, or else the parts that it had to be cut into."""


async def one_by_one(parts: Sequence[Part], read: Read, *, latest_first: bool) -> AsyncGenerator[Page, None]:
    """The pages of all parts, in the order of time."""
    left = list(parts) if latest_first else list(reversed(parts))
    while left:
        async with aclosing(read(left.pop())) as found:
            async for item in found:
                if isinstance(item, Page):
                    yield item
                else:
                    left += item if latest_first else reversed(item)


async def side_by_side(parts: Sequence[Part], read: Read, *, ahead: int) -> AsyncGenerator[Page, None]:
    """The pages of all parts as they come; each part holds back once ``ahead`` pages wait to be taken."""
    found: asyncio.Queue[Page | list[Part] | Exception | None] = asyncio.Queue(ahead)

    async def run(part: Part) -> None:
        try:
            async with aclosing(read(part)) as items:
                async for item in items:
                    await found.put(item)
            await found.put(None)
        except Exception as error:  # raised where the pages are taken
            await found.put(error)

    tasks = [asyncio.create_task(run(part)) for part in parts]
    left = len(tasks)
    try:
        while left:
            match await found.get():
                case Page() as page:
                    yield page
                case list() as more:
                    tasks += [asyncio.create_task(run(part)) for part in more]
                    left += len(more)
                case Exception() as error:
                    raise error
                case None:
                    left -= 1
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
