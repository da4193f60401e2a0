"""From what was given to ids: looked up in the catalogue, or asked of Amazon where a command is about to change it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..catalog.catalog import Catalog
from ..errors import CatalogIncomplete, InvalidInput
from ..query.build import F
from ..query.expr import Expr, and_
from ..query.parser import parse
from .paths import ALBUM, FOLDER, Paths, Place
from .selection import Selection, is_id

if TYPE_CHECKING:
    from ..blocking.client import AmazonPhotos

_ROOT = parse("NOT isRoot:true", dialect="local")
"""What no condition can mean."""
_IN_TRASH = "the trash has no {}: there, things go by their ids, or --filter"


@dataclass(frozen=True, slots=True)
class Selected:
    """The ids of the nodes that are meant, each once, in the order given or found."""

    ids: list[str]
    computed: bool
    """Whether something else than a person's hand chose them: a glob, a condition, a program at the other end."""


def find_ids(catalog: Catalog, selection: Selection) -> Selected:
    """Find what is meant in the catalogue; nothing is sent. Raises ``InvalidInput`` and ``CatalogIncomplete``."""
    words = [F.album(*selection.albums)] if selection.albums else []
    words += [F.people(*selection.people)] if selection.people else []
    return _find(catalog, selection, words)


def select(client: AmazonPhotos, selection: Selection) -> Selected:
    """Select what is meant as it is now: the catalogue is brought up to date first, where it has to be asked.

    What albums hold and who is on a picture is asked of Amazon. Raises ``InvalidInput``.
    """
    if selection.is_plain:
        return Selected(list(selection.items)[: selection.limit], selection.from_pipe)
    client.refresh()
    frames = [client.albums.contents(album) for album in selection.albums]
    frames += [client.people.photos(person) for person in selection.people]
    within = [F.id(*_some(frame.id)) for frame in frames]
    catalog = Catalog.open(client.catalog.path)
    try:
        return _find(catalog, selection, within)
    except CatalogIncomplete:
        if selection.items or within:
            raise
        found = client.search(selection.to_filter(), columns=["id"])
        return Selected([node.id for node in found][: selection.limit], computed=True)


def select_in_trash(client: AmazonPhotos, selection: Selection) -> Selected:
    """Select what is meant of the trash. Raises ``InvalidInput``."""
    for given, what in ((selection.albums, "albums"), (selection.people, "people")):
        if given:
            raise InvalidInput(_IN_TRASH.format(what))
    if paths := [item for item in selection.items if not is_id(item)]:
        raise InvalidInput(f"{_IN_TRASH.format('paths')}; not {paths[0]!r:.200}")
    if not selection.has_conditions:
        return Selected(list(selection.items)[: selection.limit], selection.from_pipe)
    found = [str(one) for one in client.trashed(selection.to_filter(), columns=["id"]).id]
    wanted = found if not selection.items else [one for one in selection.items if one in set(found)]
    return Selected(wanted[: selection.limit], computed=True)


def _find(catalog: Catalog, selection: Selection, within: Sequence[Expr]) -> Selected:
    conditions = [tree for tree in (selection.to_filter(), *within) if tree is not None]
    if not selection.items:
        found = catalog.rows(and_(*conditions, _ROOT), columns=["id"], limit=selection.limit)
        return Selected([row["id"] for row in found], computed=True)
    if selection.is_plain:
        return Selected(list(selection.items)[: selection.limit], selection.from_pipe)
    paths = Paths(catalog)
    places = [(item, place) for item in selection.items for place in paths.find(item)]
    computed = selection.from_pipe or len(places) != len(selection.items) or bool(conditions)
    if not conditions:
        ids = list(dict.fromkeys(place.id for _, place in places))
    else:
        ids = _keep_those(catalog, _list_places(paths, [place for _, place in places]), and_(*conditions))
    return Selected(ids[: selection.limit], computed)


def _list_places(paths: Paths, places: Sequence[Place]) -> Expr:
    """A filter of what is meant where something is said of it: what is below folders and albums, and files."""
    folders = [one for place in places if place.kind == FOLDER for one in paths.list_folders(place.id)]
    albums = [place.id for place in places if place.kind == ALBUM]
    others = [place.id for place in places if place.kind not in (FOLDER, ALBUM)]
    parts: list[Expr] = [F.parents(*folders)] if folders else []
    parts += [F.album(*albums)] if albums else []
    parts += [F.id(*others)] if others else []
    found = parts[0]
    for part in parts[1:]:
        found = found | part
    return found


def _keep_those(catalog: Catalog, places: Expr, conditions: Expr) -> list[str]:
    found = catalog.rows(and_(places, conditions, F.kind == "FILE"), columns=["id"])
    return [row["id"] for row in found]


def _some(ids: Collection[object]) -> list[str]:
    """Ids for a filter, which wants at least one: of nothing, one that nothing has."""
    return [str(one) for one in ids] or ["-" * 22]
