"""A synthetic library: always the same, and like a family's."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from amazon_photos.emulator.library import bootstrap, listing, node_json, nodes, schema, search_index
from amazon_photos.emulator.library.database import Database
from amazon_photos.emulator.media import places
from amazon_photos.emulator.options import Invented, Sizes, read_invented
from amazon_photos.emulator.seeding import catalog_data, fill, synthetic
from amazon_photos.errors import InvalidInput

NOW = "2026-03-01T12:00:00.000Z"
COUNT = 3000
EXAMPLE = (
    "type:(PHOTOS OR VIDEOS) AND things:(plant AND beach OR moon) AND timeYear:(2023) AND timeMonth:(8) "
    "AND timeDay:(14) AND location:(CAN#BC#Vancouver)"
)


def filled(path: Path, count: int, *, now: str = NOW, number: int = 0, sizes: Sizes = "small") -> Database:
    database = Database(path)
    database.write(bootstrap.begin, now=NOW)
    database.write(fill.fill, Invented(files=count, seed=number, sizes=sizes), now=now)
    return database


def digest(database: Database) -> str:
    """Everything in the library but when it began, in one number."""
    tables = ("placements", "things", "faces", "clusters", "album_items")
    columns = ("created", "modified", "trashed_at")

    def ask(db: object) -> str:
        rows: list[object] = []
        for table in tables:
            rows += db.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall()  # type: ignore[attr-defined]
        named = [row[1] for row in db.execute("PRAGMA table_info(nodes)")]  # type: ignore[attr-defined]
        kept = ", ".join(column for column in named if column not in columns)
        rows += db.execute(f"SELECT {kept} FROM nodes ORDER BY seq").fetchall()  # type: ignore[attr-defined]
        return hashlib.sha256(repr(rows).encode()).hexdigest()

    return database.read(ask)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    database = filled(tmp_path_factory.mktemp("seeded") / "library.sqlite", COUNT)
    yield database
    database.close()


def ask(library: Database, query: str, *values: object) -> list[tuple[object, ...]]:
    return library.read(lambda db: db.execute(query, values).fetchall())


def test_count(library: Database) -> None:
    """``count`` is the number of files; folders, albums and the movies of live photos come on top."""
    assert ask(library, "SELECT COUNT(*) FROM nodes WHERE kind = 'FILE'") == [(COUNT,)]
    kinds = {row[0] for row in ask(library, "SELECT DISTINCT kind FROM nodes")}
    assert kinds == {"FILE", "FOLDER", "VISUAL_COLLECTION", "ASSET"}


def test_same(library: Database, tmp_path: Path) -> None:
    """The same count and seed give the same library in another process with other hash seeds, another seed doesn't."""
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); from pathlib import Path; import test_seed as t; "
        "d = t.filled(Path(sys.argv[2]), t.COUNT, now='2027-01-01T00:00:00.000Z'); print(t.digest(d)); d.close()"
    )
    arguments = [sys.executable, "-c", code, str(Path(__file__).parent), str(tmp_path / "again.sqlite")]
    again = subprocess.run(arguments, check=True, capture_output=True, text=True).stdout.strip()
    assert again == digest(library)
    other = filled(tmp_path / "other.sqlite", COUNT, number=1)
    assert digest(other) != again
    other.close()


def test_content(library: Database) -> None:
    """Size and MD5 of every node are those of the bytes it gets when somebody asks for them."""
    rows = ask(library, "SELECT synthetic, content_type, size, md5 FROM nodes WHERE md5 IS NOT NULL")
    assert len(rows) > COUNT
    for number, content_type, size, md5 in rows:
        content = synthetic.content(int(str(number)), video=str(content_type).startswith("video/"))
        assert (len(content), synthetic.md5(content)) == (size, md5)
    assert len({row[3] for row in rows}) == len(rows)


def test_tree(library: Database) -> None:
    """All but albums hangs below the root, names are unique in their folder, and both tables agree on parents."""
    loose = "SELECT COUNT(*) FROM nodes WHERE NOT is_root AND seq NOT IN (SELECT child FROM placements) AND kind <> ?"
    assert ask(library, loose, "VISUAL_COLLECTION") == [(0,)]
    assert ask(library, "SELECT parent FROM placements GROUP BY parent, folded HAVING COUNT(*) > 1") == []
    pairs = ask(
        library,
        "SELECT child.parents, parent.id FROM placements JOIN nodes AS child ON child.seq = placements.child "
        "JOIN nodes AS parent ON parent.seq = placements.parent",
    )
    assert all(json.loads(str(parents)) == [parent] for parents, parent in pairs)
    years = ask(library, "SELECT name FROM nodes WHERE kind = 'FOLDER' AND name GLOB '20[0-9][0-9]' ORDER BY name")
    assert [name for (name,) in years] == [str(year) for year in range(2005, 2026)]


