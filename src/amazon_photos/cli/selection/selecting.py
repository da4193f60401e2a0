"""From what was given to ids: looked up in the catalogue, or asked of Amazon where a command is about to change it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from ...errors import FilterError, InvalidInput
from ...model.amounts import show_count
from ...model.fields import WORDS
from ...query.build import F
from ...query.expr import Expr, Not, and_, or_
from ...query.parser import parse
from ...query.validation import columns_of
from .found_node import ALBUM, FOLDER, AlbumContents, FoundNode
from .selection import Selection
from .standard_input import is_id

if TYPE_CHECKING:
    import pyarrow as pa

    from ...blocking.client import AmazonPhotos
    from ...catalog.catalog import Catalog
    from .paths import Paths

_ROOT = parse("isRoot:true", dialect="local")
"""What no condition can mean."""
_NOTHING = and_(F.id.exists(), Not(F.id.exists()))
_KINDS = frozenset({"kind", "type"})
_IN_TRASH = "the trash has no {}: there, things go by their ids, or --filter"
_CONTAINERS = {FOLDER: ("a folder", "/**"), ALBUM: ("an album", "/*")}


@dataclass(frozen=True, slots=True)
class SelectedNodes:
    """The ids of the nodes that are meant, each once, in the order given or found."""

    ids: list[str]
    computed: bool
    """Whether something else than a person's hand chose them: a glob, a condition, a program at the other end."""
    nodes: tuple[FoundNode, ...] = ()
    """What was looked up to find them, where nothing more was said of it: with kinds and names."""


class Source(AlbumContents, Protocol):
    """Answers what the columns of a catalogue don't: what albums hold, who is on a picture."""

    def read_conditions(self, selection: Selection) -> list[Expr]:
        """Read what is said of the nodes as filters that the catalogue answers. Raises ``FilterError``."""
        ...


