"""Nodes as they are stored: listing them by the node filters, reading one, and what can be changed about them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from ..errors import AccountNotFound, Conflict, InvalidInput, NotFound, ServiceError, SessionExpired
from ..frames.columns import Columns
from ..frames.results import NodeOutcome
from ..model.names import MAX_NAME
from ..model.node import Node
from ..model.tree import Folder
from ..wire import nodes as wire
from .arguments import Sort, check_nul, check_text
from .base import ClientBase
from .batches import one_by_one
from .filters import Filters
from .ids import id_of
from .listing import Search
from .misuse import accept_positional
from .node_listing import search_listing
from .resolve import Names, resolve_ids

if TYPE_CHECKING:
    import pandas as pd

    from .ids import Ids, Row

_UNSEEN = "nobody has seen Amazon Photos accept a move, so it may not be able to: move it on Amazon's own page"
_ORDINARY = (SessionExpired, Conflict, NotFound, AccountNotFound)
"""Refusals that say nothing of whether nodes can be moved."""
MAX_DESCRIPTION = 500
MAX_LABELS, MAX_LABEL = 10, 256


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

    # --- changing -----------------------------------------------------------------------------------------

    async def favorite(self, node_ids: Ids) -> pd.DataFrame:
        """Mark nodes as favourites.

        Gives a row for each: ``id``, ``outcome`` ("favorited" or "failed"), ``reason``.
        """
        return await self._change_each(
            node_ids, NodeOutcome.FAVORITED, lambda node: self._send(wire.favorite(node, True))
        )

    async def unfavorite(self, node_ids: Ids) -> pd.DataFrame:
        """Unmark nodes as favourites.

        Gives a row for each: ``id``, ``outcome`` ("unfavorited" or "failed"), ``reason``.
        """
        return await self._change_each(
            node_ids, NodeOutcome.UNFAVORITED, lambda node: self._send(wire.favorite(node, False))
        )

    async def hide(self, node_ids: Ids) -> pd.DataFrame:
        """Hide nodes from the photo view.

        Gives a row for each: ``id``, ``outcome`` ("hidden" or "failed"), ``reason``.
        """
        return await self._change_each(node_ids, NodeOutcome.HIDDEN, lambda node: self._send(wire.hidden(node, True)))

    async def unhide(self, node_ids: Ids) -> pd.DataFrame:
        """Show hidden nodes again.

        Gives a row for each: ``id``, ``outcome`` ("unhidden" or "failed"), ``reason``.
        """
        return await self._change_each(
            node_ids, NodeOutcome.UNHIDDEN, lambda node: self._send(wire.hidden(node, False))
        )

    async def rename(self, node_id: str | Node | Folder | Row, name: str) -> Node:
        """Give a node another name.

        Raises ``Conflict`` when its folder has one of that name, ignoring case.
        """
        check_nul("name", name)
        if not name or len(name) > MAX_NAME:
            raise InvalidInput(f"a name has 1 to {MAX_NAME} characters, not {len(name)}")
        return await self._send(wire.rename(await self._resolve_id(node_id), name))

    async def move(self, node_ids: Ids, *, to: str | Node | Folder | Row) -> pd.DataFrame:
        """Move files and folders into another folder, out of all that they are in.

        ``to`` is a ``Folder``, a ``Node`` or a row of a folder, its id, or its path such as "Pictures/2023". Nobody has
        seen Amazon Photos accept this: it is known from the older Amazon Drive alone. Where it is refused, or does
        nothing, the reason says so.

        Gives a row for each: ``id``, ``outcome`` ("moved" or "failed"), ``reason``.
        """
        folder = await Names(self).folder(to)
        return await self._change_each(node_ids, NodeOutcome.MOVED, lambda node: self._move(node, folder))

    async def _move(self, node_id: str, folder: str) -> None:
        """Raises ``ServiceError`` where the node is not in the folder afterwards."""
        try:
            moved = await self._send(wire.move(node_id, folder))
        except _ORDINARY:
            raise
        except ServiceError as error:
            if error.retryable:
                raise
            raise ServiceError(f"{error}; {_UNSEEN}", status=error.status, code=error.code, operation="move") from None
        if moved.id != node_id or moved.parents != [folder]:
            raise ServiceError(f"move: Amazon answered without moving it; {_UNSEEN}", operation="move")

    async def describe(self, node_id: str | Node | Folder | Row, description: str) -> Node:
        """Set the description of a node, at most 500 characters; "" removes it."""
        check_text("description", description)
        if len(description) > MAX_DESCRIPTION:
            raise InvalidInput(f"a description has at most {MAX_DESCRIPTION} characters, not {len(description)}")
        return await self._send(wire.describe(await self._resolve_id(node_id), description))

    async def label(self, node_id: str | Node | Folder | Row, labels: Sequence[str]) -> Node:
        """Set all labels of a node, at most 10 of 256 characters; [] removes them."""
        if isinstance(labels, str) or not isinstance(labels, Iterable):
            raise InvalidInput("labels is a list, such as ['beach', 'summer']")
        labels = list(labels)
        for text in labels:
            check_text("a label", text)
        if len(labels) > MAX_LABELS or any(not 0 < len(text) <= MAX_LABEL for text in labels):
            raise InvalidInput(f"at most {MAX_LABELS} labels, of 1 to {MAX_LABEL} characters each")
        return await self._send(wire.label(await self._resolve_id(node_id), labels))

    async def _change_each(
        self, node_ids: Ids, done: NodeOutcome, send: Callable[[str], Awaitable[object]]
    ) -> pd.DataFrame:
        ids = await resolve_ids(self, node_ids)
        changed = one_by_one(ids, done=done, send=send, to_frame=self._results_frame, progress=self._progress)
        return self._results_frame(await changed)

    async def _resolve_id(self, node: str | Node | Folder | Row) -> str:
        """The id that is meant; what is neither an id nor a name stays as it is, for Amazon to judge."""
        return (await Names(self).ids([id_of(node)]))[0]
