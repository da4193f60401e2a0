"""Node ids, in every form people hold them: a frame, a column of one, a list, a single id, node or folder."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from ..errors import InvalidInput
from ..model.checks import is_size, normalize_md5, show
from ..model.node import Node
from ..model.tree import Folder

if TYPE_CHECKING:
    import pyarrow as pa

    from ..frames.argument_types import Ids as Ids
    from ..frames.argument_types import OneNode as OneNode
    from ..frames.argument_types import Row as Row


def ids_of(nodes: Ids) -> list[str]:
    """Return the ids, each once, in the order given.

    Frames, columns and tables are pandas', polars' or pyarrow's, or records (dicts with an "id"). A row of a frame that
    has no id is one that Amazon gave none: "" stands in its place, for each such row, so that it fails alone. Raises
    ``InvalidInput`` for a frame without an ``id`` column and for anything that is no id.
    """
    if has_columns(nodes):
        return _read_ids(nodes)
    held: Any = [nodes] if isinstance(nodes, str | Node | Folder) or is_tuple_row(nodes) else nodes
    if hasattr(held, "to_pylist"):
        held = held.to_pylist()
    if not isinstance(held, Iterable) or getattr(held, "ndim", 1) == 0:  # numpy's arrays of no dimension only say so
        raise InvalidInput(f"node ids are a list, a column 'id' or a frame with one, not {type(held).__name__}")
    found: dict[str, None] = {}
    for item in held:
        node_id = _read_id(item)
        if not isinstance(node_id, str) or not node_id.strip():
            raise InvalidInput(f"not a node id: {show(item)} (they are text, as in the column 'id' of a result)")
        found[str(node_id)] = None
    return list(found)


def is_tuple_row(held: Any) -> bool:
    """Tell whether it is a row as ``DataFrame.itertuples`` gives them."""
    return isinstance(held, tuple) and "id" in getattr(held, "_fields", ())


def _read_id(item: Any) -> Any:
    """The id of a node, a folder, a row or a record; anything else as it is."""
    if isinstance(item, Node | Folder) or is_tuple_row(item):
        return item.id
    if isinstance(item, Mapping) or hasattr(item, "iloc"):
        return item.get("id", item)
    return item


def has_columns(held: Any) -> bool:
    """Tell whether it has columns by name.

    A frame, a table, a row, a record, a list of records and a dict of columns have.
    """
    if isinstance(held, list | tuple):
        return len(held) > 0 and all(isinstance(row, Mapping) for row in held)
    if hasattr(type(held), "columns"):  # of the class: a lazy frame of polars would resolve its schema to tell
        return True
    return "id" in (held if isinstance(held, Mapping) else held.index if hasattr(held, "iloc") else ())


def _read_ids(held: Any) -> list[str]:
    from ..frames.from_frame import column_names, read_frame

    if "id" not in (names := column_names(held)):
        raise InvalidInput(f"this frame has no column 'id'; it has: {', '.join(names)}")
    ids = read_frame(held, {"id": "string"})["id"].to_pylist()
    return keep_first(node_id or "" for node_id in ids)


def keep_first(ids: Iterable[str]) -> list[str]:
    """Keep each id once, where it is first; "" wherever it is, for each is another row's."""
    return list({node_id or place: node_id for place, node_id in enumerate(ids)}.values())


def drop_repeats(table: pa.Table) -> pa.Table:
    """Keep one row for each id, the first; of rows without one (null or "") all."""
    import pyarrow as pa
    import pyarrow.compute as pc

    from ..query.constants import number_rows, to_scalar

    pool = pa.system_memory_pool()  # Arrow's own would keep what it took
    ids = table["id"].combine_chunks(pool)
    places = pc.index_in(ids, value_set=ids, memory_pool=pool).cast(pa.int64(), memory_pool=pool)
    first = pc.equal(places, number_rows(0, len(ids)))
    if pc.all(first).as_py() is not False:
        return table
    has_none = pc.fill_null(pc.equal(pc.binary_length(ids), to_scalar(0, pa.int32())), True)
    return table.filter(pc.or_(first, has_none))


class KnownNode(NamedTuple):
    """What is known of one node, in whatever form it was given; None and "" where nobody said."""

    id: str
    name: str = ""
    size: int | None = None
    md5: str | None = None
    kind: str = ""
    status: str = ""
    owner: str = ""

    @property
    def shown(self) -> str:
        """What messages call it."""
        return self.name or self.id


def read_one(node: OneNode) -> KnownNode:
    """Read what one node tells, in whatever form it is given.

    An id, a node, a folder, a row of a frame, a frame of one row or a record. Raises ``InvalidInput`` for what is
    none, such as the None of a folder that was not found.
    """
    if isinstance(node, Node):
        owner = node.owner_id or ""
        known = KnownNode(node.id, node.name, node.size, node.md5, node.kind, node.status, owner)
    elif isinstance(node, Folder):
        known = KnownNode(node.id, node.name, kind="FOLDER")
    else:
        held = cast("Any", node)._asdict() if is_tuple_row(node) else node
        known = _read_row(held) if has_columns(held) else KnownNode(cast("str", held))
    return known._replace(id=_check_id(known.id, node))


def id_of(node: OneNode) -> str:
    """Return the id of one node, given as in ``read_one``; nothing else of it is read."""
    given = unwrap_row(node)
    return _check_id(given.id if isinstance(given, Node | Folder) else given, node)


def unwrap_row(nodes: Any) -> Any:
    """Return the id in a row or in a frame of one row; anything else as it is.

    Raises ``InvalidInput`` for a frame of more rows or none.
    """
    if is_tuple_row(nodes):
        return nodes.id
    return _read_one_row(nodes, ("id",)).get("id") or "" if has_columns(nodes) else nodes


def _check_id(node_id: Any, given: object) -> str:
    if not isinstance(node_id, str) or not node_id.strip():
        raise InvalidInput(f"a node's id is due here, or a Node, a Folder or a row, not {show(given)}")
    return node_id


def _read_row(held: Any) -> KnownNode:
    row = _read_one_row(held, ("id", "name", "size", "md5", "kind", "status", "ownerId"))
    texts = {name: row.get(name) or "" for name in ("id", "name", "kind", "status")}
    size = row.get("size")
    return KnownNode(
        size=size if is_size(size) else None,
        md5=normalize_md5(row.get("md5")),
        owner=row.get("ownerId") or "",
        **texts,
    )


def _read_one_row(held: Any, columns: Iterable[str]) -> dict[str, Any]:
    """Those of the columns that it has, of its one row."""
    from ..frames.from_frame import column_names, read_frame
    from ..model.fields import COLUMNS

    if "id" not in (names := column_names(held)):
        raise InvalidInput(f"this row has no 'id'; it has: {', '.join(names)}")
    rows: list[dict[str, Any]] = read_frame(held, {name: COLUMNS[name].type for name in columns}).to_pylist()
    if len(rows) != 1:
        raise InvalidInput(f"one node is due here, and these are {len(rows)}: give one row")
    return rows[0]