class Offline:
    """Answers by the relations beside a catalogue, as of their last refresh. Nothing is sent."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def list_held(self, album: str) -> list[FoundNode]:
        """List what the album of that id holds."""
        held = [row for part in list_album(self._catalog, album, ["id", "kind", "name"]) for row in part.to_pylist()]
        return [FoundNode(row["id"], row["kind"] or "", row["name"] or "") for row in held]

    def describe(self, album: str) -> str:
        """Describe an album by what it holds; without relations nobody knows that."""
        try:
            found = list(self._catalog.rows(F.album(album), columns=["contentDate"]))
        except FilterError:
            return "what it holds is not known"
        return _describe(len(found), [row["contentDate"] for row in found])

    def read_conditions(self, selection: Selection) -> list[Expr]:
        """Read what is said of the nodes: relations answer albums and people."""
        said = [selection.to_filter()]
        said += [F.album.all(*selection.albums)] if selection.albums else []
        said += [F.people.all(*selection.people)] if selection.people else []
        return [tree for tree in said if tree is not None]


class Online:
    """Answers as Amazon does now."""

    def __init__(self, client: AmazonPhotos) -> None:
        self._client = client

    def list_held(self, album: str) -> list[FoundNode]:
        """List what the album of that id holds, in its order."""
        frame = self._client.albums.contents(album, columns=["id", "kind", "name"])
        return [FoundNode(row["id"], row["kind"] or "", row["name"] or "") for row in _list_rows(frame)]

    def describe(self, album: str) -> str:
        """Describe an album by what it holds."""
        rows = _list_rows(self._client.albums.contents(album, columns=["contentDate"]))
        return _describe(len(rows), [row["contentDate"] for row in rows])

    def read_conditions(self, selection: Selection) -> list[Expr]:
        """Read what is said of the nodes: of albums, people and things Amazon is asked which nodes those are."""
        said = [_of_ids(self._client.albums.contents(album, columns=["id"])) for album in selection.albums]
        said += [_of_ids(self._client.people.photos(person, columns=["id"])) for person in selection.people]
        filters = selection.read_filters()
        if filters is not None:
            said.append(self._search(filters) if _is_for_search(filters) else filters)
        dates = selection.read_dates()
        return said if dates is None else [*said, dates]

    def _search(self, filters: Expr) -> Expr:
        return _of_ids(self._client.search(filters, columns=["id"]).frame())


def find_ids(catalog: Catalog, selection: Selection) -> SelectedNodes:
    """Find what is meant in the catalogue; nothing is sent.

    Raises ``InvalidInput`` and ``CatalogIncomplete``.
    """
    return _find(catalog, selection, Offline(catalog))


def list_album(catalog: Catalog, album: str, columns: Sequence[str]) -> Iterator[pa.Table]:
    """List what an album of the catalogue holds, by its id, as of the last refresh of relations.

    Raises ``InvalidInput`` where that is not known.
    """
    try:
        return catalog.batches(F.album(album), columns=list(columns))
    except FilterError:
        raise InvalidInput(
            f"what the album {album} holds is not known here yet: `amazon-photos refresh --relations` asks for it"
        ) from None


def select(client: AmazonPhotos, selection: Selection) -> SelectedNodes:
    """Select what is meant as it is now: where the catalogue has to be asked, it is refreshed first.

    What albums hold and who is on a picture is asked of Amazon. Raises ``InvalidInput``.
    """
    if selection.is_plain:
        return _take_plain(selection)
    from ...catalog.catalog import Catalog

    client.refresh()
    return _find(Catalog.open(client.catalog.path), selection, Online(client))


def select_to_change(client: AmazonPhotos, selection: Selection) -> SelectedNodes:
    """Select what is meant as ``select`` does, for a change that nobody can mean of the whole library."""
    selected = select(client, selection)
    if any(node.kind == FOLDER and not node.name for node in selected.nodes):
        raise InvalidInput("/ is the whole library: name what is in it, such as '/Pictures', or say --filter")
    return selected


def select_files(client: AmazonPhotos, selection: Selection) -> SelectedNodes:
    """Select what is meant as ``select`` does, where photos are due.

    Raises ``InvalidInput`` for folders and albums. Of ids that were given by themselves nothing is known; Amazon judges
    them.
    """
    selected = select(client, selection)
    for node in selected.nodes:
        if node.kind in _CONTAINERS:
            what, below = _CONTAINERS[node.kind]
            raise InvalidInput(
                f"{node.name or '/':.80} is {what}, and photos are due here: with {below} behind it, it means those "
                "that it holds"
            )
    return selected


def select_in_trash(client: AmazonPhotos, selection: Selection) -> SelectedNodes:
    """Select what is meant of the trash. Raises ``InvalidInput``."""
    for given, what in ((selection.albums, "albums"), (selection.people, "people")):
        if given:
            raise InvalidInput(_IN_TRASH.format(what))
    if paths := [item for item in selection.items if not is_id(item)]:
        raise InvalidInput(f"{_IN_TRASH.format('paths')}; not {paths[0]!r:.200}")
    if not selection.has_conditions:
        return _take_plain(selection)
    found = dict.fromkeys(map(str, client.trashed(selection.to_filter(), columns=["id"]).id))
    wanted = [one for one in selection.items if one in found] if selection.items else list(found)
    return SelectedNodes(wanted[: selection.limit], computed=True)


def _take_plain(selection: Selection) -> SelectedNodes:
    return SelectedNodes(list(selection.items)[: selection.limit], selection.from_pipe)


def _find(catalog: Catalog, selection: Selection, source: Source) -> SelectedNodes:
    if selection.is_plain and selection.items:
        return _take_plain(selection)
    conditions = source.read_conditions(selection)
    if not selection.items:
        return SelectedNodes(_list_matching(catalog, selection, conditions), computed=True)
    from .paths import Paths

    paths = Paths(catalog, source)
    found = paths.find_all(selection.items)
    if conditions:
        conditions.append(_limit_to(paths, found.nodes, source))
        return SelectedNodes(_list_matching(catalog, selection, conditions), computed=True)
    nodes = found.nodes[: selection.limit]
    return SelectedNodes([node.id for node in nodes], selection.from_pipe or found.computed, tuple(nodes))


def _list_matching(catalog: Catalog, selection: Selection, conditions: Sequence[Expr]) -> list[str]:
    """The files of which all of this holds; folders and albums too, where a filter speaks of them."""
    filters = selection.read_filters()
    speaks = filters is not None and any(term.field in _KINDS for term in filters.terms())
    kinds: Expr = Not(_ROOT) if speaks else F.kind == "FILE"
    rows = catalog.rows(and_(*conditions, kinds), columns=["id"], limit=selection.limit)
    return [row["id"] for row in rows]


def _limit_to(paths: Paths, nodes: Sequence[FoundNode], source: Source) -> Expr:
    """A filter of what is meant where something is said of it: what is below folders, in albums, and the rest."""
    folders = paths.table.walk(node.id for node in nodes if node.kind == FOLDER)
    ids = [node.id for node in nodes if node.kind not in _CONTAINERS]
    ids += [held.id for node in nodes if node.kind == ALBUM for held in source.list_held(node.id)]
    parts: list[Expr] = [F.parents(*folders)] if folders else []
    parts += [F.id(*ids)] if ids else []
    return or_(*parts) if parts else _NOTHING


def _is_for_search(filters: Expr) -> bool:
    """Whether Amazon's index is asked: for what no column knows, if it can answer all of it."""
    words = {term.field for term in filters.terms()}
    return any(not columns_of(word) for word in words) and words <= WORDS["search"].keys()


def _list_rows(found: Any) -> list[dict[str, Any]]:
    """The rows of a frame, or of the table that a client of tables gives for one."""
    from ..output.frames import to_table

    rows: list[dict[str, Any]] = to_table(found).to_pylist()
    return rows


def _of_ids(found: Any) -> Expr:
    """A filter of the nodes of a frame or a table."""
    ids = [row["id"] for row in _list_rows(found)]
    return F.id(*ids) if ids else _NOTHING


def _describe(count: int, dates: Collection[object]) -> str:
    known = sorted(f"{date:%Y-%m-%d}" for date in dates if date is not None)
    span = f", {known[0]} to {known[-1]}" if known else ""
    return f"{show_count(count, 'nodes')}{span}"
