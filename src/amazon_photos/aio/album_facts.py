"""What an album holds, without listing it: how many, and when the first and the last of them were taken.

::

    listing of albums        name, cover, created, modified, shared           a request for 200 of them
    ap.relations.parquet     count and dates of those that it knows           nothing is sent
    children, limit=1        count and the first date; the last date          two requests for each other one

``children`` sorts by ``contentProperties.contentDate``, and tells with each page how many there are. Source:
``docs/api.md``.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from ..catalog.relations.known import LAG
from ..errors import BadRequest, Forbidden, NotFound, UnexpectedReply
from ..model.amounts import show_count
from ..model.checks import is_node_id, is_size
from ..model.node import read_node
from ..net.concurrency import gather_or_cancel
from ..wire import nodes as wire
from ..wire.body import UNREADABLE
from .known_keys import now_in_milliseconds

if TYPE_CHECKING:
    import pyarrow as pa

    from .base import ClientBase

_log = logging.getLogger("amazon_photos")
COLUMNS = ("id", "name", "createdDate", "modifiedDate", "isShared", "extra")
"""What is read of an album's own node."""
_BY_DATE = "contentProperties.contentDate"


@dataclass(frozen=True, slots=True)
class AlbumFacts:
    """What an album held at a moment, in milliseconds since 1970."""

    count: int
    first: datetime | None
    last: datetime | None
    asked_at: int

    def __str__(self) -> str:
        count = show_count(self.count, "nodes")
        if self.first is None or self.last is None:
            return count
        return f"{count}, {self.first:%Y-%m-%d} to {self.last:%Y-%m-%d}"


async def ask_facts(client: ClientBase, albums: Iterable[str]) -> dict[str, AlbumFacts]:
    """Ask what each album holds, by two requests; of one that holds at most one node, by one.

    Nothing is told of one that is gone by now, or of which Amazon tells nothing that can be read.
    """
    asked = [album for album in albums if is_node_id(album)]
    told = await gather_or_cancel(_ask(client, album) for album in asked)
    return {album: facts for album, facts in zip(asked, told, strict=True) if facts is not None}


async def _ask(client: ClientBase, album: str) -> AlbumFacts | None:
    now = now_in_milliseconds()
    try:
        count, first = await _ask_end(client, album, "ASC")
        last = (await _ask_end(client, album, "DESC"))[1] if count > 1 else first
    except (BadRequest, Forbidden, NotFound, UnexpectedReply) as error:
        _log.warning("Amazon does not tell what the album %s holds (%s)", album, error)
        return None
    return AlbumFacts(count, first, last, now) if is_size(count) else None


async def _ask_end(client: ClientBase, album: str, direction: str) -> tuple[int, datetime | None]:
    page = await client._send(wire.children(album, sort=f"['{_BY_DATE} {direction}']", limit=1))
    content = None
    with suppress(*UNREADABLE):
        content = read_node(page.data[0]).content_properties if page.data else None
    return page.count, None if content is None else content.content_date


def read_facts(client: ClientBase, albums: Mapping[str, tuple[int, int]]) -> dict[str, AlbumFacts]:
    """Read from the relations and the catalogue what albums hold.

    ``albums`` has each one's count, and when it was told.
    """
    index = client._relations.load()
    if index is None:
        return {}
    dates = client._store.read(["contentDate"])["contentDate"]
    return {
        album: AlbumFacts(count, *index.find_ends("album", album, dates), asked_at)
        for album, (count, asked_at) in albums.items()
    }


def to_rows(albums: pa.Table, facts: Mapping[str, AlbumFacts]) -> list[Sequence[Any]]:
    """Return the rows of ``frames.results.ALBUMS``, by name."""
    rows = []
    for album in albums.select(COLUMNS).to_pylist():
        held = facts.get(album["id"])
        known = (None,) * 4 if held is None else (held.count, held.first, held.last, held.asked_at)
        count, first, last, asked_at = known
        own = (album["createdDate"], album["modifiedDate"], album["isShared"], album["id"])
        rows.append((album["name"], count, _find_cover(album["extra"]), first, last, *own, asked_at))
    return sorted(rows, key=lambda row: ((row[0] or "").casefold(), row[8]))


def _find_cover(extra: str | None) -> str | None:
    """The id of the first picture that Amazon tells as an album's cover."""
    try:
        cover = json.loads(extra or "{}")["collectionProperties"]["covers"][0]["id"]
    except (ValueError, LookupError, TypeError):
        return None
    return cover if isinstance(cover, str) else None


def is_older(moment: datetime | None, asked_at: int) -> bool:
    """Tell whether an album last changed before it was asked for, by more than listings lag.

    One of which nobody knows may have changed.
    """
    return moment is not None and moment.astimezone(UTC).timestamp() * 1000 < asked_at - LAG
