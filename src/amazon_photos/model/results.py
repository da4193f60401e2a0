"""What answers hold that are no single node: pages of nodes, how much is used, and what the search index knows."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from .node import Node


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
class BatchLink:
    """Where a zip of several files is: whoever has the ``address`` and the account's cookies can fetch it."""

    address: str = field(repr=False)
    status: str
    """"AVAILABLE", as far as anybody saw."""
    expires: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A public link of the older kind: the ``node`` that it shows, and what else Amazon tells of it ("" and None)."""

    node: Node
    url: str = field(default="", repr=False)
    created: str = ""
    """As Amazon writes it: whether it is text or milliseconds, nobody wrote down."""
    status_code: str = ""


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
