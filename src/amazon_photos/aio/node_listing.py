"""What ``nodes``, ``children`` and ``trashed`` have in common: a listing that the node filters narrow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..frames.columns import Columns
from ..net.paging import ByToken
from ..query.expr import Expr
from ..query.sort import UNSORTED
from .arguments import Sort, to_count, to_limit, to_sort_order
from .filters import Filters, prepare_filter
from .listing import Search

if TYPE_CHECKING:
    from .base import ClientBase


def search_listing(
    client: ClientBase,
    call: ByToken,
    *,
    title: str,
    filters: Filters,
    sort: Sort,
    limit: float | None,
    offset: int,
    strict: bool,
    columns: Columns,
    within: Expr | None = None,
) -> Search:
    """Search the nodes that ``call`` lists.

    The arguments are those of ``nodes``; ``within`` always holds there. Raises ``FilterError`` and ``InvalidInput``.
    """
    question = prepare_filter(filters, "node", strict=strict, within=within)
    start, most, order = to_count("offset", offset), to_limit(limit), to_sort_order(sort, strict=strict)
    return client._search(
        client._list_pages(call, question.pushed, UNSORTED if order.here else order),
        local=question.residual,
        title=title,
        asked=question.pushed,
        offset=start,
        limit=most,
        sort=order,
        columns=columns,
    )
