"""Nodes as they are stored: files, folders and albums, by the node filters."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ..model.node import Node
from ..model.tree import Folder
from ..wire import nodes as wire
from .arguments import Sort, to_count, to_limit, to_sort_text
from .base import ClientBase
from .filters import Filters, prepare_filter
from .ids import id_of
from .listing import Search

if TYPE_CHECKING:
    import pandas as pd


class NodeOperations(ClientBase):
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
        ``['createdDate DESC']``, or a list of such keys. ``createdDate:2019-07`` is all of that month; as an end of a
        range, a date is its midnight UTC: ``createdDate:[2019-07-01 TO 2019-08-01}``.
        Raises ``FilterError`` before anything is sent.
        """
        return await self._nodes(None, filters, sort, limit, offset, strict).frame()

    async def children(
        self,
        parent: str | Node | Folder,
        filters: Filters = None,
        sort: Sort = "",
        limit: float | None = None,
        offset: int = 0,
        *,
        strict: bool = True,
    ) -> pd.DataFrame:
        """What a folder or an album holds, as ``nodes`` gives it; of a live photo its movie."""
        return await self._nodes(id_of(parent), filters, sort, limit, offset, strict).frame()

    async def node(self, id: str) -> Node:  # noqa: A002 - the field's word
        """One node, typed. Raises ``NotFound``."""
        return await self._send(wire.node(id))

    def _nodes(
        self, parent: str | None, filters: Filters, sort: Sort, limit: float | None, offset: int, strict: bool
    ) -> Search:
        question = prepare_filter(filters, "node", strict=strict)
        start, most, order = to_count("offset", offset), to_limit(limit), to_sort_text(sort, strict=strict)
        call = wire.nodes if parent is None else partial(wire.children, parent)
        return self._search(
            self._list_pages(call, question.text, order),
            local=question.residual,
            title="nodes" if parent is None else "children",
            offset=start,
            limit=most,
            sort=order,
        )
