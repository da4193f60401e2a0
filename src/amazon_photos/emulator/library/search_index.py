"""What ``/search`` lists, and what its index counts.

Where the protocol is silent:

* Hidden files are listed; nothing in the trash is, and albums are only when ``type:(ALBUMS)`` asks for them.
* ``searchContext=family`` lists what is in the family vault, ``groups`` what public links show, ``unknown`` the
  photos that show no thing, no place and no person; ``customer`` and ``all`` list everything.
* ``people`` counts people with a name, ``allPeople`` and ``clusterId`` those without one too. ``familyMembers`` counts
  the files in the family vault by family. ``favorite`` counts both sides. ``location`` counts by city.
* ``time`` counts by year (``2023``), and for ``groupByForTime`` by ``2023-08`` or ``2023-08-14``, newest first; all
  other lists begin with the most frequent.
* Dates of files that have none (no EXIF, nothing said at the upload) are not counted.
* The picture beside an entry (``searchData.nodeId``) is the newest; a person's is the hero.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from typing import Any, Literal, get_args

from amazon_photos.query.expr import AllOf, And, AnyOf, Equal, Expr, Or, Term, Value

from ..exceptions import MalformedRequest
from . import sql

Group = Literal["day", "month", "year"]
Key = Literal["value", "match"]
Entry = dict[str, Any]
_Rows = list[tuple[Any, int, str | None, str | None]]
"""``(value, count, name, node id)``"""

_FOUND = "searchable AND status = 'AVAILABLE'"
FILES = sql.Where(f"{_FOUND} AND kind = 'FILE'")
FILES_AND_ALBUMS = sql.Where(f"{_FOUND} AND kind IN ('FILE', 'VISUAL_COLLECTION')")


def list_found(tree: Expr | None, *, context: str) -> sql.Where:
    """Select the nodes that a search may list, before its filter.

    Raises ``MalformedRequest`` for a context that doesn't exist.
    """
    within = _CONTEXTS.get(context.lower())
    if within is None:
        raise MalformedRequest(f"Invalid searchContext: {context}")
    return (FILES_AND_ALBUMS if tree is not None and _asks_for_albums(tree) else FILES) & within


def aggregations(
    db: sqlite3.Connection,
    category: str,
    *,
    group: str | None = None,
    within: sql.Where | None = None,
    key: Key = "value",
) -> list[Entry]:
    """Count one category: entries of ``{value, count, searchData: {clusterName, nodeId}}``.

    Inside ``/search``, ``key`` is ``match`` and ``within`` says which nodes were found. Without it each entry counts
    what a search for it would find. Raises ``MalformedRequest`` for a category or a group that doesn't exist.
    """
    count = _COUNTS.get(category)
    if count is None:
        raise MalformedRequest(f"Invalid category: {category}")
    within = within or (FILES_AND_ALBUMS if category == "type" else FILES)
    rows = count(db, within) if category != "time" else _time(db, within, check_group(group))
    return [
        {key: value, "count": number, "searchData": {"clusterName": name, "nodeId": node_id}}
        for value, number, name, node_id in rows
    ]


def all_aggregations(
    db: sqlite3.Connection,
    *,
    group: str | None = None,
    within: sql.Where | None = None,
    key: Key = "value",
) -> dict[str, list[Entry]]:
    """Count every category: its entries, by category."""
    return {category: aggregations(db, category, group=group, within=within, key=key) for category in _COUNTS}


def check_group(group: str | None) -> Group:
    """Return ``groupByForTime`` if it is one.

    Raises ``MalformedRequest`` for what isn't.
    """
    for known in get_args(Group):
        if (group or "year").lower() == known:
            return known  # type: ignore[no-any-return]
    raise MalformedRequest(f"Invalid groupByForTime: {group}")


def _asks_for_albums(tree: Expr) -> bool:
    match tree:
        case Term("type", value):
            return _names_albums(value)
        case And(parts) | Or(parts):
            return any(_asks_for_albums(part) for part in parts)
    return False


def _names_albums(value: Value) -> bool:
    match value:
        case AllOf(parts) | AnyOf(parts):
            return any(_names_albums(part) for part in parts)
        case Equal(text):
            return text.upper() == "ALBUMS"
    return False


_CONTEXTS: Mapping[str, sql.Where] = {
    "customer": sql.EVERYTHING,
    "all": sql.EVERYTHING,
    "family": sql.Where("seq IN (SELECT node FROM family)"),
    "groups": sql.Where(
        "seq IN (WITH RECURSIVE shown(seq) AS (SELECT node FROM share_items "
        "UNION SELECT child FROM placements JOIN shown ON placements.parent = shown.seq "
        "UNION SELECT node FROM album_items JOIN shown ON album_items.album = shown.seq) SELECT seq FROM shown)"
    ),
    "unknown": sql.Where(
        "place IS NULL AND NOT EXISTS (SELECT 1 FROM things WHERE node = seq) "
        "AND NOT EXISTS (SELECT 1 FROM faces WHERE node = seq)"
    ),
}

# --- counting --------------------------------------------------------------------------------------------------

_NODE = "(SELECT id FROM nodes AS shown WHERE shown.seq = newest)"
"""The id that belongs to a row's ``newest``. It is looked up once a group, not once a file."""


