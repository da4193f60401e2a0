"""Node ids, in every form people hold them: a frame, a column of one, a list, a single id, node or folder."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from ..errors import InvalidInput
from ..model.node import Node
from ..model.tree import Folder

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    Ids = str | Node | Folder | Iterable[str] | Iterable[Node] | Iterable[Folder] | pd.DataFrame | pd.Series[Any]


def ids_of(nodes: Ids) -> list[str]:
    """Return the ids, each once, in the order given.

    Frames, columns and tables are pandas', polars' or pyarrow's, or records (dicts with an "id"). A row of a frame that
    has no id is one that Amazon gave none: "" stands in its place, so that it fails alone. Raises ``InvalidInput``
    for a frame without an ``id`` column and for anything that is no id.
    """
    if is_frame(nodes):
        return _ids_in_frame(nodes)
    held: Any = [nodes] if isinstance(nodes, str | Node | Folder) else nodes
    if hasattr(held, "to_pylist"):
        held = held.to_pylist()
    if not isinstance(held, Iterable) or getattr(held, "ndim", 1) == 0:  # numpy's arrays of no dimension only say so
        raise InvalidInput(f"node ids are a list, a column 'id' or a frame with one, not {type(held).__name__}")
    found: dict[str, None] = {}
    for item in held:
        node_id = item.id if isinstance(item, Node | Folder) else item
        if not isinstance(node_id, str) or not node_id.strip():
            raise InvalidInput(f"not a node id: {item!r} (ids are text, such as those in the column 'id' of a result)")
        found[str(node_id)] = None
    return list(found)


def is_frame(held: Any) -> bool:
    """Tell whether it has columns by name.

    So do a frame, a table, one of its rows, a record, some records, and a dict of columns.
    """
    if isinstance(held, list | tuple):
        return len(held) > 0 and all(isinstance(row, Mapping) for row in held)
    if hasattr(type(held), "columns"):  # of the class: a lazy frame of polars would resolve its schema to tell
        return True
    return "id" in (held if isinstance(held, Mapping) else held.index if hasattr(held, "iloc") else ())


def _ids_in_frame(held: Any) -> list[str]:
    from ..frames.from_frame import column_names, read_frame

    if "id" not in (names := column_names(held)):
        raise InvalidInput(f"this frame has no column 'id'; it has: {', '.join(names)}")
    ids = read_frame(held, {"id": "string"})["id"].to_pylist()
    return [*dict.fromkeys(node_id for node_id in ids if node_id), *("" for node_id in ids if not node_id)]


def drop_repeats(table: pa.Table) -> pa.Table:
    """Keep one row for each id, the first; of rows without one ("") all."""
    import pyarrow as pa

    ids = table["id"].to_pandas()
    return table.filter(pa.array((~ids.duplicated() | (ids == "")).to_numpy(dtype=bool)))


def id_of(node: str | Node | Folder) -> str:
    """Return the one id.

    Raises ``InvalidInput`` for what is none, such as the None of a folder that was not found.
    """
    node_id = node.id if isinstance(node, Node | Folder) else node
    if not isinstance(node_id, str) or not node_id.strip():
        raise InvalidInput(f"a node's id is due here, or a Node or Folder, not {node!r}")
    return node_id
