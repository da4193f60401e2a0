"""What each node of a run belongs to: rows of ``ap.relations.parquet``, by the node's place in the run."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ...frames.invalid_values import without_hidden_dates
from .node_knowledge import Membership


class MembershipIndex:
    """Finds the memberships of the node at a place.

    ``ids`` are those of the run, in its order; ``rows`` and ``keys`` are what a file of relations holds.
    """

    def __init__(self, ids: pa.ChunkedArray, rows: pa.Table, keys: pa.Table) -> None:
        found = pc.index_in(rows["id"], value_set=ids.combine_chunks())
        places = pc.fill_null(found, len(ids)).to_numpy()  # behind the last: of nodes that are not in the run
        order = np.argsort(places, kind="stable")
        self._starts = np.concatenate([[0], np.cumsum(np.bincount(places, minlength=len(ids) + 1)[:-1])])
        order = order[: self._starts[-1]]
        self._columns = [_Words(rows[name], order) for name in ("relation", "key", "name")]
        self._asked_at = _read_ages(keys)

    def of(self, place: int) -> tuple[Membership, ...]:
        """Return what the node belongs to, each once, in an order that does not depend on the service's."""
        rows = range(int(self._starts[place]), int(self._starts[place + 1]))
        relations, keys, names = ([column.at(row) for row in rows] for column in self._columns)
        found = {
            Membership(relation or "", key or "", name, self._asked_at.get((relation, key)))
            for relation, key, name in zip(relations, keys, names, strict=True)
        }
        return tuple(sorted(found, key=lambda each: (each.relation, each.name or "", each.key)))


class _Words:
    """A column of few distinct words, in another order: 4 bytes a row."""

    def __init__(self, column: pa.ChunkedArray, order: npt.NDArray[np.int64]) -> None:
        encoded = column.unify_dictionaries()
        chunks = [pc.fill_null(chunk.indices, -1).to_numpy() for chunk in encoded.chunks]
        self._codes = np.concatenate(chunks)[order] if chunks else np.empty(0, np.int32)
        self._words: Sequence[str | None] = [*(encoded.chunk(0).dictionary.to_pylist() if chunks else ()), None]

    def at(self, row: int) -> str | None:
        return self._words[int(self._codes[row])]  # the last is None, which -1 means


def _read_ages(keys: pa.Table) -> dict[tuple[str | None, str | None], datetime]:
    columns = (keys[name].to_pylist() for name in ("relation", "key"))
    asked = without_hidden_dates(keys.select(["asked_at"]))["asked_at"].to_pylist()
    return dict(zip(zip(*columns, strict=True), asked, strict=True))
