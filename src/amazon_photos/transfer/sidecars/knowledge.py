"""What is known of all nodes of a run, read a few hundred rows at a time: a library has a million."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import Any

import pyarrow as pa

from ...frames.invalid_values import without_hidden_dates
from .memberships import MembershipIndex
from .node_knowledge import NodeKnowledge

_BLOCK = 256
_MAX_BLOCKS = 4
"""A run goes through its nodes in their order, but for those that wait for another run."""


class Knowledge:
    """What is known of the node at each place of a run.

    ``table`` has its columns, ``asked_at`` how old each row is, ``memberships`` what it belongs to, where anybody
    asked. ``json``: only what JSON has.
    """

    def __init__(
        self, table: pa.Table, *, json: bool, asked_at: pa.ChunkedArray, memberships: MembershipIndex | None
    ) -> None:
        self._table = table
        self._json = json
        self._asked_at = without_hidden_dates(pa.table({"asked_at": asked_at}))["asked_at"]
        self._memberships = memberships
        self._block = lru_cache(maxsize=_MAX_BLOCKS)(self._load)

    def of(self, place: int) -> NodeKnowledge:
        """Return what is known of the node at a place. Only one thread at a time may ask."""
        records, ages = self._block(place // _BLOCK)
        held = None if self._memberships is None else self._memberships.of(place)
        return NodeKnowledge(records[place % _BLOCK], held, ages[place % _BLOCK])

    def _load(self, number: int) -> tuple[list[dict[str, Any]], list[datetime | None]]:
        from ...frames.records import to_records  # they bring pandas
        from ...frames.to_pandas import to_frame

        rows = self._table.slice(number * _BLOCK, _BLOCK)
        return to_records(to_frame(rows), json=self._json), self._asked_at.slice(number * _BLOCK, _BLOCK).to_pylist()
