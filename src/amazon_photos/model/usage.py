"""How much the account holds, by kind."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class KindUsage:
    """One kind's share: ``billable`` counts against the quota, ``total`` is everything (bytes and files)."""

    type: str
    billable_bytes: int
    billable_count: int
    total_bytes: int
    total_count: int
