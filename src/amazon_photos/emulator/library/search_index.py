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
* The picture beside an entry (``searchData.nodeId``) is the newest; a person's is the hero, while that can be seen.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from operator import attrgetter
from typing import Any, Literal, NamedTuple, get_args

from amazon_photos.query.expr import AllOf, And, AnyOf, Equal, Expr, Or, Term, Value

from ..exceptions import MalformedRequest
from . import sql

Group = Literal["day", "month", "year"]
Key = Literal["value", "match"]
Entry = dict[str, Any]


class _Row(NamedTuple):
    """One group: what it is called in filters, how many were found, a person's name, the picture beside it."""

    word: str
    number: int
    name: str | None
    node_id: str | None


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
    part = _CATEGORIES.get(category)
    if part is None:
        raise MalformedRequest(f"Invalid category: {category}")
    within = within or (FILES_AND_ALBUMS if category == "type" else FILES)
    return _entries(category, _count(db, within, [part], check_group(group))[part], key)


def all_aggregations(
    db: sqlite3.Connection, *, within: sql.Where, group: str | None = None, key: Key = "value"
) -> dict[str, list[Entry]]:
    """Count every category of what is ``within``: its entries, by category."""
    counted = _count(db, within, dict.fromkeys(_CATEGORIES.values()), check_group(group))
    return {category: _entries(category, counted[part], key) for category, part in _CATEGORIES.items()}


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

_FOUND_ONCE = (
    "WITH found AS {how} (SELECT seq, favorite, type, place, year, month, day FROM nodes WHERE {within}), "
    "counted AS ({parts}) SELECT part, word, number, name, COALESCE("
    "(SELECT id FROM nodes WHERE id = hero AND status = 'AVAILABLE'), (SELECT id FROM nodes WHERE seq = newest)) "
    "FROM counted"
)
"""What was found is looked up once, however much is counted of it, and an id once a group, not once a file."""


def _by_column(part: str, word: str, column: str) -> str:
    """Count by a column of ``nodes``; ``word`` is what is told of it."""
    return (
        f"SELECT '{part}' AS part, {word} AS word, COUNT(*) AS number, MAX(seq) AS newest, NULL AS name, NULL AS hero "  # noqa: S608 - our own names
        f"FROM found WHERE {column} IS NOT NULL GROUP BY word"
    )


def _by_table(part: str, word: str) -> str:
    """Count by a table of that name, which has a ``node`` column."""
    return (
        f"SELECT '{part}' AS part, {word} AS word, COUNT(*) AS number, MAX(node) AS newest, NULL AS name, NULL AS hero "  # noqa: S608 - our own names
        f"FROM found CROSS JOIN {part} ON {part}.node = found.seq GROUP BY word"
    )


_FACES = (
    "SELECT 'faces' AS part, id AS word, number, newest, NULLIF(name, '') AS name, hero FROM (SELECT cluster, "
    "COUNT(*) AS number, MAX(node) AS newest FROM found CROSS JOIN faces ON faces.node = found.seq GROUP BY cluster) "
    "JOIN clusters ON clusters.id = cluster"
)
_TIMES: Mapping[Group, str] = {
    "year": "PRINTF('%04d', year)",
    "month": "PRINTF('%04d-%02d', year, month)",
    "day": "PRINTF('%04d-%02d-%02d', year, month, day)",
}
_PARTS: Mapping[str, str] = {
    "faces": _FACES,
    "family": _by_table("family", "family"),
    "favorite": _by_column("favorite", "CASE favorite WHEN 1 THEN 'true' ELSE 'false' END", "favorite"),
    "place": _by_column("place", "place", "place"),
    "things": _by_table("things", "word"),
    "type": _by_column("type", "type", "type"),
}
_CATEGORIES: Mapping[str, str] = {
    "allPeople": "faces",
    "clusterId": "faces",
    "familyMembers": "family",
    "favorite": "favorite",
    "location": "place",
    "people": "faces",
    "things": "things",
    "time": "time",
    "type": "type",
}
"""Category -> the part of the statement that counts it."""
CATEGORIES = tuple(_CATEGORIES)


def _count(db: sqlite3.Connection, within: sql.Where, parts: Iterable[str], group: Group) -> dict[str, list[_Row]]:
    """Count those parts of what is within, the most frequent first; times the latest first."""
    statements = [_by_column("time", _TIMES[group], "year") if part == "time" else _PARTS[part] for part in parts]
    how = "MATERIALIZED" if len(statements) > 1 else "NOT MATERIALIZED"
    query = _FOUND_ONCE.format(how=how, within=within.text, parts=" UNION ALL ".join(statements))
    counted: dict[str, list[_Row]] = {part: [] for part in parts}
    for part, *row in db.execute(query, within.values):
        counted[part].append(_Row(*row))
    for part, rows in counted.items():
        rows.sort(key=attrgetter("word"))
        rows.sort(key=attrgetter("word" if part == "time" else "number"), reverse=True)
    return counted


def _entries(category: str, rows: Iterable[_Row], key: Key) -> list[Entry]:
    return [
        {key: row.word, "count": row.number, "searchData": {"clusterName": row.name, "nodeId": row.node_id}}
        for row in rows
        if row.name is not None or category != "people"
    ]
