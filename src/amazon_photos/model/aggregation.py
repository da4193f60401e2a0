"""What the search index knows: a place, a thing, a person … and how often."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Aggregation:
    """One entry. ``value`` is what a filter takes: ``location:(CAN#BC#Vancouver)``, ``people:(id)``."""

    category: str
    value: str
    count: int | None
    name: str | None
    """A person's name, where somebody gave one."""
    node_id: str | None
    """A picture that shows it."""
