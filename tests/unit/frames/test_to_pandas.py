"""Tables -> DataFrames."""

import io

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from amazon_photos.frames.columns import empty
from amazon_photos.frames.columns import schema as node_schema
from amazon_photos.frames.to_pandas import decode_dictionaries, to_frame
from libraries import table_of_nodes


@pytest.fixture
def table():
    nodes = [
        {
            "id": "a",
            "name": "x.jpg",
            "kind": "FILE",
            "createdDate": "2024-02-29T12:00:00.123Z",
            "isRoot": False,
            "parents": ["p"],
            "contentProperties": {"size": 3, "extension": "jpg", "image": {"width": 4}},
        },
        {"id": "b", "kind": "FOLDER", "isRoot": True, "parents": []},
        {"id": "c", "name": "y.jpg", "kind": "FILE", "contentProperties": {"size": 5, "extension": "jpg"}},
    ]
    return table_of_nodes(*nodes)


BACKENDS = (None, "numpy_nullable", "pyarrow")


@pytest.mark.parametrize("backend", BACKENDS)
def test_types_are_what_pandas_reads_from_parquet(table, backend):
    """``dtype_backend`` gives the types that ``pandas.read_parquet`` gives with it; lists are tuples in all of them."""
    file = io.BytesIO()
    plain = decode_dictionaries(table)
    lists = [field.name for field in plain.schema if pa.types.is_list(field.type)]
    pq.write_table(plain.drop_columns(lists), file)
    expected = pd.read_parquet(io.BytesIO(file.getvalue()), dtype_backend=backend or "numpy_nullable")
    found = to_frame(table, dtype_backend=backend)
    pd.testing.assert_frame_equal(found.drop(columns=lists), expected)
    assert set(found[lists].dtypes) == {np.dtype(object)}
    for name in lists:
        there = [None if value is None else tuple(value) for value in table[name].to_pylist()]
        assert found[name].tolist() == there


@pytest.mark.parametrize("backend", BACKENDS)
def test_types_depend_on_no_rows(table, backend):
    """Rows, no rows, and rows in which nothing is known: the same types."""
    types = to_frame(table, dtype_backend=backend).dtypes
    assert to_frame(table.slice(0, 0), dtype_backend=backend).dtypes.equals(types)
    nothing = pa.table({field.name: pa.nulls(3, field.type) for field in table.schema}, table.schema)
    assert to_frame(nothing, dtype_backend=backend).dtypes.equals(types)
    assert to_frame(pa.concat_tables([table, nothing]), dtype_backend=backend).dtypes.equals(types)


LISTS = {
    "texts": (pa.list_(pa.string()), [[], None, ["a"], ["a"], ["a", None], [None], ["b", "c"]]),
    "numbers": (pa.large_list(pa.int64()), [[], [1], None, [1, 2]]),
    "of lists": (pa.list_(pa.list_(pa.int64())), [[[1]], [], [[]], None, [None], [[1, 2], [3]]]),
    "of one size": (pa.list_(pa.float64(), 2), [[1.0, 2.0], None, [1.0, 2.0]]),
    "missing": (pa.list_(pa.string()), [None, None]),
    "none": (pa.list_(pa.string()), []),
}


def _as_tuple(value):
    return tuple(map(_as_tuple, value)) if isinstance(value, list) else value


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("lists", LISTS)
def test_lists_are_tuples(lists, backend):
    """Of any depth and in any number of chunks; what is missing is None, and rows can be told apart."""
    kind, values = LISTS[lists]
    expected = [_as_tuple(value) for value in values]
    halves = [pa.array(part, kind) for part in (values[:2], values[2:])]
    for column in (pa.chunked_array([pa.array(values, kind)], kind), pa.chunked_array(halves, kind)):
        found = to_frame(pa.table({"x": column, "n": pa.nulls(len(values), pa.int64())}), dtype_backend=backend)
        assert found.x.tolist() == expected
        assert found.duplicated().tolist() == [value in expected[:place] for place, value in enumerate(expected)]


@pytest.mark.parametrize("backend", BACKENDS)
def test_frames_are_pleasant(table, backend):
    """Text methods, comparing and grouping work on every text column, also where the table is dictionary-encoded."""
    df = to_frame(table, dtype_backend=backend)
    assert list(df.columns) == node_schema().names
    assert df.name.str.upper().dropna().tolist() == ["X.JPG", "Y.JPG"]
    assert df.extension.str.len().dropna().tolist() == [3, 3]
    assert df[df.extension == "jpg"].id.tolist() == ["a", "c"]
    assert df.groupby("kind").size().to_dict() == {"FILE": 2, "FOLDER": 1}
    assert df.groupby("extension")["size"].sum().to_dict() == {"jpg": 8}
    assert df.createdDate.dt.day.dropna().tolist() == [29]
    assert df["image.width"].isna().tolist() == [False, True, True]


@pytest.mark.parametrize("backend", BACKENDS)
def test_missing_values_show_as_missing(table, backend):
    """``<NA>`` everywhere, NaT in dates; whole numbers stay whole, times are milliseconds in UTC."""
    df = to_frame(table, dtype_backend=backend)
    assert df["size"][1] is pd.NA
    assert df.name[1] is pd.NA
    assert pd.isna(df.createdDate[1])
    assert df["size"].dropna().tolist() == [3, 5]
    if backend != "pyarrow":
        assert df["size"].dtype == pd.Int64Dtype()
        assert str(df.createdDate.dtype) == "datetime64[ms, UTC]"
        assert df.createdDate[1] is pd.NaT


def test_a_column_in_which_nothing_is_known_stays(table):
    """The columns are always the same, whatever the nodes have."""
    df = to_frame(table)
    assert df["video.duration"].isna().all()
    assert len(to_frame(empty()).columns) == len(df.columns)
