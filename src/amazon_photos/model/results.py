"""What answers hold that are no single node: pages of nodes, how much is used, and what the search index knows."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec


class Page(msgspec.Struct, frozen=True, kw_only=True, rename={"next_token": "nextToken"}):
    """One page of a listing. Its nodes are still raw JSON text, so that frames lose nothing.

    ``count`` is Amazon's total over all pages.
    """

    count: int
    data: list[msgspec.Raw] = []
    next_token: str | None = None

    def __repr__(self) -> str:  # tracebacks show it: neither what it holds nor the token
        return f"<{type(self).__name__} of {len(self.data)}, {self.count} in all>"


@dataclass(frozen=True, slots=True)
class KindUsage:
    """One kind's share: ``billable`` counts against the quota, ``total`` is everything (bytes and files)."""

    type: str
    billable_bytes: int
    billable_count: int
    total_bytes: int
    total_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Aggregation:
    """What the search index knows: a place, a thing, a person …, and how many nodes it has.

    ``value`` is what a filter takes: ``location:(CAN#BC#Vancouver)``, ``people:(id)``.
    """

    category: str
    value: str
    count: int | None
    name: str | None
    """A person's name, where somebody gave one."""
    node_id: str | None
    """A picture that shows it."""
