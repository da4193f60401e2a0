"""Albums."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from ..errors import InvalidInput, ServiceError
from ..model.node import Node
from ..wire import albums as wire
from ..wire.common import MAX_TO_ALBUM
from .arguments import check_nul
from .batches import NodeResult, in_batches
from .ids import ids_of
from .nodes import NodeOperations

if TYPE_CHECKING:
    import pandas as pd

    from .ids import Ids


class AlbumOperations(NodeOperations):
    """Operations on albums. An album is a node of kind VISUAL_COLLECTION; what it holds stays in its folder."""

    async def albums(self) -> pd.DataFrame:
        """All albums, as ``nodes`` gives them; ``children(album_id)`` tells what is in one."""
        return await self.nodes("kind:VISUAL_COLLECTION")

    async def create_album(self, album_name: str, node_ids: Ids = ()) -> Node:
        """Makes an album, with ``node_ids`` in it if there are any. Amazon lets two albums share a name.

        Raises ``ServiceError`` if a node cannot be added; the album is then there, without it.
        """
        if not album_name:
            raise InvalidInput("an album needs a name")
        check_nul("album_name", album_name)
        album = await self._send(wire.create_album(album_name))
        if ids := ids_of(node_ids):
            refused = [row for row in await self._change_album(album.id, "add", ids, "added") if row.reason]
            if refused:
                raise ServiceError(
                    f"the album {album_name!r} was made ({album.id}), but {len(refused)} of {len(ids)} nodes could not "
                    f"be added; the first is {refused[0].id}: {refused[0].reason}",
                    operation="create_album",
                )
        return album

    async def rename_album(self, album_id: str, name: str) -> Node:
        """Gives an album another name."""
        return await self.rename(album_id, name)

    async def add_to_album(self, album_id: str, node_ids: Ids) -> pd.DataFrame:
        """Puts nodes into an album; what is in it already stays once. A row for each: ``id``, ``what``, ``reason``."""
        return self._results_frame(await self._change_album(album_id, "add", ids_of(node_ids), "added"))

    async def remove_from_album(self, album_id: str, node_ids: Ids) -> pd.DataFrame:
        """Takes nodes out of an album; they stay in the library. Rows as in ``add_to_album``."""
        return self._results_frame(await self._change_album(album_id, "remove", ids_of(node_ids), "removed"))

    async def _change_album(self, album_id: str, op: str, ids: Sequence[str], done: str) -> list[NodeResult]:
        async def send(some: Sequence[str]) -> Mapping[str, str]:
            await self._send(wire.change_album(album_id, op, some))
            return {}

        return await in_batches(ids, size=MAX_TO_ALBUM, done=done, send=send)
