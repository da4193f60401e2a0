"""Uploads: what the library does with a file once all its bytes are here.

``prepare`` reads the file (in any thread, however long it takes); ``commit`` is one transaction, after which the
upload is acknowledged. Duplicates by MD5 are looked for in the whole account, trash exempt (doc).
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from ..clock import normalize, shift
from ..exceptions import ContentKnown, MalformedRequest
from ..media import media, places
from . import account, folders, ids, names, nodes, people
from .content import ContentStore, Incoming

_LEAST = 0.001
"""Seconds from ``createdDate`` to ``modifiedDate``, at least: on record the second is always the later one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadRequest:
    """What the caller asks for along with the bytes."""

    name: str
    parent_ids: Sequence[str] = ()
    """Folders it goes into; the root, where none is named."""
    begun: str | None = None
    """When the bytes began to come: ``createdDate``."""
    labels: str = "[]"
    description: str = ""
    content_date: str | None = None
    rename: bool = False
    keep_duplicate: bool = False
    created_by: str = "CloudDriveWeb"


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadPolicy:
    """What the service's options say about every upload."""

    index_delay: float = 0.0
    processing: float = 0.0
    quota: int | None = None
    prime: bool = False
    assets_count: bool = False
    """Whether what an asset holds is known content, too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedUpload:
    """A finished file and what was read from it."""

    incoming: Incoming
    facts: media.Facts
    place: str | None


def prepare(incoming: Incoming, *, name: str) -> PreparedUpload:
    """Bring the bytes to the disk and read what the service reads. Damaged files are files like any other."""
    incoming.finish()
    facts = media.describe(incoming.path, name=name)
    place = places.place(*facts.location) if facts.location else None
    return PreparedUpload(incoming=incoming, facts=facts, place=place)


def commit(
    db: sqlite3.Connection,
    *,
    prepared: PreparedUpload,
    upload: UploadRequest,
    policy: UploadPolicy,
    now: str,
    store: ContentStore,
) -> nodes.Row:
    """Store the new node and return it.

    Raises ``NameTaken``, ``ContentKnown``, ``QuotaExceeded`` and ``MalformedRequest``.
    """
    parents = list({found.seq: found for found in _parents(db, upload)}.values())
    name = names.check_name(upload.name)
    for folder in parents:
        if upload.rename:
            name = names.free(db, parent=folder.seq, name=name)
        else:
            names.require_free(db, parent=folder.seq, parent_id=folder.id, name=name)
    if not upload.keep_duplicate:
        _require_new(db, prepared.incoming.md5, assets_count=policy.assets_count)
    billable = account.billable(prepared.facts.content_type, prime=policy.prime)
    account.require_room(db, size=prepared.incoming.size if billable else 0, quota=policy.quota, prime=policy.prime)
    node_id = _insert(db, prepared, upload, policy, now, parents, name)
    store.keep(prepared.incoming)
    return nodes.get(db, node_id)


def _parents(db: sqlite3.Connection, upload: UploadRequest) -> list[nodes.Row]:
    return [folders.parent_of(db, parent) for parent in upload.parent_ids] or [nodes.root(db)]


def _require_new(db: sqlite3.Connection, md5: str, *, assets_count: bool) -> None:
    """Empty files are all alike and never duplicates, and assets are none (guesses)."""
    rows = db.execute(
        "SELECT id FROM nodes WHERE md5 = ? AND status <> 'TRASH' AND (kind = 'FILE' OR ? AND kind = 'ASSET') "
        "AND size > 0 ORDER BY seq",
        (md5, assets_count),
    ).fetchall()
    if rows:
        raise ContentKnown([row[0] for row in rows])


def _insert(
    db: sqlite3.Connection,
    prepared: PreparedUpload,
    upload: UploadRequest,
    policy: UploadPolicy,
    now: str,
    parents: Sequence[nodes.Row],
    name: str,
) -> str:
    facts, node_id = prepared.facts, ids.new_id()
    columns: dict[str, object] = {
        "id": node_id,
        "name": name,
        "kind": "FILE",
        "status": "PENDING" if policy.processing else "AVAILABLE",
        "created": min(upload.begun or now, shift(now, -_LEAST)),
        "modified": now,
        "created_by": upload.created_by,
        "version": 1,
        "labels": upload.labels,
        "description": upload.description,
        "parents": json.dumps([folder.id for folder in parents]),
        "size": prepared.incoming.size,
        "md5": prepared.incoming.md5,
        "content_type": facts.content_type,
        "extension": facts.extension,
        "image": _block(facts.image),
        "video": _block(facts.video),
        "type": nodes.kind_of_media(facts.content_type),
        "place": prepared.place,
        "ready_at": shift(now, policy.processing) if policy.processing else None,
        "searchable": int(not policy.index_delay and not policy.processing),
        "searchable_at": shift(now, max(policy.index_delay, policy.processing)),
        **nodes.dates(facts.content_date or upload.content_date),
    }
    seq = nodes.insert(db, columns)
    for folder in parents:
        nodes.place(db, parent=folder.seq, child=seq, name=name)
    _index(db, seq, facts.things, facts.people, node_id)
    return node_id


def _index(db: sqlite3.Connection, seq: int, things: Sequence[str], persons: Sequence[str], node_id: str) -> None:
    db.executemany("INSERT OR IGNORE INTO things (word, node) VALUES (?, ?)", [(word.lower(), seq) for word in things])
    for person in persons:
        people.recognise(db, name=person, seq=seq, node_id=node_id)


def _block(facts: dict[str, object] | None) -> str | None:
    return json.dumps(facts, ensure_ascii=False) if facts else None


def content_date(text: str | None) -> str | None:
    """Read the ``contentDate`` parameter into the form we keep.

    Raises ``MalformedRequest`` for what is no ISO 8601 time.
    """
    if not text:
        return None
    try:
        return normalize(text)
    except ValueError:
        raise MalformedRequest(f"contentDate is not a date: {text}") from None
