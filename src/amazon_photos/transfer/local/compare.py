"""A folder of this machine against the library, by content. Names only tell apart what differs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ...catalog.index import LibraryIndex
from ...files import names
from ...frames.live_photos import mark_assets
from ...frames.results import BACKED_UP, COMPARED, BackupOutcome, Comparison
from ...frames.row_builder import RowBuilder
from ...query.constants import join_chunks
from ...settings import Settings
from .found import LocalFile
from .hash_prefetch import hash_files
from .hashing import open_hasher

OnDone = Callable[[int, int | None], None]
LIBRARY = ("id", "name", "parents", "md5", "size", "kind")
"""The columns of the library that are read."""

_JUNK = "junk, which uploads leave out unless junk=True"


async def hash_local(files: Iterator[LocalFile], settings: Settings, on_done: OnDone) -> pa.Table:
    """Hash every file; what cannot be looked at is ``UNREADABLE``, with the reason."""
    return await _hash_each(files, settings, on_done, COMPARED, _local_row)


async def compare_contents(
    files: Iterator[LocalFile], known: LibraryIndex, settings: Settings, on_done: OnDone
) -> pa.Table:
    """Look up for every file whether the library holds its content; of what was not looked at, it doesn't."""
    return await _hash_each(files, settings, on_done, BACKED_UP, partial(_backup_row, known))


async def _hash_each(
    files: Iterator[LocalFile],
    settings: Settings,
    on_done: OnDone,
    schema: pa.Schema,
    to_row: Callable[[LocalFile, str | None], tuple[Any, ...]],
) -> pa.Table:
    rows = RowBuilder(schema)
    async with open_hasher(settings) as (hasher, cache):
        async for found, md5 in hash_files(files, hasher, cache):
            rows.add(to_row(found, md5))
            on_done(rows.count, None)
    return rows.table()


def _local_row(found: LocalFile, md5: str | None) -> tuple[Any, ...]:
    if md5 is None:
        return (found.path, Comparison.UNREADABLE, found.reason, None, found.name, None, None)
    reason = _JUNK if found.junk else None
    return (found.path, Comparison.LOCAL_ONLY, reason, None, found.name, found.size, md5)


def _backup_row(known: LibraryIndex, found: LocalFile, md5: str | None) -> tuple[Any, ...]:
    if md5 is None:
        outcome = BackupOutcome.FAILED if found.failed else BackupOutcome.SKIPPED
        return (found.path, False, outcome, found.reason, None, found.name, None, None)
    node = known.content(md5)
    if node is None:
        reason = _JUNK if found.junk else None
        return (found.path, False, BackupOutcome.MISSING, reason, None, found.name, found.size, md5)
    return (found.path, True, BackupOutcome.EXISTS, tell_still(known, node.id), node.id, node.name, found.size, md5)


def tell_still(known: LibraryIndex, node_id: str) -> str | None:
    """Tell of which live photo a node is the movie; None if it is none."""
    still = known.still_of(node_id)
    return None if still is None else f"the library has it as the movie of the live photo {still.name}"


def compare(here: pa.Table, there: pa.Table) -> pa.Table:
    """Compare local files with the library's: rows in the order of paths.

    ``here`` is as ``hash_local`` gives it, ``there`` has the library's files.
    """
    index = pc.index_in(here["md5"], _one(there["md5"]), skip_nulls=True)
    same = pc.is_valid(index)
    only_there = there.filter(pc.invert(pc.is_in(there["md5"], _one(here["md5"]), skip_nulls=True)))
    rest = here.filter(pc.invert(same))
    matched = here.filter(same)
    node_ids = there["id"].take(index.filter(same))
    equal = matched.set_column(1, "outcome", pa.array([Comparison.SAME] * matched.num_rows, pa.string()))
    equal = equal.set_column(2, "reason", pa.nulls(matched.num_rows, pa.string()))
    equal = equal.set_column(3, "id", node_ids.cast(pa.string()))
    changed, remote = _pair_by_name(rest, only_there)
    return pa.concat_tables([equal.cast(COMPARED), changed, remote]).sort_by("path")


def _pair_by_name(rest: pa.Table, only_there: pa.Table) -> tuple[pa.Table, pa.Table]:
    """Two files of one name and different content are one row."""
    waiting: dict[bytes, list[int]] = {}
    for row, name in enumerate(only_there["name"].to_pylist()):
        waiting.setdefault(names.collision_key(names.safe_name(name or "")), []).append(row)
    taken: set[int] = set()
    changed = RowBuilder(COMPARED)
    for row in rest.to_pylist():
        others = (
            waiting.get(names.collision_key(names.safe_name(row["name"] or "")))
            if row["outcome"] == Comparison.LOCAL_ONLY
            else None
        )
        if others:
            taken.add(other := others.pop(0))
            node = only_there["id"][other].as_py()
            row |= {"outcome": Comparison.DIFFERENT, "id": node, "reason": "other content has this name in the library"}
        changed.add(tuple(row[name] for name in COMPARED.names))
    remote = RowBuilder(COMPARED)
    for place, row in enumerate(only_there.to_pylist()):
        if place not in taken:
            remote.add((row["path"], Comparison.REMOTE_ONLY, None, row["id"], row["name"], row["size"], row["md5"]))
    return changed.table(), remote.table()


def files_below(table: pa.Table, paths: Mapping[str, str], root: str) -> pa.Table:
    """Select the files of the library below the folder ``root`` (a path; "" is all), with their ``path``.

    The movie of a live photo is in the folder of its still.
    """
    files = table.filter(pc.is_in(table["kind"].cast(pa.string()), pa.array(["FILE", "ASSET"])))
    folder_of = {**paths, **_still_folders(files, paths)}
    where = [folder_of.get(parents[0]) if parents else None for parents in files["parents"].to_pylist()]
    full = [
        name if not folder else f"{folder}/{name}"
        for folder, name in zip(where, files["name"].to_pylist(), strict=True)
    ]
    files = files.append_column("path", pa.array(full, pa.string()))
    if root:
        inside = [folder is not None and (folder == root or folder.startswith(root + "/")) for folder in where]
        files = files.filter(pa.array(inside, pa.bool_()))
    return files


def _still_folders(files: pa.Table, paths: Mapping[str, str]) -> dict[str, str]:
    """The path of the folder of each still of a live photo that has a movie here, by the still's id."""
    above = pc.list_flatten(join_chunks(files.filter(mark_assets(files))["parents"]))
    stills = files.filter(pc.is_in(files["id"], above))
    pairs = zip(stills["id"].to_pylist(), stills["parents"].to_pylist(), strict=True)
    return {still: paths[parents[0]] for still, parents in pairs if parents and parents[0] in paths}


def _one(column: pa.ChunkedArray) -> pa.Array:
    return column.cast(pa.string()).combine_chunks()
