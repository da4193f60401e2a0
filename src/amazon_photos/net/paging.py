"""Listings: every page once, a few at a time, and complete or a clear error.

::

    by_offset     a search                        the first page, then the rest side by side
    list_nodes    nodes, children, the trash
        few, or in an order that was asked for    by token where the reply gives one (live 2026), else as by_offset
        past 9999 without tokens                  in parts of createdDate, one after the other, each as by_offset
        many, with tokens, in any order           in parts of createdDate side by side, each by token

One token leads to the next, so a listing by token has one request under way; parts have as many as the limit lets
through. Measured against the emulator with 50 ms a page, on two busy cores: 89,498 nodes (448 pages) took 27 s by one
chain of tokens, and 8 s and 465 requests in parts; without tokens 7 s and 459 requests.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import Protocol

from ..errors import BadRequest, FilterRejected, InvalidInput, PartitioningUnsupported, UnexpectedReply
from ..model.results import Page
from ..query.expr import Expr
from ..query.sort import UNSORTED, SortOrder
from ..wire.call import Call
from ..wire.nodes import MAX_BY_OFFSET
from . import date_ranges
from .date_ranges import DateRange
from .listing_state import MAX_READINGS, ListingPage, ListingState, OnPage
from .read_ahead import ByOffset, read_ahead
from .session import Session

__all__ = ["ByOffset", "ByToken", "ListingPage", "OnPage", "by_offset", "list_nodes"]

_PARTITION_FROM = 4000
"""From so many nodes on, parts side by side are worth the requests that find where to cut."""
_MAX_RANGE_NODES = 9800
"""Nodes of a part: 49 full pages, and room for some that come meanwhile."""


class ByToken(Protocol):
    """Gives one page by offset or, once there is one, by token."""

    def __call__(
        self, *, filters: Expr | None, sort: str, limit: int, offset: int, token: str | None = None
    ) -> Call[Page]: ...


async def by_offset(
    session: Session,
    call: ByOffset,
    *,
    offset: int = 0,
    limit: int | None = None,
    on_page: OnPage | None = None,
    restart: bool = False,
) -> AsyncGenerator[ListingPage, None]:
    """Yield the pages of a listing, in order: the first one once, then the rest side by side.

    ``limit`` nodes at most. A piece holds only nodes that have not come before. When the numbers disagree it is read
    again, and what was missed comes at the end; with ``restart`` everything comes again (see ``ListingPage.again``).
    Leaving early stops what is under way. Raises ``UnexpectedReply`` if Amazon announces more than it gives, after
    three readings.
    """
    with ListingState(offset=offset, limit=limit, on_page=on_page, restart=restart) as listing:
        size = _page_size(session, listing)

        async def read() -> AsyncGenerator[Page, None]:
            first = await session.send(call(limit=size, offset=offset))
            listing.note_total(first.count)
            async with aclosing(read_ahead(session, call, first, size, listing, offset=offset)) as pages:
                async for page in pages:
                    yield page

        async with aclosing(_complete(listing, read)) as pieces:
            async for piece in pieces:
                yield piece


async def list_nodes(
    session: Session,
    call: ByToken,
    *,
    filters: Expr | None = None,
    sort: SortOrder = UNSORTED,
    offset: int = 0,
    limit: int | None = None,
    on_page: OnPage | None = None,
    restart: bool = False,
) -> AsyncGenerator[ListingPage, None]:
    """Yield all pages of a node listing, past 9999 too; otherwise as ``by_offset``.

    More than 9999 without tokens come by ``createdDate``, whatever ``sort`` says, and then all of them, whatever
    ``limit`` says: see ``ListingPage.in_order``. Without a ``sort`` the order is none. Raises ``InvalidInput`` for an
    offset that Amazon doesn't reach, ``FilterError`` when there is no room for the term that splits, and
    ``UnexpectedReply`` if Amazon announces more than it gives, after reading three times.
    """
    with ListingState(offset=offset, limit=limit, on_page=on_page, restart=restart) as listing:
        reader = _Nodes(session, call, filters, sort, listing)
        async with aclosing(_complete(listing, reader.read)) as pieces:
            async for piece in pieces:
                yield piece


async def _complete(
    listing: ListingState, read: Callable[[], AsyncGenerator[Page, None]]
) -> AsyncGenerator[ListingPage, None]:
    """Reads until the numbers agree, and gives each node once."""
    if listing.limit == 0:
        return
    for _ in range(MAX_READINGS):
        listing.begin()
        async with aclosing(read()) as pages:
            async for page in pages:
                yield listing.deduplicate(page)
                if listing.ended:
                    return
        if listing.consistent:
            return
    listing.finish()


def _page_size(session: Session, listing: ListingState) -> int:
    size = session.settings.page_size
    return size if listing.limit is None else min(size, listing.limit)


class _Nodes:
    """One node listing: chooses the way by its first page."""

    def __init__(
        self, session: Session, call: ByToken, filters: Expr | None, sort: SortOrder, listing: ListingState
    ) -> None:
        self._session = session
        self._call = call
        self._filters = filters
        self._sort = sort
        self._listing = listing
        self._size = _page_size(session, listing)
        self._uncuttable = False

    async def read(self) -> AsyncGenerator[Page, None]:
        """The pages of one reading."""
        listing, offset = self._listing, self._listing.offset
        if offset >= MAX_BY_OFFSET:
            raise _out_of_reach()
        first = await self._page(self._filters, offset=offset, size=min(self._size, MAX_BY_OFFSET - offset))
        listing.note_total(first.count)
        if first.next_token:
            many = listing.total > _PARTITION_FROM and not (self._sort or offset or listing.limit or self._uncuttable)
            by_parts = many and date_ranges.has_room_for_term(self._filters)
            pages = self._try_parts(first) if by_parts else self._chain(first, self._filters)
        elif offset + listing.total <= MAX_BY_OFFSET:
            pages = self._by_offset(self._filters, first, offset)
        elif offset:
            raise _out_of_reach()
        else:
            pages = self._parts(first)
        async with aclosing(pages):
            async for page in pages:
                yield page

    async def _page(
        self,
        filters: Expr | None,
        *,
        offset: int = 0,
        after: Page | None = None,
        sort: str | None = None,
        size: int | None = None,
    ) -> Page:
        """One page; the one that the token of the page ``after`` leads to. Tracebacks show no token."""
        sort = self._sort.text if sort is None else sort
        token = None if after is None else after.next_token
        call = self._call(filters=filters, sort=sort, limit=size or self._size, offset=offset, token=token)
        del token
        return await self._session.send(call)

    def _by_offset(self, filters: Expr | None, first: Page, offset: int) -> AsyncGenerator[Page, None]:
        def call(*, limit: int, offset: int) -> Call[Page]:
            return self._call(filters=filters, sort=self._sort.text, limit=limit, offset=offset)

        return read_ahead(self._session, call, first, self._size, self._listing, offset=offset, last=MAX_BY_OFFSET)

    async def _chain(self, first: Page, filters: Expr | None) -> AsyncGenerator[Page, None]:
        """One page after the other, by token. A token that has expired ends the reading: it begins again.

        Of a token that leads nowhere the next page tells; larger circles show in pages without anything new.
        """
        page, before = first, first
        while True:
            yield page
            self._listing.note_decrease(before.count - page.count)
            if not page.data and self._listing.limit is not None:
                self._listing.mark_unstable()  # some of those that are wanted may have been left out
            if not page.next_token:
                return
            if page is not before and page.next_token == before.next_token:
                if self._listing.last_try:
                    raise UnexpectedReply("a listing leads in a circle: the same token came twice")
                self._listing.mark_unstable()
                return
            before = page
            try:
                page = await self._page(filters, after=before)
            except BadRequest as error:
                if "token is expired" not in error.reply.lower():
                    raise
                self._listing.mark_unstable()
                return

    # --- in parts ------------------------------------------------------------------------------------------------

    async def _try_parts(self, first: Page) -> AsyncGenerator[Page, None]:
        """Where there are tokens, parts are only the faster way: when they fail, the next reading is by token."""
        try:
            async with aclosing(self._parts(first)) as pages:
                async for page in pages:
                    yield page
        except (PartitioningUnsupported, FilterRejected):
            self._uncuttable = True
            self._listing.mark_unstable()

    async def _parts(self, first: Page) -> AsyncGenerator[Page, None]:
        if not date_ranges.has_room_for_term(self._filters):
            raise date_ranges.no_room()
        if self._sort:
            self._listing.in_order, self._listing.limit = False, None
        else:
            yield first
        if first.next_token:
            full_pages = -(-first.count // self._session.limit.max_width // self._size) * self._size
            parts = self._cut(first.count, min(max(_PARTITION_FROM // 2, full_pages), _MAX_RANGE_NODES))
            pages = date_ranges.read_concurrently(parts, self._part, ahead=self._session.limit.max_width)
        else:
            pages = self._one_by_one(first.count)
        async with aclosing(pages):
            async for page in pages:
                yield page

    async def _one_by_one(self, count: int) -> AsyncGenerator[Page, None]:
        async with aclosing(self._cut(count, _MAX_RANGE_NODES)) as parts:
            async for part in parts:
                async with aclosing(self._part(part)) as pages:
                    async for page in pages:
                        yield page

    async def _cut(self, count: int, size: int) -> AsyncGenerator[DateRange, None]:
        """Parts of ``size`` nodes, as far as they are not created in one millisecond."""
        latest_first = _latest_first(self._sort)
        order = f"['createdDate {'DESC' if latest_first else 'ASC'}']"
        rest = DateRange()
        for _ in range(2 * -(-count // size) + 10):
            page = await self._page(rest.within(self._filters), sort=order, offset=size, size=1)
            if not page.data:
                yield rest
                return
            part, rest = rest.cut(date_ranges.read_created_at(page.data[0]), latest_first=latest_first)
            yield part
        raise date_ranges.partitioning_unsupported()

    async def _part(self, part: DateRange) -> AsyncGenerator[Page, None]:
        filters = part.within(self._filters)
        first = await self._page(filters)
        if first.next_token:
            pages = self._chain(first, filters)
        elif first.count <= MAX_BY_OFFSET:
            pages = self._by_offset(filters, first, 0)
        else:
            raise UnexpectedReply(f"more than {MAX_BY_OFFSET} nodes were created at once: Amazon gives no more of them")
        async with aclosing(pages):
            async for page in pages:
                yield page


def _latest_first(sort: SortOrder) -> bool:
    """Whether the newest come first; () is no order, and of text that only Amazon can read nobody knows."""
    return bool(sort.keys) and sort.keys[0].field.path == "createdDate" and sort.keys[0].descending


def _out_of_reach() -> InvalidInput:
    return InvalidInput(f"Amazon gives no nodes past {MAX_BY_OFFSET} by offset: list from 0, or filter by createdDate")
