"""What things are now: what a step says "before" with, and what is compared before a plan is carried out.

A node is asked for by itself, which is the surest and costs a request. Of many, the catalogue tells, which is first
brought up to date; what it lacks (the trash, say) is asked for.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from contextlib import aclosing
from functools import partial
from typing import TYPE_CHECKING

from ...errors import AccountNotFound, NotFound, ServiceError, SessionExpired
from ...model.node import Node, NodeSettings, read_node
from ...net.concurrency import gather_or_cancel
from ...net.paging import by_offset
from ...plans.actions import MAKING, Action
from ...plans.step import Step, read_aspect
from ...wire import nodes as wire
from ...wire import search as wire_search

if TYPE_CHECKING:
    import pyarrow as pa

    from ...catalog.index import LibraryIndex
    from ..base import ClientBase

MAX_ASKED = 100
"""Nodes that are asked for one by one; of more, the catalogue tells."""
_COLUMNS = ("id", "name", "kind", "status", "parents", "settings.favorite", "settings.hidden", "description", "labels")
_OF_PEOPLE = ("person", "picture")
Key = tuple[str, str, str]
"""What a step changes of what: the aspect, the id, and of albums and families which."""


def key_of(step: Step) -> Key:
    """Return what a step changes."""
    return step.changes, step.id, step.target if step.changes in ("album", "family") else ""


async def read_nodes(client: ClientBase, ids: Sequence[str]) -> dict[str, Node | None]:
    """Read nodes as they are now; None for one that is not there, and nothing for one that nobody may see."""
    wanted = list(dict.fromkeys(ids))
    found: dict[str, Node | None] = {}
    if len(wanted) > MAX_ASKED and client._store.exists():
        await client._refresh()
        found |= await read_at_hand(client, wanted)
    missing = [node_id for node_id in wanted if node_id not in found]
    answers = await gather_or_cancel(_read_one(client, node_id) for node_id in missing)
    found |= {node_id: node for node_id, node in zip(missing, answers, strict=True) if node is not _UNSEEN}
    return found


_UNSEEN = Node()


async def _read_one(client: ClientBase, node_id: str) -> Node | None:
    """``_UNSEEN`` where Amazon refuses to tell: changing it may be refused as well, and then says why."""
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


async def read_at_hand(client: ClientBase, ids: Iterable[str]) -> dict[str, Node]:
    """Read what the catalogue tells of nodes, as it is; nothing where there is none. Sends nothing."""
    if not client._store.exists():
        return {}
    table = await asyncio.to_thread(client._store.read, _COLUMNS)
    return await asyncio.to_thread(_select, table, list(ids))


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


class Present:
    """What the things that steps change are now: ``get`` tells it by the key, None for what is not there."""

    def __init__(self, client: ClientBase) -> None:
        self._client = client
        self._values: dict[Key, str | None] = {}
        self._folders: LibraryIndex | None = None
        self.albums: dict[str, list[str]] = {}
        """What is in the albums that were read, in their order."""

    async def read(self, steps: Sequence[Step]) -> None:
        """Read what the steps change; an album is listed, a family, and who there is, each once."""
        if any(step.action is Action.CREATE_FOLDER for step in steps):
            self._folders = await self._client._load_index(folders_only=True)
        steps = [step for step in steps if step.action not in MAKING]
        albums = dict.fromkeys(step.target for step in steps if step.changes == "album")
        for album in albums:
            self.albums[album] = await list_members(self._client, album)
        if any(step.changes == "family" for step in steps):
            family = await list_family(self._client)
        people = await _list_people(self._client) if any(step.changes in _OF_PEOPLE for step in steps) else {}
        of_nodes = [step for step in steps if step.changes not in ("album", "family", *_OF_PEOPLE)]
        nodes = await read_nodes(self._client, [step.id for step in of_nodes])
        for step in of_nodes:
            if step.id in nodes:
                node = nodes[step.id]
                self._values[key_of(step)] = None if node is None else read_aspect(node, step.changes)
        for step in steps:
            if step.changes == "album":
                self._values[key_of(step)] = "in" if step.id in set(self.albums[step.target]) else "out"
            elif step.changes == "family":
                self._values[key_of(step)] = "in" if step.id in family else "out"
            elif step.changes in _OF_PEOPLE:
                known = people.get(step.id)
                self._values[key_of(step)] = None if known is None else known[step.changes == "picture"]

    def get(self, step: Step) -> str | None:
        """Tell what a step would change as it is now; where nobody knows, what the step says."""
        return self._values.get(key_of(step), step.before)

    def is_there(self, step: Step) -> bool:
        """Tell whether the folder that a step makes is there.

        Raises ``InvalidInput`` if its path can mean several.
        """
        if self._folders is None or step.action is not Action.CREATE_FOLDER:
            return False
        return self._folders.folder((step.after or "").strip("/")) is not None

    def note(self, step: Step) -> None:
        """Note that a step is going to be done: the next one finds it so."""
        self._values[key_of(step)] = step.after


async def list_members(client: ClientBase, album: str) -> list[str]:
    """List the ids of what is in an album, in its order; nothing for one that is not there."""
    pages = client._list_pages(partial(wire.children, album), None)
    found: dict[str, None] = {}
    try:
        async with aclosing(pages(offset=0, limit=None, on_page=None, restart=False)) as listed:
            async for page in listed:
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


async def _list_people(client: ClientBase) -> dict[str, tuple[str, str]]:
    """Their names and pictures, by id; "" where they have none."""
    known = await client._send(wire_search.aggregation("allPeople"))
    return {one.value: (one.name or "", one.node_id or "") for one in known}
