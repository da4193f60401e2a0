"""What each listing lists before any filter (``/search``: see ``search_index``).

Where the protocol is silent:

* A filter that says nothing of ``status`` lists AVAILABLE and PENDING nodes; one that does gets what it asks for.
* ``/nodes`` lists files, folders and albums; assets and shared collections only when the filter says something of
  ``kind``. Two deviations have it otherwise for assets.
* ``/trash`` lists no assets: they are there with their photos.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from amazon_photos.errors import FilterError
from amazon_photos.query.expr import And, Expr, Not, Or, Term
from amazon_photos.query.parser import parse

from . import shares
from .sql import EVERYTHING, Where

_LIVE = Where("status IN ('AVAILABLE', 'PENDING')")
_MAIN_KINDS = Where("kind IN ('FILE', 'FOLDER', 'VISUAL_COLLECTION')")
_NO_ASSETS = Where("kind <> 'ASSET'")
_TRASH = Where("status = 'TRASH'")


def everything(filters: str | None, *, deviations: Collection[str] = ()) -> Where:
    """List what ``GET /nodes`` shows."""
    words = words_of(filters)
    kinds = EVERYTHING if "kind" in words else _MAIN_KINDS
    if "assets-not-listed" in deviations:
        kinds &= _NO_ASSETS
    elif "assets-always-listed" in deviations and "kind" not in words:
        kinds = Where("kind <> 'SHARED_COLLECTION'")
    return (EVERYTHING if "status" in words else _LIVE) & kinds


def trash(*, deviations: Collection[str] = ()) -> Where:
    """List what ``GET /trash`` shows."""
    return _TRASH if "trash-lists-assets" in deviations else _TRASH & _NO_ASSETS


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
