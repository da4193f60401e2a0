"""A catalogue by itself: opened and asked without a client."""

import subprocess
import sys
from datetime import UTC, datetime

import pandas as pd
import pyarrow as pa
import pytest

from amazon_photos import Catalog, F
from amazon_photos.catalog.schema import Header
from amazon_photos.catalog.store import Store
from amazon_photos.errors import CatalogDamaged, CatalogError, FilterError, InvalidInput

REFRESHED = datetime(2026, 11, 26, 10, tzinfo=UTC)


@pytest.fixture
def path(tmp_path, nodes, at):
    """Four files, a folder and an album."""
    table = nodes(
        at("a", 2001, name="a.jpg", parents=["p", "q"], settings={"favorite": True}),
        at("b", 2002, name="B.heic"),
        at("c", 2003, name="c.jpg"),
        {"id": "v", "name": "v.mp4", "createdDate": "2020-02-29T12:00:00.123Z"},
        {"id": "f", "kind": "FOLDER"},
        {"id": "g", "name": "Holidays", "kind": "VISUAL_COLLECTION"},
    )
    kind = pa.array(["image/jpeg", "image/heic", "image/jpeg", "video/mp4", None, None]).dictionary_encode()
    for name, values in {
        "contentType": kind.cast(pa.dictionary(pa.int32(), pa.string())),
        "size": pa.array([1, 20, 3, 4_000_000_000, None, None], pa.int64()),
        "md5": pa.array(["a" * 32, "b" * 32, "a" * 32, None, None, None]),
        "video.duration": pa.array([None, None, None, 10.5, None, None], pa.float64()),
    }.items():
        table = table.set_column(table.schema.get_field_index(name), table.schema.field(name), values)
    store = Store(tmp_path / "ap.parquet")
    with store.lock():
        store.write(table, Header(owner="OWNER", complete=True, refreshed_at=int(REFRESHED.timestamp()) * 1000))
    return store.path


@pytest.fixture
def catalog(path):
    return Catalog.open(path)


def ids(rows):
    return "".join(row["id"] for row in rows)


def test_it_tells_what_it_is(catalog, path):
    """Path, owner, age, completeness and number of rows stand in the file itself."""
    assert (catalog.path, catalog.owner, catalog.complete, len(catalog)) == (path, "OWNER", True, 6)
    assert catalog.refreshed_at == REFRESHED
    assert repr(catalog) == f"<Catalog {path}>"
    assert repr(Catalog("/a\x1b[31m\u202e.parquet")) == r"<Catalog /a\x1b[31m\u202e.parquet>"


def test_what_only_queries_filled_says_so(tmp_path, nodes):
    """It was never refreshed, and is not complete; a catalogue of nothing is still one."""
    store = Store(tmp_path / "ap.parquet")
    with store.lock():
        store.write(nodes("a").slice(0, 0), Header(owner="OWNER"))
    catalog = Catalog.open(tmp_path / "ap.parquet")
    assert (catalog.refreshed_at, catalog.complete, len(catalog), bool(catalog)) == (None, False, 0, True)
    assert list(catalog.rows("kind:FILE", sort="size")) == []


def test_opening_wants_a_catalogue(tmp_path):
    """What is not there, and what is no catalogue, is refused at once; a path is a path."""
    with pytest.raises(CatalogError, match="there is no catalogue at"):
        Catalog.open(tmp_path / "ap.parquet")
    (tmp_path / "ap.parquet").write_bytes(b"no catalogue")
    with pytest.raises(CatalogDamaged):
        Catalog.open(str(tmp_path / "ap.parquet"))
    with pytest.raises(InvalidInput, match="path must be a path"):
        Catalog.open(5)


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (None, "abcvfg"),
        ("", "abcvfg"),
        ("type:(PHOTOS)", "abc"),
        ("type:VIDEOS OR type:ALBUMS", "vg"),
        ("timeYear:(2001 OR 2003)", "ac"),
        ("name:B*", "b"),
        ("size:[3 TO 20]", "bc"),
        ("NOT size:[0 TO *]", "fg"),
        (F.name.matches(r"^[a-c]\.jpg$"), "ac"),
        (F.parents == "q", "a"),
        (F["video.duration"] > 10, "v"),
        (["type:PHOTOS", F.size > 1, None], "bc"),
    ],
)
def test_rows_and_frames_hold_the_same(catalog, filters, found):
    """Text, trees and lists of both are answered alike by find() and rows()."""
    assert ids(catalog.rows(filters)) == found
    assert "".join(catalog.find(filters).id) == found


