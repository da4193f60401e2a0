"""What people call a folder or an album: an id, a path such as "Pictures/2023", an album's name, a node.

Asked of Amazon, so a folder is found however new it is: a listing for each part of a path, one for all albums. A text
of 22 letters, digits, ``-`` and ``_`` is an id. A path that is a folder is that folder, else an album of that name.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ..errors import InvalidInput
from ..model.checks import is_node_id
from ..model.names import resolve_name
from ..model.node import Node
from ..model.tree import Folder
from ..net.paging import ByToken
from ..query.expr import Expr
from ..query.parser import parse
from ..wire import nodes as wire

if TYPE_CHECKING:
    from .base import ClientBase

ID_LENGTH = 22
_FOLDERS = parse("kind:FOLDER", dialect="node")
_ALBUMS = parse("kind:VISUAL_COLLECTION", dialect="node")


def looks_like_id(text: str) -> bool:
    """Tell whether a text is an id, and no name."""
    return len(text) == ID_LENGTH and is_node_id(text)


class Names:
    """Finds folders and albums for one operation, which asks for each listing once."""

    def __init__(self, client: ClientBase) -> None:
        self._client = client
        self._folders: dict[str, list[Node]] = {}
        self._albums: list[Node] | None = None

    async def container(self, wanted: str | Node | Folder) -> str:
        """Return the id of the folder or album that is meant. Raises ``InvalidInput`` where there is none."""
        if isinstance(wanted, Node | Folder):
            return wanted.id
        if not isinstance(wanted, str) or not wanted.strip():
            raise InvalidInput(f"a folder or an album is due here: its path, name or id, or a Node; not {wanted!r}")
        found = wanted if looks_like_id(wanted) else await self.find(wanted)
        if found is None:
            raise InvalidInput(f"the library has no folder and no album {wanted!r}")
        return found

    async def album(self, wanted: str | Node) -> str:
        """Return the id of the album that is meant. Raises ``InvalidInput`` where there is none."""
        if isinstance(wanted, Node):
            return wanted.id
        if not isinstance(wanted, str) or not wanted.strip():
            raise InvalidInput(f"an album is due here: its name or id, or a Node; not {wanted!r}")
        found = wanted if looks_like_id(wanted) else await self._find_album(wanted)
        if found is None:
            raise InvalidInput(f"the library has no album {wanted!r}")
        return found

    async def find(self, text: str) -> str | None:
        """Find the folder at a path, or else the album of that name; None where there is neither."""
        return await self._find_folder(text) or await self._find_album(text)

    async def _find_folder(self, path: str) -> str | None:
        here = (await self._client._root_node()).id
        parts = [part for part in path.split("/") if part and part != "."]
        for name in parts[1:] if parts[:1] == ["~"] else parts:
            if here not in self._folders:
                self._folders[here] = await self._list(partial(wire.children, here), _FOLDERS)
            found = resolve_name(name, self._folders[here])
            if found is None:
                return None
            here = found.id
        return here

    async def _find_album(self, name: str) -> str | None:
        if self._albums is None:
            self._albums = await self._list(wire.nodes, _ALBUMS)
        found = resolve_name(name, self._albums, kind="album")
        return None if found is None else found.id

    async def _list(self, call: ByToken, filters: Expr) -> list[Node]:
        pages = self._client._list_pages(call, filters)
        return [node async for node in self._client._search(pages, local=None, title="names").nodes()]
