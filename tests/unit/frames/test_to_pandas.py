"""Tables -> DataFrames."""

import io
import json

import msgspec
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from amazon_photos.frames.builder import TableBuilder
from amazon_photos.frames.columns import empty
from amazon_photos.frames.columns import schema as node_schema
from amazon_photos.frames.to_pandas import decode_dictionaries, to_frame


@pytest.fixture
def table():
    gather = TableBuilder()
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
    gather.add([msgspec.Raw(json.dumps(node).encode()) for node in nodes])
    return gather.table()


@pytest.mark.parametrize("backend", [None, "numpy_nullable", "pyarrow"])
def test_types_are_what_pandas_reads_from_parquet(table, backend):
    """``dtype_backend`` gives the types that ``pandas.read_parquet`` gives with it."""
    file = io.BytesIO()
    pq.write_table(decode_dictionaries(table), file)
    there = {} if backend is None else {"dtype_backend": backend}
    expected = pd.read_parquet(io.BytesIO(file.getvalue()), **there)
    pd.testing.assert_frame_equal(to_frame(table, dtype_backend=backend), expected)


@pytest.mark.parametrize("backend", [None, "numpy_nullable", "pyarrow"])
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


def test_missing_values_show_as_the_backend_shows_them(table):
    """NaN and NaT by default, ``<NA>`` with the two others; times are milliseconds in UTC."""
    plain = to_frame(table)
    assert plain["size"].dtype == np.float64
    assert str(plain.createdDate.dtype) == "datetime64[ms, UTC]"
    assert plain.createdDate[1] is pd.NaT
    for backend in ("numpy_nullable", "pyarrow"):
        df = to_frame(table, dtype_backend=backend)
        assert df["size"][1] is pd.NA
        assert df.name[1] is pd.NA
    assert to_frame(table, dtype_backend="numpy_nullable")["size"].dtype == pd.Int64Dtype()


def test_a_column_in_which_nothing_is_known_stays(table):
    """The columns are always the same, whatever the nodes have."""
    df = to_frame(table)
    assert df["video.duration"].isna().all()
    assert len(to_frame(empty()).columns) == len(df.columns)
