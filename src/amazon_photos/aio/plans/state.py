"""What nodes, albums and the family are now.

A node is asked for by itself, which is the surest and costs a request. Of many, the catalogue tells, where there is
one, which is first brought up to date; then the trash is listed, and the library, where that takes fewer requests;
what is left is asked for.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import aclosing, suppress
from functools import partial
from typing import TYPE_CHECKING

from ...errors import (
    AccountNotFound,
    AmazonPhotosError,
    CatalogError,
    LocalFileError,
    NotFound,
    ServiceError,
    SessionExpired,
)
from ...model.checks import is_node_id
from ...model.node import Node, NodeSettings, read_node
from ...net.concurrency import gather_or_cancel
from ...net.paging import ByToken, by_offset
from ...query.expr import Expr
from ...query.parser import parse
from ...query.sort import UNSORTED, SortOrder, parse_sort
from ...wire import nodes as wire
from ...wire import search as wire_search
from ...wire import trash as wire_trash
from ...wire.common import MAX_PER_PAGE

if TYPE_CHECKING:
    import pyarrow as pa

    from ..base import ClientBase

MAX_ASKED = 100
"""Nodes that are asked for one by one; of more, the catalogue tells."""
MAX_ASKED_BESIDE = 20
"""Nodes that are asked for one by one, before they go to the trash or when they have come out: many cost two requests
then.
"""
MAX_HELD = 10**9
"""More nodes than any album holds."""
_HOLDING = parse("kind:(VISUAL_COLLECTION OR FOLDER)", dialect="node")
_LATEST_FIRST = SortOrder("['modifiedDate DESC']", parse_sort("['modifiedDate DESC']"))
_COLUMNS = ("id", "name", "kind", "status", "parents", "settings.favorite", "settings.hidden", "description", "labels")


async def read_nodes(client: ClientBase, ids: Sequence[str]) -> dict[str, Node | None]:
    """Read nodes as they are now; None for one that is not there, and nothing for one that nobody may see."""
    wanted = list(dict.fromkeys(ids))
    found: dict[str, Node | None] = {}
    for read in (_read_refreshed, read_trash, _read_listed) if len(wanted) > MAX_ASKED else ():
        if len(missing := _list_missing(wanted, found)) > MAX_ASKED:
            found |= await read(client, missing)
    missing = _list_missing(wanted, found)
    answers = await gather_or_cancel(_read_one(client, node_id) for node_id in missing)
    found |= {node_id: node for node_id, node in zip(missing, answers, strict=True) if node is not _UNSEEN}
    return found


async def read_names(client: ClientBase, ids: Sequence[str]) -> dict[str, str]:
    """Read what nodes that were just restored are called, as far as anything tells it.

    Of many, a list of what was changed last does. Raises nothing where they cannot be read: they are back all the same.
    """
    found: dict[str, Node | None] = {}
    with suppress(AmazonPhotosError):
        found |= await (read_nodes if len(ids) <= MAX_ASKED_BESIDE else _read_latest)(client, ids)
    return {node_id: node.name for node_id, node in found.items() if node is not None and node.name}


async def _read_latest(client: ClientBase, ids: Sequence[str]) -> dict[str, Node]:
    """Read those of the nodes that were changed last; twice the pages that they take, as others change some, too."""
    from ...catalog.fetch import AVAILABLE

    pages = 2 * (1 + len(ids) // MAX_PER_PAGE)
    return await _pick(client, wire.nodes, AVAILABLE, ids, sort=_LATEST_FIRST, most=pages)


def _list_missing(ids: Sequence[str], found: Mapping[str, object]) -> list[str]:
    return [node_id for node_id in ids if node_id not in found]


_UNSEEN = Node()


async def _read_one(client: ClientBase, node_id: str) -> Node | None:
    """``_UNSEEN`` where Amazon refuses to tell: changing it may be refused as well, and then says why."""
    if not is_node_id(node_id):
        return _UNSEEN
    try:
        return await client._send(wire.node(node_id))
    except NotFound:
        return None
    except (SessionExpired, AccountNotFound):
        raise
    except ServiceError as error:
        if error.retryable:
            raise
        return _UNSEEN


async def _read_refreshed(client: ClientBase, ids: Sequence[str]) -> dict[str, Node]:
    """Read what the catalogue tells of nodes, brought up to date first; nothing where there is none.

    One that cannot be brought up to date tells nothing, neither: who changes nodes has not asked for it.
    """
    if not client._store.exists():
        return {}
    try:
        await client._refresh()
    except (CatalogError, LocalFileError):
        return {}
    return await read_at_hand(client, ids)


async def read_at_hand(client: ClientBase, ids: Sequence[str]) -> dict[str, Node]:
    """Read what the catalogue tells of nodes, as it is; nothing where there is none, or none of ours.

    Sends nothing but, once for a client, whose library it is.
    """
    owner = await client._owner()
    try:
        header = await asyncio.to_thread(client._read_header)
        if header is None or not header.complete or header.owner != owner:
            return {}
        table = await asyncio.to_thread(client._store.read, _COLUMNS)
    except (CatalogError, LocalFileError):
        return {}
    return await asyncio.to_thread(_select, table, ids)


async def _read_listed(client: ClientBase, ids: Sequence[str]) -> dict[str, Node]:
    """Read the nodes from a list of the library, where that has fewer pages than there are nodes."""
    from ...catalog.fetch import AVAILABLE, remote_state

    count = (await remote_state(client._session)).count
    return {} if count > len(ids) * MAX_PER_PAGE // 2 else await _pick(client, wire.nodes, AVAILABLE, ids)


async def read_albums(client: ClientBase, ids: Sequence[str]) -> dict[str, Node]:
    """Read those of the nodes that are albums or folders, of a list of these."""
    return await _pick(client, wire.nodes, _HOLDING, ids)


async def read_trash(client: ClientBase, ids: Sequence[str]) -> dict[str, Node]:
    """Read those of the nodes that the trash lists. It is left after as many pages as there are nodes."""
    return await _pick(client, wire_trash.list_trash, wire_trash.TRASHED, ids)


async def _pick(
    client: ClientBase,
    call: ByToken,
    filters: Expr,
    ids: Sequence[str],
    *,
    sort: SortOrder = UNSORTED,
    most: int | None = None,
) -> dict[str, Node]:
    """The nodes that a list has on its first pages: so many at the ``most``, or as many as there are nodes."""
    wanted, found = set(ids), dict[str, Node]()
    pages = client._list_pages(call, filters, sort)
    left = len(wanted) if most is None else most
    async with aclosing(pages(offset=0, limit=None, on_page=None, restart=False)) as listed:
        async for page in listed:
            found |= {node.id: node for node in map(read_node, page.data) if node.id in wanted}
            left -= 1
            if not left or len(found) == len(wanted):
                break
    return found


def _select(table: pa.Table, ids: Sequence[str]) -> dict[str, Node]:
    import pyarrow as pa
    import pyarrow.compute as pc

    from ...query.constants import to_array

    rows = table.filter(pc.is_in(table["id"], value_set=to_array(ids, pa.string()))).to_pylist()
    return {row["id"]: _to_node(row) for row in rows}


def _to_node(row: Mapping[str, object]) -> Node:
    told = {name: row[name] for name in ("id", "name", "kind", "status", "parents", "labels") if row[name] is not None}
    switches = NodeSettings(favorite=row["settings.favorite"], hidden=row["settings.hidden"])  # type: ignore[arg-type]
    return Node(**told, description=row["description"], settings=switches)  # type: ignore[arg-type]


async def list_members(client: ClientBase, album: str) -> list[str]:
    """List the ids of what is in an album, in its order; nothing for one that is not there."""
    pages = client._list_pages(partial(wire.children, album), None)
    found: dict[str, None] = {}
    try:  # one that is limited is not divided by dates, and keeps its order
        async with aclosing(pages(offset=0, limit=MAX_HELD, on_page=None, restart=True)) as listed:
            async for page in listed:
                found = {} if page.again else found
                found |= dict.fromkeys(read_node(raw).id for raw in page.data)
    except NotFound:
        return []
    return [node_id for node_id in found if node_id]


async def list_family(client: ClientBase) -> set[str]:
    """List the ids of what the family may see."""
    found: set[str] = set()
    call = partial(wire_search.search, search_context="family")
    async with aclosing(by_offset(client._session, call)) as listed:
        async for page in listed:
            found |= {read_node(raw).id for raw in page.data}
    return found


async def list_people(client: ClientBase) -> dict[str, tuple[str, str]]:
    """List the names and pictures of people, by their ids; "" where they have none."""
    known = await client._send(wire_search.aggregation("allPeople"))
    return {one.value: (one.name or "", one.node_id or "") for one in known}
