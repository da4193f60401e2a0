"""Old rows and new answers -> the rows and keys of the next file. Pure.

Keys that the service no longer tells lose their rows, and so do nodes that the catalogue does not have; a name is what
it is now, whether its key was listed again or not; ``first_seen`` of a row that was there stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ...frames.columns import TIME
from ...query.constants import join_chunks
from .known import KeyId, ToldKey, find_runs
from .relations_file import SCHEMA, RelationKey

MAX_UNKNOWN = 1_000
"""Ids of one key that the catalogue did not have: there are more only where others put their photos into an album."""


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
    is_new: bool


def merge(
    old: pa.Table,
    known: Mapping[KeyId, RelationKey],
    told: Iterable[ToldKey],
    answers: Mapping[KeyId, Answer],
    *,
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
        part = _part(one, before.get(one.id), known.get(one.id), answers.get(one.id), now)
        if part is not None:
            parts.append(part)
    return _join(parts, catalog)


def gather(answers: Iterable[Answer]) -> pa.Table:
    """Gather answers as rows, whatever the catalogue has; they were never seen."""
    some = list(answers)
    parts = [_Part(one.key, one.ids, pa.nulls(len(one.ids), TIME), False) for one in some]
    return pa.table(_columns(parts), schema=SCHEMA)


def _slice(rows: pa.Table) -> dict[KeyId, tuple[pa.Array, pa.Array]]:
    """Ids and times of each key's rows."""
    ids, times = join_chunks(rows.column("id")), join_chunks(rows.column("first_seen"))
    return {run.id: (ids[run.start : run.end], times[run.start : run.end]) for run in find_runs(rows)}


def _part(
    told: ToldKey,
    before: tuple[pa.Array, pa.Array] | None,
    known: RelationKey | None,
    answer: Answer | None,
    now: int,
) -> _Part | None:
    ids, times = before or (pa.array([], pa.string()), pa.array([], TIME))
    if answer is not None:
        seen = times.take(pc.index_in(answer.ids, value_set=ids))
        return _Part(_rename(answer.key, told), answer.ids, pc.fill_null(seen, pa.scalar(now, TIME)), True)
    return None if known is None else _Part(_rename(known, told), ids, times, False)


def _rename(key: RelationKey, told: ToldKey) -> RelationKey:
    return msgspec.structs.replace(key, name=told.name, node_id=told.node_id)


def _join(parts: list[_Part], catalog: pa.Array) -> tuple[pa.Table, tuple[RelationKey, ...]]:
    table = pa.table(_columns(parts), schema=SCHEMA)
    is_here = pc.is_in(join_chunks(table.column("id")), value_set=catalog)
    keys, start = [], 0
    for part in parts:
        end = start + len(part.ids)
        keys.append(_with_unknown(part, is_here[start:end]) if part.is_new else part.key)
        start = end
    return table.filter(is_here), tuple(keys)


def _columns(parts: list[_Part]) -> dict[str, pa.Array]:
    lengths = [len(part.ids) for part in parts]
    return {
        "id": pa.concat_arrays([pa.array([], pa.string()), *(part.ids for part in parts)]),
        "relation": _repeat([part.key.relation for part in parts], lengths),
        "key": _repeat([part.key.key for part in parts], lengths),
        "name": _repeat([part.key.name for part in parts], lengths),
        "first_seen": pa.concat_arrays([pa.array([], TIME), *(part.first_seen for part in parts)]),
    }


def _with_unknown(part: _Part, is_here: pa.Array) -> RelationKey:
    unknown = part.ids.filter(pc.invert(is_here))[:MAX_UNKNOWN]
    return msgspec.structs.replace(part.key, unknown=tuple(unknown.to_pylist()))


def _repeat(words: list[str | None], lengths: list[int]) -> pa.Array:
    """Each word as often as its length says, dictionary-encoded."""
    encoded = pa.array(words, pa.string()).dictionary_encode()
    return encoded.take(pa.array(np.repeat(np.arange(len(words)), lengths)))
