"""What can be changed about albums: made, renamed, filled, emptied, merged, and put in the trash."""

from __future__ import annotations

from collections.abc import Sequence, Set
from secrets import token_hex
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from ..errors import InvalidInput
from ..frames.results import NodeOutcome
from ..model.names import MAX_LISTED
from ..model.node import Node
from ..plans.actions import Action
from ..plans.limit import DeleteLimit, MaxDelete
from ..plans.step import NEW, Step, write_list
from ..query.expr import Expr
from .arguments import check_nul, check_switches
from .batches import NodeResult
from .group import Group
from .node_changes import check_name
from .nodes import NodeOperations
from .plans.change import carry_out, change_each
from .plans.select import select_nodes
from .plans.state import list_members, read_nodes
from .resolve import Names

if TYPE_CHECKING:
    import pandas as pd

    from .ids import Ids, Row

ALBUM: Final = "VISUAL_COLLECTION"
"""The kind of an album's node."""


class AlbumChanges(Group[NodeOperations]):
    """The changes of ``ap.albums``; photos are given as everywhere: ids, a frame, or a filter.

    ``dry_run=True`` gives the plan of a change.
    """

    async def create(self, name: str, *, node_ids: Ids | Expr = (), dry_run: bool = False) -> pd.DataFrame:
        """Make an album, with ``node_ids`` in it if there are any. Amazon lets two albums share a name.

        Gives a row for each, the album first: ``id``, ``outcome`` ("created", then "added" or "failed"), ``reason``.
        """
        check_switches(dry_run=dry_run)
        noted = dry_run or self._client.settings.history
        steps = await self._plan_create(name, node_ids, Names(self._client) if noted else None)
        return await carry_out(self._client, "albums.create", steps, dry_run=dry_run)

    async def ensure(self, name: str, *, node_ids: Ids | Expr = (), dry_run: bool = False) -> pd.DataFrame:
        """Find the album of this name online, or make one; nodes are added if there are any.

        So no look-alike is made: a name that differs in case or Unicode form only is the same. Raises ``InvalidInput``
        for a name that several albums have.

        Gives a row for each, the album first: ``id``, ``outcome`` ("exists" or "created", then "added" or "failed"),
        ``reason``.
        """
        check_switches(dry_run=dry_run)
        check_album_name(name)
        names = Names(self._client)
        album = await names.find_album(name)
        if album is None:
            steps = await self._plan_create(name, node_ids, names)
            return await carry_out(self._client, "albums.ensure", steps, dry_run=dry_run)
        adding = await self._plan_add(album, name, node_ids, await list_members(self._client, album))
        there = [NodeResult(album, NodeOutcome.EXISTS)]
        return await carry_out(self._client, "albums.ensure", adding, dry_run=dry_run, there=there)

    async def rename(self, album: str | Node | Row, name: str, *, dry_run: bool = False) -> pd.DataFrame:
        """Give an album another name; Amazon lets two albums share one.

        Gives a row for each: ``id``, ``outcome`` ("renamed" or "failed"), ``reason``.
        """
        check_switches(dry_run=dry_run)
        check_album_name(name)
        names = Names(self._client)
        found = await names.album(album)
        others = [one for one in await names.list_called(name) if one != found] if dry_run else []
        return await change_each(
            self._client,
            Action.RENAME,
            [found],
            operation="albums.rename",
            dry_run=dry_run,
            after=name,
            note=_tell_called(others),
        )

    async def add(self, album: str | Node | Row, node_ids: Ids | Expr, *, dry_run: bool = False) -> pd.DataFrame:
        """Add nodes to an album of the library, behind what is in it; what is in it already stays once.

        Gives a row for each: ``id``, ``outcome`` ("added" or "failed"), ``reason``.
        """
        check_switches(dry_run=dry_run)
        found, name, members = await self._open(album)
        steps = await self._plan_add(found, name, node_ids, members)
        return await carry_out(self._client, "albums.add", steps, dry_run=dry_run)

    async def remove(self, album: str | Node | Row, node_ids: Ids | Expr, *, dry_run: bool = False) -> pd.DataFrame:
        """Remove nodes from an album; they stay in the library.

        Gives a row for each: ``id``, ``outcome`` ("removed" or "failed"), ``reason``.
        """
        check_switches(dry_run=dry_run)
        found, name, members = await self._open(album)
        selected = await select_nodes(self._client, node_ids)
        places = {node_id: place for place, node_id in enumerate(members)}
        steps = [
            Step(
                action=Action.REMOVE,
                id=node_id,
                name=_name_of(selected.known.get(node_id)),
                target=found,
                target_name=name,
                before="in" if node_id in places else "out",
                after="out",
                position=places.get(node_id),
                note=selected.unknown.get(node_id, ""),
            )
            for node_id in selected.ids
        ]
        return await carry_out(self._client, "albums.remove", steps, dry_run=dry_run)

    async def delete(self, albums: Ids, *, dry_run: bool = False, max_delete: MaxDelete | None = None) -> pd.DataFrame:
        """Put albums in the trash, from where they can be restored; the photos stay in the library.

        ``albums`` is a name, an id, a list of these or a frame; what is no album is refused, before anything is done.
        How Amazon's own page deletes one is on no record: the trash is the way back.

        Gives a row for each: ``id``, ``outcome`` ("trashed" or "failed"), ``reason``.
        """
        check_switches(dry_run=dry_run)
        limit = None if max_delete is None else DeleteLimit.read(max_delete)
        nodes = await self._read_albums(albums)
        steps = [_trash(node) for node in nodes]
        return await carry_out(self._client, "albums.delete", steps, dry_run=dry_run, limit=limit)

    async def merge(self, into: str | Node | Row, album: str | Node | Row, *, dry_run: bool = False) -> pd.DataFrame:
        """Merge an album into another: what it holds goes there, and the album to the trash.

        Photos come behind what is there. If a photo cannot be added, the album stays, and its row says so.

        Gives a row for each photo, "added" or "failed", and one for the album, "trashed".
        """
        check_switches(dry_run=dry_run)
        target, name, members = await self._open(into)
        source, _, held = await self._open(album)
        if source == target:
            raise InvalidInput(f"an album cannot be merged into itself: {name!r:.80}")
        nodes = await self._read_albums([source])
        there = set(members)
        steps = [_add(node_id, "", target, name, there) for node_id in held]
        return await carry_out(self._client, "albums.merge", [*steps, *map(_trash, nodes)], dry_run=dry_run)

    async def _plan_create(self, name: str, node_ids: Ids | Expr, names: Names | None) -> Sequence[Step]:
        """The steps. ``names`` tells which albums are called so: a plan that is applied twice, and undoing, need it."""
        check_album_name(name)
        called = None if names is None else await names.list_called(name)
        place = f"{NEW}{token_hex(4)}"
        album = Step(
            action=Action.CREATE_ALBUM,
            id=place,
            name=name,
            kind=ALBUM,
            before=None if called is None else write_list(called),
            after=name,
            note=_tell_called(called or ()),
        )
        return [album, *await self._plan_add(place, name, node_ids, [])]

    async def _open(self, album: str | Node | Row) -> tuple[str, str, Sequence[str]]:
        """The id of an album, its name, and what is in it."""
        found = await Names(self._client).album(album)
        nodes = await self._read_albums([found])
        return found, nodes[0].name, await list_members(self._client, found)

    async def _read_albums(self, albums: Ids) -> Sequence[Node]:
        """Read albums as they are, in the order given, each once. Raises ``InvalidInput`` for what is none."""
        names = Names(self._client)
        ids = dict.fromkeys([await names.album(one) for one in _list_given(albums)])
        found = await read_nodes(self._client, list(ids))
        nodes = []
        for node_id in ids:
            node = found.get(node_id)
            if node is None or node.kind != ALBUM:
                what = "is not there" if node is None else f"is a {node.kind} called {node.name!r:.80}"
                raise InvalidInput(f"an album is due here, and {node_id} {what}")
            nodes.append(node)
        return nodes

    async def _plan_add(self, album: str, name: str, node_ids: Ids | Expr, members: Sequence[str]) -> Sequence[Step]:
        selected = await select_nodes(self._client, node_ids)
        there = set(members)
        return [
            replace(
                _add(node_id, _name_of(selected.known.get(node_id)), album, name, there),
                note=selected.unknown.get(node_id, ""),
            )
            for node_id in selected.ids
        ]


def check_album_name(name: str) -> None:
    """Check that an album can be called so. Raises ``InvalidInput``."""
    check_nul("name", name)
    if not name:
        raise InvalidInput("an album needs a name")
    check_name(name)


def _tell_called(albums: Sequence[str]) -> str:
    """What to know before another album is called as these are: by a name that several have, nobody finds any."""
    return f"an album is called so already: {', '.join(albums[:MAX_LISTED])}" if albums else ""


def _name_of(node: Node | None) -> str:
    return "" if node is None else node.name


def _add(node_id: str, name: str, album: str, album_name: str, members: Set[str]) -> Step:
    there = "in" if node_id in members else "out"
    return Step(
        action=Action.ADD, id=node_id, name=name, target=album, target_name=album_name, before=there, after="in"
    )


def _trash(album: Node) -> Step:
    return Step(
        action=Action.TRASH, id=album.id, name=album.name, kind=ALBUM, before=album.status or None, after="TRASH"
    )


def _list_given(albums: Ids) -> Sequence[str | Node]:
    from .ids import ids_of

    return [albums] if isinstance(albums, str) else ids_of(albums)
