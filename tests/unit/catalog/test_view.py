"""What people look at."""

import sys
from dataclasses import replace

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from amazon_photos.catalog import schema, view
from amazon_photos.catalog.schema import Header
from amazon_photos.catalog.sql import sql
from amazon_photos.catalog.store import Store
from amazon_photos.errors import CatalogError, FilterError, InvalidInput, MissingExtra
from amazon_photos.frames.columns import schema as node_schema
from amazon_photos.frames.derived import DERIVED_COLUMNS
from amazon_photos.frames.invalid_values import null_hidden_dates
from amazon_photos.frames.to_pandas import to_frame
from amazon_photos.query.parser import parse


@pytest.fixture(params=["ap.parquet", "it's [mine]*.parquet", "name=holiday/kind=x/ap.parquet"])
def store(request, tmp_path, nodes, at):
    """A catalogue of four nodes, also under names that DuckDB would take for a pattern or for columns."""
    store = Store(tmp_path / request.param)
    store.path.parent.mkdir(parents=True, exist_ok=True)
    table = nodes(
        at("a", 2001, name="x.jpg"),
        at("b", 2002, name="z.jpg"),
        at("c", 2003, name="y.jpg"),
        {"id": "f", "kind": "FOLDER"},
    )
    with store.lock():
        store.write(table, Header(owner="OWNER", complete=True))
    return store


def test_the_whole_catalogue_or_some_columns(store):
    """All columns in their order, or those named in the order they were named."""
    assert view.arrow(store).schema.equals(node_schema())
    assert view.arrow(store, ["name", "id"]).to_pydict() == {
        "name": ["x.jpg", "z.jpg", "y.jpg", None],
        "id": ["a", "b", "c", "f"],
    }
    df = view.frame(store, ["id", "kind"], dtype_backend="pyarrow")
    assert df[df.kind == "FOLDER"].id.tolist() == ["f"]


def test_sql_knows_the_catalogue_as_db(store):
    """A question in SQL about the table ``db``; times are in UTC."""
    assert sql(store, "select kind, count(*) n from db group by 1 order by 1").to_pydict() == {
        "kind": ["FILE", "FOLDER"],
        "n": [3, 1],
    }
    assert sql(store, "select name from db where name is not null order by 1").to_pydict() == {
        "name": ["x.jpg", "y.jpg", "z.jpg"]
    }
    hours = sql(store, "select hour(\"contentDate\") h from db where id = 'a'")
    assert hours.to_pydict() == {"h": [4]}


@pytest.mark.parametrize("lacking", [[*DERIVED_COLUMNS], ["taken"], ["name", "image.make", "make"]], ids=str)
def test_sql_knows_every_column_of_an_older_file(store, lacking):
    """What a file of a version before lacks is made, or missing, as everywhere else: no column is unknown."""
    asked = "select id, name, taken, make from db order by id"
    stored, whole = pq.read_table(store.path), sql(store, asked)
    about = msgspec.json.encode(replace(store.header(), version=1))
    pq.write_table(stored.drop_columns(lacking).replace_schema_metadata({schema.KEY: about}), store.path)
    found = sql(store, asked)
    assert found.schema.equals(whole.schema)
    assert found["taken"].equals(whole["taken"])
    assert found["name"].null_count == (4 if "name" in lacking else 1)
    assert sql(store, "select * from db").schema.names == node_schema().names


@pytest.mark.parametrize(
    ("name", "beside"),
    [("ap[12].parquet", "ap1.parquet"), ("ap*.parquet", "ap2.parquet"), ("a?.parquet", "ap.parquet"), ("*/a", "b/a")],
)
def test_sql_reads_no_other_file(tmp_path, nodes, at, name, beside):
    """A path that DuckDB would take for a pattern means itself, although the pattern has matches."""
    for path, known in ((beside, [at("b", 2002)]), (name, [at("a", 2001)])):
        store = Store(tmp_path / path)
        store.path.parent.mkdir(exist_ok=True)
        with store.lock():
            store.write(nodes(*known), Header(owner="OWNER", complete=True))
    assert sql(store, "select id from db").to_pydict() == {"id": ["a"]}


