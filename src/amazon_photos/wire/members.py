"""The ids of what belongs to something: pages of a search or of an album, of which nothing else is read.

A page of 200 nodes has some 400 KB; decoding its ids alone takes a fraction of the time that all of it takes.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

import msgspec

from ..query.expr import Expr
from . import nodes, search
from . import response as read
from .call import Call, Response
from .common import MAX_PER_PAGE


class Member(msgspec.Struct, frozen=True, gc=False):
    """A node, of which only the id is read: text, as far as anybody saw; None where it came without."""

    id: Any = None


class MembersPage(msgspec.Struct, frozen=True, kw_only=True, rename={"next_token": "nextToken"}):
    """A page of members. ``count`` is Amazon's total over all pages."""

    count: int
    data: list[Member] = []
    next_token: str | None = None

    def __repr__(self) -> str:  # tracebacks show it: neither what it holds nor the token
        return f"<{type(self).__name__} of {len(self.data)}, {self.count} in all>"


NEWEST_FIRST = "['contentProperties.contentDate DESC']"
"""An order, so that pages by offset fit together."""


def search_members(
    *,
    filters: Expr | None,
    limit: int = MAX_PER_PAGE,
    offset: int = 0,
    search_context: search.SearchContext = "customer",
) -> Call[MembersPage]:
    """List one page of the ids that a search finds. Source: live, as ``search``."""
    call = search.search(filters=filters, sort=NEWEST_FIRST, limit=limit, offset=offset, search_context=search_context)
    return _only_ids(call)


def album_members(
    album: str, *, limit: int = MAX_PER_PAGE, offset: int = 0, token: str | None = None
) -> Call[MembersPage]:
    """List one page of the ids of what an album holds, in its order. Source: live, as ``children``."""
    return _only_ids(nodes.children(album, limit=limit, offset=offset, token=token))


def _only_ids(call: Call[Any]) -> Call[MembersPage]:
    operation = call.operation

    def decode(reply: Response) -> MembersPage:
        return read.decode_as(reply, operation, MembersPage)

    return cast("Call[MembersPage]", replace(call, decode=decode))
