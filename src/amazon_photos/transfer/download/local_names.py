"""Which file each node becomes: every name is settled before the first byte, in the same way at every run.

Where several nodes would get one name, the one whose content stands there already keeps it, or else the one with the
smallest id; each of the others gets a name of its own, made from its id. So a rerun finds what the first run made.

The movie of a live photo goes by its still, if that comes too: beside it, under its name, with an extension of its own.
"""

from __future__ import annotations

import os
import sys
from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from ...content.stream import Content
from ...files import names
from ...model.checks import is_node_id, is_size, normalize_md5
from ...query.constants import array_of, number_rows
from ..local import capture_time
from .layout import Layout

_BATCH = 512
"""Rows that are dicts at once, of some 2 KB each: more are no quicker."""
SameContent = Callable[[Path, int, str], bool]
"""Whether the file at a path has that size and MD5."""


class Item(NamedTuple):
    """One file to fetch. ``path`` is below the download folder."""

    position: int
    id: str
    name: str
    path: str
    size: int | None
    md5: str | None
    version: int | None
    mtime_ns: int | None
    skip: str | None = None
    """Why it is not fetched."""
    refused: str | None = None
    """Why it cannot be: what is told of the node is no id, MD5 or size."""
    unoccupied: bool = False
    """A moment ago it was under no other name."""

    @property
    def content(self) -> Content:
        """What is to be read."""
        return Content(self.id, self.name, self.size, self.md5)


@dataclass(frozen=True, slots=True)
class LocalNames:
    """``paths[i]`` is where row ``i`` of ``table`` goes."""

    table: pa.Table
    paths: Sequence[str]

    def __iter__(self) -> Iterator[Item]:
        for place, row in _rows(self.table):
            kind = row.get("kind") or "FILE"
            yield Item(
                place,
                row["id"],
                row["name"],
                self.paths[place],
                row["size"] if is_size(row["size"]) else None,
                normalize_md5(row["md5"]),
                row[_VERSION],
                capture_time.mtime_ns(row),
                None if kind in ("FILE", "ASSET") else f"not a file: {_KINDS.get(kind, kind)}",
                refusal(row["id"], row["size"], row["md5"]) or _path_refusal(self.paths[place]),
            )


def refusal(node_id: object, size: object, md5: object) -> str | None:
    """Say why a node cannot be fetched; None if it can.

    Its id and MD5 become parts of a path, and its size is to be believed.
    """
    if not is_node_id(node_id):
        return f"not a node id: {node_id!r:.80}"
    if md5 is not None and normalize_md5(md5) is None:
        return f"not an MD5: {md5!r:.80}"
    if size is not None and not is_size(size):
        return f"no file has this size: {size!r:.80} bytes"
    return None


def _path_refusal(path: str) -> str | None:
    """Why no file can have this path here: the locale knows no bytes for its letters."""
    try:
        if not path.isascii():
            os.fsencode(path)
    except UnicodeEncodeError:
        return f"a path that this system cannot have: {path!a:.200} (its names are in {sys.getfilesystemencoding()})"
    return None


_VERSION = "contentProperties.version"
_KINDS = {"FOLDER": "a folder", "VISUAL_COLLECTION": "an album", "SHARED_COLLECTION": "a shared album"}


def assign_names(
    table: pa.Table, layout: Layout, out: Path, *, folders: Mapping[str, str], same: SameContent
) -> LocalNames:
    """Assign a local path to each node; no two agree, on any file system.

    ``folders`` gives the path of each folder by its id, for layouts that ask for it.
    """
    paths = [layout.path(row, _folder(row, folders)) for _, row in _rows(table)]
    stills = _find_stills(table)
    if not stills:
        return LocalNames(table, _make_unique(table, paths, out, same))
    others = [place for place in range(len(paths)) if place not in stills]
    unique = _make_unique(table.take(pa.array(others)), [paths[place] for place in others], out, same)
    for place, path in zip(others, unique, strict=True):
        paths[place] = path
    _name_movies(table, paths, stills)
    return LocalNames(table, paths)


def _find_stills(table: pa.Table) -> dict[int, int]:
    """The row of the still of each movie, by the movie's row, where both are in the table."""
    if not {"kind", "parents"} <= set(table.column_names):
        return {}
    movies = pc.indices_nonzero(pc.equal(table["kind"].cast(pa.string()), "ASSET"))
    if not len(movies):
        return {}
    place_of = {node_id: place for place, node_id in enumerate(table["id"].to_pylist())}
    pairs = zip(movies.to_pylist(), table["parents"].take(movies).to_pylist(), strict=True)
    found = {movie: place_of.get(parents[0]) for movie, parents in pairs if parents}
    return {movie: still for movie, still in found.items() if still is not None and still not in found}


