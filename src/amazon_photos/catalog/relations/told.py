"""Which keys there are at this moment: what the service's index tells it knows, and the catalogue's albums.

==========  ========================================================  ==============================================
relation    keys                                                      members
==========  ========================================================  ==============================================
``album``   VISUAL_COLLECTION nodes of the catalogue                  ``/nodes/{album}/children``
``person``  categories ``allPeople`` and ``people``                   ``people:(id)``
``thing``   category ``things``                                       ``things:(word)``
``place``   category ``location``                                     ``location:(country#state#city)``
``family``  category ``familyMembers``                                ``searchContext=family``
==========  ========================================================  ==============================================

The record shows no way to tell the pictures of one family from those of another. Where the service tells one, its id is
the key; where it tells several, all pictures of the vault have one key, ``FAMILIES``.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Mapping, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from ...errors import BadRequest, Forbidden, NotFound, UnexpectedReply
from ...model.results import Aggregation
from ...net.concurrency import gather_or_cancel
from ...net.session import Session
from ...wire.call import with_date
from ...wire.search import aggregation
from ..service_clock import read_date
from .known import KeyId, ToldKey
from .relations_file import RelationKey

_log = logging.getLogger("amazon_photos")
FAMILIES = "families"
"""The key of the family vault where the service tells several families."""
_FAMILY = "familyMembers"
_CATEGORIES = {"allPeople": "person", "people": "person", "things": "thing", "location": "place", _FAMILY: "family"}
REFUSED = (BadRequest, Forbidden, NotFound, UnexpectedReply)
"""What the service will not answer now, or answers in a way that nobody can read: it says nothing about what was
known, nor about anything else."""


async def tell_keys(
    session: Session, catalog: pa.Table, known: Mapping[KeyId, RelationKey]
) -> tuple[list[ToldKey], tuple[str, ...], int]:
    """Ask which keys there are, by one request for each category; return them, and the service's time.

    Between the two are the relations of which nothing was ever told. What a category that is refused had until now
    stays. Raises ``UnexpectedReply`` for one that cannot be read where nothing is known yet.
    """
    told = await gather_or_cancel(_ask(session, category, is_first=not known) for category in _CATEGORIES)
    lists = dict(zip(_CATEGORIES, (entries for entries, _ in told), strict=True))
    kept = {relation for category, relation in _CATEGORIES.items() if lists[category] is None}
    present = max((date for _, date in told if date is not None), default=time.time_ns() // 10**6)
    keys = [
        *_list_albums(catalog),
        *_join("person", [*(lists["people"] or ()), *(lists["allPeople"] or ())]),
        *_join("thing", lists["things"] or ()),
        *_join("place", lists["location"] or ()),
        *_join_families(list(_join("family", lists[_FAMILY] or ()))),
    ]
    if kept:
        listed = {key.id for key in keys}
        keys += [_as_known(key) for id_, key in known.items() if key.relation in kept and id_ not in listed]
    silent = kept - {relation for category, relation in _CATEGORIES.items() if lists[category] is not None}
    return keys, tuple(sorted(silent - {key.relation for key in keys})), present


async def _ask(session: Session, category: str, *, is_first: bool) -> tuple[Sequence[Aggregation] | None, int | None]:
    try:
        entries, date = await session.send(with_date(aggregation(category)))
    except REFUSED as error:
        if isinstance(error, UnexpectedReply) and is_first:
            raise
        _log.warning("Amazon does not tell %s: what is known of them stays (%s)", category, error)
        return None, None
    return entries, read_date(date)


def _list_albums(catalog: pa.Table) -> list[ToldKey]:
    albums = catalog.filter(pc.equal(catalog.column("kind").cast(pa.string()), "VISUAL_COLLECTION"))
    changed = albums.column("modifiedDate").cast(pa.int64())
    columns = (column.to_pylist() for column in (albums.column("id"), albums.column("name"), changed))
    return [
        ToldKey(relation="album", key=key, name=name, changed_at=moment)
        for key, name, moment in zip(*columns, strict=True)
    ]


def _join(relation: str, entries: Iterable[Aggregation]) -> list[ToldKey]:
    """Each key once, as it was told first."""
    found: dict[str, ToldKey] = {}
    for entry in entries:
        if entry.value and entry.value not in found:
            name = entry.name or _name(relation, entry.value)
            found[entry.value] = ToldKey(
                relation=relation, key=entry.value, name=name, count=entry.count, node_id=entry.node_id
            )
    return list(found.values())


def _name(relation: str, key: str) -> str | None:
    """What people call a key that has no name of its own: a thing by its word, a place by its city."""
    if relation == "thing":
        return key
    return key.rpartition("#")[2] or key if relation == "place" else None


def _join_families(keys: list[ToldKey]) -> list[ToldKey]:
    if len(keys) < 2:
        return keys
    counts = [key.count for key in keys if key.count is not None]
    return [ToldKey(relation="family", key=FAMILIES, count=sum(counts) if len(counts) == len(keys) else None)]


def _as_known(key: RelationKey) -> ToldKey:
    return ToldKey(relation=key.relation, key=key.key, name=key.name, node_id=key.node_id)
