"""The trash: reversible, and every node's outcome is told."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Sequence
from typing import TYPE_CHECKING

from ..model.page import Page
from ..net import paging
from ..wire import trash as wire
from ..wire.message import Call
from ..wire.paths import MOST_TO_PURGE, MOST_TO_TRASH
from .arguments import limited, whole
from .batches import in_batches
from .core import Core
from .ids import ids_of

if TYPE_CHECKING:
    import pandas as pd

    from .ids import Ids


class Trash(Core):
    """Operations on the trash."""

    async def trash(self, nodes: Ids) -> pd.DataFrame:
        """Puts nodes in the trash, where Amazon keeps them for 30 days. A folder goes with all it holds.

        ``nodes`` is an id, a list or a column of ids, or a frame that has them. Gives a row for each: ``id``,
        ``what`` ("trashed" or "failed"), ``reason``. Raises only for a lost session or a dead service.
        """
        return await self._moved(nodes, "trashed", MOST_TO_TRASH, wire.trash)

    async def restore(self, nodes: Ids) -> pd.DataFrame:
        """Takes nodes out of the trash; a name that is taken meanwhile is changed by Amazon. Rows as in ``trash``."""
        return await self._moved(nodes, "restored", MOST_TO_TRASH, wire.restore)

    async def delete(self, nodes: Ids) -> pd.DataFrame:
        """Deletes nodes for good, in the trash or not; nothing brings them back. Rows as in ``trash``."""
        return await self._moved(nodes, "deleted", MOST_TO_PURGE, wire.purge)

    async def trashed(self, sort: str = "", limit: float | None = None, offset: int = 0) -> pd.DataFrame:
        """What is in the trash, a row for each node, as ``nodes`` gives it."""

        def pages(*, limit: int | None, on_page: paging.OnPage | None) -> AsyncGenerator[Page, None]:
            return paging.list_nodes(
                self._session,
                wire.trashed,
                filters=wire.IN_TRASH,
                sort=sort,
                offset=whole("offset", offset),
                limit=limit,
                on_page=on_page,
            )

        return await self._search(pages, local=None, limit=limited(limit), title="trash").frame()

    async def _moved(
        self, nodes: Ids, done: str, size: int, call: Callable[[Sequence[str]], Call[dict[str, str]]]
    ) -> pd.DataFrame:
        results = await in_batches(ids_of(nodes), size=size, done=done, send=lambda ids: self._send(call(ids)))
        return self._results(results)
