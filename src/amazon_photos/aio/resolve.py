"""What people call a folder or an album (an id, a path such as "Pictures/2023", an album's name), and what is in it.

Asked of Amazon, so a folder is found however new it is: a listing for each part of a path, one for all albums. A text
of 22 letters, digits, ``-`` and ``_`` is an id. A path that is a folder is that folder, else an album of that name.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, cast
from unicodedata import normalize

from ..errors import InvalidInput
from ..model.checks import is_node_id, show
from ..model.names import MAX_LISTED, MAX_NAME, match_name, resolve_name
from ..model.node import Node
from ..model.tree import Folder
from ..net.concurrency import gather_or_cancel
from ..net.paging import ByToken
from ..query.expr import Expr
from ..query.known_names import KnownName, list_nearest
from ..query.parser import parse
from ..wire import nodes as wire
from .album_facts import ask_facts
from .arguments import to_target_path
from .ids import drop_repeats, id_of, keep_first, unwrap_row

if TYPE_CHECKING:
    import pyarrow as pa

    from ..catalog.index import LibraryIndex
    from .base import ClientBase
    from .ids import Row

ID_LENGTH = 22
_WHOLE_PATH = "; a folder goes by its whole path, such as 'Pictures/2023'"
_MAKE_IT = "; ap.create_folders({!r}) makes it"
_FOLDERS = parse("kind:FOLDER", dialect="node")
_ALBUMS = parse("kind:VISUAL_COLLECTION", dialect="node")
_FILES = parse("kind:FILE", dialect="node")


def looks_like_id(text: str) -> bool:
    """Tell whether a text is an id, and no name."""
    return len(text) == ID_LENGTH and is_node_id(text)


class Names:
    """Finds folders and albums for one operation, which asks for each listing once."""

    def __init__(self, client: ClientBase) -> None:
        self._client = client
        self._folders: dict[str, list[Node]] = {}
        self._albums: list[Node] | None = None

    async def container(self, wanted: str | Node | Folder | Row) -> str:
        """Return the id of the folder or album that is meant. Raises ``InvalidInput`` where there is none."""
        due = "a folder or an album is due here: its path, name or id, a Node or a row"
        return await self._resolve(wanted, self.find, due, "no folder and no album")

    async def folder(self, wanted: str | Node | Folder | Row) -> str:
        """Return the id of the folder that is meant. Raises ``InvalidInput`` where there is none."""
        due = "a folder is due here: its path or id, a Node, a Folder or a row"
        _refuse_other_kind(wanted, "FOLDER", "a folder")
        return await self._resolve(wanted, self._find_folder, due, "no folder")

    async def album(self, wanted: str | Node | Row) -> str:
        """Return the id of the album that is meant. Raises ``InvalidInput`` where there is none."""
        due = "an album is due here: its name or id, a Node or one row"
        _refuse_other_kind(wanted, "VISUAL_COLLECTION", "an album")
        return await self._resolve(wanted, self.find_album, due, "no album")

    async def _resolve(self, wanted: object, find: Callable[[str], Awaitable[str | None]], due: str, none: str) -> str:
        given = unwrap_row(wanted)
        if isinstance(given, Node | Folder):
            return id_of(given)
        if not isinstance(given, str) or not given.strip():
            raise InvalidInput(f"{due}; not {show(given)}")
        found = given if looks_like_id(given) else await find(given)
        if found is None:
            hint = _WHOLE_PATH if "folder" in none and "/" not in given else ""
            hint = self._tell_nearest(given) if none == "no album" else hint
            hint = _MAKE_IT.format(given[:80]) if none == "no folder" and "/" in given else hint
            raise InvalidInput(f"the library has {none} {given!r:.80}, and that is not a node id{hint}")
        return found

    async def find(self, text: str) -> str | None:
        """Find the folder at a path, or else the album of that name; None where there is neither.

        Nothing is asked about a text that can be no name; the root is "/" or "~", never "" (a row without an id).
        """
        if not text.strip() or not text.isprintable():
            return None
        if any(part == ".." or len(part) > MAX_NAME for part in text.split("/")):
            return None
        return await self._find_folder(text) or await self.find_album(text)

    async def ids(self, wanted: Sequence[str]) -> list[str]:
        """Return the ids that are meant, each once; a text that means nothing stays as it is, to fail alone.

        So does each "", which stands for a row without an id.
        """
        return keep_first([text if looks_like_id(text) else await self.find(text) or text for text in wanted])

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

    async def find_album(self, name: str) -> str | None:
        """Find the album of that name. Raises ``InvalidInput`` for a name that several have."""
        meant = match_name(name, await self._list_albums())
        if len(meant) > 1:
            raise InvalidInput(await self._tell_apart(name, meant[:MAX_LISTED], len(meant)))
        return meant[0].id if meant else None

    async def list_called(self, name: str) -> list[str]:
        """List the ids of the albums that are called exactly so, in whatever Unicode form."""
        wanted = normalize("NFC", name)
        return [album.id for album in await self._list_albums() if normalize("NFC", album.name) == wanted]

    async def _list_albums(self) -> list[Node]:
        if self._albums is None:
            self._albums = await self._list(wire.nodes, _ALBUMS)
        return self._albums

    async def _tell_apart(self, name: str, albums: Sequence[Node], count: int) -> str:
        facts = await ask_facts(self._client, [album.id for album in albums])
        told = {album: f": {held}" for album, held in facts.items()}
        listed = ", ".join(f"{album.name!r} ({album.id}{told.get(album.id, '')})" for album in albums)
        more = f" and {count - len(albums)} more" if count > len(albums) else ""
        return f"{name!r} can mean several albums: {listed}{more}; give the id of the one that is meant"

    def tell_unknown(self, text: str) -> str:
        """Tell that nothing is called so, and what is called nearly so, of what was listed before."""
        return f"nothing in the library is called {text!r:.80}{self._tell_nearest(text)}"

    def _tell_nearest(self, name: str) -> str:
        known = [*(self._albums or ()), *(node for below in self._folders.values() for node in below)]
        near = list_nearest(name, [KnownName(node.name, node.id) for node in known])
        return f"; the nearest: {', '.join(near)}" if near else ""

    async def _list(self, call: ByToken, filters: Expr) -> list[Node]:
        pages = self._client._list_pages(call, filters)
        return [node async for node in self._client._search(pages, local=None, title="names").nodes()]


@dataclass(frozen=True, slots=True)
class GivenFolder:
    """A folder of the library that an upload goes to, or a comparison is with: as given, by its path or by its id."""

    path: str
    id: str

    @classmethod
    def read(cls, to: str | Node | Folder | Row | None) -> GivenFolder:
        """Read the argument ``to``; a text of 22 letters may be either. Raises ``InvalidInput``."""
        given = unwrap_row(to)
        if isinstance(given, Node):
            _refuse_other_kind(given, "FOLDER", "a folder")
            return cls("", id_of(given))
        if given is not to:  # a row
            return cls("", id_of(given))
        path = to_target_path(cast("str | Folder | None", given))
        return cls(path, path if looks_like_id(path) else "")

    def find(self, library: LibraryIndex) -> str:
        """Find its path below the root, "" for the root itself.

        Raises ``InvalidInput`` for an id of no folder, and for a path that can mean several.
        """
        path = library.folder_paths().get(self.id) if self.id else None
        if path is None:
            if not self.path and self.id:
                raise InvalidInput(f"the library has no folder of the id {self.id!r:.80}")
            library.folder(self.path)
            return self.path
        return path


def _refuse_other_kind(wanted: object, kind: str, noun: str) -> None:
    """A node that does not say what it is is believed: Amazon will judge."""
    told = "FOLDER" if isinstance(wanted, Folder) else wanted.kind if isinstance(wanted, Node) else ""
    if told not in (kind, ""):
        raise InvalidInput(f"{noun} is due here, and {show(getattr(wanted, 'name', ''))} is a {told}")


async def replace_containers(client: ClientBase, nodes: pa.Table) -> pa.Table:
    """Put the files that folders and albums hold in the place of their rows, each file once.

    However deep they are. What folders hold is read from ap.parquet, brought up to date first; what an album holds is
    listed. One that holds no file keeps its row, and a file below several folders has its place at the innermost.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    from ..query.constants import to_scalar

    def list_ids(kind: str) -> list[str]:
        rows = pc.equal(nodes["kind"].cast(pa.string()), to_scalar(kind, pa.string()))
        return [node_id for node_id in dict.fromkeys(nodes["id"].filter(rows).to_pylist()) if node_id]

    folders, albums = list_ids("FOLDER"), list_ids("VISUAL_COLLECTION")
    if not folders and not albums:
        return nodes
    held = await _load_folders(client, folders, nodes.schema) if folders else {}
    listed = await gather_or_cancel(_list_album(client, album, nodes.schema) for album in albums)
    held |= {album: files for album, files in zip(albums, listed, strict=True) if files.num_rows}
    return await asyncio.to_thread(_put_in_place, nodes, held)


