"""The account: what is used, what is allowed."""

from __future__ import annotations

import sqlite3
from typing import Any

from amazon_photos.model.filetypes import category

from ..exceptions import QuotaExceeded

QUOTA_OF_NO_QUOTA = 5 * 1024**4
"""What ``/account/quota`` says when the options set no quota: five tebibytes."""

KINDS = ("doc", "photo", "video", "other")
_DOCUMENTS = frozenset({"pdf", "doc", "xls", "ppt", "txt", "markup"})


def kind(content_type: str | None, extension: str | None) -> str:
    """Tell which of ``photo``, ``video``, ``doc`` and ``other`` a file counts as."""
    major = (content_type or "").partition("/")[0]
    if major in ("image", "video"):
        return "photo" if major == "image" else "video"
    return "doc" if major == "text" or category(extension or "") in _DOCUMENTS else "other"


def billable(content_type: str | None, *, prime: bool) -> bool:
    """Tell whether a file counts against the quota: with Prime, photos don't."""
    return not (prime and (content_type or "").startswith("image/"))


def usage(db: sqlite3.Connection, *, now: str, prime: bool, all_kinds: bool = True) -> dict[str, Any]:
    """Count bytes and files by kind, the trash included (guess).

    All four kinds are there, with zeros (live), unless ``all_kinds`` is False.
    """
    report: dict[str, Any] = {"lastCalculated": now}
    if all_kinds:
        report |= {name: {"billable": _nothing(), "total": _nothing()} for name in KINDS}
    rows = db.execute(
        "SELECT content_type, extension, COUNT(*), SUM(size) FROM nodes WHERE size IS NOT NULL GROUP BY 1, 2"
    )
    for content_type, extension, count, size in rows:
        of_kind = report.setdefault(kind(content_type, extension), {"billable": _nothing(), "total": _nothing()})
        parts = ("total", "billable") if billable(content_type, prime=prime) else ("total",)
        for part in parts:
            of_kind[part]["bytes"] += size
            of_kind[part]["count"] += count
    return report


def quota(db: sqlite3.Connection, *, now: str, quota: int | None, prime: bool) -> dict[str, Any]:
    allowed = QUOTA_OF_NO_QUOTA if quota is None else int(quota)
    return {"quota": allowed, "lastCalculated": now, "available": max(0, allowed - _sum_billed(db, prime=prime))}


def require_room(db: sqlite3.Connection, *, size: int, quota: int | None, prime: bool) -> None:
    """Raise ``QuotaExceeded`` if so many more billable bytes are too many."""
    if quota is not None and size and _sum_billed(db, prime=prime) + size > quota:
        raise QuotaExceeded


def _sum_billed(db: sqlite3.Connection, *, prime: bool) -> int:
    but_photos = "AND content_type NOT LIKE 'image/%'" if prime else ""
    row = db.execute(f"SELECT SUM(size) FROM nodes WHERE size IS NOT NULL {but_photos}").fetchone()  # noqa: S608 - our own text
    return row[0] or 0


def _nothing() -> dict[str, int]:
    return {"bytes": 0, "count": 0}
