"""What each listing lists before any filter (``/search``: see ``search_index``).

Where the protocol is silent:

* A filter that says nothing of ``status`` lists AVAILABLE and PENDING nodes; one that does gets what it asks for.
* ``/nodes`` lists files, folders and albums; assets and shared collections only when the filter says something of
  ``kind``.
"""

from __future__ import annotations

from collections.abc import Iterator

from amazon_photos.errors import FilterError
from amazon_photos.query.expr import And, Expr, Not, Or, Term
from amazon_photos.query.parser import parse

from . import shares
from .sql import EVERYTHING, Where

_LIVE = Where("status IN ('AVAILABLE', 'PENDING')")
_MAIN_KINDS = Where("kind IN ('FILE', 'FOLDER', 'VISUAL_COLLECTION')")
TRASH = Where("status = 'TRASH' AND kind <> 'ASSET'")


def everything(filters: str | None) -> Where:
    """List what ``GET /nodes`` shows."""
    words = words_of(filters)
    return (EVERYTHING if "status" in words else _LIVE) & (EVERYTHING if "kind" in words else _MAIN_KINDS)


def children(seq: int, filters: str | None) -> Where:
    """List what is in a folder or an album, or belongs to a file: ``GET /nodes/{id}/children``."""
    below = Where(
        "seq IN (SELECT child FROM placements WHERE parent = ? UNION SELECT node FROM album_items WHERE album = ?)",
        (seq, seq),
    )
    return below & (EVERYTHING if "status" in words_of(filters) else _LIVE)


def kinds_shown_by(share: shares.Share) -> Where:
    """List the files that a public link shows: ``GET /search/groups/{id}``."""
    return Where(shares.SHOWN, (share.id,)) & Where("kind = 'FILE' AND status = 'AVAILABLE'")


def words_of(filters: str | None) -> frozenset[str]:
    """List the words a filter asks of; none for what cannot be read."""
    if not filters or not filters.strip():
        return frozenset()
    try:
        return frozenset(_of(parse(filters)))
    except FilterError:
        return frozenset()


def _of(tree: Expr) -> Iterator[str]:
    match tree:
        case Term(word, _):
            yield word
        case And(parts) | Or(parts):
            for part in parts:
                yield from _of(part)
        case Not(part):
            yield from _of(part)
