"""Frames whose texts are categories: polars' Categorical and Enum, and dictionaries of pyarrow's."""

import polars as pl
import pyarrow as pa
import pytest

from amazon_photos.errors import InvalidInput
from amazon_photos.frames.from_frame import read_frame


@pytest.mark.parametrize("indices", [pa.int8(), pa.uint8(), pa.int32(), pa.uint32()], ids=str)
@pytest.mark.parametrize("values", [pa.string(), pa.large_string(), pa.string_view()], ids=str)
def test_text_in_a_dictionary_is_read_as_text(values, indices):
    """Of whatever kind its values are: with nulls among the rows and the values, in chunks, one of them empty."""

    def chunk(rows, *texts):
        return pa.DictionaryArray.from_arrays(pa.array(rows, indices), pa.array(texts, pa.string()).cast(values))

    whole = chunk([0, 1, 2, None, 1], "x", "b", None)
    column = pa.chunked_array([whole, whole.slice(1, 2), chunk([]), chunk([1, 0], "b", "a")])
    found = read_frame(pa.table({"id": column}), {"id": "string"})["id"]
    assert found.type == pa.string()
    assert found.to_pylist() == ["x", "b", None, None, "b", "b", None, "a", "b"]
    assert read_frame(pa.table({"id": column.slice(0, 0)}), {"id": "string"})["id"].to_pylist() == []


def test_text_in_a_dictionary_is_read_as_what_is_due():
    """A size that became a category of polars' is a number again, and what is none is named."""
    sizes = pl.DataFrame({"size": ["3", None, "4.0"]}, schema={"size": pl.Categorical})
    assert read_frame(sizes, {"size": "int"})["size"].to_pylist() == [3, None, 4]
    with pytest.raises(InvalidInput, match=r"not 'many' \(row 0"):
        read_frame(pl.DataFrame({"size": ["many"]}, schema={"size": pl.Categorical}), {"size": "int"})
