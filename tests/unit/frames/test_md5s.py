"""MD5s in every form people hold them."""

import hashlib

import numpy as np
import pandas as pd
import polars
import pyarrow as pa
import pytest

from amazon_photos.catalog.md5_lookup import look_up_md5s
from amazon_photos.errors import InvalidInput
from amazon_photos.frames.md5s import md5s_of

A, B, C = (hashlib.md5(text.encode()).hexdigest() for text in "abc")
KNOWN = pa.table({"id": ["a", "b"], "md5": [A, B], "kind": ["FILE", "FILE"]})


def looked_up(md5s):
    texts, _ = md5s_of(md5s)
    return look_up_md5s(KNOWN, texts).to_pylist()


@pytest.mark.parametrize(
    "one",
    [
        A,
        np.str_(A),
        [A],
        (A,),
        {A},
        {A: 1},
        iter([A]),
        np.array([A]),
        np.array([A], object),
        pa.array([A]),
        pa.chunked_array([[A]]),
        pa.array([A]).dictionary_encode(),
        pa.array([A], pa.large_string()),
        pa.array([A], pa.string_view()),
        [pa.scalar(A)],
        pd.Series([A]),
        pd.Series([A], dtype=object),
        pd.Series([A], dtype="string"),
        pd.Series([A], dtype="category"),
        pd.Series([A], dtype="string[pyarrow]"),
        pd.Series([A], dtype=pd.ArrowDtype(pa.string())),
        pd.Index([A]),
        pd.DataFrame({"md5": [A], "size": [1]}),
        polars.Series([A]),
        polars.DataFrame({"md5": [A]}),
        polars.LazyFrame({"md5": [A]}),
    ],
    ids=lambda value: type(value).__name__,
)
def test_one_is_one_in_every_form(one):
    """A text alone is one MD5, not its letters; lists, arrays, columns and frames are what they hold (fault H2)."""
    assert looked_up(one) == ["a"]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ([A.upper(), C.upper(), f" {B}\n"], ["a", None, "b"]),
        ([None, A], [None, "a"]),
        ([float("nan"), pd.NA, pd.NaT, np.nan, A], [None] * 4 + ["a"]),
        (pd.Series([A, None, C]), ["a", None, None]),
        (pd.Series([A, pd.NA], dtype="string"), ["a", None]),
        (pd.Series([np.nan, np.nan]), [None, None]),
        (np.array([A, None], object), ["a", None]),
        (pa.array([None, None]), [None, None]),
        ([A.encode()], ["a"]),
        ([], []),
        (pd.Series([], dtype=object), []),
        (pd.DataFrame({"md5": []}), []),
    ],
    ids=[
        "capitals and space",
        "None",
        "all that is missing",
        "a column",
        "text",
        "all missing",
        "array",
        "null",
        "bytes of text",
        "none",
        "no column",
        "no rows",
    ],
)
def test_each_gets_its_answer(asked, found):
    """In capitals and with space around too; what is missing stays missing (fault H2)."""
    assert looked_up(asked) == found


@pytest.mark.parametrize(
    ("asked", "named"),
    [
        ("6df2", "'6df2'"),
        ("", "''"),
        ([A, A[:-1]], repr(A[:-1])),
        ([A, "g" * 32], "'gggg"),
        ([A, 5], "5"),
        ([A, 5.5], "5.5"),
        ([[A]], rf"\['{A}'\]"),
        (pd.Series([5, 6]), "5"),
        ([hashlib.md5(b"a").digest()], "not an MD5: b?'"),
        (A.encode(), "MD5s are text.*b'"),
        (None, "MD5s are text.*None"),
        (5, "MD5s are text.*5"),
        (pd.DataFrame({"id": [A]}), "column 'md5'; this one has: id"),
        (pd.DataFrame([[A, B]], columns=["md5", "md5"]), "one column 'md5'"),
    ],
    ids=[
        "short",
        "empty",
        "a digit less",
        "no digits",
        "number",
        "fraction",
        "list",
        "numbers",
        "digest",
        "bytes",
        "None",
        "a number",
        "no md5",
        "two md5",
    ],
)
def test_what_is_none_is_an_error_that_names_it(asked, named):
    """Never a missing value for something that could not be meant (fault H2)."""
    with pytest.raises(InvalidInput, match=named):
        looked_up(asked)


def test_a_column_keeps_its_index():
    """So that the ids can be put beside it; a frame's index counts as well."""
    for held in (pd.Series([A, B], index=[7, 9]), pd.DataFrame({"md5": [A, B]}, index=[7, 9])):
        assert list(md5s_of(held)[1]) == [7, 9]
    assert md5s_of([A])[1] is None


def test_an_array_of_no_dimension_is_an_error():
    """It says that it can be iterated, and cannot (fault B5)."""
    with pytest.raises(InvalidInput, match="MD5s are text"):
        md5s_of(np.array("0" * 32))
