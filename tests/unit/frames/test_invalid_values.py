"""What is of its column's type and still cannot be what the column says."""

import json
import sys
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest

from amazon_photos.frames import invalid_values
from amazon_photos.frames.to_pandas import to_frame
from amazon_photos.model import checks
from libraries import table_of_nodes

MD5 = "6df23dc03f9b54cc38a0fc1483df6e21"


@pytest.mark.parametrize("company", [0, 1, 300, 10_000], ids=lambda number: f"among {number}")
def test_odd_values_are_set_aside_in_any_company(company):
    """One odd node among thousands is found; rows keep their order and the others lose nothing (faults A2, B1, B3)."""
    good = {"id": "good", "name": "x", "createdDate": "2020-01-01T00:00:00.000Z", "new": 1}
    good["contentProperties"] = {"md5": MD5, "size": checks.MAX_SIZE, "extension": "jpg"}
    bad = {"id": "", "kind": "FILE", "createdDate": "0000-01-01T00:00:00.000Z", "new": 2}
    bad["contentProperties"] = {"md5": "../x", "size": checks.MAX_SIZE + 1, "extension": "png"}
    table = table_of_nodes(*[good] * company, bad, *[good] * company)
    row = table.slice(company, 1).to_pylist()[0]
    assert json.loads(row["extra"]) == {key: value for key, value in bad.items() if key != "kind"} | {
        "contentProperties": {"md5": "../x", "size": checks.MAX_SIZE + 1}
    }
    assert (row["id"], row["createdDate"], row["md5"], row["size"]) == (None, None, None, None)
    assert (row["kind"], row["extension"], row["category"]) == ("FILE", "png", "img")
    others = pa.concat_tables([table.slice(0, company), table.slice(company + 1)])
    assert set(others["md5"].to_pylist()) <= {MD5}
    assert set(others["extra"].to_pylist()) <= {'{"new":1}'}
    assert set(others["size"].to_pylist()) <= {checks.MAX_SIZE}


def test_several_odd_rows_keep_their_places():
    """Each tells of itself, in a batch with many (faults A2, B1, B3)."""
    nodes = [
        {"id": str(number), "contentProperties": {"size": number if number % 7 else -number}} for number in range(500)
    ]
    table = table_of_nodes(*nodes)
    assert table["id"].to_pylist() == [node["id"] for node in nodes]
    for number, (size, extra) in enumerate(zip(table["size"].to_pylist(), table["extra"].to_pylist(), strict=True)):
        odd_one = number and number % 7 == 0
        assert size == (None if odd_one else number)
        assert (json.loads(extra) if extra else None) == ({"contentProperties": {"size": -number}} if odd_one else None)


@pytest.mark.parametrize("given", [MD5.upper(), f" {MD5} ", MD5[:16].upper() + MD5[16:]])
def test_an_md5_is_told_in_lower_case(given):
    """However it is written, nothing of it is left for ``extra`` (fault A2)."""
    row = table_of_nodes({"id": "a", "contentProperties": {"md5": given}}).to_pylist()[0]
    assert (row["md5"], row["extra"]) == (MD5, None)


@pytest.mark.parametrize("size", [0, 1, checks.MAX_SIZE])
def test_what_a_file_can_have_stays(size):
    """The bounds themselves are sizes (fault B3)."""
    assert table_of_nodes({"id": "a", "contentProperties": {"size": size}})["size"].to_pylist() == [size]


@pytest.mark.parametrize("milliseconds", [checks.EARLIEST, checks.LATEST])
def test_the_bounds_of_dates_are_pythons(milliseconds):
    """The first and the last millisecond that a datetime has, and not one more (fault B1)."""
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)
    assert moment.year in (1, 9999)
    assert checks.is_shown(milliseconds)
    beyond = milliseconds + (1 if moment.year == 9999 else -1)
    assert not checks.is_shown(beyond)
    with pytest.raises(OverflowError):
        datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=beyond)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("9999-12-31T23:59:59.999Z", True),
        ("9999-12-31T23:00:00-01:00", False),
        ("9999-12-31T22:59:59.999-01:00", True),
        ("0001-01-01T00:00:00.000Z", True),
        ("0001-01-01T00:59:59.999+01:00", False),
        ("0001-01-01T01:00:00.000+01:00", True),
    ],
)
def test_the_bounds_hold_to_the_millisecond(text, shown):
    """Also where only the offset leads beyond them (fault B1)."""
    table = table_of_nodes({"id": "a", "modifiedDate": text})
    assert table["modifiedDate"].null_count == (not shown)
    assert table["extra"].null_count == shown


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
@pytest.mark.parametrize("zone", [None, "UTC"])
def test_tables_from_elsewhere_can_be_printed_too(unit, zone):
    """An older catalogue, an answer of SQL: whatever the unit, what cannot be shown is missing (fault B1)."""
    ticks = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}[unit]
    most = 2**63 - 1
    times = [0, None, *(max(-most, min(most, tick)) for tick in (253_402_300_800 * ticks, -62_135_596_801 * ticks))]
    table = pa.table({"t": pa.array(times, pa.int64()).cast(pa.timestamp(unit, zone)), "n": [1, 2, 3, 4]})
    for backend in (None, "numpy_nullable", "pyarrow"):
        frame = to_frame(table, dtype_backend=backend)
        assert repr(frame)
        assert frame.to_csv()
        assert frame.t.isna().tolist() == [False, True, *([unit != "ns"] * 2)]
    kept = table.slice(0, 2)
    assert invalid_values.without_hidden_dates(kept) is kept


@pytest.mark.parametrize("depth", [900, 1100, 3000, 7000, 10_000, 20_000, 30_000, 200_000])
@pytest.mark.parametrize("shape", ["lists", "objects", "both"])
def test_what_is_nested_without_end_is_a_row(depth, shape):
    """No value is so deep that reading it ends the process or the run (fault E4)."""
    opening, closing = {"lists": ("[", "]"), "objects": ('{"a":', "}"), "both": ('[{"a":', "}]")}[shape]
    deep = opening * depth + "1" + closing * depth
    table = table_of_nodes({"id": "a"}, f'{{"id":"b","x":{deep}}}'.encode(), {"id": "c"})
    assert table["id"].to_pylist()[::2] == ["a", "c"]
    assert deep in table["extra"][1].as_py()
    assert len(to_frame(table)) == 3
    assert sys.getrecursionlimit() < 200_000


def test_what_is_enormous_is_a_row():
    """An unknown field of many megabytes is kept whole (fault E4)."""
    big = {"id": "b", "x": {"y": ["z" * 1000] * 20_000}}
    table = table_of_nodes({"id": "a"}, big, {"id": "c"})
    assert json.loads(table["extra"][1].as_py()) == {"x": big["x"]}
