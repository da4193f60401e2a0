"""Old rows and new answers -> the rows and keys of the next file. Pure.

Keys that the service no longer tells lose their rows, and so do nodes that the catalogue does not have; a name is what
it is now, whether its key was listed again or not; ``first_seen`` of a row that was there stays. A node without a row
is remembered by its key: when it comes (out of the trash, say), the key is listed again, whatever its count.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from ...frames.columns import TIME
from ...query.constants import array_of, join_chunks
from .known import KeyId, ToldKey, find_runs
from .relations_file import SCHEMA, RelationKey

MAX_UNKNOWN = 1_000
"""Ids that one key remembers, the latest ones."""
MAX_UNKNOWN_IN_ALL = 500_000
"""Ids that all keys remember: some 30 MB of the file's metadata, of which Parquet's readers take 100 MB and no more."""

_NO_IDS, _NO_TIMES = pa.array([], pa.string()), pa.array([], TIME)
_NOTHING = _NO_IDS, _NO_TIMES


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """What listing a key has brought: the ids, each once, in the service's order, and the key as it was then."""

    key: RelationKey
    ids: pa.Array


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """The rows of one key on their way into the next file."""

    key: RelationKey
    ids: pa.Array
    first_seen: pa.Array
    missed: pa.Array
    """Ids that it had, or may have, besides."""


def merge(
    old: pa.Table,
    known: Mapping[KeyId, RelationKey],
    told: Iterable[ToldKey],
    answers: Mapping[KeyId, Answer],
    *,
    refused: Collection[KeyId] = (),
    catalog: pa.Array,
    now: int,
) -> tuple[pa.Table, tuple[RelationKey, ...]]:
    """Merge ``old`` rows with ``answers``, in the order of ``told``; return rows and keys.

    ``catalog`` are the ids that the catalogue has. A key that is neither known nor answered has no rows yet, and is
    left out.
    """
    before = _slice(old)
    parts = []
    for one in told:
        earlier = known.get(one.id)
        if earlier is not None and one.id in refused:
            earlier = msgspec.structs.replace(earlier, doubtful=True)
        part = _part(one, before.get(one.id, _NOTHING), earlier, answers.get(one.id), now)
        if part is not None:
            parts.append(part)
    return _join(parts, catalog)


def gather(answers: Iterable[Answer]) -> pa.Table:
    """Gather answers as rows, whatever the catalogue has; they were never seen."""
    some = list(answers)
    parts = [_Part(one.key, one.ids, pa.nulls(len(one.ids), TIME), _NO_IDS) for one in some]
    return pa.table(_columns(parts), schema=SCHEMA)


def _slice(rows: pa.Table) -> dict[KeyId, tuple[pa.Array, pa.Array]]:
    """Ids and times of each key's rows."""
    ids, times = join_chunks(rows.column("id")), join_chunks(rows.column("first_seen"))
    return {run.id: (ids[run.start : run.end], times[run.start : run.end]) for run in find_runs(rows)}


def _part(
    told: ToldKey, before: tuple[pa.Array, pa.Array], known: RelationKey | None, answer: Answer | None, now: int
) -> _Part | None:
    ids, times = before
    earlier = pa.array(known.unknown if known else (), pa.string())
    if answer is not None:
        seen = pc.fill_null(times.take(pc.index_in(answer.ids, value_set=ids)), pa.scalar(now, TIME))
        missed = pa.concat_arrays([ids.filter(pc.invert(pc.is_in(ids, value_set=answer.ids))), earlier])
        return _Part(_rename(answer.key, told), answer.ids, seen, missed)
    return None if known is None else _Part(_rename(known, told), ids, times, earlier)


def _rename(key: RelationKey, told: ToldKey) -> RelationKey:
    return msgspec.structs.replace(key, name=told.name, node_id=told.node_id)


def _join(parts: list[_Part], catalog: pa.Array) -> tuple[pa.Table, tuple[RelationKey, ...]]:
    table = pa.table(_columns(parts), schema=SCHEMA)
    is_here = pc.is_in(join_chunks(table.column("id")), value_set=catalog)
    missed = pa.concat_arrays([_NO_IDS, *(part.missed for part in parts)])
    is_back = pc.is_in(missed, value_set=catalog)
    keys, row, place = [], 0, 0
    most = min(MAX_UNKNOWN, MAX_UNKNOWN_IN_ALL // max(len(parts), 1))
    for part in parts:
        absent = part.ids.filter(pc.invert(is_here[row : row + len(part.ids)]))
        away = part.missed.filter(pc.invert(is_back[place : place + len(part.missed)]))
        keys.append(_with_unknown(part.key, [*absent.to_pylist(), *away.to_pylist()], most))
        row, place = row + len(part.ids), place + len(part.missed)
    return table.filter(is_here), tuple(keys)


def _columns(parts: list[_Part]) -> dict[str, pa.Array]:
    lengths = [len(part.ids) for part in parts]
    return {
        "id": pa.concat_arrays([_NO_IDS, *(part.ids for part in parts)]),
        "relation": _repeat([part.key.relation for part in parts], lengths),
        "key": _repeat([part.key.key for part in parts], lengths),
        "name": _repeat([part.key.name for part in parts], lengths),
        "first_seen": pa.concat_arrays([_NO_TIMES, *(part.first_seen for part in parts)]),
    }


def _with_unknown(key: RelationKey, ids: list[str], most: int) -> RelationKey:
    return msgspec.structs.replace(key, unknown=tuple(dict.fromkeys(ids))[:most])


def _repeat(words: list[str | None], lengths: list[int]) -> pa.Array:
    """Each word as often as its length says, dictionary-encoded."""
    import numpy as np

    encoded = pa.array(words, pa.string()).dictionary_encode()
    return encoded.take(array_of(np.repeat(np.arange(len(words), dtype=np.int64), lengths)))
