"""Paths of the library, by the catalogue: what is at one, and what matches a glob. Nothing is sent."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from ..catalog.catalog import Catalog
from ..catalog.index import LibraryIndex
from ..catalog.index_cache import IndexCache
from ..catalog.store import Store
from ..errors import InvalidInput
from ..model.names import NameAndId, fold_name, match_name, resolve_name
from ..query.build import F
from .selection import ALBUMS, is_id

FOLDER, ALBUM = "FOLDER", "VISUAL_COLLECTION"
_GLOB = re.compile(r"[*?\[]")
_ANY_DEPTH = "**"


@dataclass(frozen=True, slots=True)
class Place:
    """A node that a path leads to."""

    id: str
    kind: str
    name: str


class Paths:
    """Finds what is at paths of one catalogue."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    @cached_property
    def index(self) -> LibraryIndex:
        """The folders of the catalogue."""
        return IndexCache(Store(self._catalog.path)).load(folders_only=True)

    @cached_property
    def albums(self) -> Sequence[NameAndId]:
        """All albums, by name."""
        found = self._catalog.rows(F.kind == ALBUM, columns=["id", "name"], sort="name")
        return [NameAndId(row["name"] or "", row["id"]) for row in found]

    def find(self, text: str) -> list[Place]:
        """Find what an item means: an id, a path, or all that a glob matches.

        Raises ``InvalidInput`` where there is nothing, with the nearest.
        """
        if is_id(text):
            return [self._find_id(text)]
        parts = _split(text)
        if parts[:1] == [ALBUMS] and not text.startswith("/"):
            return self._find_album(text, parts[1:])
        place = self._find_path(parts)
        if place is not None:
            return [place]
        if not _GLOB.search(text):
            raise InvalidInput(f"the library has nothing at {text!r:.200}{self._tell_nearest(parts)}")
        found = self._match(parts)
        if not found:
            raise InvalidInput(f"nothing in the library matches {text!r:.200}; `amazon-photos ls` shows what there is")
        return found

    def list_children(self, place: Place) -> list[Place]:
        """List what a folder or an album holds. What an album holds is as of the last refresh of relations."""
        return self._list(F.album(place.id) if place.kind == ALBUM else F.parents == place.id)

    def list_folders(self, folder: str) -> list[str]:
        """List the ids of a folder and of all folders below it."""
        paths = self.index.folder_paths()
        if folder == self.index.root:
            return [folder, *paths]
        own = paths.get(folder)
        if own is None:
            return [folder]
        return [node_id for node_id, path in paths.items() if path == own or path.startswith(f"{own}/")]

    def _find_id(self, node_id: str) -> Place:
        found = self._list((F.id == node_id) & (F.kind.exists() | ~F.kind.exists()))
        return found[0] if found else Place(node_id, "", "")

    def _find_album(self, text: str, rest: Sequence[str]) -> list[Place]:
        name, inside = "/".join(rest), ""
        found = resolve_name(name, self.albums, kind="album") if name else None
        if found is None and len(rest) > 1:
            *first, inside = rest
            found = resolve_name("/".join(first), self.albums, kind="album")
        if found is not None:
            album = Place(found.id, ALBUM, found.name)
            return [album] if not inside else _keep_matching(text, self.list_children(album), inside)
        if name and _GLOB.search(name):
            return _keep_matching(text, [Place(one.id, ALBUM, one.name) for one in self.albums], name)
        if not name:
            return [Place(one.id, ALBUM, one.name) for one in self.albums]
        raise InvalidInput(f"there is no album {name!r:.200}{_tell_near(name, [one.name for one in self.albums])}")

    def _find_path(self, parts: Sequence[str]) -> Place | None:
        folder = self.index.folder("/".join(parts))
        if folder is not None:
            return Place(folder, FOLDER, parts[-1] if parts else "")
        parent = self.index.folder("/".join(parts[:-1]))
        if parent is None:
            return None
        meant = match_name(parts[-1], [_Named(one) for one in self._list(F.parents == parent)])
        if len(meant) > 1:
            listed = ", ".join(f"{one.name!r} ({one.id})" for one in meant[:10])
            raise InvalidInput(f"{parts[-1]!r:.200} can mean several: {listed}")
        return meant[0].place if meant else None

    def _match(self, parts: Sequence[str]) -> list[Place]:
        """What a glob matches: files, folders, and through ``**`` whatever is below."""
        here, found = [self.index.root], []
        for number, part in enumerate(parts):
            last = number == len(parts) - 1
            if part == _ANY_DEPTH and not last:
                here = list(dict.fromkeys(one for folder in here for one in self.list_folders(folder)))
                continue
            if part == _ANY_DEPTH:
                here, part = list(dict.fromkeys(one for each in here for one in self.list_folders(each))), "*"
            found = [one for one in self._list_in(here) if _matches(one.name, part)]
            here = [one.id for one in found if one.kind == FOLDER]
        return found

    def _list_in(self, folders: Collection[str]) -> list[Place]:
        return self._list(F.parents(*folders)) if folders else []

    def _list(self, filters: object) -> list[Place]:
        found = self._catalog.rows(filters, columns=["id", "kind", "name"], sort="name")  # type: ignore[arg-type]
        return [Place(row["id"], row["kind"] or "", row["name"] or "") for row in found]

    def _tell_nearest(self, parts: Sequence[str]) -> str:
        folder, _ = self.index.deepest_folder("/".join(parts))
        wanted = parts[-1] if parts else ""
        return _tell_near(wanted, [one.name for one in self._list(F.parents == folder)])


@dataclass(frozen=True, slots=True)
class _Named:
    """A place as names are looked up."""

    place: Place

    @property
    def id(self) -> str:
        return self.place.id

    @property
    def name(self) -> str:
        return self.place.name


def _split(text: str) -> list[str]:
    parts = [part for part in text.split("/") if part not in ("", ".")]
    return parts[1:] if parts[:1] == ["~"] else parts


def _keep_matching(text: str, places: Iterable[Place], pattern: str) -> list[Place]:
    found = [one for one in places if _matches(one.name, pattern)]
    if not found:
        raise InvalidInput(f"nothing in the library matches {text!r:.200}; `amazon-photos ls` shows what there is")
    return found


def _matches(name: str, pattern: str) -> bool:
    return re.fullmatch(_to_expression(fold_name(pattern)), fold_name(name), re.DOTALL) is not None


def _to_expression(pattern: str) -> str:
    import fnmatch

    return fnmatch.translate(pattern)


def _tell_near(wanted: str, names: Sequence[str]) -> str:
    near = difflib.get_close_matches(wanted, names, n=1, cutoff=0.5)
    return f": did you mean {near[0]!r}?" if near else "; `amazon-photos ls` shows what there is"
