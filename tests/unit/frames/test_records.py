"""Records: a frame's rows as dicts of plain Python values."""

import json
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

import libraries
from amazon_photos import AmazonPhotos, AsyncAmazonPhotos, errors
from amazon_photos.frames.to_pandas import to_frame
from amazon_photos.model.node import read_node

WHEN = "2016-05-15T20:07:10.418Z"
NODE = {
    "id": "A" * 22,
    "name": "x.jpg",
    "kind": "FILE",
    "createdDate": WHEN,
    "parents": ["p"],
    "isRoot": False,
    "labels": [],
    "keywords": [],
    "subKinds": [],
    "contentProperties": {"size": 3, "md5": "a" * 32, "extension": "jpg", "image": {"width": 7, "make": "Canon"}},
}
FACES = pytest.mark.parametrize("face", [AmazonPhotos, AsyncAmazonPhotos])


@pytest.fixture(params=[None, "pyarrow", "numpy_nullable"])
def frame(request):
    """Two nodes, one of which has nothing but its id, in each backend."""
    return to_frame(libraries.table_of_nodes(NODE, {"id": "B" * 22}), dtype_backend=request.param)


@FACES
def test_records_are_plain(face, frame):
    """Python's own types whatever the backend: None where nothing is, lists, and times with their zone."""
    one, two = face.records(frame)
    assert list(one) == list(frame.columns)
    assert one["createdDate"] == datetime(2016, 5, 15, 20, 7, 10, 418_000, tzinfo=UTC)
    assert {name: type(one[name]) for name in ("createdDate", "parents", "size", "isRoot", "name")} == {
        "createdDate": datetime, "parents": list, "size": int, "isRoot": bool, "name": str,
    }  # fmt: skip
    assert two == dict.fromkeys(frame.columns) | {"id": "B" * 22}


@FACES
def test_json_takes_them(face, frame):
    """With json=True they go through JSON unchanged, and are what Node.to_dict says."""
    one, two = face.records(frame, json=True)
    assert json.loads(json.dumps([one, two])) == [one, two]
    assert one["createdDate"] == WHEN
    node = read_node(json.dumps(NODE).encode()).to_dict()
    assert {name: one[name] for name in one if name in node} == {name: node[name] for name in one if name in node}
    assert set(one) - set(node) == {"extra"}


def test_values_of_sql_are_plain_too():
    """What DuckDB computes: decimals, days, nested lists and maps, infinity and not-a-number."""
    odd = pd.DataFrame(
        {
            "sum": [Decimal(3), Decimal("2.5")],
            "day": [date(2020, 1, 1), None],
            "nested": [({"a": (np.int64(1), pd.NA)},), np.array([1.5, np.nan])],
            "number": [np.inf, np.nan],
            "long": [pd.Timedelta(seconds=1.5), pd.NaT],
        }
    )
    one, two = AmazonPhotos.records(odd)
    assert one["nested"] == [{"a": [1, None]}]
    assert (two["day"], two["nested"], two["number"], two["long"]) == (None, [1.5, None], None, None)
    one, two = AmazonPhotos.records(odd, json=True)
    assert (one["sum"], two["sum"], one["day"], one["number"], one["long"]) == (3, 2.5, "2020-01-01", None, 1.5)


ODD = {
    "infinite": (Decimal("Infinity"), None),
    "signalling": (Decimal("sNaN"), None),
    "endless": (Decimal("1E+999999"), None),
    "whole": (Decimal("1E+30"), 10**30),
    "long double": (np.longdouble(1.5), 1.5),
    "no dimension": (np.array(5), 5),
    "no dimension, in a list": ([np.array("x")], ["x"]),
    "nanoseconds": ([np.datetime64("2020-01-01T00:00:00.123456789")], ["2020-01-01T00:00:00.123"]),
    "nanoseconds long": ([np.timedelta64(1_500_000_000, "ns")], [1.5]),
    "no time": ([np.datetime64("NaT", "ns")], [None]),
    "before the year 1 in UTC": (
        datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=5))), "0001-01-01T00:00:00.000+05:00",
    ),
    "after the year 9999 in UTC": (
        datetime(9999, 12, 31, 23, tzinfo=timezone(timedelta(hours=-5))), "9999-12-31T23:00:00.000-05:00",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("value", "expected"), ODD.values(), ids=ODD)
def test_any_value_becomes_json(value, expected):
    """What other programs put into a cell is a number, a text or nothing, and ends no other record."""
    frame = pd.DataFrame({"odd": pd.Series([value, "x"], dtype=object)})
    one, two = AmazonPhotos.records(frame, json=True)
    assert json.loads(json.dumps(one, allow_nan=False)) == {"odd": expected}
    assert two == AmazonPhotos.records(frame)[1] == {"odd": "x"}


@pytest.mark.parametrize("as_json", [False, True])
def test_a_time_that_python_cannot_tell_is_named(as_json):
    """Midnight of the year 1 in UTC is in the year 0 in Toronto: the error says which column."""
    times = pd.to_datetime(pd.Series(["0001-01-01"]).astype("datetime64[s]")).dt.tz_localize("UTC")
    frame = pd.DataFrame({"fine": [1], "early": times.dt.tz_convert("America/Toronto")})
    with pytest.raises(errors.InvalidInput, match="'early'"):
        AmazonPhotos.records(frame, json=as_json)


def test_empty_frames_have_no_records():
    """No row, no record; a row without columns is an empty one."""
    assert AmazonPhotos.records(pd.DataFrame({"id": []})) == []
    assert AmazonPhotos.records(pd.DataFrame(index=[0, 1])) == [{}, {}]


@pytest.mark.parametrize("held", [None, [], "x", pd.Series([1]), pd.DataFrame([[1, 2]], columns=["a", "a"])])
def test_what_has_no_records_is_refused(held):
    """A row, a list, and two columns of one name, of which one would be lost."""
    with pytest.raises(errors.InvalidInput):
        AmazonPhotos.records(held)
