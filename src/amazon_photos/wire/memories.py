"""Memories: what was taken on this day of other years."""

from __future__ import annotations

import msgspec

from ..model.regions import Host
from . import response as read
from .call import Call, Response


class _Collection(msgspec.Struct):
    nodes: list[msgspec.Raw] = []


class _Collections(msgspec.Struct):
    collections: list[_Collection] = []


def this_day(*, month: int, day: int, most: int = 100) -> Call[list[msgspec.Raw]]:
    """List photos and videos of one day of all years, as they came; ``most`` of each collection.

    Source: live (2023).
    """
    return Call(
        operation="memories",
        host=Host.MEMORIES,
        path="/memories/v1/collections/this_day_filtered",
        params={"month": month, "day": day, "includeContents": "true", "contentsSize": most},
        decode=_nodes,
    )


def _nodes(reply: Response) -> list[msgspec.Raw]:
    return [node for part in read.decode_as(reply, "memories", _Collections).collections for node in part.nodes]
