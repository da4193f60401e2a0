"""Nodes as they are stored: files, folders and albums, by the node filters."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from functools import partial
from typing import TYPE_CHECKING

from ..model.node import Node
from ..model.page import Page
from ..model.tree import Folder
from ..net import paging
from ..query.sort import parse_sort
from ..wire import nodes as wire
from ..wire.nodes import MOST_BY_OFFSET
from .arguments import Sort, limited, sorting, whole
from .asking import Filters, asked
from .core import Core
from .ids import id_of
from .search import Search

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa


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
        question = asked(filters, "node", strict=strict)
        start, most, order = whole("offset", offset), limited(limit), sorting(sort, strict=strict)
        call = wire.nodes if parent is None else partial(wire.children, parent)

        def pages(*, limit: int | None, on_page: paging.OnPage | None) -> AsyncGenerator[Page, None]:
            return paging.list_nodes(
                self._session, call, filters=question.text, sort=order, offset=start, limit=limit, on_page=on_page
            )

        title = "nodes" if parent is None else "children"
        if not order:
            return self._search(pages, local=question.local, limit=most, title=title)
        reach = most if most is None or most <= MOST_BY_OFFSET else None
        ordered = partial(in_order, sort=order, limit=most)
        return self._search(pages, local=question.local, limit=reach, title=title, in_order=ordered)


def in_order(table: pa.Table, *, sort: str, limit: int | None) -> pa.Table:
    """Sorts a listing that was too long to come in order: without tokens, more than 9,999 come by date."""
    if table.num_rows <= MOST_BY_OFFSET:
        return table
    import pyarrow as pa
    import pyarrow.compute as pc

    keys = parse_sort(sort)
    columns = {str(n): table[key.field.column] for n, key in enumerate(keys)}
    plain = {n: c.cast(pa.string()) if pa.types.is_dictionary(c.type) else c for n, c in columns.items()}
    directions = [(str(n), "descending" if key.descending else "ascending") for n, key in enumerate(keys)]
    rows = pc.sort_indices(pa.table(plain), sort_keys=directions)
    return table.take(rows if limit is None else rows[:limit])
