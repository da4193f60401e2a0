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
"""Pages by token, one after the other, that hold nothing new."""
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
    first = await session.send(call(limit=_size(session)))
    if first.next_token:
        return await _follow_tokens(session, album, first)
    if first.count <= MAX_BY_OFFSET:
        return await _read(session, lambda offset, limit: call(offset=offset, limit=limit), first, MAX_BY_OFFSET)
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


async def _follow_tokens(session: Session, album: str, page: MembersPage) -> Listed:
    found, count, in_vain = dict.fromkeys(_ids(page.data)), page.count, 0
    while page.next_token and in_vain < _MAX_IN_VAIN:
        before = len(found)
        page = await session.send(wire.album_members(album, limit=_size(session), token=page.next_token))
        found |= dict.fromkeys(_ids(page.data))
        in_vain = in_vain + 1 if len(found) == before else 0
    return Listed(list(found), count)


async def _read(session: Session, call: _Pages, first: MembersPage, last: int | None = None) -> Listed:
    """By offset, from ``first`` on; no page reaches beyond ``last``."""
    pages = await _read_pages(session, call, first, last)
    found = dict.fromkeys(one for page in pages for one in _ids(page.data))
    if not _is_whole(pages, _size(session)):
        first = await session.send(call(0, _size(session)))
        pages = await _read_pages(session, call, first, last)
        found |= dict.fromkeys(one for page in pages for one in _ids(page.data))
    return Listed(list(found), pages[-1].count)


async def _read_pages(session: Session, call: _Pages, first: MembersPage, last: int | None) -> Sequence[MembersPage]:
    """Once: the pages that are announced, and a further one as long as they are full beyond what is announced."""
    size, pages, end = _size(session), [first], first.count
    furthest = min(2 * first.count + 100 * size, last or sys.maxsize)
    while pages[-1].data:
        reach = len(pages) * size
        if len(pages[-1].data) >= size and reach > pages[-1].count:
            end = reach + size
        step = range(reach, min(end, furthest), size)[:_AT_ONCE]
        if not step:
            break
        pages += await gather_or_cancel(session.send(call(offset, min(size, furthest - offset))) for offset in step)
    return pages


def _is_whole(pages: Sequence[MembersPage], size: int) -> bool:
    """Whether the pages fit together: full but for the last with anything, without a node twice, of one count."""
    ids = [one for page in pages for one in _ids(page.data)]
    lengths = [len(page.data) for page in pages if page.data]
    is_full = all(length >= size for length in lengths[:-1])
    return is_full and len(set(ids)) == len(ids) and len({page.count for page in pages}) == 1


def _ids(members: Sequence[Member] | Iterator[Member]) -> Iterator[str]:
    return (member.id for member in members if is_node_id(member.id))


def _size(session: Session) -> int:
    return session.settings.page_size
