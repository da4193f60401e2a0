"""``find``, ``ls``, ``info`` and ``sql``: what the catalogue knows, without a request; ``refresh`` and ``usage``."""

import csv
import io
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

import terminals
from amazon_photos import AmazonPhotos, Catalog
from amazon_photos.model.fields import SHORT_COLUMNS


@pytest.fixture(scope="module")
def kept(module_service, tmp_path_factory):
    """A catalogue with relations beside it, and the environment of a machine that reaches nobody."""
    module_service.reset(files=120)
    home = tmp_path_factory.mktemp("reading")
    (home / "user").mkdir()
    path = home / "ap.parquet"
    with AmazonPhotos(module_service.cookies, endpoint=module_service.url, catalog=path, progress=False) as ap:
        ap.albums.create("Sommer, ü", node_ids=ap.photos(limit=3, save=False).id)
        ap.refresh(relations=True)
    nobody = {"AMAZON_PHOTOS_ENDPOINT": "http://127.0.0.1:9", "AMAZON_PHOTOS_CATALOG": str(path)}
    return Catalog.open(path), terminals.clean_environ(home, **nobody)


def run(kept, *arguments):
    done = terminals.run(arguments, kept[1])
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_find_gives_what_the_catalogue_finds(kept):
    """Its filters, columns, order and window, in a form that programs read."""
    rows = json.loads(run(kept, "find", "type:(VIDEOS)", "--sort=-size", "--limit", "3", "--offset", "1", "--json"))
    frame = kept[0].find("type:(VIDEOS)", sort="-size", limit=3, offset=1, columns="short")
    assert [list(row) for row in rows] == [list(SHORT_COLUMNS)] * 3
    assert [row["id"] for row in rows] == list(frame.id)
    assert [row["size"] for row in rows] == list(frame["size"])


def test_several_filters_must_all_hold(kept):
    """Relations answer too."""
    found = run(kept, "find", "people:(Ada)", "type:(PHOTOS)", "-o", "ids").split()
    assert found == list(kept[0].find(["people:(Ada)", "type:(PHOTOS)"]).id)
    assert found


def test_find_takes_what_other_commands_say_of_nodes(kept):
    """An album, a person, an age, alone and with filters: as the catalogue answers them, each name near or right."""
    catalog = kept[0]
    ada = list(catalog.find("people:(Ada)").id)
    assert run(kept, "find", "--person", "ada", "-o", "ids").split() == ada
    photos = list(catalog.find(["people:(Ada)", "type:(PHOTOS)", "taken:[* TO 2014-12-31]"]).id)
    old = run(kept, "find", "type:(PHOTOS)", "--person", "Ada", "--older-than", "2015-01-01", "-o", "ids").split()
    assert old == photos
    assert 0 < len(old) < len(ada)
    assert len(run(kept, "find", "--album", "Sommer, ü", "-o", "ids").split()) == 3
    assert run(kept, "find", "--album", "Sommer, ü", "--limit", "2", "--offset", "2", "-o", "ids").count("\n") == 1


def test_columns_are_named_or_all(kept):
    """In the order given; ``all`` are those of a frame."""
    head, *rows = csv.reader(io.StringIO(run(kept, "find", "kind:FILE", "--columns", "size, name", "-o", "csv")))
    assert head == ["size", "name"]
    assert len(rows) == len(kept[0].find("kind:FILE"))
    (row,) = json.loads(run(kept, "find", "kind:FILE", "--limit", "1", "--columns", "all", "--json"))
    assert list(row) == list(kept[0].frame())


def test_ls_lists_a_folder(kept):
    """Folders first, each by name; a path may be written with or without a slash before it."""
    rows = [line.split("\t") for line in run(kept, "ls", "/Pictures").splitlines()[1:]]
    assert run(kept, "ls", "Pictures/") == run(kept, "ls", "/Pictures")
    folder = kept[0].find("name:Pictures AND kind:FOLDER").id[0]
    assert {row[4] for row in rows} == set(kept[0].find(f'parents:"{folder}"').id)
    kinds = [row[1] for row in rows]
    assert kinds == sorted(kinds, key=lambda kind: kind != "FOLDER")
    assert [line.split("\t")[0] for line in run(kept, "ls").splitlines()[1:]] == ["Pictures"]


