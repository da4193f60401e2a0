"""The people, places and things of an account: told by ap.relations.parquet, or asked of Amazon by one request."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

from ..catalog.relations.relations_file import RelationKey, foreign
from ..catalog.relations_view import none_yet
from ..errors import FilterError
from ..model.checks import show
from ..model.fields import Relation
from ..query.known_names import KnownName, find_known
from ..wire import search as wire
from .arguments import check_switches
from .ids import unwrap_row

if TYPE_CHECKING:
    from .base import ClientBase

Category = Literal["allPeople", "location", "things"]
RELATIONS: dict[Category, Relation] = {"allPeople": "person", "location": "place", "things": "thing"}


async def list_keys(
    client: ClientBase, category: Category, *, online: bool | None, ask: bool = False
) -> list[RelationKey]:
    """List what an account knows of a category, what is most frequent first.

    ``online=None`` asks Amazon if ``ask``, or where no relations are kept. Raises ``CatalogError`` if it shall not be
    asked and they are not.
    """
    asks = ask if check_online(online) is None else online
    known = None if asks else await read_keys(client, required=online is False)
    if known is None:
        now = now_in_milliseconds()
        keys = [
            RelationKey(
                relation=RELATIONS[category],
                key=entry.value,
                name=entry.name,
                count=entry.count,
                node_id=entry.node_id,
                asked_at=now,
            )
            for entry in await client._send(wire.aggregation(category))
        ]
    else:
        keys = [key for key in known if key.relation == RELATIONS[category]]
    return sorted(keys, key=lambda key: (-(key.count or 0), key.key))


async def read_keys(client: ClientBase, *, required: bool) -> Sequence[RelationKey] | None:
    """Read the keys that ap.relations.parquet has; None where there is none, or it is another account's.

    Raises ``CatalogError`` instead if they are ``required``.
    """
    client._session.check_open()
    file = client._store.relations
    header = await asyncio.to_thread(file.header)
    if header is not None and client._root is not None and header.owner != (client._root.owner_id or ""):
        if required:
            raise foreign(file.path)
        header = None
    if header is None and required:
        raise none_yet(client._store)
    return None if header is None else header.keys


def find_key(given: Any, known: Sequence[KnownName], kind: str, lists: str) -> KnownName:
    """Find the one that is given by its id, its name or its row of a list.

    ``lists`` is the call that lists them. Raises ``FilterError``, which names the nearest, or tells several apart.
    """
    text = unwrap_row(given)
    if not isinstance(text, str) or not text.strip():
        raise FilterError(f"a {kind} is due here: its name, its id, or a row of {lists}; not {show(given)}")
    found = next((one for one in known if one.id == text), None)
    return found or find_known(text, [one for one in known if one.name], kind, "", lists)


def check_online(online: bool | None) -> bool | None:
    """Check that it is True, False or None. Raises ``InvalidInput``."""
    if online is None:
        return None
    check_switches(online=online)
    return bool(online)


def now_in_milliseconds() -> int:
    """Return the time by this machine's clock."""
    return time.time_ns() // 1_000_000
