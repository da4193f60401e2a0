"""What is known of one node: the columns of its row, and what it belongs to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from ...model.fields import Relation


class Membership(NamedTuple):
    """One answer of Amazon's: a node belongs to a ``key`` of a relation, such as a person's id or "beach"."""

    relation: str
    key: str
    name: str | None = None
    """What people call it; None for a person without a name."""
    asked_at: datetime | None = None
    """How old the answer is, in UTC."""


@dataclass(frozen=True, slots=True)
class NodeKnowledge:
    """What is known of a node, and how old that is."""

    values: Mapping[str, Any]
    """Its columns, by name."""
    memberships: tuple[Membership, ...] | None = None
    """By relation and name; None: nobody asked."""
    asked_at: datetime | None = None
    """How old ``values`` are, in UTC; None where nobody knows."""

    def of(self, relation: Relation) -> list[Membership]:
        """List what it belongs to by one relation."""
        return [each for each in self.memberships or () if each.relation == relation]
