"""Nodes as they are stored: listing them by the node filters, reading one, and what can be changed about them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from ..errors import InvalidInput
from ..model.node import Node
from ..model.tree import Folder
from ..wire import nodes as wire
from .arguments import Sort, check_nul, to_count, to_limit, to_sort_text
from .base import ClientBase
from .batches import one_by_one
from .filters import Filters, prepare_filter
from .ids import id_of, ids_of
from .listing import Search

if TYPE_CHECKING:
    import pandas as pd

    from .ids import Ids

MAX_NAME, MAX_DESCRIPTION = 256, 500
MAX_LABELS, MAX_LABEL = 10, 256


class NodeOperations(ClientBase):
    """Operations on nodes."""

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

    # --- changing -----------------------------------------------------------------------------------------

    async def favorite(self, node_ids: Ids) -> pd.DataFrame:
        """Marks favourites. A row for each node: ``id``, ``what`` ("favorited" or "failed"), ``reason``."""
        return await self._change_each(node_ids, "favorited", lambda node: self._send(wire.favorite(node, True)))

    async def unfavorite(self, node_ids: Ids) -> pd.DataFrame:
        """Unmarks favourites. Rows as in ``favorite``."""
        return await self._change_each(node_ids, "unfavorited", lambda node: self._send(wire.favorite(node, False)))

    async def hide(self, node_ids: Ids) -> pd.DataFrame:
        """Hides nodes from the photo view. Rows as in ``favorite``."""
        return await self._change_each(node_ids, "hidden", lambda node: self._send(wire.hidden(node, True)))

    async def unhide(self, node_ids: Ids) -> pd.DataFrame:
        """Shows hidden nodes again. Rows as in ``favorite``."""
        return await self._change_each(node_ids, "unhidden", lambda node: self._send(wire.hidden(node, False)))

    async def rename(self, node_id: str, name: str) -> Node:
        """Gives a node another name. Raises ``Conflict`` when its folder has one of that name, ignoring case."""
        check_nul("name", name)
        if not name or len(name) > MAX_NAME:
            raise InvalidInput(f"a name has 1 to {MAX_NAME} characters, not {len(name)}")
        return await self._send(wire.rename(node_id, name))

    async def describe(self, node_id: str, description: str) -> Node:
        """Sets the description of a node, at most 500 characters; "" removes it."""
        if len(description) > MAX_DESCRIPTION:
            raise InvalidInput(f"a description has at most {MAX_DESCRIPTION} characters, not {len(description)}")
        return await self._send(wire.describe(node_id, description))

    async def label(self, node_id: str, labels: Sequence[str]) -> Node:
        """Sets all labels of a node, at most 10 of 256 characters; [] removes them."""
        if isinstance(labels, str):
            raise InvalidInput("labels is a list, such as ['beach', 'summer']")
        if len(labels) > MAX_LABELS or any(not 0 < len(text) <= MAX_LABEL for text in labels):
            raise InvalidInput(f"at most {MAX_LABELS} labels, of 1 to {MAX_LABEL} characters each")
        return await self._send(wire.label(node_id, labels))

    async def _change_each(self, node_ids: Ids, done: str, send: Callable[[str], Awaitable[object]]) -> pd.DataFrame:
        return self._results_frame(await one_by_one(ids_of(node_ids), done=done, send=send))

    # --- parts --------------------------------------------------------------------------------------------

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
