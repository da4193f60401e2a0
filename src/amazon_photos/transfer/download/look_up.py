"""Asks Amazon for the size and MD5 of a file where they are unknown, and checks that they are possible values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from ...frames.builder import TableBuilder
from ...model.fields import EXTRA_COLUMN
from ...model.node import read_node
from ...net.session import Session
from ...wire import nodes as wire_nodes
from .local_names import Item, refusal

_PROPERTIES = "contentProperties"


async def look_up(session: Session, item: Item) -> Item:
    """Ask Amazon for the size and MD5 of a node; it is ``refused`` if either is an impossible value."""
    raw = await session.send(wire_nodes.raw_node(item.id))
    node = read_node(raw)
    size, md5, properties = node.size, node.md5, node.content_properties
    if size is None or md5 is None:
        size, md5, refused = _read_told(raw, item.id)
        if refused is not None:
            return item._replace(refused=refused)
    return item._replace(size=size, md5=md5, version=properties.version if properties else None, unoccupied=False)


def _read_told(raw: msgspec.Raw, node_id: str) -> tuple[int | None, str | None, str | None]:
    """Size and MD5 as frames read them, and why the node is refused: what they cannot read stands in ``extra``."""
    gather = TableBuilder()
    gather.add([raw])
    [row] = gather.table().select(["size", "md5", EXTRA_COLUMN]).to_pylist()
    odd = msgspec.json.decode(row[EXTRA_COLUMN] or "{}").get(_PROPERTIES, {})
    if not isinstance(odd, Mapping):
        return None, None, f"not what a file has: {_PROPERTIES} {odd!r:.80}"
    told: dict[str, Any] = {name: odd.get(name, row[name]) for name in ("size", "md5")}
    return row["size"], row["md5"], refusal(node_id, **told)