def test_spread(library: Database) -> None:
    """There is something of everything that a library can hold, and nothing is everywhere."""
    for condition in (
        "video IS NOT NULL AND kind = 'FILE'",
        "favorite",
        "hidden",
        "status = 'TRASH' AND trashed_at IS NOT NULL",
        "has_live_video",
        "asset_type = 'LIVE_VIDEO'",
        "seq IN (SELECT album FROM album_items)",
        "seq IN (SELECT node FROM faces)",
        "seq IN (SELECT node FROM things)",
        "place IS NOT NULL AND image LIKE '%\"location\":%'",
    ):
        found = ask(library, f"SELECT COUNT(*) FROM nodes WHERE {condition}")[0][0]
        assert 0 < int(str(found)) < COUNT, condition
    assert ask(library, "SELECT COUNT(*) FROM clusters WHERE name = ''") != [(0,)]
    assert ask(library, "SELECT COUNT(*) FROM clusters WHERE hero NOT IN (SELECT id FROM nodes)") == [(0,)]


def test_blocks(library: Database) -> None:
    """The facts are JSON as an upload would have stored it: text for everything but width and height of a picture."""
    for image, video in ask(library, "SELECT image, video FROM nodes WHERE md5 IS NOT NULL"):
        assert (image is None) != (video is None)
        block = json.loads(str(image or video))
        texts = {name for name, value in block.items() if isinstance(value, str)}
        if image:
            assert set(block) - texts == {"width", "height"}
        else:
            assert set(block) - texts == {"width", "height", "duration", "rotate", "bitrate", "videoFrameRate"}


def test_recorded_words(library: Database) -> None:
    """Invented pictures have exiftool's words, a fraction in their capture time, and are modified later."""
    rows = ask(library, "SELECT image, content_date, created, modified, status FROM nodes WHERE image IS NOT NULL")
    for image, taken, created, modified, _ in rows:
        block = json.loads(str(image))
        assert (block["resolutionUnit"], block["exposureMode"]) == ("Pixels/Inch", "Auto")
        assert block["flash"] in ("Off, Did not fire", "On, Fired")
        assert str(taken)[-4:-1] == block["subSecTimeOriginal"].zfill(3)
        assert block["dateTimeOriginal"] == f"{str(taken)[:-5]}.000Z"
        assert str(created) < str(modified)
    canon = ask(library, "SELECT image FROM nodes WHERE image LIKE '%Canon%' LIMIT 1")[0][0]
    assert json.loads(str(canon))["meteringMode"] == "Evaluative"


def test_trash(library: Database) -> None:
    """What is in the trash went there in the last thirty days, so that it doesn't empty itself at once."""
    times = [str(row[0]) for row in ask(library, "SELECT trashed_at FROM nodes WHERE status = 'TRASH'")]
    assert times
    assert all("2026-01-30" < time <= NOW for time in times)


def test_example(library: Database) -> None:
    """The example query of the documentation finds something, however small the library."""
    question = listing.question(filters=EXAMPLE, sort=None, dialect="search", within=search_index.FILES)
    assert len(library.read(listing.matching, question)) >= 1


@pytest.mark.parametrize("count", [0, 1, 2, 30])
def test_small(tmp_path: Path, count: int) -> None:
    """Small numbers work too, and the oldest library of one file answers the example."""
    database = filled(tmp_path / "small.sqlite", count)
    assert ask(database, "SELECT COUNT(*) FROM nodes WHERE kind = 'FILE'") == [(count,)]
    question = listing.question(filters=EXAMPLE, sort=None, dialect="search", within=search_index.FILES)
    assert len(database.read(listing.matching, question)) == min(count, 1)
    database.close()


def test_indexes(library: Database) -> None:
    """Every index that was dropped for speed is back."""
    made = {str(row[0]) for row in ask(library, "SELECT name FROM sqlite_master WHERE type = 'index'")}
    assert set(schema.INDEXES) <= made


def test_undone(tmp_path: Path) -> None:
    """A filling that fails leaves the library empty, with its indexes."""
    database = Database(tmp_path / "undone.sqlite")
    database.write(bootstrap.begin, now=NOW)
    with pytest.raises(ValueError):
        database.write(fill.fill, Invented(files=100), now="no time at all")
    assert database.read(bootstrap.is_empty)
    assert ask(database, "SELECT COUNT(*) FROM sqlite_master WHERE name = 'nodes_md5'") == [(1,)]
    database.close()


