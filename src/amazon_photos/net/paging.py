"""Listings: every page once, a few at a time, and complete or a clear error.

By token where the reply gives one (live 2026), by offsets otherwise. Node listings end at offset 9999, so a longer
one is split by ``createdDate`` until every part fits. Nodes are told apart by id: what moves between pages
while we read comes once, and what slipped between two pages is found by reading again. Only ids are remembered,
some 100 bytes for each node listed.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import aclosing
from datetime import UTC, datetime
from typing import Protocol

import msgspec

from ..errors import BadInput, FilterError, UnexpectedReply
from ..model.page import Page
from ..query.parser import parse
from ..query.semantics import MOST_TERMS
from ..wire.message import Call
from ..wire.nodes import MOST_BY_OFFSET
from .session import Session

OnPage = Callable[[int, int], None]
"""Called with how many nodes have come and how many there are."""

_READINGS = 3
_EARLIEST = int(datetime(2000, 1, 1, tzinfo=UTC).timestamp() * 1000)
_LATEST = int(datetime(2100, 1, 1, tzinfo=UTC).timestamp() * 1000)


class ByOffset(Protocol):
    """Gives one page by offset."""

    def __call__(self, *, limit: int, offset: int) -> Call[Page]: ...


class ByToken(Protocol):
    """Gives one page by offset or, once there is one, by token."""

    def __call__(self, *, filters: str, limit: int, offset: int, token: str | None = None) -> Call[Page]: ...


class _Id(msgspec.Struct):
    id: str


_id = msgspec.json.Decoder(_Id)


class _Listing:
    """What has come so far, and how much is wanted."""

    def __init__(self, limit: int | None, on_page: OnPage | None) -> None:
        self._seen: set[str] = set()
        self._limit = limit
        self._on_page = on_page
        self.total = 0

    @property
    def count(self) -> int:
        return len(self._seen)

    @property
    def complete(self) -> bool:
        return self.count >= self.total

    def expect(self, there: int) -> None:
        """Amazon's latest word on how many there are."""
        self.total = max(0, there) if self._limit is None else max(0, min(there, self._limit))

    def fresh(self, page: Page) -> Page:
        """The page without what has come before and what is not wanted."""
        kept = []
        for raw in page.data:
            if self._limit is not None and self.count >= self._limit:
                break
            try:
                node_id = _id.decode(raw).id
            except msgspec.DecodeError:
                raise UnexpectedReply("a listing holds something that is no node") from None
            if node_id not in self._seen:
                self._seen.add(node_id)
                kept.append(raw)
        if self._on_page:
            self._on_page(min(self.count, self.total), self.total)
        return msgspec.structs.replace(page, data=kept)


async def by_offset(
    session: Session,
    call: ByOffset,
    *,
    offset: int = 0,
    limit: int | None = None,
    on_page: OnPage | None = None,
) -> AsyncIterator[Page]:
    """The pages of a listing, in order: the first one once, then the rest side by side.

    ``limit`` nodes at most. A page holds only nodes that have not come before. Leaving early stops what is under
    way. Raises ``UnexpectedReply`` if Amazon announces more than it gives, after reading three times.
    """
    listing = _Listing(limit, on_page)
    if limit == 0:
        return
    size = session.settings.page_size if limit is None else min(session.settings.page_size, limit)
    first = await session.send(call(limit=size, offset=offset))
    listing.expect(first.count - offset)
    yield listing.fresh(first)
    for reading in range(_READINGS):
        begin = offset + size if reading == 0 else offset
        calls = (call(limit=size, offset=start) for start in range(begin, offset + listing.total, size))
        async with aclosing(_ahead(session, calls)) as pages:
            async for page in pages:
                listing.expect(page.count - offset)
                yield listing.fresh(page)
        if listing.complete:
            return
    raise UnexpectedReply(f"incomplete listing: {listing.total} nodes announced, {listing.count} given")


async def _ahead(session: Session, calls: Iterable[Call[Page]]) -> AsyncIterator[Page]:
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


async def list_nodes(
    session: Session,
    call: ByToken,
    *,
    filters: str = "",
    offset: int = 0,
    limit: int | None = None,
    on_page: OnPage | None = None,
) -> AsyncIterator[Page]:
    """All pages of a node listing, past 9999 too.

    More than 9999 without tokens are read by parts of ``createdDate``, so they come in that order, whatever the sort.
    """
    if limit == 0:
        return
    size = session.settings.page_size if limit is None else min(session.settings.page_size, limit)
    first = await session.send(call(filters=filters, limit=size, offset=offset))
    listing = _Listing(limit, on_page)
    listing.expect(first.count - offset)
    if first.next_token:
        pages = _by_token(session, call, filters, size, first, listing)
    elif offset + listing.total <= MOST_BY_OFFSET:
        pages = by_offset(session, _filtered(call, filters), offset=offset, limit=limit, on_page=on_page)
    elif offset:
        raise BadInput(f"Amazon gives no nodes past {MOST_BY_OFFSET} by offset: list from 0, or filter by createdDate")
    else:
        pages = _by_parts(session, call, filters, listing)
    async with aclosing(pages):
        async for page in pages:
            yield page


def _filtered(call: ByToken, filters: str) -> ByOffset:
    return lambda *, limit, offset: call(filters=filters, limit=limit, offset=offset)


async def _by_token(
    session: Session, call: ByToken, filters: str, size: int, first: Page, listing: _Listing
) -> AsyncIterator[Page]:
    """One page after the other. A token that leads in a circle, or to nothing new for long, is an error."""
    page, used = first, set[str]()
    while True:
        listing.expect(page.count)
        yield listing.fresh(page)
        token = page.next_token
        if not token or (listing.complete and not page.data):
            return
        if token in used:
            raise UnexpectedReply("a listing leads in a circle: the same token came twice")
        used.add(token)
        page = await session.send(call(filters=filters, limit=size, offset=0, token=token))


async def _by_parts(session: Session, call: ByToken, filters: str, listing: _Listing) -> AsyncIterator[Page]:
    """Halves the time until each part has at most 9999 nodes, and reads the parts from the earliest on."""
    _room_for_one_more(filters)
    parts = [(_EARLIEST, _LATEST)]
    while parts:
        begin, end = parts.pop()
        part = _filtered(call, _between(filters, begin, end))
        count = (await session.send(part(limit=1, offset=0))).count
        if count > MOST_BY_OFFSET:
            if end - begin < 2:
                raise UnexpectedReply(f"more than {MOST_BY_OFFSET} nodes were created in one millisecond")
            middle = (begin + end) // 2
            parts += [(middle, end), (begin, middle)]
        elif count:
            async with aclosing(by_offset(session, part)) as pages:
                async for page in pages:
                    yield listing.fresh(page)


def _between(filters: str, begin: int, end: int) -> str:
    ends = [
        datetime.fromtimestamp(t / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{t % 1000:03}Z" for t in (begin, end)
    ]
    part = f'createdDate:["{ends[0]}" TO "{ends[1]}"}}'
    return f"({filters}) AND {part}" if filters else part


def _room_for_one_more(filters: str) -> None:
    try:
        terms = sum(1 for _ in parse(filters).terms()) if filters else 0
    except FilterError:
        return  # sent as it is, at the caller's wish; Amazon will say
    if terms >= MOST_TERMS:
        raise FilterError(
            f"more than {MOST_BY_OFFSET} nodes match, and splitting them by createdDate needs one filter parameter more",
            hint=f"use at most {MOST_TERMS - 1} parameters",
        )
