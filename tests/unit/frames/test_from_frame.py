"""Frames that people give back, through whatever program they went."""

import datetime as dt
import io
import json
from decimal import Decimal

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from amazon_photos.errors import InvalidInput
from amazon_photos.frames.from_frame import column_names, read_frame
from amazon_photos.frames.to_pandas import decode_dictionaries, to_frame
from amazon_photos.model.fields import COLUMNS
from libraries import table_of_nodes

MD5 = "6df23dc03f9b54cc38a0fc1483df6e21"
NAMES = ["id", "name", "size", "md5", "kind", "parents", "contentProperties.version", "createdDate", "contentDate"]
KINDS = {name: COLUMNS[name].type for name in NAMES}
NODES = [
    {
        "id": "-a",
        "name": "2019",
        "kind": "FILE",
        "createdDate": "2024-02-29T12:00:00.123Z",
        "parents": ["p", "q"],
        "contentProperties": {"size": 3, "md5": MD5, "version": 2, "contentDate": "1965-01-01T00:00:00.000Z"},
    },
    {"id": "b", "kind": "FOLDER", "parents": []},
    {
        "id": "c",
        "name": "x, 'y' [z].jpg",
        "parents": ["p"],
        "createdDate": "2020-01-01T00:00:00.000Z",
        "contentProperties": {"size": 2**40},
    },
]


def table_of(nodes=NODES):
    return decode_dictionaries(table_of_nodes(*nodes).select(NAMES))


def csv(frame):
    return pd.read_csv(io.StringIO(frame.to_csv(index=False)))


def csv_as_text(frame):
    return pd.read_csv(io.StringIO(frame.to_csv(index=False)), dtype=str)


def csv_with_dates(frame):
    return pd.read_csv(io.StringIO(frame.to_csv()), parse_dates=["createdDate", "contentDate"])


def numbered(frame, per_millisecond):
    """Dates as older versions of pandas write them into JSON."""
    names = ("createdDate", "contentDate")
    numbers = {name: read_frame(frame, {name: "time"})[name].cast(pa.int64()).to_pylist() for name in names}
    counts = {name: [None if n is None else n * per_millisecond for n in each] for name, each in numbers.items()}
    return frame.assign(**{name: pd.Series(each, dtype="Int64") for name, each in counts.items()})


def json_lines(frame, **options):
    return pd.read_json(io.StringIO(frame.to_json(orient="records", lines=True, **options)), lines=True)


def parquet(frame):
    file = io.BytesIO()
    frame.to_parquet(file)
    return pq.read_table(file).to_pandas(ignore_metadata=True)


def spreadsheet(frame):
    """Excel takes no zone and no list, and gives whole numbers a point."""
    frame = frame.copy()
    for name in ("createdDate", "contentDate"):
        frame[name] = frame[name].astype("datetime64[ms, UTC]").dt.tz_localize(None).astype(object)
    frame["parents"] = [str(list(each)) for each in frame.parents]
    frame["size"] = frame["size"].astype("Float64").astype(object)
    return frame


def categories(frame, kind):
    return frame.with_columns(pl.col("id", "kind", "md5", "name").cast(kind))


WAYS = {
    "as it is": lambda frame: frame,
    "csv": csv,
    "csv, all text": csv_as_text,
    "csv, dates parsed": csv_with_dates,
    "json, milliseconds": lambda frame: json_lines(numbered(frame, 1)),
    "json, nanoseconds": lambda frame: json_lines(numbered(frame, 1_000_000)),
    "json, iso": lambda frame: json_lines(frame, date_format="iso"),
    "parquet": parquet,
    "records": lambda frame: frame.to_dict("records"),
    "dict of columns": lambda frame: frame.to_dict("list"),
    "object columns": lambda frame: frame.astype(object),
    "categories": lambda frame: frame.astype({"id": "category", "md5": "category", "kind": "category"}),
    "nanoseconds": lambda frame: frame.astype(
        {"createdDate": "datetime64[ns, UTC]", "contentDate": "datetime64[ns, UTC]"}
    ),
    "another zone": lambda frame: frame.assign(createdDate=frame.createdDate.dt.tz_convert("America/Toronto")),
    "spreadsheet": spreadsheet,
    "another index": lambda frame: frame.set_index(pd.Index([7, 7, 7])),
    "a column twice": lambda frame: pd.concat([frame, frame[["id", "size", "parents", "createdDate"]]], axis=1),
    "upper case": lambda frame: frame.assign(md5=frame.md5.str.upper()),
    "lists as JSON": lambda frame: frame.assign(parents=[json.dumps(list(each)) for each in frame.parents]),
    "lists": lambda frame: frame.assign(parents=[list(each) for each in frame.parents]),
    "arrays": lambda frame: frame.assign(parents=[np.array(each, object) for each in frame.parents]),
    "polars": pl.from_pandas,
    "polars, lazy": lambda frame: pl.from_pandas(frame).lazy(),
    "polars, all text": lambda frame: pl.from_pandas(csv_as_text(frame)),
    "polars, categories": lambda frame: categories(pl.from_pandas(frame), pl.Categorical),
    "polars, enums": lambda frame: categories(
        pl.from_pandas(frame), pl.Enum(["-a", "b", "c", "FILE", "FOLDER", "2019", "x, 'y' [z].jpg", MD5])
    ),
    "pyarrow": lambda frame: pa.Table.from_pandas(frame),
    "pyarrow, batch": lambda frame: pa.RecordBatch.from_pandas(frame),
    "pyarrow, large": lambda frame: pl.from_pandas(frame).to_arrow(),
}


