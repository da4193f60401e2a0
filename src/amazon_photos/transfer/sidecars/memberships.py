"""What each node of a run belongs to: rows of ``ap.relations.parquet``, by the node's place in the run."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ...frames.invalid_values import without_hidden_dates
from .node_knowledge import Membership


class MembershipIndex:
    """Finds the memberships of the node at a place.

    ``ids`` are those of the run, in its order; ``rows`` and ``keys`` are what a file of relations holds.
    """

    def __init__(self, ids: pa.ChunkedArray, rows: pa.Table, keys: pa.Table) -> None:
        places = pc.index_in(rows["id"], value_set=ids.combine_chunks())
        wanted = pc.is_valid(places)
        numbers = places.filter(wanted).to_numpy()
        order = np.argsort(numbers, kind="stable")
        self._rows = rows.select(["relation", "key", "name"]).filter(wanted).take(pa.array(order))
        self._starts = np.searchsorted(numbers[order], np.arange(len(ids) + 1))
        self._asked_at = _read_ages(keys)

    def of(self, place: int) -> tuple[Membership, ...]:
        """Return what the node belongs to, each once, in an order that does not depend on the service's."""
        start, end = int(self._starts[place]), int(self._starts[place + 1])
        found = {
            Membership(row["relation"], row["key"], row["name"], self._asked_at.get((row["relation"], row["key"])))
            for row in self._rows.slice(start, end - start).to_pylist()
        }
        return tuple(sorted(found, key=lambda each: (each.relation, each.name or "", each.key)))


def _read_ages(keys: pa.Table) -> dict[tuple[str, str], datetime]:
    columns = (keys[name].to_pylist() for name in ("relation", "key"))
    asked = without_hidden_dates(keys.select(["asked_at"]))["asked_at"].to_pylist()
    return dict(zip(zip(*columns, strict=True), asked, strict=True))
