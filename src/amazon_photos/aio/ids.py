"""Node ids, in every form people hold them: a frame, a column of one, a list, a single id."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from ..errors import BadInput
from ..model.node import Node

if TYPE_CHECKING:
    import pandas as pd

    Ids = str | Node | Iterable[str] | Iterable[Node] | pd.DataFrame | pd.Series[Any]


def ids_of(nodes: Ids) -> list[str]:
    """The ids, each once, in the order given.

    Raises ``BadInput`` for a frame without an ``id`` column and for anything that is no id.
    """
    held: Any = [nodes] if isinstance(nodes, str | Node) else nodes
    columns = getattr(held, "columns", None)
    if columns is not None:
        if "id" not in columns:
            raise BadInput(f"this frame has no column 'id'; it has: {', '.join(map(str, columns))}")
        held = held["id"]
    found: dict[str, None] = {}
    for item in held:
        node_id = item.id if isinstance(item, Node) else item
        if not isinstance(node_id, str) or not node_id.strip():
            raise BadInput(f"not a node id: {item!r} (ids are text, such as those in the column 'id' of a result)")
        found[node_id] = None
    return list(found)