def _put_in_place(nodes: pa.Table, held: Mapping[str, pa.Table]) -> pa.Table:
    import pyarrow as pa

    parts, start = [], 0
    for place, node_id in enumerate(nodes["id"].to_pylist()):
        if node_id in held:
            parts += [nodes.slice(start, place - start), held[node_id]]
            start = place + 1
    return drop_repeats(pa.concat_tables([*parts, nodes.slice(start)]))


async def _load_folders(client: ClientBase, folders: Collection[str], schema: pa.Schema) -> dict[str, pa.Table]:
    library = await client._load_library(list(dict.fromkeys(("id", "kind", "parents", *schema.names))))
    return await asyncio.to_thread(_select_below, library, folders, schema)


def _select_below(library: pa.Table, folders: Collection[str], schema: pa.Schema) -> dict[str, pa.Table]:
    import pyarrow as pa

    kinds, ids = library["kind"].to_pylist(), library["id"].to_pylist()
    above = [parents[0] if parents else "" for parents in library["parents"].to_pylist()]
    parent_of = {node_id: up for node_id, up, kind in zip(ids, above, kinds, strict=True) if kind == "FOLDER"}
    innermost: dict[str, str | None] = {folder: folder for folder in folders}
    rows: dict[str, list[int]] = defaultdict(list)
    for row, (up, kind) in enumerate(zip(above, kinds, strict=True)):
        folder = _find_above(up, parent_of, innermost) if kind == "FILE" else None
        if folder is not None:
            rows[folder].append(row)
    for folder in list(rows):  # and those above, whose files have their place further down
        outer = _find_above(parent_of.get(folder, ""), parent_of, innermost)
        while outer is not None and outer not in rows:
            rows[outer] = []
            outer = _find_above(parent_of.get(outer, ""), parent_of, innermost)
    return {folder: cast_to(library.take(pa.array(found, pa.int64())), schema) for folder, found in rows.items()}