def test_ls_lists_albums_and_what_they_hold(kept):
    """By name, however it is written."""
    albums = [row["name"] for row in json.loads(run(kept, "ls", "albums", "--json"))]
    assert albums == sorted(albums)
    assert "Sommer, ü" in albums
    assert len(run(kept, "ls", "albums/sommer, Ü", "-o", "ids").split()) == 3


def test_info_tells_all_of_a_node(kept):
    """A row for each column that has a value; as JSON all columns, also of an id that begins with a hyphen."""
    frame = kept[0].frame()
    for node_id in (frame.id[0], next((one for one in frame.id if one.startswith("-")), frame.id[1])):
        (told,) = json.loads(run(kept, "info", "--json", node_id))
        assert list(told) == list(frame)
        rows = dict(line.split("\t", 1) for line in run(kept, "info", node_id).splitlines()[1:])
        assert rows["id"] == node_id
        assert set(rows) == {name for name, value in told.items() if value not in (None, [], "")}


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["find", "nam:x"], "did you mean 'name'?"),
        (["find", "--album", "Somer, ü"], "the nearest: Sommer, ü"),
        (["find", "--person", ""], "--person is empty"),
        (["find", "--older-than", "old"], "--older-than is an age such as 30d"),
        (["find", "--columns", "widht"], "'width' is probably meant"),
        (["find", "--columns", "name,nme"], "there is no column 'nme': 'name' is probably meant"),
        (["find", "--columns", ","], '--columns takes "short", "all", or names with commas between'),
        (["find", "--columns", ""], '--columns takes "short", "all", or names with commas between'),
        (["sql", ""], "this asks nothing"),
        (["sql", " ; -- nothing"], "this asks nothing"),
        (["sql", "select [interval 1 day], date '0044-03-15 (BC)' d, [d]"], "cast it in the query"),
        (["find", "--sort", "siez"], "size"),
        (["ls", "/Nowhere"], "the library has nothing at '/Nowhere'"),
        (["ls", "albums/Winter"], "there is no album 'Winter'"),
        (["info", "nobody"], "the library has nothing at 'nobody'"),
        (["info", "-" * 22], "no node of the id '------"),
    ],
)
def test_what_cannot_be_meant_is_told(kept, arguments, told):
    """In a sentence that says what was probably meant, and with the code of a wrong call."""
    done = terminals.run(arguments, kept[1])
    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_sql_prints_what_pandas_cannot_hold(kept):
    """A command needs no frame: each name comes once, times are in UTC, and what has no other form is text."""
    query = (
        "select 1 a, 2 a, interval 3 day i, 1.50::decimal(10,2) d, sum(3::hugeint) s, date '0044-03-15 (BC)' bc,"
        " timestamptz '2020-01-01 02:00:00+02' t, timestamp 'infinity' never, [1,2] l, {'b': null} o, null n"
    )
    (row,) = json.loads(run(kept, "sql", query, "--json"))
    assert row == {
        "a": 1, "a_1": 2, "i": "3 days", "d": 1.5, "s": 3, "bc": "-0043-03-15", "t": "2020-01-01T00:00:00.000Z",
        "never": None, "l": [1, 2], "o": {"b": None}, "n": None,
    }  # fmt: skip


def test_no_catalogue_is_told(kept, tmp_path):
    """With what makes one."""
    done = terminals.run(["ls", "--catalog", str(tmp_path / "none.parquet")], kept[1])
    assert done.returncode == 1
    assert "there is no catalogue at" in done.stderr
    assert "`amazon-photos refresh` makes it" in done.stderr


def test_sql_asks_about_the_catalogue(kept):
    """Also about relations, and a query that DuckDB refuses is told in its words."""
    query = "select extension, count(*) n from db where kind = 'FILE' group by 1 order by 2 desc, 1"
    rows = json.loads(run(kept, "sql", query, "--json"))
    counted = kept[0].find("kind:FILE").extension.value_counts()
    assert {row["extension"]: row["n"] for row in rows} == counted.to_dict()
    assert (
        run(kept, "sql", "select count(*) from relations where relation = 'album'", "-o", "csv").splitlines()[1] != "0"
    )
    done = terminals.run(["sql", "select nothing from db"], kept[1])
    assert (done.returncode, done.stdout) == (2, "")
    assert "DuckDB refuses this query" in done.stderr


