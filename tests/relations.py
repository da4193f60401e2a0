"""Writes ap.relations.parquet of a catalogue by hand, where no service would tell such relations."""

import time
from datetime import UTC, datetime

import pyarrow as pa

from amazon_photos.catalog.relations.relations_file import KEYS, SCHEMA


def save_relations(store, keys, rows, *, owner=None):
    """Keep ``(relation, key, name, count, picture)`` and ``(id, relation, key, name)`` beside a catalogue."""
    now = datetime.now(UTC)
    asked = [round(time.time() * 1000)] * len(keys)
    columns = list(zip(*keys, strict=True)) or [()] * 5
    table = pa.table(
        {
            "relation": pa.array(columns[0], pa.string()),
            "key": pa.array(columns[1], pa.string()),
            "name": pa.array(columns[2], pa.string()),
            "count": pa.array(columns[3], pa.int64()),
            "asked_at": pa.array(asked, pa.timestamp("ms")).cast(pa.timestamp("ms", "UTC")),
            "node_id": pa.array(columns[4], pa.string()),
        },
        schema=KEYS,
    )
    data = list(zip(*rows, strict=True)) or [()] * 4
    held = pa.table(
        {name: pa.array(values, pa.string()) for name, values in zip(SCHEMA.names[:4], data, strict=True)}
        | {"first_seen": pa.array([now] * len(rows), pa.timestamp("ms", "UTC"))}
    )
    header = store.require_header()
    with store.lock():
        store.relations.write(held, table, owner or header.owner, header.revision)