def _find_above(folder: str, parent_of: Mapping[str, str], known: dict[str, str | None]) -> str | None:
    """What ``known`` says of the first folder that it knows, from this one upwards; it then knows all of these."""
    way: list[str] = []
    while folder not in known:
        known[folder] = None  # a circle ends here, too
        way.append(folder)
        folder = parent_of.get(folder, "")
    known.update(dict.fromkeys(way, known[folder]))
    return known[folder]


async def _list_album(client: ClientBase, album: str, schema: pa.Schema) -> pa.Table:
    from ..frames.builder import TableBuilder

    pages = client._list_pages(partial(wire.children, album), _FILES)
    builder = TableBuilder()
    async with aclosing(pages(offset=0, limit=None, on_page=None, restart=False)) as listed:
        async for page in listed:
            builder.add(page.data)
    return cast_to(await asyncio.to_thread(builder.table), schema)


def cast_to(table: pa.Table, schema: pa.Schema) -> pa.Table:
    """Convert to the columns of ``schema``, of its types."""
    import pyarrow as pa

    columns = [table[name] for name in schema.names]
    plain = [c.cast(c.type.value_type) if pa.types.is_dictionary(c.type) else c for c in columns]
    return pa.table([c.cast(kind) for c, kind in zip(plain, schema.types, strict=True)], schema=schema)