@pytest.fixture
def online(service, tmp_path):
    """The environment of somebody who is signed in; what is kept goes to a folder of the test's."""
    service.reset(files=30)
    (tmp_path / "user").mkdir()
    where = {"AMAZON_PHOTOS_CATALOG": str(tmp_path / "ap.parquet")}
    return terminals.clean_environ(tmp_path, **service.environ, **where)


def test_refresh_makes_the_catalogue(service, online, tmp_path):
    """What is new is printed, once; relations where they are asked for."""
    first = terminals.run(["refresh", "--relations", "-o", "ids"], online)
    assert first.returncode == 0, first.stderr
    catalog = Catalog.open(tmp_path / "ap.parquet")
    assert set(first.stdout.split()) == set(catalog.frame().id)
    assert "the catalogue is" in first.stderr
    assert len(catalog.relations())
    assert terminals.run(["refresh", "-o", "ids"], online).stdout == ""


def test_refresh_prints_the_columns_asked_for(service, online, tmp_path):
    """In the order asked for; a column that is none is told before anything is sent or written."""
    service.requests.clear()
    done = terminals.run(["refresh", "--columns", "nme"], online)
    assert done.returncode == 2
    assert "no column 'nme' here: did you mean name?" in done.stderr
    assert not service.requests
    assert not (tmp_path / "ap.parquet").exists()
    done = terminals.run(["refresh", "--columns", "name,change", "--sort=-size", "-o", "jsonl"], online)
    assert done.returncode == 0, done.stderr
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    frame = Catalog.open(tmp_path / "ap.parquet").frame()
    by_size = frame.dropna(subset=["size"]).sort_values("size", ascending=False)
    assert [list(row) for row in rows] == [["name", "change"]] * len(frame)
    assert rows[0]["name"] == by_size.name.iloc[0]


def test_usage_is_asked(service, online):
    """A row for each kind."""
    rows = json.loads(terminals.run(["usage", "--json"], online).stdout)
    assert {row["type"] for row in rows} == {"doc", "photo", "video", "other"}


def test_nobody_signed_in_is_code_4(kept):
    """Where Amazon has to be asked."""
    done = terminals.run(["usage"], kept[1])
    assert (done.returncode, done.stdout) == (4, "")


NOTHING_HEAVY = """
import atexit, sys
atexit.register(lambda: print([name for name in ("pandas", "aiohttp", "rich") if name in sys.modules], file=sys.stderr))
sys.argv = ["amazon-photos", *sys.argv[1:]]
from amazon_photos.cli.app import main
main()
"""


@pytest.mark.parametrize(
    "arguments",
    [
        ["find", "kind:FILE", "-o", "jsonl"],
        ["find", "people:(Ada)", "--columns", "all", "--sort", "-taken"],
        ["find", "--person", "Ada", "--older-than", "1d"],
        ["ls", "Pictures"],
        ["ls", "albums"],
        ["info", "x"],
        ["sql", "select * from db, relations limit 3"],
    ],
)
def test_nothing_heavy_is_loaded(kept, arguments):
    """Neither pandas nor aiohttp, and outside of a terminal nothing that draws: that is what makes them quick."""
    command = [sys.executable, "-c", NOTHING_HEAVY, *arguments]
    done = subprocess.run(command, env=os.environ | kept[1], capture_output=True, text=True, timeout=60, check=False)
    assert done.stderr.splitlines()[-1] == "[]"


def test_many_at_once_all_end_well(kept):
    """Arrow's threads, still at work when the interpreter ends, aborted every sixth process of a busy machine."""
    command = [sys.executable, "-c", NOTHING_HEAVY, "find", "kind:FILE", "-o", "jsonl"]

    def find(_):
        done = subprocess.run(
            command, env=os.environ | kept[1], capture_output=True, text=True, timeout=60, check=False
        )
        return done.returncode, done.stderr

    with ThreadPoolExecutor(6) as pool:
        assert set(pool.map(find, range(30))) == {(0, "[]\n")}
