"""Nodes as they are stored: files, folders and albums, by the node filters."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from functools import partial
from typing import TYPE_CHECKING

from ..model.node import Node
from ..model.page import Page
from ..net import paging
from ..wire import nodes as wire
from .arguments import Sort, limited, sorting, whole
from .asking import Filters, asked
from .core import Core
from .search import Search

if TYPE_CHECKING:
    import pandas as pd


class Listing(Core):
    """Operations that list nodes."""

    async def nodes(
        self,
        filters: Filters = None,
        sort: Sort = "",
        limit: float | None = None,
        offset: int = 0,
        *,
        strict: bool = True,
    ) -> pd.DataFrame:
        """All nodes that match, a row for each: files, folders and albums. Not only the first 200, nor 9,999.

        ``filters`` is Amazon's node filter (``kind:FILE AND name:IMG*``) or one built from ``F``; of the
        latter, what Amazon cannot answer is answered here; a list of filters means all of them. ``sort`` is such as
        ``['createdDate DESC']``, or a list of such keys.
        Raises ``FilterError`` before anything is sent.
        """
        return await self._nodes(None, filters, sort, limit, offset, strict).frame()

    async def children(
        self,
        parent: str,
        filters: Filters = None,
        sort: Sort = "",
        limit: float | None = None,
        offset: int = 0,
        *,
        strict: bool = True,
    ) -> pd.DataFrame:
        """What a folder or an album holds, as ``nodes`` gives it; of a live photo its movie."""
        return await self._nodes(parent, filters, sort, limit, offset, strict).frame()

    async def node(self, id: str) -> Node:  # noqa: A002 - the field's word
        """One node, typed. Raises ``NotFound``."""
        return await self._send(wire.node(id))

    def _nodes(
        self, parent: str | None, filters: Filters, sort: Sort, limit: float | None, offset: int, strict: bool
    ) -> Search:
        question = asked(filters, "node", strict=strict)
        start, most, order = whole("offset", offset), limited(limit), sorting(sort)
        call = wire.nodes if parent is None else partial(wire.children, parent)

        def pages(*, limit: int | None, on_page: paging.OnPage | None) -> AsyncGenerator[Page, None]:
            return paging.list_nodes(
                self._session, call, filters=question.text, sort=order, offset=start, limit=limit, on_page=on_page
            )

        return self._search(pages, local=question.local, limit=most, title="nodes" if parent is None else "children")
