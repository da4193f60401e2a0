"""Node ids, in every form people hold them: a frame, a column of one, a list, a single id, node or folder."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from ..errors import BadInput
from ..model.node import Node
from ..model.tree import Folder

if TYPE_CHECKING:
    import pandas as pd

    Ids = str | Node | Folder | Iterable[str] | Iterable[Node] | Iterable[Folder] | pd.DataFrame | pd.Series[Any]


def ids_of(nodes: Ids) -> list[str]:
    """The ids, each once, in the order given.

    Raises ``BadInput`` for a frame without an ``id`` column and for anything that is no id.
    """
    held: Any = [nodes] if isinstance(nodes, str | Node | Folder) else nodes
    columns = getattr(held, "columns", None)
    if columns is not None:
        if "id" not in columns:
            raise BadInput(f"this frame has no column 'id'; it has: {', '.join(map(str, columns))}")
        held = held["id"]
    if not isinstance(held, Iterable):
        raise BadInput(f"node ids are a list, a column 'id' or a frame with one, not {type(held).__name__}")
    found: dict[str, None] = {}
    for item in held:
        node_id = item.id if isinstance(item, Node | Folder) else item
        if not isinstance(node_id, str) or not node_id.strip():
            raise BadInput(f"not a node id: {item!r} (ids are text, such as those in the column 'id' of a result)")
        found[node_id] = None
    return list(found)


def id_of(node: str | Node | Folder) -> str:
    """The one id. Raises ``BadInput`` for what is none, such as the None of a folder that was not found."""
    if isinstance(node, Node | Folder):
        return node.id
    if not isinstance(node, str) or not node.strip():
        raise BadInput(f"a node's id is due here, or a Node or Folder, not {node!r}")
    return node
