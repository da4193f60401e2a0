"""The ids of one key: its pages, each asked for once, of which only the ids are read.

The service's counts are its own. A listing that ends where its pages end is whole, whatever was announced; one in which
a page came twice, came short, or whose count fell meanwhile is read once more, and what either reading has counts.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from functools import partial

import msgspec

from ...errors import UnexpectedReply
from ...model.checks import is_node_id
from ...net.concurrency import gather_or_cancel
from ...net.paging import list_nodes
from ...net.session import Session
from ...query.expr import Equal, Term
from ...wire import members as wire
from ...wire.call import Call
from ...wire.members import Member, MembersPage
from ...wire.nodes import MAX_BY_OFFSET, children
from .known import ToldKey

_MAX_IN_VAIN = 20
"""Pages, one after the other, that hold nothing new."""
_AT_ONCE = 16
"""Pages of one key under way at once; the session lets fewer of them through. A count that is far too high costs no
more than these in vain."""
_WORDS = {"person": "people", "thing": "things", "place": "location"}
_member = msgspec.json.Decoder(Member)
_Pages = Callable[[int, int], Call[MembersPage]]
"""Gives a page by offset and limit."""


@dataclass(frozen=True, slots=True)
class Listed:
    """``ids`` of a key, each once, in the service's order; ``count`` is what the service announced."""

    ids: Sequence[str]
    count: int


async def list_members(session: Session, key: ToldKey) -> Listed:
    """List the nodes of a key. Raises what requests raise."""
    if key.relation == "album":
        return await _list_album(session, key.key)
    if key.relation == "family":
        call = partial(wire.search_members, filters=None, search_context="family")
    else:
        call = partial(wire.search_members, filters=Term(_WORDS[key.relation], Equal(key.key)))
    first = await session.send(call(limit=_size(session), offset=0))
    return await _read(session, lambda offset, limit: call(offset=offset, limit=limit), first)


async def _list_album(session: Session, album: str) -> Listed:
    """By token where the service gives one, else by offset, which reaches ``MAX_BY_OFFSET`` nodes."""
    call = partial(wire.album_members, album)

    def by_offset(offset: int, limit: int) -> Call[MembersPage]:
        return call(offset=offset, limit=limit)

    first = await session.send(call(limit=_size(session)))
    if first.next_token:
        return await _follow_tokens(session, album, by_offset, first)
    if first.count <= MAX_BY_OFFSET:
        return await _read(session, by_offset, first, MAX_BY_OFFSET)
    return Listed(await _list_by_date(session, album), first.count)


async def _list_by_date(session: Session, album: str) -> Sequence[str]:
    """What offsets don't reach, in parts; what came of a listing that never agrees with its count."""
    found: dict[str, None] = {}
    try:
        async with aclosing(list_nodes(session, partial(children, album))) as pages:
            async for page in pages:
                found |= dict.fromkeys(_ids(_member.decode(raw) for raw in page.data))
    except UnexpectedReply as error:
        if error.status is not None:  # of an answer that cannot be read
            raise
    return list(found)


async def _follow_tokens(session: Session, album: str, call: _Pages, page: MembersPage) -> Listed:
    found, count, in_vain = dict.fromkeys(_ids(page.data)), page.count, 0
    while page.next_token and in_vain < _MAX_IN_VAIN:
        before = len(found)
        page = await session.send(wire.album_members(album, limit=_size(session), token=page.next_token))
        found |= dict.fromkeys(_ids(page.data))
        in_vain = in_vain + 1 if len(found) == before else 0
    if not page.next_token and page.data and 0 < len(found) < count <= MAX_BY_OFFSET:  # the tokens ended before it
        rest = await _read_on(session, call, page, len(found), MAX_BY_OFFSET)
        found |= dict.fromkeys(_ids_of(rest))
    return Listed(list(found), count)


async def _read(session: Session, call: _Pages, first: MembersPage, last: int | None = None) -> Listed:
    """By offset, from ``first`` on; no page reaches beyond ``last``."""
    size = _size(session)
    pages = await _read_pages(session, call, first, last)
    found = dict.fromkeys(_ids_of(pages))
    if _come_short(pages, size):
        full = next((number for number, page in enumerate(pages) if len(page.data) < size), len(pages) - 1)
        pages = await _read_on(session, call, pages[full], full * size + len(pages[full].data), last)
    elif not _fit(pages):
        pages = await _read_pages(session, call, await session.send(call(0, size)), last)
    found |= dict.fromkeys(_ids_of(pages))
    return Listed(list(found), pages[-1].count)


async def _read_pages(session: Session, call: _Pages, first: MembersPage, last: int | None) -> Sequence[MembersPage]:
    """Once: the pages that are announced, and a further one as long as they are full beyond what is announced.

    Far beyond it, only as long as they hold anything new: the service may give the same whatever the offset.
    """
    size, pages, end, found = _size(session), [first], first.count, set(_ids(first.data))
    while pages[-1].data:
        reach = len(pages) * size
        if len(pages[-1].data) >= size and reach > pages[-1].count:
            end = reach + size
        step = range(reach, min(end, last or sys.maxsize), size)[:_AT_ONCE]
        if not step:
            break
        new = await gather_or_cancel(session.send(call(at, min(size, (last or sys.maxsize) - at))) for at in step)
        pages += new
        before = len(found)
        found.update(_ids_of(new))
        if len(found) == before and reach > _furthest(first.count, size):
            break
    return pages


async def _read_on(
    session: Session, call: _Pages, short: MembersPage, reach: int, last: int | None
) -> Sequence[MembersPage]:
    """From behind a page that came short of what was asked for: each from where the one before ends."""
    size, end = _size(session), last or sys.maxsize
    pages, found, in_vain = [short], set[str](), 0
    while pages[-1].data and reach < end and in_vain < _MAX_IN_VAIN:
        pages.append(await session.send(call(reach, min(size, end - reach))))
        reach += len(pages[-1].data)
        before = len(found)
        found.update(_ids(pages[-1].data))
        in_vain = in_vain + 1 if len(found) == before else 0
    return pages


def _furthest(count: int, size: int) -> int:
    return 2 * max(count, 0) + 100 * size


def _come_short(pages: Sequence[MembersPage], size: int) -> bool:
    """Whether a page but the last with anything is not full, or all of them are less than they announce."""
    lengths = [len(page.data) for page in pages if page.data]
    return any(length < size for length in lengths[:-1]) or 0 < sum(lengths) < min(page.count for page in pages)


def _fit(pages: Sequence[MembersPage]) -> bool:
    """Whether the pages fit together: without a node twice, and of one count."""
    ids = list(_ids_of(pages))
    return len(set(ids)) == len(ids) and len({page.count for page in pages}) == 1


def _ids_of(pages: Sequence[MembersPage]) -> Iterator[str]:
    return (one for page in pages for one in _ids(page.data))


def _ids(members: Sequence[Member] | Iterator[Member]) -> Iterator[str]:
    return (member.id for member in members if is_node_id(member.id))


def _size(session: Session) -> int:
    return session.settings.page_size