@pytest.mark.parametrize("backend", [None, "numpy_nullable", "pyarrow"])
@pytest.mark.parametrize("way", WAYS)
def test_whatever_way_a_frame_went_it_is_read(way, backend):
    """Through files, other programs and other types it tells the same (fault B5)."""
    table = table_of()
    found = read_frame(WAYS[way](to_frame(table, dtype_backend=backend)), KINDS)
    found.validate(full=True)
    assert found.schema.types == table.schema.types
    assert found.to_pylist() == table.to_pylist()


UTC = dt.UTC
NOON = dt.datetime(2024, 2, 29, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "value", "read"),
    [
        ("createdDate", "2024-02-29", NOON.replace(hour=0)),
        ("createdDate", dt.date(2024, 2, 29), NOON.replace(hour=0)),
        ("createdDate", dt.datetime(2024, 2, 29, 12), NOON),  # noqa: DTZ001
        ("createdDate", pd.Timestamp("2024-02-29 13:00:00.0009", tz="Europe/Berlin"), NOON),
        ("createdDate", np.datetime64("2024-02-29T12:00:00"), NOON),
        ("createdDate", " 2024-02-29T12:00:00Z ", NOON),
        ("createdDate", "2024-02-29 14:00+02:00", NOON),
        ("createdDate", 1709208000000, NOON),
        ("createdDate", 20240229, NOON.replace(hour=0)),
        ("createdDate", 20240229.0, NOON.replace(hour=0)),
        ("createdDate", "20240229", NOON.replace(hour=0)),
        ("createdDate", 20240229120000, NOON),
        ("createdDate", 1709208000000.0, NOON),
        ("createdDate", "1709208000000", NOON),
        ("createdDate", 1709208000000000, NOON),
        ("createdDate", 1709208000000000000, NOON),
        ("createdDate", "0001-01-01T00:00:00+23:59", None),
        ("createdDate", "0000-01-01T00:00:00Z", None),
        ("createdDate", "9999:12:31 23:59:59", None),
        ("createdDate", "", None),
        ("createdDate", pd.NaT, None),
        ("createdDate", "NaT", None),
        ("size", "432777", 432777),
        ("size", " 432777.0 ", 432777),
        ("size", 3.0, 3),
        ("size", np.float32(3), 3),
        ("size", Decimal("3.0"), 3),
        ("size", np.uint64(3), 3),
        ("size", "nan", None),
        ("size", float("nan"), None),
        ("size", pd.NA, None),
        ("size", -1, None),
        ("size", 2**62, None),
        ("md5", MD5.upper(), MD5),
        ("md5", "x/../../../victim", None),
        ("md5", "", None),
        ("parents", "('a', 'b')", ["a", "b"]),
        ("parents", "('a',)", ["a"]),
        ("parents", "()", []),
        ("parents", "['p']", ["p"]),
        ("parents", '["p", "q"]', ["p", "q"]),
        ("parents", "['p' 'q'\n 'r']", ["p", "q", "r"]),
        ("parents", "[]", []),
        ("parents", "p", ["p"]),
        ("parents", np.array(["p"], object), ["p"]),
        ("parents", float("nan"), None),
        ("parents", "", None),
        ("name", 2019, "2019"),
        ("name", 2019.0, "2019"),
        ("name", "nan", "nan"),
        ("name", np.str_("x"), "x"),
        ("id", 12345, "12345"),
        ("id", "", None),
        ("id", None, None),
    ],
)
@pytest.mark.parametrize("others", [[], ["x", 1]], ids=["alone", "among others"])
def test_what_can_be_meant_in_one_way_is_read(name, value, read, others):
    """Also in a column of mixed types (fault B5)."""
    sound = {"createdDate": NOON, "size": 1, "md5": MD5, "parents": ["p"], "name": "x", "id": "i"}[name]
    records = [{name: value}, *({name: sound} for _ in others)]
    assert read_frame(records, {name: COLUMNS[name].type})[name].to_pylist() == [read, *[sound] * len(others)]


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("createdDate", "soon", "a date .* is due in column 'createdDate', not 'soon' \\(row 1"),
        ("createdDate", "02/29/2024", "not '02/29/2024'"),
        ("createdDate", 20231301, "a date .* is due in column 'createdDate', not 20231301"),
        ("createdDate", 20230601250000, "not 20230601250000"),
        ("createdDate", True, "not True"),
        ("createdDate", [1], "not \\[1\\]"),
        ("size", "many", "a whole number is due in column 'size', not 'many'"),
        ("size", 1.5, "not 1.5"),
        ("size", "1,024", "not '1,024'"),
        ("size", float("inf"), "not inf"),
        ("size", True, "not True"),
        ("md5", 6.5e31, "text is due in column 'md5', not 6.5e"),
        ("md5", b"6df2", "not b'6df2'"),
        ("id", 1.2e21, "text is due in column 'id'"),
        ("id", ["a"], "not \\['a'\\]"),
        ("parents", 5, "a list of texts is due in column 'parents', not 5"),
        ("parents", "['p' ...]", "a list of texts"),
        ("parents", [1], "not \\[1\\]"),
        ("name", {"en": "x"}, "text is due in column 'name'"),
        ("size", "9" * 500, "not '9+…"),
    ],
)
@pytest.mark.parametrize("program", ["pandas", "records"])
def test_what_cannot_be_read_is_named(name, value, says, program):
    """The error tells column, value and row (fault B5)."""
    sound = {"createdDate": NOON, "size": 1, "md5": MD5, "parents": ["p"], "name": "x", "id": "i"}[name]
    records = [{name: sound}, {name: value}]
    with pytest.raises(InvalidInput, match=says):
        read_frame(records if program == "records" else pd.DataFrame(records), {name: COLUMNS[name].type})


