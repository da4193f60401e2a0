"""What ``/search`` lists and counts."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from amazon_photos.emulator.exceptions import MalformedRequest
from amazon_photos.emulator.library import bootstrap, family, listing, people, search_index, shares
from amazon_photos.emulator.library.database import Database
from amazon_photos.emulator.options import Invented
from amazon_photos.emulator.seeding import fill
from amazon_photos.query.parser import parse

NOW = "2026-03-01T12:00:00.000Z"
COUNT = 800


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path / "library.sqlite")
    database.write(bootstrap.begin, now=NOW)
    database.write(fill.fill, Invented(files=COUNT), now=NOW)
    yield database
    database.close()


def found(library: Database, filters: str, context: str = "customer") -> int:
    """How many nodes the search lists."""
    tree = parse(filters) if filters else None
    within = search_index.list_found(tree, context=context)
    question = listing.question(filters=filters, sort=None, dialect="search", within=within)
    return len(library.read(listing.matching, question))


def count(library: Database, query: str) -> int:
    return int(library.read(lambda db: db.execute(query).fetchone()[0]))


WORDS = {
    "allPeople": "people",
    "clusterId": "clusterId",
    "favorite": "favorite",
    "location": "location",
    "people": "people",
    "things": "things",
    "time": "timeYear",
    "type": "type",
}


@pytest.mark.parametrize("category", WORDS)
def test_counts(library: Database, category: str) -> None:
    """Each entry counts what a search for its value finds, and shows a node that is there."""
    entries = library.read(search_index.aggregations, category)
    assert entries
    for entry in entries:
        assert found(library, f'{WORDS[category]}:("{entry["value"]}")') == entry["count"] > 0
        shown = entry["searchData"]["nodeId"]
        assert library.read(lambda db, id_: db.execute("SELECT 1 FROM nodes WHERE id = ?", (id_,)).fetchone(), shown)


def test_listed(library: Database) -> None:
    """A search lists files that are there and known to the index; albums only when it asks for them."""
    available = "SELECT COUNT(*) FROM nodes WHERE kind = 'FILE' AND status = 'AVAILABLE'"
    assert found(library, "") == count(library, available)
    assert found(library, "type:(ALBUMS)") == count(library, "SELECT COUNT(*) FROM nodes WHERE type = 'ALBUMS'")
    both = found(library, "type:(PHOTOS OR albums)")
    assert both == found(library, "type:(PHOTOS)") + found(library, "type:(ALBUMS)")
    assert found(library, "name:(Vancouver*)") == 0


def test_unsearchable(library: Database) -> None:
    """What the index has not learnt of yet is neither listed nor counted."""
    before, years = found(library, ""), library.read(search_index.aggregations, "time")
    newest = "SELECT MAX(seq) FROM nodes WHERE year = 2025 AND kind = 'FILE' AND status = 'AVAILABLE'"
    library.write(lambda db: db.execute(f"UPDATE nodes SET searchable = 0 WHERE seq = ({newest})"))
    assert found(library, "") == before - 1
    assert library.read(search_index.aggregations, "time")[0]["count"] == years[0]["count"] - 1


def test_times(library: Database) -> None:
    """Times are grouped by year, month or day, newest first, and add up to the same."""
    totals = set()
    for group, length in (("year", 4), ("month", 7), ("day", 10)):
        entries = library.read(search_index.aggregations, "time", group=group)
        values = [entry["value"] for entry in entries]
        assert values == sorted(set(values), reverse=True)
        assert {len(value) for value in values} == {length}
        totals.add(sum(entry["count"] for entry in entries))
    assert totals == {found(library, "")}


def test_people(library: Database) -> None:
    """People have a name in ``people``; the other two lists hold the nameless too, whose name is null."""
    named = library.read(search_index.aggregations, "people")
    everybody = library.read(search_index.aggregations, "allPeople")
    assert all(entry["searchData"]["clusterName"] for entry in named)
    assert len(everybody) > len(named)
    assert {entry["searchData"]["clusterName"] for entry in everybody} > {None}


def test_merged(library: Database) -> None:
    """People who were merged are one entry, which counts the pictures of both once."""
    first, second, *_ = (entry["value"] for entry in library.read(search_index.aggregations, "people"))
    library.write(people.merge, cluster_ids=[first, second], name="Both")
    entry = next(e for e in library.read(search_index.aggregations, "people") if e["value"] == first)
    assert entry["searchData"]["clusterName"] == "Both"
    assert entry["count"] == found(library, f'people:("{second}")')
    assert second not in [e["value"] for e in library.read(search_index.aggregations, "allPeople")]


def test_within(library: Database) -> None:
    """Inside a search the lists count what it found, and an entry says ``match`` instead of ``value``."""
    within = search_index.list_found(None, context="customer") & search_index.sql.Where("year = ?", (2020,))
    lists = library.read(search_index.all_aggregations, within=within, key="match")
    assert set(lists) == set(search_index.CATEGORIES)
    assert [entry["match"] for entry in lists["time"]] == ["2020"]
    assert sum(entry["count"] for entry in lists["type"]) == found(library, "timeYear:(2020)")


def test_contexts(library: Database) -> None:
    """``family`` lists the vault, ``groups`` what links show, ``unknown`` what is unrecognised; ``all`` all."""
    ids = library.read(_some_ids, 5)
    library.write(family.change, family_id="F1", add=ids[:2], remove=None, owner="A2EXAMPLE")
    library.write(shares.create, name="Link", node_ids=ids[2:5], now=NOW)
    assert found(library, "", "family") == 2
    assert found(library, "", "groups") == 3
    assert found(library, "", "all") == found(library, "", "customer") == found(library, "")
    unknown = (
        "SELECT COUNT(*) FROM nodes WHERE kind = 'FILE' AND status = 'AVAILABLE' AND place IS NULL "
        "AND seq NOT IN (SELECT node FROM things) AND seq NOT IN (SELECT node FROM faces)"
    )
    assert found(library, "", "unknown") == count(library, unknown) > 0
    entries = library.read(search_index.aggregations, "familyMembers")
    assert [(entry["value"], entry["count"]) for entry in entries] == [("F1", 2)]


def test_groups_of_albums(library: Database) -> None:
    """A link to an album shows what is in it."""
    album = "SELECT id FROM nodes WHERE seq = (SELECT album FROM album_items GROUP BY album ORDER BY COUNT(*) DESC)"
    (album_id,) = library.read(lambda db: db.execute(album).fetchone())
    library.write(shares.create, name="Link", node_ids=[album_id], now=NOW)
    items = f"SELECT COUNT(*) FROM album_items WHERE album = (SELECT seq FROM nodes WHERE id = '{album_id}')"
    assert found(library, "", "groups") == count(library, items) > 1


@pytest.mark.parametrize(
    "ask",
    [
        lambda db: search_index.aggregations(db, "smells"),
        lambda db: search_index.aggregations(db, "time", group="decade"),
        lambda db: search_index.list_found(None, context="neighbours"),
    ],
)
def test_unknown_words(library: Database, ask: object) -> None:
    """A category, a group and a context that don't exist are refused."""
    with pytest.raises(MalformedRequest):
        library.read(ask)  # type: ignore[arg-type]


def _some_ids(db: sqlite3.Connection, many: int) -> list[str]:
    query = "SELECT id FROM nodes WHERE kind = 'FILE' AND status = 'AVAILABLE' LIMIT ?"
    return [row[0] for row in db.execute(query, (many,))]