def _by_column(column: str, value: str) -> Callable[[sqlite3.Connection, sql.Where], _Rows]:
    """Count by a column of ``nodes``; ``value`` is how it is told."""

    def count(db: sqlite3.Connection, within: sql.Where) -> _Rows:
        groups = (
            f"SELECT {column} AS word, COUNT(*) AS number, MAX(seq) AS newest FROM nodes "  # noqa: S608 - our own names
            f"WHERE ({within.text}) AND {column} IS NOT NULL GROUP BY word"
        )
        query = f"SELECT {value}, number, NULL, {_NODE} FROM ({groups}) ORDER BY number DESC, word"  # noqa: S608 - our own names
        return db.execute(query, within.values).fetchall()

    return count


def _by_table(table: str, word: str) -> Callable[[sqlite3.Connection, sql.Where], _Rows]:
    """Count by a table that has a ``node`` column."""

    def count(db: sqlite3.Connection, within: sql.Where) -> _Rows:
        groups = (
            f"SELECT {word} AS word, COUNT(*) AS number, MAX(node) AS newest FROM {table} "  # noqa: S608 - our own names
            f"WHERE node IN (SELECT seq FROM nodes WHERE {within.text}) GROUP BY word"
        )
        query = f"SELECT word, number, NULL, {_NODE} FROM ({groups}) ORDER BY number DESC, word"  # noqa: S608 - our own names
        return db.execute(query, within.values).fetchall()

    return count


def _by_cluster(condition: str) -> Callable[[sqlite3.Connection, sql.Where], _Rows]:
    """Count faces by cluster; what was merged counts as what it was merged into."""

    def count(db: sqlite3.Connection, within: sql.Where) -> _Rows:
        groups = (
            f"SELECT cluster, COUNT(*) AS number FROM faces WHERE node IN "  # noqa: S608 - our own names
            f"(SELECT seq FROM nodes WHERE {within.text}) GROUP BY cluster"
        )
        query = (
            f"SELECT id, number, NULLIF(name, ''), hero FROM ({groups}) JOIN clusters ON clusters.id = cluster "  # noqa: S608 - our own names
            f"WHERE {condition} ORDER BY number DESC, id"
        )
        return db.execute(query, within.values).fetchall()

    return count


_SHOWN: Mapping[Group, tuple[str, str]] = {
    "year": ("year", "'%04d', year"),
    "month": ("year, month", "'%04d-%02d', year, month"),
    "day": ("year, month, day", "'%04d-%02d-%02d', year, month, day"),
}


def _time(db: sqlite3.Connection, within: sql.Where, group: Group) -> _Rows:
    columns, shown = _SHOWN[group]
    groups = (
        f"SELECT {columns}, COUNT(*) AS number, MAX(seq) AS newest FROM nodes "  # noqa: S608 - our own names
        f"WHERE ({within.text}) AND year IS NOT NULL GROUP BY {columns}"
    )
    query = f"SELECT PRINTF({shown}) AS word, number, NULL, {_NODE} FROM ({groups}) ORDER BY word DESC"  # noqa: S608 - our own names
    return db.execute(query, within.values).fetchall()


_COUNTS: Mapping[str, Callable[[sqlite3.Connection, sql.Where], _Rows]] = {
    "allPeople": _by_cluster("1"),
    "clusterId": _by_cluster("1"),
    "familyMembers": _by_table("family", "family"),
    "favorite": _by_column("favorite", "CASE word WHEN 1 THEN 'true' ELSE 'false' END"),
    "location": _by_column("place", "word"),
    "people": _by_cluster("name <> ''"),
    "things": _by_table("things", "word"),
    "time": lambda db, within: _time(db, within, "year"),
    "type": _by_column("type", "word"),
}
CATEGORIES = tuple(_COUNTS)