def test_rows_are_plain_values(catalog):
    """Text, numbers, truth, times in UTC, lists, and None for what is not known."""
    first, *_, video, _, album = catalog.rows()
    wanted = ("name", "size", "parents", "settings.favorite", "contentType", "video.duration")
    assert [first[name] for name in wanted] == ["a.jpg", 1, ["p", "q"], True, "image/jpeg", None]
    assert first["contentDate"] == datetime(2001, 2, 3, 4, 5, 6, tzinfo=UTC)
    assert first["contentDate"].tzinfo is UTC
    assert video["createdDate"] == datetime(2020, 2, 29, 12, 0, 0, 123000, tzinfo=UTC)
    assert (video["video.duration"], type(video["size"]), album["size"]) == (10.5, int, None)
    plain = (str, int, float, bool, datetime, list, type(None))
    assert {type(value) for row in catalog.rows() for value in row.values()} <= set(plain)


def test_columns_come_as_they_are_named(catalog):
    """In that order, once each, also where filter and sort need others; one name is one column."""
    (row,) = catalog.rows("extension:heic OR name:B*", columns=["size", "id", "size"], sort="-contentDate", limit=1)
    assert list(row.items()) == [("size", 20), ("id", "b")]
    assert list(catalog.find(columns=["size", "name"], limit=2).columns) == ["size", "name"]
    assert list(catalog.rows(columns="id", limit=1)) == [{"id": "a"}]
    with pytest.raises(InvalidInput, match="'size' is probably meant"):
        catalog.rows(columns=["sizes"])


@pytest.mark.parametrize(
    ("sort", "found"),
    [
        (None, "abcvfg"),
        ("size", "acbv"),
        ("-size", "vbca"),
        ("size desc", "vbca"),
        (["kind", "-size"], "vbca"),
        ("['size DESC']", "vbca"),
    ],
)
def test_sorted_as_asked(catalog, sort, found):
    """Upwards and downwards, by several keys; what has no value comes last."""
    assert ids(catalog.rows(sort=sort))[: len(found)] == found
    assert "".join(catalog.find(sort=sort, limit=2).id) == found[:2]
    assert "".join(catalog.find(sort=sort, limit=2, offset=1).id) == found[1:3]
    assert ids(catalog.rows(sort=sort, limit=1, offset=2)) == found[2]


def test_errors_come_with_the_call(catalog):
    """rows() refuses before the first row is taken."""
    with pytest.raises(FilterError):
        catalog.rows("things:beach")
    with pytest.raises(FilterError):
        catalog.rows(sort="parents")
    with pytest.raises(InvalidInput, match="limit"):
        catalog.rows(limit=-1)
    with pytest.raises(InvalidInput, match="offset"):
        catalog.rows(offset=-1)


def test_tables_and_frames(catalog):
    """The whole of it, some columns, and types as asked for."""
    assert len(catalog.frame()) == len(catalog.arrow()) == 6
    assert catalog.arrow("md5", "id").column_names == ["md5", "id"]
    assert list(catalog.columns("size").columns) == ["size"]
    frame = Catalog.open(catalog.path, dtype_backend="pyarrow").find(columns=["size"])
    assert frame["size"].dtype == pd.ArrowDtype(pa.int64())


