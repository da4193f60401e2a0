"""Listings: every page once, a few at a time, and complete or a clear error.

::

    by_offset     a search                        the first page, then the rest side by side
    list_nodes    nodes, children, the trash
        few, or in an order that was asked for    by token where the reply gives one (live 2026), else as by_offset
        past 9999 without tokens                  in parts of createdDate, one after the other, each as by_offset
        many, with tokens, in any order           in parts of createdDate side by side, each by token

One token leads to the next, so a listing by token has one request under way; parts have as many as the limit lets
through. Measured against the emulator with 50 ms a page, on two busy cores: 98,964 nodes took 30 s and 495 requests
by one chain of tokens, 9 s and 522 requests in parts.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import aclosing
from typing import Protocol

from ..errors import BadInput, FilterError, FilterRejected, Rejected, UnexpectedReply
from ..model.page import Page
from ..query.sort import parse_sort
from ..wire.message import Call
from ..wire.nodes import MOST_BY_OFFSET
from . import parts as split
from .listing import READINGS, Listing, OnPage
from .parts import Part
from .session import Session

__all__ = ["ByOffset", "ByToken", "OnPage", "by_offset", "list_nodes"]

_MANY = 4000
"""From so many nodes on, parts side by side are worth the two requests that find their ends."""


class ByOffset(Protocol):
    """Gives one page by offset."""

    def __call__(self, *, limit: int, offset: int) -> Call[Page]: ...


class ByToken(Protocol):
    """Gives one page by offset or, once there is one, by token."""

    def __call__(self, *, filters: str, sort: str, limit: int, offset: int, token: str | None = None) -> Call[Page]: ...


async def by_offset(
    session: Session,
    call: ByOffset,
    *,
    offset: int = 0,
    limit: int | None = None,
    on_page: OnPage | None = None,
) -> AsyncGenerator[Page, None]:
    """The pages of a listing, in order: the first one once, then the rest side by side.

    ``limit`` nodes at most. A page holds only nodes that have not come before. Leaving early stops what is under
    way. Raises ``UnexpectedReply`` if Amazon announces more than it gives, after reading three times.
    """
    with Listing(offset=offset, limit=limit, on_page=on_page) as listing:
        size = _page_size(session, listing)

        async def read() -> AsyncGenerator[Page, None]:
            first = await session.send(call(limit=size, offset=offset))
            async with aclosing(_from_first(session, call, first, size, listing, offset=offset)) as pages:
                async for page in pages:
                    listing.expect(page.count)
                    yield page

        async with aclosing(_complete(listing, read)) as pages:
            async for page in pages:
                yield page


async def list_nodes(
    session: Session,
    call: ByToken,
    *,
    filters: str = "",
    sort: str = "",
    offset: int = 0,
    limit: int | None = None,
    on_page: OnPage | None = None,
) -> AsyncGenerator[Page, None]:
    """All pages of a node listing, past 9999 too.

    More than 9999 without tokens come in the order of ``createdDate``, whatever ``sort`` says; without a ``sort`` the
    order is none. Raises ``BadInput`` for an offset that Amazon doesn't reach, ``FilterError`` when there is no room
    for the term that splits, and ``UnexpectedReply`` if Amazon announces more than it gives, after reading three times.
    """
    with Listing(offset=offset, limit=limit, on_page=on_page) as listing:
        reader = _Nodes(session, call, filters, sort, listing)
        async with aclosing(_complete(listing, reader.read)) as pages:
            async for page in pages:
                yield page


async def _complete(listing: Listing, read: Callable[[], AsyncGenerator[Page, None]]) -> AsyncGenerator[Page, None]:
    """Reads until the numbers agree, and gives each node once."""
    if listing.limit == 0:
        return
    for _ in range(READINGS):
        listing.begin()
        async with aclosing(read()) as pages:
            async for page in pages:
                yield listing.fresh(page)
                if listing.full:
                    return
        if listing.settled:
            return
    listing.finish()


def _page_size(session: Session, listing: Listing) -> int:
    size = session.settings.page_size
    return size if listing.limit is None else min(size, listing.limit)


async def _from_first(
    session: Session,
    call: ByOffset,
    first: Page,
    size: int,
    listing: Listing,
    *,
    offset: int = 0,
    last: int | None = None,
) -> AsyncGenerator[Page, None]:
    """``first``, which begins at ``offset``, and all pages after it; none reaches beyond ``last``."""
    yield first
    end = first.count if listing.limit is None else min(first.count, offset + listing.limit)
    starts = range(offset + size, end, size)
    bound = last if listing.limit is None else end
    calls = (call(limit=size if bound is None else min(size, bound - start), offset=start) for start in starts)
    async with aclosing(_ahead(session, calls)) as pages:
        for start in starts:
            page = await anext(pages)
            if page.count != first.count:
                listing.moved()
            if not page.data and start >= page.count:
                return  # the rest is gone
            yield page


async def _ahead(session: Session, calls: Iterable[Call[Page]]) -> AsyncGenerator[Page, None]:
    """The pages in order, read ahead as far as the session lets through at once."""
    waiting = iter(calls)
    under_way: list[asyncio.Task[Page]] = []
    try:
        while True:
            while len(under_way) < session.limit.limit + 1 and (call := next(waiting, None)) is not None:
                under_way.append(asyncio.create_task(session.send(call)))
            if not under_way:
                return
            yield await under_way.pop(0)
    finally:
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)


class _Nodes:
    """One node listing: chooses the way by its first page."""

    def __init__(self, session: Session, call: ByToken, filters: str, sort: str, listing: Listing) -> None:
        self._session = session
        self._call = call
        self._filters = filters
        self._sort = sort
        self._listing = listing
        self._size = min(_page_size(session, listing), max(1, MOST_BY_OFFSET - listing.offset))

    async def read(self) -> AsyncGenerator[Page, None]:
        """The pages of one reading."""
        listing, offset = self._listing, self._listing.offset
        if offset >= MOST_BY_OFFSET:
            raise _out_of_reach()
        first = await self._page(self._filters, offset=offset)
        listing.expect(first.count)
        if first.next_token:
            many = listing.total > _MANY and not (self._sort or offset or listing.limit or listing.again)
            by_parts = many and split.room_for_one_more(self._filters)
            pages = self._parts_if_heeded(first) if by_parts else self._chain(first)
        elif offset + listing.total <= MOST_BY_OFFSET:
            pages = self._by_offset(self._filters, first, offset)
        elif offset:
            raise _out_of_reach()
        else:
            pages = self._parts(first)
        async with aclosing(pages):
            async for page in pages:
                yield page

    async def _page(self, filters: str, *, offset: int = 0, token: str | None = None) -> Page:
        call = self._call(filters=filters, sort=self._sort, limit=self._size, offset=offset, token=token)
        return await self._session.send(call)

    def _by_offset(self, filters: str, first: Page, offset: int) -> AsyncGenerator[Page, None]:
        def call(*, limit: int, offset: int) -> Call[Page]:
            return self._call(filters=filters, sort=self._sort, limit=limit, offset=offset)

        return _from_first(self._session, call, first, self._size, self._listing, offset=offset, last=MOST_BY_OFFSET)

    async def _chain(self, first: Page, filters: str | None = None) -> AsyncGenerator[Page, None]:
        """One page after the other, by token. A token that has expired ends the reading: it begins again.

        Of a token that leads nowhere the next page tells; larger circles show in pages without anything new.
        """
        page, token = first, None
        while True:
            yield page
            if not page.next_token:
                return
            if page.next_token == token:
                raise UnexpectedReply("a listing leads in a circle: the same token came twice")
            token = page.next_token
            try:
                page = await self._page(self._filters if filters is None else filters, token=token)
            except Rejected as error:
                if "token is expired" not in error.reply.lower():
                    raise
                self._listing.moved()
                return

    async def _parts_if_heeded(self, first: Page) -> AsyncGenerator[Page, None]:
        """Where there are tokens, parts are only the faster way: when they fail, the next reading is by token."""
        try:
            async with aclosing(self._parts(first)) as pages:
                async for page in pages:
                    yield page
        except (split.DatesUnheeded, FilterRejected):
            self._listing.moved()

    async def _parts(self, first: Page) -> AsyncGenerator[Page, None]:
        if not split.room_for_one_more(self._filters):
            raise split.no_room()
        if not self._sort:
            yield first
        everything = split.whole(*[await self._outermost(direction) for direction in ("ASC", "DESC")])
        ceiling = self._session.limit.ceiling
        size = max(_MANY // 2, first.count // ceiling) if first.next_token else MOST_BY_OFFSET * 3 // 4
        parts = everything.split(-(-first.count // size), count=first.count)

        def read(part: Part) -> AsyncGenerator[Page | list[Part], None]:
            return self._part(part, size)

        if first.next_token:
            pages = split.side_by_side(parts, read, ahead=ceiling)
        else:
            pages = split.one_by_one(parts, read, latest_first=_latest_first(self._sort))
        async with aclosing(pages):
            async for page in pages:
                yield page

    async def _outermost(self, direction: str) -> Page:
        sort = f"['createdDate {direction}']"
        return await self._session.send(self._call(filters=self._filters, sort=sort, limit=1, offset=0))

    async def _part(self, part: Part, size: int) -> AsyncGenerator[Page | list[Part], None]:
        filters = part.within(self._filters)
        first = await self._page(filters)
        if part.cut:
            part.cut.hold(first.count)
        most = 2 * size if first.next_token else MOST_BY_OFFSET
        if first.count > most and part.splittable:
            yield part.split(-(-first.count // size), count=first.count)
            return
        if first.count > MOST_BY_OFFSET and not first.next_token:
            raise UnexpectedReply(f"more than {MOST_BY_OFFSET} nodes were created in one millisecond")
        pages = self._chain(first, filters) if first.next_token else self._by_offset(filters, first, 0)
        async with aclosing(pages):
            async for page in pages:
                yield page


def _latest_first(sort: str) -> bool:
    try:
        keys = parse_sort(sort)
    except FilterError:
        return False
    return bool(keys) and keys[0].field.path == "createdDate" and keys[0].descending


def _out_of_reach() -> BadInput:
    return BadInput(f"Amazon gives no nodes past {MOST_BY_OFFSET} by offset: list from 0, or filter by createdDate")