def test_nodes(library: Database) -> None:
    """Seeded nodes are told like uploaded ones: with content, parents and what kind of live photo they are."""
    row = ask(library, "SELECT id FROM nodes WHERE has_live_video AND status = 'AVAILABLE' LIMIT 1")[0]
    shape = node_json.NodeView(owner="A2EXAMPLE")
    told = json.loads(
        node_json.encode(library.read(lambda db: node_json.one_to_json(db, nodes.get(db, str(row[0])), shape)))
    )
    assert told["childAssetTypeInfo"] == [{"assetType": "LIVE_VIDEO"}]
    assert told["contentProperties"]["image"]["make"] == "Apple"
    assert told["contentProperties"]["extension"] == "heic"


def test_spots() -> None:
    """The seeded places are those that an upload from there would get."""
    for spot in (catalog_data.HOME, *catalog_data.SPOTS):
        assert places.place(spot.latitude, spot.longitude) == spot.place


def related(path: Path, **wanted: int) -> Database:
    database = Database(path)
    database.write(bootstrap.begin, now=NOW)
    database.write(fill.fill, Invented(**wanted), now=NOW)
    return database


@pytest.mark.parametrize("many", [1, 3, 5, 20])
def test_relations(tmp_path: Path, many: int) -> None:
    """Each file is in as many things, people, places and albums as were wanted, of as many as were wanted."""
    database = related(tmp_path / "related.sqlite", files=2000, relations=many, keys=60)
    counts = "(SELECT COUNT(*) FROM {} WHERE node = seq)"
    each = " + ".join(counts.format(table) for table in ("things", "faces", "album_items"))
    query = f"SELECT DISTINCT {each} + (place IS NOT NULL) FROM nodes WHERE kind = 'FILE'"
    assert ask(database, query) == [(many,)]
    keys = (
        "SELECT (SELECT COUNT(DISTINCT word) FROM things) + (SELECT COUNT(DISTINCT cluster) FROM faces) "
        "+ (SELECT COUNT(DISTINCT album) FROM album_items) + COUNT(DISTINCT place) FROM nodes"
    )
    assert ask(database, keys) == [(60,)]
    database.close()


def test_the_same_relations(tmp_path: Path) -> None:
    """The same numbers give the same memberships, another number others."""
    found = []
    for name, many in (("a", 4), ("b", 4), ("c", 5)):
        database = related(tmp_path / name, files=300, relations=many, keys=40)
        found.append(digest(database))
        database.close()
    assert found[0] == found[1] != found[2]


@pytest.mark.parametrize(
    "wrong", [{"relations": 0}, {"relations": 21}, {"relations": 5, "keys": 9}, {"relations": "5"}]
)
def test_relations_that_cannot_be(wrong: dict[str, object]) -> None:
    """InvalidInput names what is wrong."""
    with pytest.raises(InvalidInput, match=r"relations|keys"):
        Invented(files=10, **wrong)  # type: ignore[arg-type]


def test_keys_without_relations() -> None:
    """They would say nothing: InvalidInput, as for relations of a library that is not invented."""
    with pytest.raises(InvalidInput, match="relations"):
        read_invented(10, keys=50)
    with pytest.raises(InvalidInput, match="files"):
        read_invented(None, relations=5)


def things_of(call: Any) -> int:
    """How many things, people, places and albums there are, as the service tells."""
    answers = [
        call.get("/drive/v1/search/aggregation", aggregationContext="all", category=category).json["aggregations"]
        for category in ("things", "allPeople", "location")
    ]
    return sum(map(len, answers)) + int(call.search("type:(ALBUMS)").json["count"])


def test_relations_everywhere(call: Any, start: Any, caller_of: Any) -> None:
    """In Python, over HTTP and as a program: the same options give as many keys."""
    call.service.reset(400, relations=5, keys=20)
    assert things_of(call) == 20
    assert call.ask("POST", "/_emulator/reset", body={"files": 400, "relations": 4, "keys": 12}).status == 200
    assert things_of(call) == 12
    for wrong in ({"relations": 4}, {"files": 5, "keys": 12}, {"files": 5, "relations": 21}):
        assert call.ask("POST", "/_emulator/reset", body=wrong).status == 400
    assert things_of(call) == 12
    assert things_of(caller_of(start("--files", 400, "--relations", 5, "--keys", 20))) == 20


def test_related_files_can_be_listed_by_what_they_are_in(call: Any) -> None:
    """A thing, a person, a place and an album list as many files as the service counts for each."""
    call.service.reset(400, relations=5, keys=20)
    for category, word in (("things", "things"), ("people", "people"), ("location", "location")):
        answer = call.get("/drive/v1/search/aggregation", aggregationContext="all", category=category)
        for entry in answer.json["aggregations"]:
            assert call.search(f'{word}:("{entry["value"]}")').json["count"] == entry["count"]
    albums = call.search("type:(ALBUMS)").json["data"]
    items = [call.get(f"/drive/v1/nodes/{album['id']}/children").json["count"] for album in albums]
    assert sum(items) == call.search().json["count"]