def test_a_query_that_duckdb_refuses_is_bad_input(store):
    """The error says what DuckDB says."""
    with pytest.raises(InvalidInput, match="nowhere"):
        sql(store, "select nowhere from db")
    with pytest.raises(InvalidInput):
        sql(store, "selekt")


def test_sql_without_duckdb_says_how_to_get_it(store, monkeypatch):
    """The message is the pip line."""
    monkeypatch.setitem(sys.modules, "duckdb", None)
    with pytest.raises(MissingExtra, match="pip install duckdb"):
        sql(store, "select 1")


def test_no_catalogue_is_a_clear_error(tmp_path):
    """Every view says the same: there is none yet, and what makes one."""
    store = Store(tmp_path / "ap.parquet")
    for ask in (view.arrow, view.frame, lambda s: sql(s, "select 1"), lambda s: view.find(s, None)):
        with pytest.raises(CatalogError, match=r"refresh\(\)"):
            ask(store)


def test_find_answers_a_filter(store):
    """The rows that match, in the catalogue's order; all columns."""
    found = view.find(store, parse("timeYear:(2001 OR 2003)", dialect="local"))
    assert found.column("id").to_pylist() == ["a", "c"]
    assert found.schema.equals(node_schema())
    assert view.find(store, None).num_rows == 4


def test_find_sorts_and_stops(store):
    """By any column, either way, at most so many; what has no value comes last."""
    assert view.find(store, None, sort="name").column("id").to_pylist() == ["a", "c", "b", "f"]
    assert view.find(store, None, sort="name", descending=True, limit=2).column("id").to_pylist() == ["b", "c"]
    assert view.find(store, None, sort="kind", limit=0).num_rows == 0
    with pytest.raises(InvalidInput, match="lists"):
        view.find(store, None, sort="parents")
    with pytest.raises(InvalidInput, match="no column"):
        view.find(store, None, sort="nam")
    with pytest.raises(FilterError):
        view.find(store, parse("things:beach"))


@pytest.fixture
def odd(store):
    """A catalogue that an earlier version wrote, with times outside the years 1 to 9999."""
    table, moments = store.read(), [-62_135_596_800_001, 253_402_300_800_000, -62_135_683_140_000, 2**50]
    for name in ("createdDate", "contentDate", "modifiedDate"):
        times = pa.array(moments, pa.timestamp("ms", "UTC"))
        table = table.set_column(table.schema.get_field_index(name), table.schema.field(name), times)
    pq.write_table(table.cast(schema.with_header(table.schema, Header(owner="OWNER", complete=True))), store.path)
    return store


@pytest.mark.parametrize("backend", [None, "numpy_nullable", "pyarrow"])
def test_a_catalogue_with_impossible_times_can_be_shown(odd, backend):
    """They are missing; everything else is there, in every way of looking at it (fault B1)."""
    shown = (
        view.frame(odd, dtype_backend=backend),
        view.frame(odd, ["id", "createdDate"], dtype_backend=backend),
        to_frame(view.find(odd, None, sort="createdDate"), dtype_backend=backend),
        to_frame(sql(odd, "select * from db"), dtype_backend=backend),
    )
    for frame in shown:
        assert "a" in repr(frame)
        assert set(frame.id) == {"a", "b", "c", "f"}
        assert frame.createdDate.isna().all()
        assert frame.createdDate.tolist()


def test_times_within_the_years_stay():
    """From the first millisecond of the year 1 to the last of 9999 (fault B1)."""
    moments = [-62_135_596_800_000, 253_402_300_799_999, 0, None]
    times = pa.chunked_array([pa.array(moments, pa.timestamp("ms", "UTC"))])
    assert null_hidden_dates(times) is times
    for unit in ("s", "us", "ns"):
        times = pa.chunked_array([pa.array([0, None], pa.timestamp(unit))])
        assert null_hidden_dates(times) is times
    for unit, odd in (("us", 2**62), ("ms", 2**62), ("ms", -(2**63)), ("s", 2**40)):
        assert null_hidden_dates(pa.chunked_array([pa.array([odd, 0], pa.timestamp(unit))])).null_count == 1