def _name_movies(table: pa.Table, paths: list[str], stills: Mapping[int, int]) -> None:
    """Name each movie after its still; where something has that name, it gets one of its own."""
    others = [path for place, path in enumerate(paths) if place not in stills]
    taken = {names.collision_key(path) for path in (*others, *_folders_of(others))}
    for movie in sorted(stills, key=lambda place: _text(table["id"][place].as_py())):
        node_id, own = _text(table["id"][movie].as_py()), _text(table["name"][movie].as_py())
        folder, slash, name = paths[stills[movie]].rpartition("/")
        wanted = names.safe_name(names.split_extension(name)[0] + names.split_extension(own)[1])
        free = (name for name in (wanted, *names.alternatives(wanted, node_id)) if _key(folder, name) not in taken)
        paths[movie] = folder + slash + next(free)
        taken.add(names.collision_key(paths[movie]))


def _key(folder: str, name: str) -> bytes:
    return names.collision_key(f"{folder}/{name}" if folder else name)


def _make_unique(table: pa.Table, paths: list[str], out: Path, same: SameContent) -> list[str]:
    """The paths, of which no two agree."""
    keys = _to_numbers(names.collision_key(path) for path in paths)
    above = {names.collision_key(folder) for folder in _folders_of(paths)}
    first = pc.equal(pc.index_in(keys, value_set=keys).cast(pa.int64()), number_rows(0, len(keys)))
    groups: dict[bytes, list[int]] = defaultdict(list)
    for place in _find_in(keys, keys.filter(pc.invert(first))):
        groups[names.collision_key(paths[place])].append(place)
    for place in _find_in(keys, _to_numbers(above)):
        groups.setdefault(names.collision_key(paths[place]), [place])
    if groups:
        _keep_apart(table, paths, groups, above, {names.collision_key(path) for path in paths}, out, same)
    return paths


def _to_numbers(keys: Iterable[bytes]) -> pa.Array:
    return array_of(array("Q", b"".join(keys)))


def _find_in(keys: pa.Array, wanted: pa.Array) -> list[int]:
    """Where one of those that are wanted stands."""
    return pc.indices_nonzero(pc.is_in(keys, value_set=wanted)).to_pylist() if len(wanted) else []


def _keep_apart(
    table: pa.Table,
    paths: list[str],
    groups: Mapping[bytes, list[int]],
    above: set[bytes],
    taken: set[bytes],
    out: Path,
    same: SameContent,
) -> None:
    for key, places in sorted(groups.items()):
        members = sorted((_text(table["id"][place].as_py()), place) for place in places)
        first = None if key in above else _first(table, paths, members, out, same)
        for node_id, place in members:
            if place == first:
                continue
            folder, slash, name = paths[place].rpartition("/")
            for tagged in names.alternatives(name, node_id):
                other = folder + slash + tagged
                if names.collision_key(other) not in taken:
                    break
            paths[place] = other
            taken.add(names.collision_key(other))


def _first(
    table: pa.Table, paths: Sequence[str], members: Sequence[tuple[str, int]], out: Path, same: SameContent
) -> int:
    """Who keeps the name: whose content has it already, else the first that can be fetched."""
    able = None
    for node_id, place in members:
        size, md5 = (
            table[column][place].as_py() if column in table.column_names else None for column in ("size", "md5")
        )
        if is_size(size) and (right := normalize_md5(md5)) and same(out / paths[place], size, right):
            return place
        if able is None and refusal(node_id, size, md5) is None:
            able = place
    return members[0][1] if able is None else able


def _folder(row: Mapping[str, Any], folders: Mapping[str, str]) -> str:
    parents = row.get("parents")
    return folders.get(parents[0], "") if parents is not None and len(parents) else ""


def _folders_of(paths: Sequence[str]) -> set[str]:
    found: set[str] = set()
    for path in paths:
        folder = os.path.dirname(path)  # noqa: PTH120 - a million of them
        while folder and folder not in found:
            found.add(folder)
            folder = os.path.dirname(folder)  # noqa: PTH120
    return found


def _rows(table: pa.Table) -> Iterator[tuple[int, dict[str, Any]]]:
    """Every row as a dict, with its number; ``id``, ``name``, ``size``, ``md5`` and the version stand in each."""
    dated = [
        name for name in capture_time.COLUMNS if name in table.column_names and pa.types.is_timestamp(table[name].type)
    ]
    for start in range(0, table.num_rows, _BATCH):
        batch = table.slice(start, _BATCH)
        rows = batch.drop_columns(dated).to_pylist()
        columns = [capture_time.read_column(batch[name]) for name in dated]
        for place, (row, *dates) in enumerate(zip(rows, *columns, strict=True), start):
            yield place, _plain(row) | dict(zip(dated, dates, strict=True))


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    """What others wrote, of the types that it should be."""
    node_id, version = _text(row.get("id")), _whole(row.get(_VERSION))
    return row | {
        "id": node_id,
        "name": _text(row.get("name")) or node_id or "unnamed",
        "size": _whole(row.get("size")),
        "md5": row.get("md5") or None,
        _VERSION: version if isinstance(version, int) else None,
    }


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _whole(value: object) -> object:
    """Numbers of a column with gaps come as 5.0."""
    return int(value) if isinstance(value, float) and value.is_integer() else value
