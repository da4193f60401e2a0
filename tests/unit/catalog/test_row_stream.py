"""Rows that are read as they are asked for are those that a question finds, whatever is asked."""

import itertools

import pyarrow as pa
import pytest

from amazon_photos import Catalog
from amazon_photos.catalog import open_rows, parquet_file
from amazon_photos.catalog.row_stream import stream
from amazon_photos.catalog.schema import Header
from amazon_photos.catalog.store import Store
from amazon_photos.catalog.view import find
from amazon_photos.errors import CatalogDamaged, FilterError, InvalidInput
from amazon_photos.query.parser import parse

SOME, ALL = ["id", "size", "kind", "labels", "taken"], None


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch):
    """Row groups of 40 rows, of which 7 are read at a time."""
    monkeypatch.setattr(parquet_file, "ROWS_PER_GROUP", 40)
    monkeypatch.setattr(open_rows, "ROWS_AT_ONCE", 7)


def write(path, nodes, at, count, first=0):
    rows = [at(f"n{n:03}", 1990 + n // 12, name=f"{n % 7}.jpg", labels=["x"] * (n % 3)) for n in range(first, count)]
    table = nodes(*rows)
    sizes = pa.array([n * 7919 % 101 for n in range(first, count)], pa.int64())
    place = table.schema.get_field_index("size")
    store = Store(path)
    with store.lock():
        store.write(table.set_column(place, table.schema.field("size"), sizes), Header(owner="OWNER", complete=True))
    return store


@pytest.fixture
def store(tmp_path, nodes, at):
    """A catalogue of 200 files."""
    return write(tmp_path / "ap.parquet", nodes, at, 200)


WINDOWS = [(None, 0), (0, 0), (1, 0), (50, 35), (10, 195), (None, 199), (5, 500)]
QUESTIONS = [None, "size:[0 TO 20]", "name:3.jpg", "id:n137", "timeYear:2004", "name:nothing"]


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("sort", [None, "-size", ["name", "-id"]])
@pytest.mark.parametrize("columns", [SOME, ALL], ids=["some", "all"])
def test_they_are_what_is_found(store, question, sort, columns):
    """The same rows in the same order, for every filter, sort and window, with some columns and with all."""
    expr = None if question is None else parse(question)
    for limit, offset in WINDOWS:
        asked = {"sort": sort, "columns": columns, "limit": limit, "offset": offset}
        batches = list(stream(store, expr, **asked))
        found = find(store, expr, **asked)
        assert [row for batch in batches for row in batch.to_pylist()] == found.to_pylist()
        assert all(batch.schema == found.schema for batch in batches)


def test_a_batch_is_small(store):
    """However many rows there are."""
    assert max(map(len, stream(store, None))) == 7


def test_what_was_read_before_is_not_read_again(store):
    """A catalogue that is in memory as a whole is asked there."""
    store.read(warm=True)
    assert sum(map(len, stream(store, parse("size:[0 TO 20]")))) == len(find(store, parse("size:[0 TO 20]")))


def test_all_rows_are_of_one_version(store, nodes, at):
    """Also of a file that is replaced while it is read."""
    rows = stream(store, parse("size:[0 TO 1000]"), columns=["id"])
    before = next(rows)
    write(store.path, nodes, at, 300, first=200)
    assert [row["id"] for row in itertools.chain(before.to_pylist(), *(one.to_pylist() for one in rows))] == [
        f"n{n:03}" for n in range(200)
    ]


def test_errors_come_with_the_call(store):
    """Not with the first row."""
    with pytest.raises(FilterError):
        stream(store, parse("labels:x"), sort="nowhere")
    with pytest.raises(InvalidInput):
        stream(store, None, columns=["nowhere"])


def test_damage_further_on_is_found_when_it_is_read(store):
    """What stands before it comes; then the file is said to be damaged."""
    with store.open() as rows:
        last = rows._file.metadata.row_group(4).column(0)
    data = bytearray(store.path.read_bytes())
    start = last.dictionary_page_offset or last.data_page_offset
    data[start : start + last.total_compressed_size] = b"\0" * last.total_compressed_size
    store.path.write_bytes(data)
    rows = Catalog.open(store.path).batches()
    assert sum(map(len, itertools.islice(rows, 20))) > 100
    with pytest.raises(CatalogDamaged, match="damaged"):
        list(rows)
