"""Rows of results: their order, their types, their words."""

import json

import msgspec
import pytest

from amazon_photos.frames import results
from amazon_photos.frames.results import NODES, TRANSFERS, UploadOutcome
from amazon_photos.frames.row_builder import RowBuilder, table_of
from amazon_photos.frames.to_pandas import to_frame

ENUMS = [held for held in vars(results).values() if isinstance(held, type) and issubclass(held, results.StrEnum)]
ENUMS.remove(results.StrEnum)


def row(place, path="a", outcome=UploadOutcome.EXISTS, size=None):
    return (place, path, None, None, outcome, None, size, None)


def test_rows_come_in_the_order_of_the_work():
    """Whatever ended first, the frame is in the order in which the files were found."""
    frame = to_frame(table_of([row(place, f"{place}.jpg") for place in (2, 0, 1)], TRANSFERS))
    assert list(frame.columns) == ["path", "id", "name", "outcome", "reason", "size", "md5"]
    assert list(frame["path"]) == ["0.jpg", "1.jpg", "2.jpg"]


def test_many_rows_are_gathered():
    """More rows than batches that become one, and none at all, make a table of the same columns and types."""
    rows = RowBuilder(TRANSFERS)
    for place in range(140_000):
        rows.add(row(place, size=place))
    assert rows.count == 140_000
    frame, empty = to_frame(rows.table()), to_frame(RowBuilder(TRANSFERS).table())
    assert frame["size"].sum() == sum(range(140_000))
    assert len(empty) == 0
    assert empty.dtypes.equals(frame.dtypes)


def test_a_name_that_is_no_text_can_be_shown():
    r"""Bytes that are no UTF-8 appear as \xff."""
    assert to_frame(table_of([row(0, "bad\udcff.jpg")], TRANSFERS))["path"][0] == "bad\\xff.jpg"


@pytest.mark.parametrize("words", ENUMS, ids=lambda words: words.__name__)
def test_words_are_text(words):
    """In a frame, in JSON and compared: what a report holds is what the frame holds."""
    for word in words:
        frame = to_frame(table_of([("x", word, None)], NODES))
        assert type(frame.outcome[0]) is str
        assert frame.outcome[0] == word == word.value == word.name.lower()
        assert json.loads(msgspec.json.encode({"outcome": word})) == {"outcome": word.value}
