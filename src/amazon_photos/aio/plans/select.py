"""Which nodes are meant: by their ids, a frame, names, or a filter that is answered now.

A text is an id, a folder's path or an album's name; what is neither and reads as a filter ("extension:heic") is one. A
filter is answered from the catalogue, which is brought up to date first. Who is on it, what and where (people, things,
location) is asked of Amazon's index where that can answer all of the filter, else of the relations kept beside the
catalogue. Where things come out of the trash, the trash is asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ...errors import FilterError, InvalidInput
from ...model.checks import is_node_id, show
from ...model.fields import WORDS
from ...model.node import Node
from ...model.tree import Folder
from ...query.coerce import Filters, join_filters
from ...query.expr import Expr, Not, and_
from ...query.parser import parse
from ...query.validation import columns_of
from ...wire import trash as wire_trash
from ..ids import has_columns, ids_of
from ..node_listing import search_listing
from ..resolve import Names, looks_like_id

if TYPE_CHECKING:
    import pyarrow as pa

    from ..base import ClientBase
    from ..ids import Ids

_KNOWN = ("id", "name", "kind", "status")
_ROOT = parse("isRoot:true", dialect="local")
"""What no filter can mean."""


@dataclass(frozen=True, slots=True)
class Selected:
    """The nodes that are meant, each once, and what is known of them from what was given."""

    ids: list[str]
    known: dict[str, Node]
    computed: bool = False
    """Whether a filter found them: then ``max_delete`` counts."""
    unknown: Mapping[str, str] = field(default_factory=dict)
    """What is told of each text that is no id, and that nothing is called by."""


async def select_nodes(client: ClientBase, nodes: Ids | Expr, *, in_trash: bool = False) -> Selected:
    """Select nodes; ``in_trash``: those that a filter finds there, and names mean nothing.

    A text that means nothing stays as it is, to fail alone. Raises ``InvalidInput`` for what is no node, and for a
    name that several have, and ``FilterError``.
    """
    filters = read_filter(nodes)
    if filters is not None:
        if isinstance(nodes, str) and not in_trash:
            await _refuse_name(client, nodes)
        return _read_table(await _find(client, filters, in_trash=in_trash), computed=True)
    if has_columns(nodes):
        return Selected(ids_of(nodes), _read_frame(nodes))  # type: ignore[arg-type]
    ids = ids_of(nodes)  # type: ignore[arg-type]
    known = {one.id: one for one in _list_nodes(nodes)}
    names = Names(client)
    meant = ids if in_trash else await names.ids(ids)
    if isinstance(nodes, str) and ":" in nodes and meant == [nodes]:
        parse(nodes, dialect="local", dates=True)  # nothing is called so: it tells what is wrong with the filter
    unknown = {} if in_trash else {text: names.tell_unknown(text) for text in meant if not looks_like_id(text)}
    return Selected(meant, known, unknown=unknown)


def read_filter(nodes: Any) -> Filters:
    """Return the filter that is given; None where nodes are."""
    if isinstance(nodes, Expr):
        return nodes
    if isinstance(nodes, list | tuple) and any(isinstance(one, Expr) for one in nodes):
        return list(nodes)
    if not isinstance(nodes, str) or ":" not in nodes or looks_like_id(nodes):
        return None
    try:
        parse(nodes, dialect="local", dates=True)
    except FilterError:
        return None
    return nodes


async def _refuse_name(client: ClientBase, text: str) -> None:
    if await Names(client).find(text) is not None:
        raise InvalidInput(f"{text!r:.80} can mean a folder or an album of that name, and a filter: give its id, or F")


async def _find(client: ClientBase, filters: Filters, *, in_trash: bool) -> pa.Table:
    if in_trash:
        found = search_listing(
            client, wire_trash.list_trash, title="trashed", filters=filters, sort="", limit=None, offset=0,
            strict=True, columns=_KNOWN, within=wire_trash.IN_TRASH,
        )  # fmt: skip
        return await found.table()
    tree = _join(filters)
    words = {term.field for term in tree.terms()}
    if any(not columns_of(word) for word in words) and words <= WORDS["search"].keys():
        return await _search(client, tree)
    join_filters(filters)
    await client._refresh()
    asked: Any = and_(tree, Not(_ROOT))
    table: pa.Table = await client._find_table(  # type: ignore[attr-defined]  # an operation, too
        asked, sort=None, limit=None, offset=0, columns=_KNOWN
    )
    return table


def _join(filters: Filters) -> Expr:
    """The filter, or the list of them, as one tree, whoever can answer it."""
    parts = filters if isinstance(filters, list | tuple) else [filters]
    trees = [parse(part, dialect="local", dates=True) if isinstance(part, str) else part for part in parts]
    if not all(isinstance(tree, Expr) for tree in trees):
        raise InvalidInput(f"nodes, or filters that all must hold, are due; not {show(filters)}")
    return and_(*trees)  # type: ignore[arg-type]


async def _search(client: ClientBase, tree: Expr) -> pa.Table:
    """What Amazon's index finds: ``search`` is an operation of the client's."""
    found: Any = client.search(tree, columns=_KNOWN)  # type: ignore[attr-defined]
    table: pa.Table = await found.table()
    return table


def _read_frame(nodes: Any) -> dict[str, Node]:
    from ...frames.from_frame import read_frame

    return _to_known(read_frame(nodes, dict.fromkeys(_KNOWN, "string")))


def _read_table(table: pa.Table, *, computed: bool) -> Selected:
    known = _to_known(table.select(_KNOWN))
    return Selected(list(known), known, computed)


def _to_known(table: pa.Table) -> dict[str, Node]:
    """What each row tells; of an id that comes twice the first."""
    found: dict[str, Node] = {}
    for row in table.to_pylist():
        if is_node_id(row["id"]):
            found.setdefault(row["id"], Node(**{name: value for name, value in row.items() if value is not None}))
    return found


def _list_nodes(nodes: Any) -> list[Node]:
    """The typed nodes among what was given."""
    given = [nodes] if isinstance(nodes, Node | Folder) else nodes if isinstance(nodes, list | tuple) else ()
    return [one for one in given if isinstance(one, Node)]
