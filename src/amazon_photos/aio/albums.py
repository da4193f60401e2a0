"""Albums: ``ap.albums``, and the predecessor's flat names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from ..errors import InvalidInput, ServiceError
from ..frames.columns import Columns
from ..frames.results import NodeOutcome
from ..model.node import Node
from ..wire import albums as wire
from ..wire.common import MAX_TO_ALBUM
from .arguments import check_nul
from .batches import NodeResult, in_batches
from .group import Group
from .ids import ids_of
from .misuse import accept_positional
from .nodes import NodeOperations
from .resolve import Names

if TYPE_CHECKING:
    import pandas as pd

    from .ids import Ids, Row


class AlbumOperations(NodeOperations):
    """Operations on albums. An album is a node of kind VISUAL_COLLECTION; what it holds stays in its folder."""

    @property
    def albums(self) -> Albums:
        """The albums: ``list``, ``create``, ``rename``, ``add`` and ``remove``."""
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

    async def list(self, *, columns: Columns = None) -> pd.DataFrame:
        """List all albums online, as ``nodes`` gives them; ``children(album)`` tells what is in one."""
        return await self._client.nodes("kind:VISUAL_COLLECTION", columns=columns)

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
