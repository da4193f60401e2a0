"""Tables in another order."""

import pyarrow as pa
import pytest

from amazon_photos.frames.row_order import is_ascending, take_by_column
from amazon_photos.query.constants import join_chunks


@pytest.mark.parametrize(
    ("pieces", "expected"),
    [
        ([], True),
        ([[4]], True),
        ([[1, 2], [5]], True),
        ([[1, 5], [2]], False),
        ([[1, 2], [2]], False),
        ([[3, 1, 2]], False),
    ],
)
def test_numbers_ascend_where_each_is_greater_than_the_one_before(pieces, expected):
    """Whatever pieces a column lies in; what comes twice is not in order, as an order has each row once."""
    column = pa.chunked_array(pieces, pa.int64())
    assert is_ascending(column) is expected
    assert is_ascending(join_chunks(column)) is expected


def test_rows_are_taken_in_the_order_that_is_asked_for():
    """Of columns in several pieces too, with words that each piece numbers for itself; the schema stays."""
    words = [pa.array(some).dictionary_encode() for some in (["b", None, "a"], ["a", "c"])]
    numbers = pa.chunked_array([[1, 2, 3], [4, None]])
    table = pa.table({"word": pa.chunked_array(words), "number": numbers}).replace_schema_metadata({"of": "ours"})
    found = take_by_column(table, pa.array([4, 0, 3, 2]))
    assert found.to_pylist() == [
        {"word": "c", "number": None},
        {"word": "b", "number": 1},
        {"word": "a", "number": 4},
        {"word": "a", "number": 3},
    ]
    assert found.schema.equals(table.schema, check_metadata=True)