def test_contents_are_looked_up(catalog):
    """The first node of a content, under the index of what was asked."""
    asked = pd.Series(["B" * 32, "c" * 32, None], index=[7, 8, 9])
    found = catalog.ids_by_md5(asked)
    assert found.index.tolist() == [7, 8, 9]
    assert found[7] == "b"
    assert found.isna().tolist() == [False, True, True]
    assert catalog.ids_by_md5("a" * 32).tolist() == ["a"]


def test_sql_is_answered(catalog):
    """DuckDB sees the table db."""
    pytest.importorskip("duckdb")
    assert catalog.sql("select count(*) n from db where kind = 'FILE'").n.tolist() == [4]


def test_another_version_is_seen_at_once(catalog, path, nodes):
    """A refresh by another process is in the next answer."""
    assert len(catalog.find()) == 6
    store = Store(path)
    with store.lock():
        store.write(nodes("new"), Header(owner="OWNER"))
    assert (len(catalog), ids(catalog.rows())) == (1, "new")


FILTERS = """
    "", "name:a*", "name:a.jpg", "name:(a.jpg OR b.jpg OR c.jpg)", "name:[a TO c]", "type:(PHOTOS OR VIDEOS)",
    "timeYear:2001 AND timeMonth:2 AND timeDay:3", "size:[1 TO 20]", "size:3", "size:(3 OR 20)", "size:*",
    "video.duration:[10 TO *]", "video.duration:10.5", "favorite:true", "createdDate:2020-02-29",
    "createdDate:[2019 TO 2021]", "NOT parents:q", "kind:FILE AND NOT contentType:image*", "extension:jpg",
    F.name.matches("a.c?"), F.parents == "q", (F.size > 1) | ~F.favorite, [F.size > 1, "kind:FILE"], None,
"""
ROWS = f"""
import sys
from amazon_photos import Catalog, F

catalog = Catalog.open(sys.argv[1])
assert (len(catalog), catalog.owner, catalog.complete) == (6, "OWNER", True)
assert catalog.path and catalog.refreshed_at
for filters in [{FILTERS}]:
    for options in [dict(), dict(columns=["name", "size", "createdDate", "parents"]), dict(sort="size", limit=2)]:
        list(catalog.rows(filters, **options))
assert len(list(catalog.rows(sort=["kind", "-createdDate"], limit=4))) == 4
assert catalog.arrow("id", "md5").num_rows == 6
heavy = [name for name in ("pandas", "aiohttp", "asyncio", "rich") if name in sys.modules]
assert not heavy, heavy
"""


def test_rows_never_load_pandas_or_aiohttp(path):
    """Not when imported, not when opened, and not when called, whatever the filter, the sort and the limit."""
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", ROWS, path], capture_output=True, text=True, timeout=120, check=False
    )
    assert run.returncode == 0, run.stderr


def test_old_and_odd_files_load_no_pandas_either(tmp_path, nodes):
    """A catalogue of an older version, whose columns are converted, and one with dates that nothing can show."""
    import pyarrow.parquet as pq

    from amazon_photos.catalog import schema

    table = nodes("a", "b").drop_columns(["category", "size"])
    dates = pa.array([-(10**15), 10**15], pa.int64()).cast(pa.timestamp("ms", "UTC"))
    place = table.schema.get_field_index("createdDate")
    table = table.set_column(place, table.schema.field(place), dates)
    path = tmp_path / "ap.parquet"
    pq.write_table(table.cast(schema.with_header(table.schema, Header(owner="OWNER"))), path)
    code = (
        "import sys; from amazon_photos import Catalog; rows = list(Catalog.open(sys.argv[1]).rows('kind:FILE'));"
        "assert [row['createdDate'] for row in rows] == [None, None]; assert 'pandas' not in sys.modules"
    )
    run = subprocess.run([sys.executable, "-c", code, path], capture_output=True, text=True, timeout=60, check=False)
    assert run.returncode == 0, run.stderr
