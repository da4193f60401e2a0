"""Writes ap.relations.parquet of a catalogue by hand, where no service would tell such relations."""

from datetime import UTC, datetime

import pyarrow as pa

from amazon_photos.catalog.relations.relations_file import SCHEMA, RelationKey, RelationsHeader


def save_relations(store, keys, rows, *, owner=None, asked_at=None):
    """Keep ``(relation, key, name, count, picture)`` and ``(id, relation, key, name)`` beside a catalogue."""
    now = datetime.now(UTC)
    moment = round((asked_at or now).timestamp() * 1000)
    told = [
        RelationKey(relation=relation, key=key, name=name, count=count, node_id=picture, asked_at=moment)
        for relation, key, name, count, picture in keys
    ]
    columns = list(zip(*rows, strict=True)) or [()] * 4
    held = pa.table(
        {name: pa.array(values, pa.string()) for name, values in zip(SCHEMA.names[:4], columns, strict=True)}
        | {"first_seen": pa.array([now] * len(rows), pa.timestamp("ms", "UTC"))}
    )
    header = store.require_header()
    new = RelationsHeader(owner=owner or header.owner, revision=header.revision, keys=tuple(told))
    with store.lock():
        store.relations.replace(held, new)
