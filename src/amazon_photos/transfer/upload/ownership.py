"""Proof that a node is the one that an upload of ours has just made. Nothing of the library is trashed without it.

An answer may be another request's, a listing may lag, and another client may be quicker under the same name: a node
that holds other bytes than ours is, for all we know, somebody's good photo. So all of this must hold:

* it came as the answer to the upload itself, after every byte had been handed over; not from a search
* it is a live file with the very name and the one parent that the upload asked for
* it was made after the upload began, by the service's clock, which tells the time in each answer (``Date``)
* the library did not know it before

In doubt it stays where it is, and the row says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from ...catalog.index import LibraryIndex
from .verify_upload import ExpectedFile, Look, is_live_file

_SKEW = timedelta(seconds=2)
"""How far the clocks of a service's machines may be apart."""
_SECOND = timedelta(seconds=1)
"""``Date`` tells whole seconds."""


@dataclass(frozen=True, slots=True)
class Made:
    """What an upload asked for that was handed over whole and answered with a node."""

    wanted: ExpectedFile
    began: float
    """When its first byte was asked for, by ``time.monotonic``."""


def is_ours(made: Made | None, seen: Look, known: LibraryIndex) -> bool:
    """Tell whether the node is proven to be the one that the upload made.

    None stands for one without an answer.
    """
    if made is None:
        return False
    node = seen.node
    return (
        is_live_file(node)
        and node.kind == "FILE"
        and node.name == made.wanted.name
        and node.parents == [made.wanted.folder]
        and _is_new(node.created_date, made.began, seen)
        and not known.has(node.id)
    )


def _is_new(created: datetime | None, began: float, seen: Look) -> bool:
    """Whether it was made since: only the service's clock is asked, and ours only for how long it has been."""
    try:
        now = parsedate_to_datetime(seen.date)
    except (ValueError, TypeError):
        return False
    if created is None:
        return False
    now, created = (when if when.tzinfo else when.replace(tzinfo=UTC) for when in (now, created))
    since = now - timedelta(seconds=seen.received - began)
    return since - _SKEW <= created <= now + _SECOND + _SKEW
