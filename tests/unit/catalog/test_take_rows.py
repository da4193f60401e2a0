"""Rows of a large table, put in order a group at a time: the same as Arrow takes, whatever pieces a table has."""

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from amazon_photos.catalog import parquet_file
from amazon_photos.catalog.parquet_file import take_rows


def make_table(cuts):
    """Texts, words, lists and holes in pieces that end at ``cuts``."""
    rows = range(cuts[-1] if cuts else 0)
    table = pa.table(
        {
            "text": [None if row % 7 == 0 else f"text {row}" for row in rows],
            "word": pa.array([None if row % 5 == 0 else f"word {row % 3}" for row in rows]).dictionary_encode(),
            "list": pa.array([[f"{row}"] * (row % 3) for row in rows], pa.list_(pa.string())),
            "number": pa.array(rows, pa.int64()),
        }
    )
    starts = [0, *cuts]
    pieces = [table.slice(start, end - start) for start, end in zip(starts, cuts, strict=False)]
    return pa.concat_tables(pieces) if pieces else table


@pytest.fixture(autouse=True, scope="module")
def small_groups():
    """Groups of four rows, so that few rows are many groups."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parquet_file, "ROWS_PER_GROUP", 4)
        yield


@given(st.lists(st.integers(0, 60), max_size=6).map(sorted), st.data())
def test_rows_are_those_that_arrow_takes(cuts, data):
    """In any order, some twice, some not at all; of one piece, of several, and none."""
    table = make_table(cuts)
    rows = data.draw(st.lists(st.integers(0, len(table) - 1), max_size=80)) if len(table) else []
    wanted = pa.array(rows, pa.uint64())
    assert take_rows(table, wanted).equals(table.take(wanted))
