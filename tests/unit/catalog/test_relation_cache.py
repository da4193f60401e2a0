"""The index of relations: rows of the catalogue by what they are related to, kept for one version of two files."""

import subprocess
import sys

import pytest

from amazon_photos.catalog.relation_cache import RelationCache
from amazon_photos.catalog.schema import Header
from amazon_photos.catalog.store import Store
from amazon_photos.query.expr import Equal, Pattern, Prefix
from amazon_photos.query.relations import Question
from relations import save_relations

IDS = ["one", "two", "three", "four"]
KEYS = [("thing", "sea", None, 2, None), ("thing", "Sand", None, 1, None), ("album", "A" * 22, "Été", 2, None)]
ROWS = [
    ("one", "thing", "sea", None),
    ("gone", "thing", "sea", None),
    ("three", "thing", "Sand", None),
    ("four", "album", "A" * 22, "Été"),
    ("two", "thing", "sea", None),  # as no refresh writes it: apart from the others of its key
]


@pytest.fixture
def store(tmp_path, nodes):
    store = Store(tmp_path / "ap.parquet")
    days = ("2019-07-04", "2019-07-05", "2020-01-01", "2021-01-01")
    dates = [{"contentDate": f"{day}T00:00:00.000Z"} for day in days]
    dated = [{"id": one, "contentProperties": date} for one, date in zip(IDS, dates, strict=True)]
    with store.lock():
        store.write(nodes(*dated), Header(owner="OWNER", complete=True))
    save_relations(store, KEYS, ROWS)
    return store


@pytest.mark.parametrize(
    ("word", "value", "rows"),
    [
        ("things", Equal("sea"), "1100"),
        ("things", Equal("SEA"), "1100"),
        ("things", Prefix("s"), "1100"),
        ("things", Prefix("S"), "0010"),
        ("things", Prefix(""), "1110"),
        ("things", Pattern("a$"), "1100"),
        ("things", Equal("moon"), "0000"),
        ("album", Equal("A" * 22), "0001"),
        ("album", Equal("e\u0301te\u0301"), "0001"),
        ("people", Equal("B" * 22), "0000"),
    ],
)
def test_answers_are_rows_of_the_catalogue(store, word, value, rows):
    """Nodes that it does not have are in none, and rows of a key may stand anywhere."""
    answer = RelationCache(store).load().answer(Question(word, value))
    assert "".join("01"[found] for found in answer.to_pylist()) == rows
    assert not answer.null_count


@pytest.mark.parametrize(
    ("relation", "key", "ends"),
    [
        ("thing", "sea", ["2019-07-04", "2019-07-05"]),
        ("thing", "Sand", ["2020-01-01"] * 2),
        ("thing", "moon", [None, None]),
    ],
)
def test_ends_are_those_of_what_the_catalogue_has(store, relation, key, ends):
    """The first and the last date; of a node that it does not have nobody knows one."""
    found = RelationCache(store).load().find_ends(relation, key, store.read(["contentDate"])["contentDate"])
    assert [None if end is None else f"{end:%Y-%m-%d}" for end in found] == ends


def test_the_index_is_kept_until_a_file_changes(store):
    """Either of the two; without relations there is none."""
    cache = RelationCache(store)
    first = cache.load()
    assert cache.load() is first
    assert first.nbytes == 4 * len(ROWS)
    save_relations(store, KEYS, ROWS[:1])
    second = cache.load()
    assert second is not first
    with store.lock():
        store.write(store.read(), store.header())
    assert cache.load() is not second
    store.relations.path.unlink()
    assert cache.load() is None


def test_a_filter_of_relations_loads_neither_pandas_nor_aiohttp(store):
    """A command that prints some rows starts as fast with such a filter as with any other."""
    script = (
        "import sys; from amazon_photos import Catalog; found = list(Catalog.open(sys.argv[1]).rows('things:(sea)'));"
        "assert [row['id'] for row in found] == ['one', 'two'], found;"
        "assert not {'pandas', 'aiohttp'} & set(sys.modules), sorted(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script, store.path], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
