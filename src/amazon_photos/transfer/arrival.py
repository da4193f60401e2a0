"""Looking whether a file is there: after a lost answer, a 409, a 504; before anything is sent again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import msgspec

from ..errors import UnexpectedReply
from ..model.checks import is_node_id
from ..model.node import Node, read_node
from ..net.session import Session
from ..query.expr import Equal, Expr, Term, all_of
from ..query.render import render
from ..wire import nodes as wire_nodes

_LONGEST_PAUSE = 60.0
_EACH = 100 * 1024 * 1024
"""One look more, after twice the pause, for every doubling beyond so many bytes."""


def as_node(raw: msgspec.Raw) -> Node:
    """The node in it. Raises ``UnexpectedReply``, also for one without an id."""
    try:
        node = read_node(raw)
    except (msgspec.DecodeError, RecursionError) as error:
        raise UnexpectedReply(f"a node in an unknown shape ({error})") from None
    if not is_node_id(node.id):
        raise UnexpectedReply("a node in an unknown shape (it has no id)")
    return node


@dataclass(frozen=True, slots=True)
class Wanted:
    """A content, and the name and folder (its id) it was sent to."""

    md5: str
    size: int
    name: str
    folder: str


class Arrivals:
    """Asks the library, by content and by name. Listings lag writes by up to ten seconds and more (live)."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def find(self, wanted: Wanted) -> msgspec.Raw | None:
        """The node with this content: best one of this name in this folder, else any. A node that Amazon is still
        working on is known by its name alone."""
        by_name = [
            n async for n in self._nodes(Term("parents", Equal(wanted.folder)), Term("name", Equal(wanted.name)))
        ]
        for raw, node in by_name:
            if node.md5 in (wanted.md5, None) and node.kind == "FILE" and node.size in (wanted.size, None):
                return raw
        if wanted.size:
            async for raw, node in self._nodes(Term("contentProperties.md5", Equal(wanted.md5))):
                if node.md5 == wanted.md5 and node.kind == "FILE":
                    return raw
        return None

    async def wait_for(self, wanted: Wanted, *, looks: int) -> msgspec.Raw | None:
        """Looks as often as told, each time after twice the pause."""
        pause = self._session.settings.backoff_first
        for _ in range(looks):
            await asyncio.sleep(min(pause, _LONGEST_PAUSE))
            found = await self.find(wanted)
            if found is not None:
                return found
            pause *= 2
        return None

    async def node(self, node_id: str) -> msgspec.Raw:
        """One node as it is now."""
        return await self._session.send(wire_nodes.raw_node(node_id))

    async def _nodes(self, *terms: Expr) -> AsyncIterator[tuple[msgspec.Raw, Node]]:
        filters = render(all_of(*terms), dialect="node")
        page = await self._session.send(wire_nodes.nodes(filters=filters, limit=50))
        for raw in page.data:
            node = as_node(raw)
            if node.status in ("AVAILABLE", "PENDING", ""):
                yield raw, node


def looks_for(size: int, *, all_sent: bool) -> int:
    """How often to look: a file that was sent whole often appears later, a very large one after minutes (live)."""
    return (5 + max(0, size // _EACH).bit_length()) if all_sent else 1
