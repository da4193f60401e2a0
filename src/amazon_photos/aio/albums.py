"""Albums: ``ap.albums``, and the predecessor's flat names."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from ..catalog import view
from ..errors import InvalidInput, ServiceError
from ..frames.columns import Columns
from ..frames.results import ALBUMS, NodeOutcome
from ..model.node import Node
from ..query.coerce import Filters, join_filters
from ..wire import albums as wire
from ..wire import nodes as wire_nodes
from ..wire.common import MAX_TO_ALBUM
from .album_facts import COLUMNS, AlbumFacts, ask_facts, is_older, read_facts, to_rows
from .arguments import Sort, check_nul
from .batches import NodeResult, in_batches
from .group import Group
from .ids import ids_of
from .known_keys import check_online, read_keys
from .misuse import accept_positional
from .nodes import NodeOperations
from .resolve import Names

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from ..catalog.relations.relations_file import RelationKey
    from .ids import Ids, Row

_KIND: Final = "VISUAL_COLLECTION"
_ALL = f"kind:{_KIND}"
_OWN = list(COLUMNS)
MAX_HELD = 10**9
"""More nodes than any album holds."""


class AlbumOperations(NodeOperations):
    """Operations on albums. An album is a node of kind VISUAL_COLLECTION; what it holds stays in its folder."""

    @property
    def albums(self) -> Albums:
        """The albums: ``list``, ``get`` and ``contents``, ``create``, ``rename``, ``add`` and ``remove``."""
        return Albums(self)

    @accept_positional("node_ids")
    async def create_album(self, album_name: str, *, node_ids: Ids = ()) -> Node:
        """Make an album, with ``node_ids`` in it if there are any. Amazon lets two albums share a name.

        Raises ``ServiceError`` if a node cannot be added; the album is then there, without it.
        """
        check_nul("album_name", album_name)
        if not album_name:
            raise InvalidInput("an album needs a name")
        album = await self._send(wire.create_album(album_name))
        if ids := ids_of(node_ids):
            refused = [row for row in await self._change_album(album.id, "add", ids, NodeOutcome.ADDED) if row.reason]
            if refused:
                raise ServiceError(
                    f"the album {album_name!r} was made ({album.id}), but {len(refused)} of {len(ids)} nodes could not "
                    f"be added; the first is {refused[0].id}: {refused[0].reason}",
                    operation="create_album",
                )
        return album

    async def rename_album(self, album_id: str | Node | Row, name: str) -> Node:
        """Give an album another name."""
        return await self.rename(await Names(self).album(album_id), name)

    async def add_to_album(self, album_id: str | Node | Row, node_ids: Ids) -> pd.DataFrame:
        """Add nodes to an album of the library, given by its id or name; what is in it already stays once.

        Gives a row for each: ``id``, ``outcome`` ("added" or "failed"), ``reason``.
        """
        album = await Names(self).album(album_id)
        return self._results_frame(await self._change_album(album, "add", ids_of(node_ids), NodeOutcome.ADDED))

    async def remove_from_album(self, album_id: str | Node | Row, node_ids: Ids) -> pd.DataFrame:
        """Remove nodes from an album, given by its id or name; they stay in the library.

        Gives a row for each: ``id``, ``outcome`` ("removed" or "failed"), ``reason``.
        """
        album = await Names(self).album(album_id)
        return self._results_frame(await self._change_album(album, "remove", ids_of(node_ids), NodeOutcome.REMOVED))

    async def _change_album(self, album_id: str, op: str, ids: Sequence[str], done: NodeOutcome) -> list[NodeResult]:
        async def send(some: Sequence[str]) -> Mapping[str, str]:
            await self._send(wire.change_album(album_id, op, some))
            return {}

        return await in_batches(
            ids, size=MAX_TO_ALBUM, done=done, send=send, to_frame=self._results_frame, progress=self._progress
        )


class Albums(Group[AlbumOperations]):
    """The albums of the library. An album is given by its name, its id, as a ``Node``, or as a row of ``list()``.

    A name means the album that is called exactly so, else the only one that agrees ignoring case and Unicode form.
    """

    async def list(self, *, online: bool | None = None) -> pd.DataFrame:
        """List all albums online, by name: a row for each, and what it holds, offline where that is known.

        Gives ``name``, ``count`` (of what it holds), ``cover`` (the id of a picture), ``first_taken`` and
        ``last_taken`` (capture dates of what it holds, ``contentDate``), ``created``, ``modified``, ``shared``, ``id``,
        ``asked_at`` (when Amazon told the count). Names take a request for 200 albums. Counts and dates are those of
        ap.relations.parquet where it is there and an album has not changed since, else they take two requests for each
        album. ``online=True`` asks for all; ``online=False`` for nothing: albums are then those of ap.parquet, and what
        nobody knows is missing.
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
        if found.kind != _KIND:
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

    async def create(self, name: str, *, node_ids: Ids = ()) -> Node:
        """Make an album, with ``node_ids`` in it if there are any. Amazon lets two albums share a name.

        Raises ``ServiceError`` if a node cannot be added; the album is then there, without it.
        """
        return await self._client.create_album(name, node_ids=node_ids)

    async def rename(self, album: str | Node | Row, name: str) -> Node:
        """Give an album another name."""
        return await self._client.rename_album(album, name)

    async def add(self, album: str | Node | Row, node_ids: Ids) -> pd.DataFrame:
        """Add nodes to an album of the library; what is in it already stays once.

        Gives a row for each: ``id``, ``outcome`` ("added" or "failed"), ``reason``.
        """
        return await self._client.add_to_album(album, node_ids)

    async def remove(self, album: str | Node | Row, node_ids: Ids) -> pd.DataFrame:
        """Remove nodes from an album; they stay in the library.

        Gives a row for each: ``id``, ``outcome`` ("removed" or "failed"), ``reason``.
        """
        return await self._client.remove_from_album(album, node_ids)
