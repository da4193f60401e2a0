"""The index of relations, kept for one version of the two files: a new catalogue or new relations are a new index."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

import pyarrow as pa

from ..errors import CatalogDamaged, CatalogError
from ..query.relations import Question, missing_relations
from .store import Store

if TYPE_CHECKING:
    from ..query.known_names import KnownName
    from .relations.relation_index import RelationIndex
    from .relations.relations_file import RelationKey

Version = tuple[tuple[int, int, int], tuple[int, int, int]]
"""Of the catalogue and of its relations."""
MAX_INDEX_BYTES = 1 << 30
"""Bytes; some 260 million relations. A larger index is made anew for each filter."""


class RelationCache:
    """Gives the index of what a catalogue's nodes are related to, and keeps it until a file changes."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._kept: tuple[Version, RelationIndex] | None = None

    def require(self, questions: Sequence[Question]) -> None:
        """Check that there are relations to answer by. Raises ``FilterError``; reads nothing."""
        if questions and self._store.relations.version() is None:
            raise missing_relations(questions[0].word)

    def load(self) -> RelationIndex | None:
        """Return the index of the files as they are now; None where no relations are kept.

        Raises ``CatalogError`` for a file of relations that cannot be read, or is another account's.
        """
        with self._lock:
            related = self._store.relations.version()
            if related is None:
                return None
            version = self._store.version(), related
            if self._kept is not None and self._kept[0] == version:
                return self._kept[1]
            self._kept = None
            index = self._read()
            if index is not None and index.nbytes <= MAX_INDEX_BYTES:
                self._kept = version, index
            return index

    def _read(self) -> RelationIndex | None:
        from .relations.relation_index import RelationIndex  # most questions are about no relation
        from .relations.relations_file import foreign

        file, owner = self._store.relations, self._store.require_header().owner
        try:
            header, table = file.header(), file.read()
            if header is None or table is None:
                return None
            if header.owner != owner:
                raise foreign(file.path)
        except CatalogDamaged as damage:  # of this file; the catalogue itself is well
            raise CatalogError(str(damage)) from None
        return RelationIndex(
            self._store.read(["id"])["id"], table, _sort_keys(header.keys), self._read_dates, header.untold
        )

    def _read_dates(self) -> pa.ChunkedArray:
        return self._store.read(["contentDate"])["contentDate"]


def _sort_keys(keys: Sequence[RelationKey]) -> dict[str, list[KnownName]]:
    from ..query.known_names import KnownName

    known: dict[str, list[KnownName]] = {}
    for one in keys:
        known.setdefault(one.relation, []).append(KnownName(one.name or "", one.key, one.count))
    return known
