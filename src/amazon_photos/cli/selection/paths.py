"""Paths of the library, by the catalogue: what is at one, and what matches a glob. ``selection`` says what they mean.

A path is followed name by name: each means the folder or file that is called exactly so, else the only one that agrees
ignoring case and Unicode form (``model.names``), as everywhere. Where nothing is called so it is read as a pattern.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import pyarrow as pa

from ...catalog.catalog import Catalog
from ...catalog.index import LibraryIndex
from ...catalog.index_cache import IndexCache
from ...catalog.store import Store
from ...errors import InvalidInput
from ...model.checks import is_node_id
from ...model.names import MAX_LISTED, NameAndId, fold_name, match_name
from ...query.constants import to_array
from .found_node import ALBUM, FOLDER, AlbumContents, FoundNode
from .globs import ANY_DEPTH, is_glob, match_names, match_written
from .node_table import NodeTable, RowNumbers, choose, sort_by_name
from .selection import ALBUMS
from .standard_input import ID_LENGTH, is_id

_MAX_COMPARED = 5_000
"""Names among which the nearest is looked for: comparing one takes some 20 µs."""
_LOOK = "`amazon-photos ls` shows what there is"


@dataclass(frozen=True, slots=True)
class FoundNodes:
    """What items mean, each node once, in their order."""

    nodes: list[FoundNode]
    computed: bool
    """Whether a pattern chose some of them."""


class Paths:
    """Finds what is at paths of one catalogue, which is read when it is first needed."""

    def __init__(self, catalog: Catalog, contents: AlbumContents) -> None:
        self._catalog = catalog
        self._contents = contents
        self._named: dict[str, dict[str, list[FoundNode]]] = {}

    @cached_property
    def table(self) -> NodeTable:
        """All nodes of the catalogue."""
        return NodeTable(self._catalog)

    @cached_property
    def index(self) -> LibraryIndex:
        """The folders of the catalogue, by their paths."""
        return IndexCache(Store(self._catalog.path)).load(folders_only=True)

    @cached_property
    def albums(self) -> Sequence[NameAndId]:
        """All albums, by name."""
        found = [NameAndId(one.name, one.id) for one in self.table.list_nodes(self.table.find_kind(ALBUM))]
        return sorted(found)

    def find_all(self, items: Iterable[str]) -> FoundNodes:
        """Find what items mean: ids, paths, globs.

        Raises ``InvalidInput`` where there is nothing, with the nearest.
        """
        items = list(items)
        known = {one.id: one for one in self.table.list_nodes(self.table.find_rows(set(filter(is_id, items))))}
        nodes: dict[str, FoundNode] = {}
        computed = False
        for item in items:
            found = FoundNodes([known.get(item) or FoundNode(item, "", "")], False) if is_id(item) else self.find(item)
            computed = computed or found.computed
            for node in found.nodes:
                nodes.setdefault(node.id, node)
        return FoundNodes(list(nodes.values()), computed)

    def find(self, path: str) -> FoundNodes:
        """Find what is at a path, or all that a glob matches.

        Raises ``InvalidInput`` where there is nothing, with the nearest.
        """
        parts = _split(path)
        if parts[:1] == [ALBUMS] and not path.startswith(("/", ".", "~")):
            return self._find_album(path, parts[1:])
        node = self._find_path(parts)
        if node is not None:
            return FoundNodes([node], computed=False)
        if not is_glob(path):
            raise InvalidInput(f"the library has nothing at {path!r:.200}{self._tell_nearest(path, parts)}")
        rows = self._match(parts)
        if not len(rows):
            raise _nothing_matches(path)
        return FoundNodes(self.table.list_nodes(sort_by_name(rows, self.table.list_names(rows))), computed=True)

    # --- albums

    def _find_album(self, path: str, rest: Sequence[str]) -> FoundNodes:
        name = "/".join(rest)
        if not name:
            raise InvalidInput(f"{path!r:.80} is no album: albums/Summer is one, and albums/* are all of them")
        album = self._find_named_album(name)
        if album is not None:
            return FoundNodes([album], computed=False)
        *first, inside = rest
        holder = self._find_named_album("/".join(first)) if first else None
        if holder is not None:
            return self._find_held(path, self._contents.list_held(holder.id), inside)
        if holders := self._match_albums("/".join(first)) if first else []:
            held = {one.id: one for album in holders for one in self._contents.list_held(album.id)}
            return FoundNodes(self._find_held(path, list(held.values()), inside).nodes, computed=True)
        if matching := self._match_albums(name):
            return FoundNodes(matching, computed=True)
        if is_glob(name):
            raise _nothing_matches(path)
        near = _tell_near(name, [one.name for one in self.albums]) or "; `amazon-photos albums list` shows which are"
        raise InvalidInput(f"there is no album {name!r:.200}{near}")

    def _find_named_album(self, name: str) -> FoundNode | None:
        """The album of that name or id. Raises ``InvalidInput`` where several are called so."""
        meant = [one for one in self.albums if one.id == name] or match_name(name, self.albums)
        if len(meant) > 1:
            told = [f"{one.name!r} ({one.id}: {self._contents.describe(one.id)})" for one in meant[:MAX_LISTED]]
            more = f" and {len(meant) - MAX_LISTED} more" if len(meant) > MAX_LISTED else ""
            raise InvalidInput(f"{name!r:.200} can mean several albums: {', '.join(told)}{more}; give the id of one")
        return FoundNode(meant[0].id, ALBUM, meant[0].name) if meant else None

    def _match_albums(self, pattern: str) -> list[FoundNode]:
        rows = self.table.find_kind(ALBUM)
        if not is_glob(pattern) or not len(rows):
            return []
        return self.table.list_nodes(choose(rows, match_names(self.table.list_names(rows), pattern)))

    def _find_held(self, path: str, held: Sequence[FoundNode], inside: str) -> FoundNodes:
        """What is called so of what an album holds: that one, or all that a pattern matches."""
        if inside == ANY_DEPTH:
            return FoundNodes(list(held), computed=True)
        if written := [one for one in held if fold_name(one.name) == fold_name(inside)]:
            exact = [one for one in written if one.name == inside] or written
            return FoundNodes(exact, computed=len(exact) > 1)
        marks = match_names(to_array([one.name for one in held], pa.string()), inside).to_pylist()
        found = [one for one, matches in zip(held, marks, strict=True) if matches]
        if not found:
            near = _tell_near(inside, [one.name for one in held])
            raise _nothing_matches(path) if is_glob(inside) else InvalidInput(f"nothing is at {path!r:.200}{near}")
        return FoundNodes(found, computed=True)

    # --- folders and files

    def _find_path(self, parts: Sequence[str]) -> FoundNode | None:
        folder = self.index.folder("/".join(parts))
        if folder is not None:
            return FoundNode(folder, FOLDER, parts[-1] if parts else "")
        parent = self.index.folder("/".join(parts[:-1]))
        if parent is None:
            return None
        agreeing = self._list_named(parent).get(fold_name(parts[-1]), [])
        meant = [one for one in agreeing if one.name == parts[-1]] or agreeing
        if len(meant) > 1:
            listed = ", ".join(f"{one.name!r} ({one.id})" for one in meant[:MAX_LISTED])
            raise InvalidInput(f"{parts[-1]!r:.200} can mean several: {listed}; give the id of one")
        return meant[0] if meant else None

    def _list_named(self, folder: str) -> dict[str, list[FoundNode]]:
        """What a folder holds, by folded names: many paths are often of one folder."""
        if folder not in self._named:
            named: dict[str, list[FoundNode]] = {}
            for node in self.table.list_nodes(self.table.find_inside([folder])):
                named.setdefault(fold_name(node.name), []).append(node)
            self._named[folder] = named
        return self._named[folder]

    def _match(self, parts: Sequence[str]) -> RowNumbers:
        """The rows of what a glob matches."""
        table, here = self.table, [self.index.root]
        for part in parts[:-1]:
            if part == ANY_DEPTH:
                here = table.walk(here)
            else:
                here = table.list_ids(table.keep_kind(self._match_part(here, part), FOLDER))
        if parts[-1] == ANY_DEPTH:
            return table.keep_kind(table.find_inside(table.walk(here)), "FILE")
        return self._match_part(here, parts[-1])

    def _match_part(self, folders: Sequence[str], part: str) -> RowNumbers:
        """Of what is in folders that which is called so; where nothing is, what the pattern matches."""
        rows = self.table.find_inside(folders)
        names = self.table.list_names(rows)
        written = choose(rows, match_written(names, part))
        return written if len(written) or not is_glob(part) else choose(rows, match_names(names, part))

    def _tell_nearest(self, path: str, parts: Sequence[str]) -> str:
        folder, missing = self.index.deepest_folder("/".join(parts))
        wanted, _, below = missing.partition("/")
        there = self._list_named(folder)
        if below and fold_name(wanted) in there:
            return f": {wanted!r:.80} is a file, and holds nothing"
        if len(parts) == 1 and "/" not in path and is_node_id(path) and abs(len(path) - ID_LENGTH) <= 2:
            return f", and that is no id: one has {ID_LENGTH} letters, not {len(path)}"
        return _tell_near(wanted, [one.name for nodes in there.values() for one in nodes]) or f"; {_LOOK}"


def _split(path: str) -> list[str]:
    parts = [part for part in path.split("/") if part not in ("", ".")]
    return parts[1:] if parts[:1] == ["~"] else parts


def _nothing_matches(path: str) -> InvalidInput:
    return InvalidInput(f"nothing in the library matches {path!r:.200}; {_LOOK}")


def _tell_near(wanted: str, names: Sequence[str]) -> str:
    """The name that is most like it: of those as long as it, more or less, where there are many."""
    some = names if len(names) <= _MAX_COMPARED else [one for one in names if abs(len(one) - len(wanted)) <= 1]
    folded = {fold_name(one): one for one in some[:_MAX_COMPARED]}
    near = difflib.get_close_matches(fold_name(wanted), folded, n=1, cutoff=0.5)
    return f": did you mean {folded[near[0]]!r}?" if near else ""
