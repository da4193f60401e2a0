"""Albums: ``ap.albums``, and the predecessor's flat names."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..catalog import view
from ..errors import InvalidInput, ServiceError
from ..frames.columns import Columns
from ..frames.results import ALBUMS, NodeOutcome
from ..model.node import Node
from ..plans.actions import Action
from ..plans.step import make_step
from ..query.coerce import Filters, join_filters
from ..wire import nodes as wire_nodes
from .album_changes import ALBUM, AlbumChanges, check_album_name
from .album_facts import COLUMNS, AlbumFacts, ask_facts, is_older, read_facts, to_rows
from .arguments import Sort, check_nul
from .known_keys import check_online, read_keys
from .misuse import accept_positional
from .nodes import NodeOperations
from .plans.change import carry_out_whole
from .plans.state import MAX_HELD, read_nodes
from .resolve import Names

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from ..catalog.relations.relations_file import RelationKey
    from .ids import Ids, Row

_ALL = f"kind:{ALBUM}"
_OWN = list(COLUMNS)


class AlbumOperations(NodeOperations):
    """Operations on albums. An album is a node of kind VISUAL_COLLECTION; what it holds stays in its folder."""

    @property
    def albums(self) -> Albums:
        """The albums: ``list``, ``get``, ``contents``, ``create``, ``ensure``, ``add``, ``remove`` and more."""
        return Albums(self)

    @accept_positional("node_ids")
    async def create_album(self, album_name: str, *, node_ids: Ids = ()) -> Node:
        """Make an album, with ``node_ids`` in it if there are any. Amazon lets two albums share a name.

        Raises ``ServiceError`` if a node cannot be added; the album is then there, without it.
        """
        check_nul("album_name", album_name)
        names = Names(self) if self.settings.history else None
        steps = await self.albums._plan_create(album_name, node_ids, names)
        try:
            _, results = await carry_out_whole(self, "create_album", steps)
        except ServiceError as error:
            if error.outcomes is None or error.outcomes["outcome"].iloc[0] != NodeOutcome.CREATED:
                raise
            raise _not_all(album_name, error) from None
        return await self.node(results[0].id)

    async def rename_album(self, album_id: str | Node | Row, name: str) -> Node:
        """Give an album another name. Raises ``ServiceError`` where Amazon refuses it."""
        check_album_name(name)
        album = await Names(self).album(album_id)
        node = (await read_nodes(self, [album])).get(album)
        await carry_out_whole(self, "rename_album", [make_step(Action.RENAME, album, node, after=name)])
        return await self.node(album)

    async def add_to_album(self, album_id: str | Node | Row, node_ids: Ids) -> pd.DataFrame:
        """Add nodes to an album of the library, given by its id or name; what is in it already stays once.

        Gives a row for each: ``id``, ``outcome`` ("added" or "failed"), ``reason``.
        """
        return await self.albums.add(album_id, node_ids)

    async def remove_from_album(self, album_id: str | Node | Row, node_ids: Ids) -> pd.DataFrame:
        """Remove nodes from an album, given by its id or name; they stay in the library.

        Gives a row for each: ``id``, ``outcome`` ("removed" or "failed"), ``reason``.
        """
        return await self.albums.remove(album_id, node_ids)


class Albums(AlbumChanges):
    """The albums of the library. An album is given by its name, its id, as a ``Node``, or as a row of ``list()``.

    A name means the album that is called exactly so, else the only one that agrees ignoring case and Unicode form.
    Photos are given as everywhere: ids, a frame, or a filter. ``dry_run=True`` gives the plan of a change.
    """

    async def list(self, *, online: bool | None = None) -> pd.DataFrame:
        """List all albums online, by name: a row for each, and what it holds, offline where that is known.

        Gives ``name``, ``count`` (of what it holds), ``cover`` (the id of a picture), ``first_taken`` and
        ``last_taken`` (capture dates of what it holds, ``contentDate``), ``created``, ``modified``, ``shared``, ``id``,
        ``asked_at`` (when Amazon told the count). Names take a request for 200 albums. Counts and dates are those of
        ap.relations.parquet where it is there and an album has not changed since, or shortly before (listings lag);
        else they take two requests for each album. ``online=True`` asks for all; ``online=False`` for nothing: albums
        are then those of ap.parquet, and what nobody knows is missing.
        """
        keys = () if check_online(online) else await read_keys(self._client, required=online is False)
        albums = await self._read_own(online=online)
        facts = await self._read_facts(albums, keys or (), changed=online is False)
        if online is not False:
            facts |= await ask_facts(self._client, [album for album in albums["id"].to_pylist() if album not in facts])
        return self._client._rows(to_rows(albums, facts), ALBUMS)

    async def _read_own(self, *, online: bool | None) -> pa.Table:
        """The albums themselves, from the library or from the catalogue."""
        if online is False:
            return await asyncio.to_thread(view.find, self._client._store, join_filters(_ALL), columns=_OWN)
        return await self._client.search_nodes(_ALL, columns=_OWN).table()

    async def _read_facts(
        self, albums: pa.Table, keys: Sequence[RelationKey], *, changed: bool
    ) -> dict[str, AlbumFacts]:
        """What relations tell of the albums; of those that changed since only if ``changed``."""
        changes = dict(zip(albums["id"].to_pylist(), albums["modifiedDate"].to_pylist(), strict=True))
        told = {
            key.key: (key.count, key.asked_at)
            for key in keys
            if key.relation == "album" and key.key in changes and key.count is not None
            if changed or is_older(changes[key.key], key.asked_at)
        }
        return await asyncio.to_thread(read_facts, self._client, told) if told else {}

    async def get(self, album: str | Node | Row) -> Node:
        """Get an album as it is now, online: a ``Node``.

        Raises ``InvalidInput`` for a name that no album has, which names the nearest, for one that several have, which
        lists their ids, counts and dates, and for the id of what is no album; ``NotFound`` for an id of nothing.
        """
        found = await self._client._send(wire_nodes.node(await Names(self._client).album(album)))
        if found.kind != ALBUM:
            raise InvalidInput(f"an album is due here, and {found.name!r} ({found.id}) is a {found.kind}")
        return found

    async def contents(
        self,
        album: str | Node | Row,
        *,
        filters: Filters = None,
        sort: Sort = "",
        limit: float | None = None,
        offset: int = 0,
        strict: bool = True,
        columns: Columns = None,
    ) -> pd.DataFrame:
        """List what an album holds, online and in the album's order, a row for each, as ``children`` gives it.

        The arguments are those of ``children``, the errors those of ``get``. To keep the order, pages come one after
        the other.
        """
        if limit is None and not sort:
            limit = MAX_HELD  # one that is limited is not divided
        return await self._client.children(
            await self.get(album),
            filters=filters,
            sort=sort,
            limit=limit,
            offset=offset,
            strict=strict,
            columns=columns,
        )


def _not_all(name: str, error: ServiceError) -> ServiceError:
    """Tell that an album was made, and that not all went into it."""
    assert error.outcomes is not None  # noqa: S101
    rows = error.outcomes
    failed = rows[rows["outcome"] == NodeOutcome.FAILED].iloc[0]
    count = int((rows["outcome"] == NodeOutcome.FAILED).sum())
    return ServiceError(
        f"the album {name!r} was made ({rows['id'].iloc[0]}), but {count} of {len(rows) - 1} nodes could not be added; "
        f"the first is {failed['id']}: {failed['reason']}",
        operation="create_album",
    )
