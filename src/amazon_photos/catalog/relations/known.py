"""What is asked for again, and what is not. Pure.

A key is listed again when its count changed, when it holds a node that changed (or that the catalogue did not have
yet), when it is an album that changed itself (since shortly before it was listed: listings lag behind), or when its
answer is old or doubtful. What Amazon changes without any of these, a
face that it takes for somebody else's now while it finds another one, is found when the answer is old.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

from ...query.constants import join_chunks, numbers_of
from ..service_clock import STEADY
from .relations_file import RelationKey

if TYPE_CHECKING:
    import numpy as np

KeyId: TypeAlias = tuple[str, str]
"""A relation and a key."""
LAG = 600_000
"""Milliseconds; listings lag writes by ten seconds and more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldKey:
    """A key as the service tells it before anything is listed.

    ``count`` is None where it tells none (of albums); ``changed_at`` is when an album was modified, in milliseconds.
    """

    relation: str
    key: str
    name: str | None = None
    count: int | None = None
    node_id: str | None = None
    changed_at: int | None = None

    @property
    def id(self) -> KeyId:
        return self.relation, self.key


def choose_keys(
    told: Iterable[ToldKey],
    known: Mapping[KeyId, RelationKey],
    *,
    touched: frozenset[KeyId] | None,
    now: int,
    max_age: int,
) -> list[ToldKey]:
    """Choose which keys are to be listed, of those ``told``; ``known`` are those that were.

    ``touched`` are the keys that something happened to since (``find_touched``); None: nobody knows, so it is all.
    Times are milliseconds by the service's clock; an answer of the future is as old as can be. ``max_age=0`` means all.
    """
    if touched is None or max_age <= 0:
        return list(told)
    return [key for key in told if key.id in touched or not _still_holds(key, known.get(key.id), now - max_age, now)]


def _still_holds(told: ToldKey, known: RelationKey | None, since: int, now: int) -> bool:
    if known is None or known.doubtful or not since < known.asked_at <= now + STEADY:
        return False
    if told.changed_at is not None and told.changed_at > known.asked_at - LAG:
        return False
    return told.count is None or told.count == known.count


def find_touched(
    rows: pa.Table, known: Mapping[KeyId, RelationKey], changed: pa.Array | None
) -> frozenset[KeyId] | None:
    """Find the keys that hold one of the nodes whose ids are in ``changed``, and those that are one.

    None stays None. A node that belongs to a key and has no row, as the catalogue did not have it, counts as held.
    """
    if changed is None:
        return None
    if not len(changed):
        return frozenset()
    ids = set(changed.to_pylist())
    found = {key for key in known if key[1] in ids and key[0] == "album"}
    found |= {key for key, one in known.items() if not ids.isdisjoint(one.unknown)}
    import numpy as np

    places = numbers_of(pc.indices_nonzero(pc.is_in(rows.column("id"), value_set=changed)))
    runs = find_runs(rows)
    starts = np.array([run.start for run in runs])
    found |= {runs[number].id for number in np.unique(np.searchsorted(starts, places, "right") - 1).tolist()}
    return frozenset(found)


@dataclass(frozen=True, slots=True)
class Run:
    """Rows of one key that stand together, from ``start`` until before ``end``."""

    id: KeyId
    start: int
    end: int


def find_runs(rows: pa.Table) -> Sequence[Run]:
    """Find where the rows of each key stand."""
    if not len(rows):
        return []
    import numpy as np

    relations, keys = (_codes(rows.column(name)) for name in ("relation", "key"))
    changes = (np.diff(relations[0]) != 0) | (np.diff(keys[0]) != 0)
    starts = [0, *(np.flatnonzero(changes) + 1).tolist()]
    return [
        Run((relations[1][relations[0][start]], keys[1][keys[0][start]]), start, end)
        for start, end in zip(starts, [*starts[1:], len(rows)], strict=True)
    ]


def _codes(column: pa.ChunkedArray) -> tuple[np.ndarray[tuple[int], np.dtype[np.int32]], list[str]]:
    """Where in a list each value stands, and the list."""
    encoded = join_chunks(column.unify_dictionaries())
    return numbers_of(encoded.indices), encoded.dictionary.to_pylist()
