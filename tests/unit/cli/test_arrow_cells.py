"""Arrow's columns are written as Python's values are, whatever their type."""

import math
from datetime import UTC, date, datetime, time
from decimal import Decimal

import pyarrow as pa
import pytest

from amazon_photos.cli.output.arrow_cells import write_array
from amazon_photos.cli.output.cells import JSON, Spelling, write_values
from amazon_photos.errors import InvalidInput

WORDS = pa.dictionary(pa.int32(), pa.string())
MOMENT = datetime(2019, 7, 4, 1, 2, 3, 4000, tzinfo=UTC)
COLUMNS = {
    "text": (["a", None, 'q"\x9b', "\u202e", ""], pa.string()),
    "large text": (["a", None], pa.large_string()),
    "words": (["a", None, "b", "a"] * 3, WORDS),
    "numbers": ([1, None, -(2**63)], pa.int64()),
    "floats": ([1.0, None, 1e300, 0.1, math.nan, -0.0], pa.float64()),
    "booleans": ([True, None, False], pa.bool_()),
    "times": ([MOMENT, None, datetime(1, 1, 1, tzinfo=UTC)], pa.timestamp("ms", "UTC")),
    "times to the microsecond": ([MOMENT, None], pa.timestamp("us", "UTC")),
    "naive times": ([MOMENT.replace(tzinfo=None), None], pa.timestamp("ms")),
    "lists": ([["a", 'b,"'], None, [], ["\x1b", None]], pa.list_(pa.string())),
    "lists of numbers": ([[1, 2], None], pa.list_(pa.int64())),
    "structs": ([{"a": 1, "b": [MOMENT.date()]}, None], pa.struct({"a": pa.int64(), "b": pa.list_(pa.date32())})),
    "decimals": ([Decimal("1.50"), None], pa.decimal128(10, 2)),
    "dates": ([date(2020, 2, 29), None], pa.date32()),
    "clock times": ([time(1, 2, 3), None], pa.time32("s")),
    "nothing": ([None, None], pa.string()),
}
SPELLINGS = {"json": JSON, "text": Spelling(lambda text: f"<{text}>")}


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("name", COLUMNS)
def test_a_column_is_its_values(name, spelling):
    """Also a part of it, which begins in the middle."""
    values, kind = COLUMNS[name]
    column, expected = pa.array(values, kind), write_values(values, SPELLINGS[spelling])
    assert write_array(column, SPELLINGS[spelling]) == expected
    assert write_array(column.slice(1), SPELLINGS[spelling]) == expected[1:]


def test_infinity_is_no_json():
    """Nor is what is no number; elsewhere infinity has its name."""
    column = pa.array([math.inf, -math.inf, math.nan])
    assert write_array(column, JSON) == ["null"] * 3
    assert write_array(column, Spelling(str)) == ["inf", "-inf", ""]
    assert write_values([[math.inf, math.nan]], JSON) == ["[null, null]"]


def test_what_python_has_no_value_for_is_told():
    """With what can be done."""
    with pytest.raises(InvalidInput, match="cast it in the query"):
        write_array(pa.array([[-800_000]], pa.list_(pa.int32())).cast(pa.list_(pa.date32())), JSON)
