"""The tables.

::

    nodes          one row per node: files, folders, albums, assets; ``seq`` is the order they came in
    placements     parent -> child, with the child's name in lower case (names are unique in a folder ignoring case)
    album_items    album -> node; ``added`` is the order they were put in
    things         what is seen in a photo
    clusters       people: faces that belong together
    faces          cluster -> node
    family         the family vault
    shares         public links, and share_items what they show
    settings       the owner's id and secrets
    sign_ins       people on their way through the sign-in pages, and codes what they bring back from there
    devices        what is registered; access_tokens and web_sessions are what it was given since
    given_tokens   every secret that was ever given, for whoever looks where they went

What ``nodes`` repeats of ``placements`` (``parents``, as JSON) makes a page of nodes one read.
"""

from __future__ import annotations

VERSION = 4

TABLES = """
CREATE TABLE IF NOT EXISTS settings (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS nodes (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL,
    name TEXT,
    kind TEXT NOT NULL,
    status TEXT NOT NULL,
    created TEXT NOT NULL,
    modified TEXT NOT NULL,
    created_by TEXT NOT NULL,
    version INTEGER NOT NULL,
    is_root INTEGER NOT NULL DEFAULT 0,
    favorite INTEGER NOT NULL DEFAULT 0,
    hidden INTEGER NOT NULL DEFAULT 0,
    description TEXT NOT NULL DEFAULT '',
    labels TEXT NOT NULL DEFAULT '[]',
    parents TEXT NOT NULL DEFAULT '[]',
    size INTEGER,
    md5 TEXT,
    content_type TEXT,
    extension TEXT,
    content_date TEXT,
    image TEXT,
    video TEXT,
    asset_type TEXT,
    has_live_video INTEGER NOT NULL DEFAULT 0,
    synthetic INTEGER,
    type TEXT,
    place TEXT,
    year INTEGER,
    month INTEGER,
    day INTEGER,
    searchable INTEGER NOT NULL DEFAULT 0,
    searchable_at TEXT,
    ready_at TEXT,
    trashed_at TEXT,
    trash_root INTEGER
);
CREATE TABLE IF NOT EXISTS placements (
    parent INTEGER NOT NULL, folded TEXT NOT NULL, child INTEGER NOT NULL, PRIMARY KEY (parent, folded, child)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS album_items (
    added INTEGER PRIMARY KEY, album INTEGER NOT NULL, node INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS things (word TEXT NOT NULL, node INTEGER NOT NULL, PRIMARY KEY (word, node)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS clusters (
    id TEXT PRIMARY KEY, name TEXT NOT NULL DEFAULT '', hero TEXT, merged_into TEXT
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS faces (
    cluster TEXT NOT NULL, node INTEGER NOT NULL, PRIMARY KEY (cluster, node)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS family (
    family TEXT NOT NULL, node INTEGER NOT NULL, PRIMARY KEY (family, node)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS shares (
    id TEXT PRIMARY KEY, node TEXT NOT NULL, group_id TEXT NOT NULL, secret TEXT NOT NULL, name TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS share_items (
    share TEXT NOT NULL, node INTEGER NOT NULL, PRIMARY KEY (share, node)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS sign_ins (
    ticket TEXT PRIMARY KEY, asked TEXT NOT NULL, begun TEXT NOT NULL, knows_password INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS codes (
    code TEXT PRIMARY KEY, client_id TEXT NOT NULL, challenge TEXT NOT NULL, issued TEXT NOT NULL,
    used INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS devices (
    serial TEXT PRIMARY KEY, device_type TEXT NOT NULL, name TEXT NOT NULL, app_name TEXT NOT NULL,
    registered TEXT NOT NULL, refresh TEXT NOT NULL UNIQUE, dead INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS access_tokens (
    token TEXT PRIMARY KEY, serial TEXT NOT NULL, issued TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS web_sessions (
    at TEXT NOT NULL, suffix TEXT NOT NULL, session_id TEXT NOT NULL, ubid TEXT NOT NULL, sess_at TEXT NOT NULL,
    serial TEXT NOT NULL, issued TEXT NOT NULL, PRIMARY KEY (at, session_id)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS given_tokens (
    token TEXT PRIMARY KEY, kind TEXT NOT NULL, given TEXT NOT NULL
) WITHOUT ROWID;
"""

INDEXES = {
    "nodes_id": "nodes (id)",
    "nodes_created": "nodes (created, kind, status)",
    "nodes_modified": "nodes (modified, kind, status)",
    "nodes_content_date": "nodes (content_date, kind, status)",
    "nodes_found": "nodes (created, type) WHERE searchable AND status = 'AVAILABLE' AND kind = 'FILE'",
    "nodes_name": "nodes (name)",
    "nodes_md5": "nodes (md5)",
    "nodes_kind": "nodes (kind, status) WHERE kind <> 'FILE'",
    "nodes_year": "nodes (year, month, day)",
    "nodes_place": "nodes (place) WHERE place IS NOT NULL",
    "nodes_root": "nodes (is_root) WHERE is_root",
    "nodes_favorite": "nodes (favorite) WHERE favorite",
    "nodes_hidden": "nodes (hidden) WHERE hidden",
    "nodes_pending": "nodes (ready_at) WHERE status = 'PENDING'",
    "nodes_trashed": "nodes (trashed_at, kind, status) WHERE status = 'TRASH'",
    "nodes_unsearchable": "nodes (searchable_at) WHERE searchable = 0 AND searchable_at IS NOT NULL",
    "nodes_usage": "nodes (content_type, extension, size)",
    "placements_child": "placements (child)",
    "album_items_album": "album_items (album, node)",
    "album_items_node": "album_items (node)",
    "things_node": "things (node)",
    "faces_node": "faces (node)",
}
"""Index -> what it is on. Filling an empty library drops them first and makes them last.

Those by date also have what listings look at besides, so that the nodes of a month in a library of a million are found
and counted without reading one of them.
"""


_UNIQUE = frozenset({"nodes_id", "album_items_album"})


def create_indexes() -> str:
    kinds = {name: "UNIQUE INDEX" if name in _UNIQUE else "INDEX" for name in INDEXES}
    return "".join(f"CREATE {kinds[name]} IF NOT EXISTS {name} ON {what};\n" for name, what in INDEXES.items())


def drop_indexes() -> str:
    return "".join(f"DROP INDEX IF EXISTS {name};\n" for name in INDEXES)
