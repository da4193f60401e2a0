"""Nodes as they are stored: listing them by the node filters, and reading one."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ..frames.columns import Columns
from ..model.node import Node
from ..model.tree import Folder
from ..wire import nodes as wire
from .arguments import Sort
from .base import ClientBase
from .filters import Filters
from .ids import id_of
from .listing import Search
from .misuse import accept_positional
from .node_listing import search_listing
from .resolve import Names

if TYPE_CHECKING:
    import pandas as pd

    from .ids import Row


class NodeOperations(ClientBase):
    """Operations on nodes."""

    @accept_positional("sort", "limit", "offset")
    async def nodes(
        self,
        filters: Filters = None,
        *,
        sort: Sort = "",
        limit: float | None = None,
        offset: int = 0,
        strict: bool = True,
        columns: Columns = None,
    ) -> pd.DataFrame:
        """List all that match, as Amazon's online node index has it: files, folders and albums.

        A row for each, and all of them: not only the first 200, nor 9,999. ``filters`` is Amazon's node filter
        (``kind:FILE AND name:IMG*``) or one built from ``F``, and both may name every column; what Amazon cannot answer
        is answered here; a list of filters means all of them. ``sort`` is such as ``"size"``, ``"-createdDate"``, a
        list of these, or Amazon's text ``['createdDate DESC']``; by what Amazon cannot sort by, it is sorted here.
        ``createdDate:2019-07`` is all of that month; as an end of a range, a date is its midnight UTC:
        ``createdDate:[2019-07-01 TO 2019-08-01}``. ``columns`` are the names of those wanted, or "short": only these
        are built.
        Raises ``FilterError`` before anything is sent.
        """
        return await self.search_nodes(
            filters, sort=sort, limit=limit, offset=offset, strict=strict, columns=columns
        ).frame()

    def search_nodes(
        self,
        filters: Filters = None,
        *,
        sort: Sort = "",
        limit: float | None = None,
        offset: int = 0,
        strict: bool = True,
        columns: Columns = None,
    ) -> Search:
        """Search Amazon's online node index lazily: as ``nodes``, and nothing is sent until it is read.

        Read it by ``for``, ``nodes()``, ``pages()``, ``frame()`` or ``count()``; the arguments are those of ``nodes``.
        """
        return search_listing(
            self,
            wire.nodes,
            title="nodes",
            filters=filters,
            sort=sort,
            limit=limit,
            offset=offset,
            strict=strict,
            columns=columns,
        )

    async def children(
        self,
        parent: str | Node | Folder | Row,
        *,
        filters: Filters = None,
        sort: Sort = "",
        limit: float | None = None,
        offset: int = 0,
        strict: bool = True,
        columns: Columns = None,
    ) -> pd.DataFrame:
        """List what a folder or an album holds, as ``nodes`` gives it; of a live photo its movie.

        ``parent`` is a ``Folder``, a ``Node``, a row, an id, the path of a folder such as "Pictures/2023", or an
        album's name; a text of 22 letters, digits, - and _ is an id. Raises ``InvalidInput`` for a name that nothing
        or several have, and ``NotFound`` for an id.
        """
        folder = await Names(self).container(parent)
        return await search_listing(
            self,
            partial(wire.children, folder),
            title="children",
            filters=filters,
            sort=sort,
            limit=limit,
            offset=offset,
            strict=strict,
            columns=columns,
        ).frame()

    async def node(self, id: str | Node | Folder | Row) -> Node:  # noqa: A002 - the field's word
        """Get one node as it is now, typed. Raises ``NotFound``.

        ``id`` is its id, a node, a folder or a row; of a folder also its path, of an album its name.
        """
        return await self._send(wire.node(await self._resolve_id(id)))

    async def _resolve_id(self, node: str | Node | Folder | Row) -> str:
        """The id that is meant; what is neither an id nor a name stays as it is, for Amazon to judge."""
        return (await Names(self).ids([id_of(node)]))[0]
