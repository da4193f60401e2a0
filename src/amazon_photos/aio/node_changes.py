"""What can be changed about a node: favourite, hidden, name, description, labels."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

from ..errors import InvalidInput
from ..model.node import Node
from ..wire import nodes as wire
from .base import ClientBase
from .batches import one_by_one
from .ids import ids_of

if TYPE_CHECKING:
    import pandas as pd

    from .ids import Ids

MAX_NAME, MAX_DESCRIPTION = 256, 500
MAX_LABELS, MAX_LABEL = 10, 256


class NodeChangeOperations(ClientBase):
    """Operations that change a node."""

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
