"""Listings by offset: every page after the first one, read ahead and given in order."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator
from typing import Protocol

from ..model.results import Page
from ..wire.call import Call
from .listing_state import ListingState
from .session import Session


class ByOffset(Protocol):
    """Gives one page by offset."""

    def __call__(self, *, limit: int, offset: int) -> Call[Page]: ...


async def read_ahead(
    session: Session,
    call: ByOffset,
    first: Page,
    size: int,
    listing: ListingState,
    *,
    offset: int = 0,
    last: int | None = None,
) -> AsyncGenerator[Page, None]:
    """Yield ``first``, which begins at ``offset``, and all pages after it, in order.

    None reaches beyond ``last``. They are read ahead as far as the session lets through at once.
    """
    yield first
    ahead = _Prefetch(first, size, listing, offset=offset, last=last)
    under_way: deque[tuple[int, asyncio.Task[Page]]] = deque()
    try:
        while True:
            at_once = 0 if listing.last_try else session.limit.width  # answers that overtake each other lose nodes
            while len(under_way) <= at_once and (turn := ahead.next_range()) is not None:
                start, most = turn
                under_way.append((start, asyncio.create_task(session.send(call(limit=most, offset=start)))))
            if not under_way:
                return
            start, task = under_way.popleft()
            page = await task
            ahead.note_page(start, page)
            if not page.data and start >= page.count:
                return  # the rest is gone
            yield page
    finally:
        for _, task in under_way:
            task.cancel()
        await asyncio.gather(*(task for _, task in under_way), return_exceptions=True)


class _Prefetch:
    """Knows where the pages of a listing by offset stand; what is created meanwhile pushes its end along.

    ``last`` is where Amazon's offsets end.
    """

    def __init__(self, first: Page, size: int, listing: ListingState, *, offset: int, last: int | None) -> None:
        self._size = size
        self._listing = listing
        self._last = last
        self._wanted = None if listing.limit is None else offset + listing.limit
        self._most = self._latest = first.count
        self._furthest = 2 * first.count + 100 * size  # a library that grows faster than we read is not run after
        self._next = offset + size
        self.note_page(offset, first)

    def note_page(self, start: int, page: Page) -> None:
        """Learn from a page that begins at ``start``.

        One that is full and reaches past its own count proves the count wrong.
        """
        self._listing.note_decrease(self._latest - page.count)
        self._latest = page.count
        full = len(page.data) >= self._size and start + len(page.data) > page.count
        self._most = max(self._most, page.count, start + 2 * self._size if full else 0)
        ends = (self._most, self._wanted, self._last, self._furthest)
        self._end = min(end for end in ends if end is not None)

    def next_range(self) -> tuple[int, int] | None:
        """Return where the next page begins, and how many it may hold; None at the end, for now."""
        start = self._next
        if start >= self._end:
            return None
        bounds = [bound - start for bound in (self._wanted, self._last) if bound is not None]
        size = min([self._size, *bounds])
        self._next += size
        return start, size
