"""The trash: reversible, and every node's outcome is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..frames.columns import Columns
from ..plans.actions import Action
from ..plans.limit import MaxDelete
from ..query.expr import Expr
from ..wire import trash as wire
from .arguments import Sort, check_switches
from .base import ClientBase
from .filters import Filters
from .misuse import accept_positional
from .node_listing import search_listing
from .plans.change import change_status

if TYPE_CHECKING:
    import pandas as pd

    from .ids import Ids


class TrashOperations(ClientBase):
    """Operations on the trash."""

    async def trash(
        self, node_ids: Ids | Expr, *, dry_run: bool = False, max_delete: MaxDelete | None = None
    ) -> pd.DataFrame:
        """Put nodes in the trash, where Amazon keeps them for 30 days. A folder goes with all it holds.

        ``node_ids`` is an id, a list or a column of ids, or a frame that has them; of a folder also its path, of an
        album its name (its photos stay); or a filter, as text or built from ``F``: what it finds in the catalogue,
        which is refreshed first. ``dry_run=True`` gives the plan and does nothing; ``ap.apply`` does it.

        ``max_delete`` is how many nodes may go: a number, a share of the library ("10%" or 0.1), or both, of which the
        smaller counts; a folder counts with all it holds. Without it, what is given by hand has no limit, and what a
        filter finds has 100 and 10 %. Raises ``TooManyDeletions`` for more, before anything is done; ``InvalidInput``
        for a name that several have; and what ends a session.

        Gives a row for each: ``id``, ``outcome`` ("trashed" or "failed"), ``reason``. ``ap.history`` can undo it.
        """
        check_switches(dry_run=dry_run)
        return await change_status(
            self, Action.TRASH, node_ids, operation="trash", dry_run=dry_run, max_delete=max_delete
        )

    async def restore(self, node_ids: Ids | Expr, *, dry_run: bool = False) -> pd.DataFrame:
        """Restore nodes from the trash; a name that is taken meanwhile is changed by Amazon.

        ``node_ids`` is an id, a list or a column of ids, a frame that has them, or a filter of what is in the trash.
        ``dry_run=True`` gives the plan and does nothing.

        Gives a row for each: ``id``, ``outcome`` ("restored" or "failed"), ``reason``, which also tells another name
        that it came back under.
        """
        check_switches(dry_run=dry_run)
        return await change_status(
            self, Action.RESTORE, node_ids, operation="restore", dry_run=dry_run, max_delete=None
        )

    async def delete(
        self, node_ids: Ids | Expr, *, dry_run: bool = False, max_delete: MaxDelete | None = None
    ) -> pd.DataFrame:
        """Delete nodes for good, in the trash or not; nothing brings them back, so it takes ids and no names.

        ``node_ids`` is an id, a list or a column of ids, a frame that has them, or a filter of what is in the trash.
        ``dry_run=True`` gives the plan, which says what is not in the trash yet. ``max_delete`` is that of ``trash``.

        Gives a row for each: ``id``, ``outcome`` ("deleted" or "failed"), ``reason``.
        """
        check_switches(dry_run=dry_run)
        return await change_status(
            self, Action.DELETE, node_ids, operation="delete", dry_run=dry_run, max_delete=max_delete
        )

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
