"""Node ids, in every form people hold them: a frame, a column of one, a list, a single id, node or folder."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from ..errors import InvalidInput
from ..model.checks import show
from ..model.node import Node
from ..model.tree import Folder

if TYPE_CHECKING:
    import pyarrow as pa

    from ..frames.argument_types import Ids as Ids
    from ..frames.argument_types import Row as Row


def ids_of(nodes: Ids) -> list[str]:
    """Return the ids, each once, in the order given.

    Frames, columns and tables are pandas', polars' or pyarrow's, or records (dicts with an "id"). A row of a frame that
    has no id is one that Amazon gave none: "" stands in its place, so that it fails alone. Raises ``InvalidInput``
    for a frame without an ``id`` column and for anything that is no id.
    """
    if is_frame(nodes):
        return _ids_in_frame(nodes)
    held: Any = [nodes] if isinstance(nodes, str | Node | Folder) or is_tuple_row(nodes) else nodes
    if hasattr(held, "to_pylist"):
        held = held.to_pylist()
    if not isinstance(held, Iterable) or getattr(held, "ndim", 1) == 0:  # numpy's arrays of no dimension only say so
        raise InvalidInput(f"node ids are a list, a column 'id' or a frame with one, not {type(held).__name__}")
    found: dict[str, None] = {}
    for item in held:
        node_id = _id_in(item)
        if not isinstance(node_id, str) or not node_id.strip():
            raise InvalidInput(f"not a node id: {show(item)} (they are text, as in the column 'id' of a result)")
        found[str(node_id)] = None
    return list(found)


def is_tuple_row(held: Any) -> bool:
    """Tell whether it is a row as ``DataFrame.itertuples`` gives them."""
    return isinstance(held, tuple) and "id" in getattr(held, "_fields", ())


def _id_in(item: Any) -> Any:
    """The id of a node, a folder, a row or a record; anything else as it is."""
    if isinstance(item, Node | Folder) or is_tuple_row(item):
        return item.id
    if isinstance(item, Mapping) or hasattr(item, "iloc"):
        return item.get("id", item)
    return item


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


def one_of(nodes: Any) -> Any:
    """Return what a frame of one row or a row holds the id of: that id; anything else as it is.

    Raises ``InvalidInput`` for a frame of more rows or none.
    """
    if is_frame(nodes):
        if len(ids := _ids_in_frame(nodes)) != 1:
            raise InvalidInput(f"one node is due here, and these are {len(ids)}: give one row")
        return ids[0]
    return nodes.id if is_tuple_row(nodes) else nodes


def id_of(node: str | Node | Folder | Row) -> str:
    """Return the one id of a node, given as an id, a node, a folder or a row.

    Raises ``InvalidInput`` for what is none, such as the None of a folder that was not found.
    """
    given = one_of(node)
    node_id = given.id if isinstance(given, Node | Folder) else given
    if not isinstance(node_id, str) or not node_id.strip():
        raise InvalidInput(f"a node's id is due here, or a Node, a Folder or a row, not {show(node)}")
    return node_id