def test_two_columns_of_one_name_must_agree():
    """One of two that tell different things is not chosen (fault B5)."""
    frame = pd.DataFrame([["a", 1, 2]], columns=["id", "size", "size"])
    for held in (frame, pa.table([["a"], [1], [2]], ["id", "size", "size"])):
        with pytest.raises(InvalidInput, match="2 columns 'size' that tell different things"):
            read_frame(held, KINDS)
    assert read_frame(frame, {"id": "string"}).to_pylist() == [{"id": "a"}]


def test_columns_come_in_the_order_asked_for():
    """And only those; names that are no text are nobody's."""
    frame = pd.DataFrame([[1, "a", "x", 5]], columns=["size", "id", "other", 0])
    assert column_names(frame) == ["size", "id", "other"]
    assert read_frame(frame, {"id": "string", "name": "string", "size": "int"}).to_pylist() == [{"id": "a", "size": 1}]


@pytest.mark.parametrize("held", [5, object(), {"id"}, "plan.csv", ["a"], [5]])
def test_what_is_no_frame_is_refused(held):
    """By its type's name, whether its columns or its values are asked for."""
    for ask in (column_names, lambda held: read_frame(held, KINDS)):
        with pytest.raises(InvalidInput, match=f"or records; not {type(held).__name__}$"):
            ask(held)


def test_an_empty_frame_is_one():
    """With its columns, of our types."""
    found = read_frame(to_frame(table_of([])), KINDS)
    assert (found.num_rows, found.schema.names) == (0, NAMES)
    assert read_frame(pd.DataFrame(columns=NAMES), KINDS).schema == found.schema


@pytest.mark.parametrize(
    ("kind", "values", "read"),
    [
        ("bool", ["True", 0, None, True], [True, False, None, True]),
        ("float", ["1.5", 2, None, 0.5], [1.5, 2.0, None, 0.5]),
    ],
)
def test_other_kinds_of_the_field_table_are_read_too(kind, values, read):
    """Switches and numbers with a point."""
    assert read_frame(pd.DataFrame({"x": pd.Series(values, dtype=object)}), {"x": kind})["x"].to_pylist() == read
    with pytest.raises(InvalidInput, match="'x'"):
        read_frame(pd.DataFrame({"x": ["perhaps"]}), {"x": kind})
