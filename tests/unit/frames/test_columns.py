"""The columns of a table of nodes."""

import pyarrow as pa

from amazon_photos.frames.builder import TableBuilder
from amazon_photos.frames.columns import empty
from amazon_photos.frames.columns import schema as node_schema
from amazon_photos.model.fields import COLUMNS


def test_columns_are_the_field_table_and_extra_last():
    """A table has every column of the field table in its order, and ``extra`` after them."""
    assert node_schema().names == [*COLUMNS, "extra"]


def test_types_are_those_of_the_field_table():
    """Times are milliseconds in UTC, few distinct values are dictionary-encoded, lists are lists of text."""
    schema = node_schema()
    assert schema.field("createdDate").type == pa.timestamp("ms", "UTC")
    assert schema.field("extension").type == pa.dictionary(pa.int32(), pa.string())
    assert schema.field("parents").type == pa.list_(pa.string())
    assert schema.field("size").type == pa.int64()
    assert schema.field("video.duration").type == pa.float64()
    assert schema.field("settings.favorite").type == pa.bool_()
    assert schema.field("extra").type == pa.string()


def test_an_empty_table_has_every_column():
    """No nodes are a table of no rows, not one of no columns."""
    assert empty().num_rows == 0
    assert empty().schema == node_schema()
    assert TableBuilder().table().schema == node_schema()
