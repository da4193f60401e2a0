"""Which rows of the catalogue each album, person, thing, place and member of the family is related to.

::

    ap.relations.parquet     ids, grouped by relation and key
            │                looked up once for each pair of files
            ↓
    index                    rows of ap.parquet, in the same order: 4 bytes for each relation
                             ("thing", "beach") -> rows[120:340]

An answer is a slice of these rows, written into a mask: a filter costs what its keys hold, not what the file does.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ...errors import FilterError
from ...model.fields import Relation
from ...model.names import fold_name
from ...query.constants import array_of, join_chunks, mask_of, numbers_of, to_array, to_scalar
from ...query.evaluate import search
from ...query.expr import Equal, Pattern, Prefix
from ...query.known_names import KnownName, find_album, find_known, find_person, find_place
from ...query.relations import Question
from .known import KeyId, find_runs

_log = logging.getLogger("amazon_photos")
_WHERE = "catalog.relation_keys()"
Ends = tuple[datetime | None, datetime | None]
"""The first and the last moment, in UTC; None where there is none."""


class RelationIndex:
    """Answers questions about the rows of one version of a catalogue.

    ``ids`` are the catalogue's, in its order; ``relations`` is grouped by relation and key. ``read_dates`` gives the
    catalogue's capture dates, for the error that tells albums apart.
    """

    def __init__(
        self,
        ids: pa.ChunkedArray,
        relations: pa.Table,
        keys: Mapping[str, Sequence[KnownName]],
        read_dates: Callable[[], pa.ChunkedArray],
        untold: Collection[str] = (),
    ) -> None:
        self._length = len(ids)
        self._rows = _find_rows(ids, relations["id"])
        self._slices = _find_slices(relations)
        self._keys = keys
        self._read_dates = read_dates
        self._untold = untold

    @property
    def nbytes(self) -> int:
        """Bytes of its rows."""
        return self._rows.nbytes

    def answer(self, question: Question) -> pa.Array:
        """Return a boolean for each row of the catalogue: whether it is related so.

        Raises ``FilterError`` for a name that nothing or several have, and for a relation that Amazon never told.
        """
        if question.relation in self._untold:
            raise FilterError(
                f"Amazon did not tell what answers {question.word!r} when relations were refreshed",
                hint="refresh(relations=True) asks again; online, query() asks Amazon's search index",
            )
        found = np.zeros(self._length + 1, dtype=bool)  # the last one: of nodes that the catalogue does not have
        for key in self._find_keys(question):
            found[self._find_related(question.relation, key)] = True
        return mask_of(found[:-1])

    def _find_related(self, relation: Relation, key: str) -> npt.NDArray[np.int32]:
        parts = [self._rows[part] for part in self._slices.get((relation, key), ())]
        return parts[0] if len(parts) == 1 else np.concatenate([self._rows[:0], *parts])

    def _find_keys(self, question: Question) -> list[str]:
        known = self._keys.get(question.relation, ())
        match question.value:
            case Equal(text):
                return self._find_named(question, text, known)
            case Prefix(""):
                return [one.id for one in known]
            case Prefix(text):
                return [one.id for one in known if _choose_name(one).startswith(text)]
            case Pattern(regex):
                names = to_array([_choose_name(one) for one in known], pa.string())
                return [one.id for one, found in zip(known, search(names, regex).to_pylist(), strict=True) if found]
        raise AssertionError(f"not a value of a relation: {question.value!r}")

    def _find_named(self, question: Question, text: str, known: Sequence[KnownName]) -> list[str]:
        match question.word:
            case "things":
                return _find_things(text, known)
            case "location":
                place = find_place(text, known, _WHERE)
                return [one.id for one in known if f"{one.id}#".startswith(f"{place}#")]
            case "people":
                return [find_person(text, known, _WHERE)]
            case "clusterId":
                return [text]
            case "album":
                return [find_album(text, known, self._tell_album, _WHERE)]
        if any(one.id == text for one in known):
            return [text]
        return [find_known(text, known, "family", question.word, _WHERE).id]

    def _tell_album(self, album: KnownName) -> str:
        first, last = self.find_ends("album", album.id, self._read_dates())
        return "" if first is None else f"{first:%Y-%m-%d} to {last:%Y-%m-%d}"

    def find_ends(self, relation: Relation, key: str, dates: pa.ChunkedArray) -> Ends:
        """Find when the first and the last of what a key holds were taken, of all rows' ``dates``; in UTC."""
        rows = self._find_related(relation, key)
        found = dates.take(array_of(rows[rows < len(dates)].astype("int64"))).cast(pa.timestamp("ms"))
        ends = pc.min_max(found).as_py().values()
        first, last = (None if end is None else end.replace(tzinfo=UTC) for end in ends)
        return first, last


def _find_things(text: str, known: Sequence[KnownName]) -> list[str]:
    """As Amazon's index has it, case is no matter and an unknown thing is on nothing: why is logged, as of a search."""
    found = [one.id for one in known if fold_name(one.id) == fold_name(text)]
    if not found:
        _log.warning("this library has no things:(%s); %s tells what it has", text, _WHERE)
    return found


def _choose_name(one: KnownName) -> str:
    return one.name or one.id


def _find_rows(ids: pa.ChunkedArray, related: pa.ChunkedArray) -> npt.NDArray[np.int32]:
    """The row of each id; of what the catalogue does not have, the one after its last."""
    rows = join_chunks(pc.index_in(related, value_set=join_chunks(ids)))
    return numbers_of(pc.fill_null(rows, to_scalar(len(ids), pa.int32())))


def _find_slices(relations: pa.Table) -> dict[KeyId, list[slice]]:
    """Where the rows of each relation and key stand; in one place, unless somebody else wrote the file."""
    slices: dict[KeyId, list[slice]] = {}
    for run in find_runs(relations):
        slices.setdefault(run.id, []).append(slice(run.start, run.end))
    return slices
