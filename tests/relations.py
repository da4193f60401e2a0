"""Writes ap.relations.parquet of a catalogue, from what an account's own searches find."""

import time
from datetime import UTC, datetime

import pyarrow as pa

from amazon_photos.catalog.relations.relations_file import KEYS, SCHEMA

CATEGORIES = {"person": ("allPeople", "clusterId"), "thing": ("things", "things"), "place": ("location", "location")}
"""Relation -> the aggregation that lists its keys, and the word that finds their nodes."""


def write_relations(ap, catalog, *, owner=None):
    """Refresh the catalogue, and keep beside it what each search and each album gives."""
    from amazon_photos.catalog.store import Store

    ap.refresh()
    keys, rows = [], []
    for relation, (category, word) in CATEGORIES.items():
        for entry in ap.records(ap.aggregations(category)):
            key, name = entry["value"], entry["name"]
            ids = list(ap.query(f'{word}:("{key}")', columns=["id"]).id)
            keys.append((relation, key, name, len(ids), entry["node_id"]))
            rows += [(node, relation, key, name) for node in ids]
    for album in ap.records(ap.nodes("kind:VISUAL_COLLECTION", columns=["id", "name"])):
        ids = list(ap.children(album["id"], columns=["id"]).id)
        keys.append(("album", album["id"], album["name"], len(ids), None))
        rows += [(node, "album", album["id"], album["name"]) for node in ids]
    save_relations(Store(catalog), keys, rows, owner=owner)


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
