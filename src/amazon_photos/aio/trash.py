"""The trash: reversible, and every node's outcome is told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from ..frames.columns import Columns
from ..frames.results import NodeOutcome
from ..wire import trash as wire
from ..wire.call import Call
from ..wire.common import MAX_TO_PURGE, MAX_TO_TRASH
from .arguments import Sort
from .base import ClientBase
from .batches import in_batches
from .filters import Filters
from .ids import ids_of
from .misuse import accept_positional
from .node_listing import search_listing
from .resolve import resolve_ids

if TYPE_CHECKING:
    import pandas as pd

    from .ids import Ids


class TrashOperations(ClientBase):
    """Operations on the trash."""

    async def trash(self, node_ids: Ids) -> pd.DataFrame:
        """Put nodes in the trash, where Amazon keeps them for 30 days. A folder goes with all it holds.

        ``node_ids`` is an id, a list or a column of ids, or a frame that has them; of a folder also its path, of an
        album its name. Raises for a name that several have, a lost session and a dead service.

        Gives a row for each: ``id``, ``outcome`` ("trashed" or "failed"), ``reason``.
        """
        ids = await resolve_ids(self, node_ids)
        return await self._change_in_batches(ids, NodeOutcome.TRASHED, MAX_TO_TRASH, wire.trash)

    async def restore(self, node_ids: Ids) -> pd.DataFrame:
        """Restore nodes from the trash; a name that is taken meanwhile is changed by Amazon.

        Gives a row for each: ``id``, ``outcome`` ("restored" or "failed"), ``reason``.
        """
        return await self._change_in_batches(ids_of(node_ids), NodeOutcome.RESTORED, MAX_TO_TRASH, wire.restore)

    async def delete(self, node_ids: Ids) -> pd.DataFrame:
        """Delete nodes for good, in the trash or not; nothing brings them back, so it takes ids and no names.

        Gives a row for each: ``id``, ``outcome`` ("deleted" or "failed"), ``reason``.
        """
        return await self._change_in_batches(ids_of(node_ids), NodeOutcome.DELETED, MAX_TO_PURGE, wire.purge)

    @accept_positional("offset", "limit", "sort")
    async def trashed(
        self,
        filters: Filters = None,
        *,
        sort: Sort = "",
        limit: float | None = None,
        offset: int = 0,
        strict: bool = True,
        columns: Columns = None,
    ) -> pd.DataFrame:
        """List what is in the online trash (and matches), a row for each node.

        The arguments are those of ``nodes``.
        """
        return await search_listing(
            self,
            wire.list_trash,
            title="trashed",
            filters=filters,
            sort=sort,
            limit=limit,
            offset=offset,
            strict=strict,
            columns=columns,
            within=wire.IN_TRASH,
        ).frame()

    async def _change_in_batches(
        self, ids: Sequence[str], done: NodeOutcome, size: int, call: Callable[[Sequence[str]], Call[dict[str, str]]]
    ) -> pd.DataFrame:
        changed = in_batches(
            ids,
            size=size,
            done=done,
            send=lambda some: self._send(call(some)),
            to_frame=self._results_frame,
            progress=self._progress,
        )
        return self._results_frame(await changed)
