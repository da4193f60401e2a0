"""What DuckDB answers is something that pandas can hold."""

from datetime import date, time, timedelta
from decimal import Decimal

import pyarrow as pa
import pytest

from amazon_photos.catalog.schema import Header
from amazon_photos.catalog.sql import sql
from amazon_photos.catalog.store import Store
from amazon_photos.errors import InvalidInput
from amazon_photos.frames.to_pandas import to_frame

BACKENDS = pytest.mark.parametrize("backend", [None, "numpy_nullable", "pyarrow"])


@pytest.fixture(scope="module")
def ask(tmp_path_factory, nodes):
    """``ask("select …")`` of a catalogue of two files, of 3 and 4 bytes."""
    store = Store(tmp_path_factory.mktemp("answer") / "ap.parquet")
    table = nodes(
        {"id": "a", "contentProperties": {"size": 3, "contentDate": "2020-01-01T00:00:00.000Z"}},
        {"id": "b", "contentProperties": {"size": 4, "contentDate": "2020-01-03T12:00:00.000Z"}},
    )
    with store.lock():
        store.write(table, Header(owner="OWNER", complete=True))
    return lambda query: sql(store, query)


@BACKENDS
def test_sums_are_plain_numbers(ask, backend):
    """DuckDB sums in 128 bits: whole numbers of 64 where all fit, floats where one doesn't, missing where missing."""
    found = to_frame(
        ask("select sum(size) s, sum(size) * 10000000000000000000000 l, sum(null::bigint) n from db"),
        dtype_backend=backend,
    )
    assert str(found.s.dtype).lower().startswith("int64")
    assert (found.s / 2).tolist() == [3.5]
    assert str(found.l.dtype).lower().startswith(("float64", "double"))
    assert found.l.tolist() == [7e22]
    assert found.n.isna().all()


def test_decimals_that_somebody_asked_for_stay(ask):
    """A decimal with digits behind the point is no sum of ours."""
    assert ask("select 1.50::decimal(38, 2) d").to_pydict() == {"d": [Decimal("1.50")]}


@BACKENDS
def test_intervals_are_durations(ask, backend):
    """Differences of dates can be calculated with; a month is 30 days, as DuckDB itself makes it."""
    found = to_frame(
        ask("""select max("contentDate") - min("contentDate") span, interval '2 months 1 day 5 microseconds' i,
            null::interval n from db"""),
        dtype_backend=backend,
    )
    assert found.span.tolist() == [timedelta(days=2, hours=12)]
    assert found.i.tolist() == [timedelta(days=61, microseconds=5)]
    assert found.n.isna().all()
    assert (found.span * 2).tolist() == [timedelta(days=5)]


def test_intervals_of_many_rows(ask):
    """Every row its own, missing ones between them, and none at all."""
    rows = ask("select case when i % 3 > 0 then i * interval '1 month' end d from range(5000) t(i) order by i")
    assert rows.column("d").to_pylist() == [timedelta(days=30 * i) if i % 3 else None for i in range(5000)]
    assert ask("select interval '1 day' d from db where false").schema.types == [pa.duration("us")]


@BACKENDS
def test_a_name_that_comes_twice_comes_once(ask, backend):
    """Later ones are numbered, past the numbers that are taken."""
    found = to_frame(
        ask("select a.id, b.id, 1 id_1, a.size, b.id from db a join db b using (id) order by 1"), dtype_backend=backend
    )
    assert list(found.columns) == ["id", "id_2", "id_1", "size", "id_3"]
    assert found.id_3.tolist() == ["a", "b"]
    assert ask("select * from db a join db b using (id)").num_columns > 100


@pytest.mark.parametrize(
    "value",
    [
        "union_value(a := 1)",
        "[union_value(a := 1)]",
        "'infinity'::date",
        "'10000-01-01'::date",
        "interval '300000 years'",
    ],
)
def test_what_pandas_cannot_hold_is_to_be_cast(ask, value):
    """The error names the column and says what to do, and doing it helps."""
    with pytest.raises(InvalidInput, match=r"'odd'.*cast it in the query"):
        ask(f"select 1 x, {value} odd from db")
    assert ask(f"select {value}::varchar odd from db").column("odd")[0].as_py()


@BACKENDS
@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("'0001-01-01'::date", date(1, 1, 1)),
        ("'9999-12-31'::date", date(9999, 12, 31)),
        ("'10:00:00.123456789'::time_ns", time(10, 0, 0, 123456)),
        ("time '10:00'", time(10)),
        ("{'a': [1, 2]}", {"a": [1, 2]}),
        ("'x'::blob", b"x"),
    ],
)
def test_other_types_are_what_they_are(ask, backend, value, read):
    """Dates, times, structures and bytes come as Python knows them."""
    (found,) = to_frame(ask(f"select {value} v"), dtype_backend=backend).v.tolist()
    assert str(found) == str(read) or {key: list(inner) for key, inner in found.items()} == read
