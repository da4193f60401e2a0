"""Looks for a file in the library after a lost answer, a 409 or a 504, before it is sent again."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import NamedTuple

import msgspec

from ...errors import AmazonPhotosError, ContentMismatch, UnexpectedReply
from ...model.checks import is_node_id
from ...model.names import fold_name
from ...model.node import Node, read_node
from ...net.session import Session
from ...query.expr import Equal, Expr, Term, and_
from ...wire import nodes as wire_nodes
from ...wire.call import with_date

_MAX_PAUSE = 60.0
_EACH = 100 * 1024 * 1024
"""One look more, after twice the pause, for every doubling beyond so many bytes."""
_LIVE = ("AVAILABLE", "PENDING", "")
WITH_CONTENT = ("FILE", "ASSET")
"""Kinds of nodes whose content counts as being there; an asset is a live photo's movie."""


def as_node(raw: msgspec.Raw) -> Node:
    """Read the node in it. Raises ``UnexpectedReply``, also for one without an id."""
    try:
        node = read_node(raw)
    except (msgspec.DecodeError, RecursionError) as error:
        raise UnexpectedReply(f"a node in an unknown shape ({error})") from None
    if not is_node_id(node.id):
        raise UnexpectedReply("a node in an unknown shape (it has no id)")
    return node


def is_live(node: Node) -> bool:
    """Tell whether a node is not in the trash; what an answer leaves out does not say that it is."""
    return node.status in _LIVE


def is_live_file(node: Node) -> bool:
    """Tell whether a node is a file that is not in the trash.

    What an answer leaves out speaks for neither.
    """
    return node.kind in ("FILE", "") and is_live(node)


class DecodedNode(NamedTuple):
    """A node as Amazon sent it, and decoded."""

    raw: msgspec.Raw
    node: Node


@dataclass(frozen=True, slots=True)
class ExpectedFile:
    """A content, and the name and folder (its id) it was sent to."""

    md5: str
    size: int
    name: str
    folder: str

    def is_content_of(self, node: Node) -> bool | None:
        """Tell whether a node has this content; None while Amazon, still working on it, says no MD5."""
        md5 = node.md5
        return None if md5 is None else md5 == self.md5 and node.size in (self.size, None)

    def is_place_of(self, node: Node) -> bool:
        """Tell whether a node has this name, in whatever case or Unicode form, in this folder."""
        return self.folder in node.parents and is_same_name(node.name, self.name)


def is_same_name(one: str, other: str) -> bool:
    """Tell whether two names are one, ignoring case, Unicode form and space around them."""
    return one == other or fold_name(one.strip()) == fold_name(other.strip())


@dataclass(frozen=True, slots=True)
class Look:
    """A node as it is now, and what the service's clock said."""

    raw: msgspec.Raw
    node: Node
    date: str
    """The answer's ``Date``."""
    received: float
    """By ``time.monotonic``."""


class UploadProbe:
    """Asks the library, by content and by name. Listings lag writes by up to ten seconds and more (live)."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def find(self, wanted: ExpectedFile) -> DecodedNode | None:
        """Find the node with this content: best one of this name in this folder, else any.

        A node that Amazon is still working on is known by its name alone.
        """
        by_name = [
            n async for n in self._nodes(Term("parents", Equal(wanted.folder)), Term("name", Equal(wanted.name)))
        ]
        for seen in by_name:
            named = wanted.is_place_of(seen.node) and seen.node.size in (wanted.size, None)
            if named and wanted.is_content_of(seen.node) is not False:
                return seen
        if wanted.size:
            async for seen in self._nodes(Term("contentProperties.md5", Equal(wanted.md5))):
                if wanted.is_content_of(seen.node):
                    return seen
        return None

    async def wait_for(self, wanted: ExpectedFile, *, looks: int) -> DecodedNode | None:
        """Look as often as told, each time after twice the pause."""
        pause = self._session.settings.backoff_initial
        for _ in range(looks):
            await asyncio.sleep(min(pause, _MAX_PAUSE))
            found = await self.find(wanted)
            if found is not None:
                return found
            pause *= 2
        return None

    async def look(self, node_id: str) -> Look:
        """Look at one node as it is now. Raises ``UnexpectedReply`` if the answer is another node's."""
        raw, date = await self._session.send(with_date(wire_nodes.raw_node(node_id)))
        seen = Look(raw, as_node(raw), date, time.monotonic())
        if seen.node.id != node_id:
            raise UnexpectedReply(f"node: Amazon was asked for {node_id} and answered with another")
        return seen

    async def _nodes(self, *terms: Expr) -> AsyncIterator[DecodedNode]:
        page = await self._session.send(wire_nodes.nodes(filters=and_(*terms), limit=50))
        for raw in page.data:
            try:
                node = as_node(raw)
            except UnexpectedReply:  # what cannot be read is not ours
                continue
            if node.kind == "FILE" and node.status in _LIVE:
                yield DecodedNode(raw, node)


def is_outcome_unknown(error: AmazonPhotosError) -> bool:
    """Tell whether an upload may have happened.

    Not after a 429, nor after a wrong arrival was put in the trash.
    """
    if error.not_carried_out or isinstance(error, ContentMismatch):
        return False
    return error.retryable or isinstance(error, UnexpectedReply)


def max_probes(size: int, *, all_sent: bool) -> int:
    """Return how often to look: a file that was sent whole often appears later.

    A very large one does after minutes (live).
    """
    return (5 + max(0, size // _EACH).bit_length()) if all_sent else 1
