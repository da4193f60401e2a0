"""A date without a time means one thing, in every form a filter may have: what pandas makes of it."""

import operator
from datetime import UTC, date, datetime

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from amazon_photos import F
from amazon_photos.query.coerce import to_filter_tree
from amazon_photos.query.match import mask
from amazon_photos.query.parser import parse
from amazon_photos.query.render import render

AROUND = [
    *("2022-12-31T23:59:59.999", "2023-01-01", "2023-01-01T00:00:00.001", "2023-01-31T23:59:59.999", "2023-02-01"),
    *(
        "2023-05-31T23:59:59.999",
        "2023-06-01",
        "2023-06-01T00:00:00.001",
        "2023-06-01T12:00",
        "2023-06-02",
        "2024-01-01",
    ),
]
SERIES = pd.Series(pd.to_datetime(AROUND, utc=True, format="ISO8601").astype("datetime64[ms, UTC]"))
TABLE = pa.table({"contentDate": pa.array(SERIES)})
FORMS = {
    "text": str,
    "date": lambda text: date.fromisoformat(text),
    "datetime": lambda text: datetime.fromisoformat(text).replace(tzinfo=UTC),
    "naive datetime": datetime.fromisoformat,
    "Timestamp": lambda text: pd.Timestamp(text, tz="UTC"),
    "nanosecond": lambda text: pd.Timestamp(text, tz="UTC") + pd.Timedelta(1, "ns"),
    "datetime64": np.datetime64,
    "datetime64[ns]": lambda text: np.datetime64(text, "ns") + np.timedelta64(1, "ns"),
}
COMPARED = {">": operator.gt, ">=": operator.ge, "<": operator.lt, "<=": operator.le}
AS_TEXT = {">": "{%s TO *}", ">=": "[%s TO *]", "<": "{* TO %s}", "<=": "{* TO %s]"}


def to_text(filters, dialect, *, strict=True):
    """What is sent of a filter."""
    tree = to_filter_tree(filters, dialect, strict=strict)
    return "" if tree is None else render(tree, dialect=dialect)


def found(filters):
    return mask(to_filter_tree(filters, "local"), TABLE).to_pylist()


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("sign", COMPARED)
@pytest.mark.parametrize("day", ["2023-01-01", "2023-06-01"])
def test_comparing_finds_what_pandas_finds(sign, day, form):
    """``F.contentDate > x`` and ``db.contentDate > x`` are the same rows, whatever kind of date ``x`` is (fault H7)."""
    value = FORMS[form](day)
    same = pd.Timestamp(value)
    theirs = COMPARED[sign](SERIES, same if same.tzinfo else same.tz_localize("UTC"))
    assert found(COMPARED[sign](F.contentDate, value)) == theirs.to_list()


@pytest.mark.parametrize("sign", COMPARED)
@pytest.mark.parametrize("day", ["2023-06-01", "2023-06", "2023"])
def test_text_finds_what_pandas_finds(sign, day):
    """The same text on both sides, also of a month or a year; in text filters too (fault H7)."""
    theirs = COMPARED[sign](SERIES, day).to_list()
    assert found(COMPARED[sign](F.contentDate, day)) == theirs
    assert found("contentDate:" + AS_TEXT[sign] % day) == theirs


@pytest.mark.parametrize("inclusive", ["both", "neither", "left", "right"])
def test_ranges_find_what_pandas_finds(inclusive):
    """``[a TO b]`` and ``between``: of the last day only its midnight (fault H7)."""
    low, high = "2023-01-01", "2023-02-01"
    theirs = SERIES.between(low, high, inclusive=inclusive).to_list()
    brackets = {"both": "[]", "neither": "{}", "left": "[}", "right": "{]"}[inclusive]
    assert found(f"contentDate:{brackets[0]}{low} TO {high}{brackets[1]}") == theirs
    if inclusive == "both":
        assert found(F.contentDate.between(low, high)) == theirs
        assert found(F.contentDate.between(date(2023, 1, 1), np.datetime64("2023-02-01"))) == theirs


@pytest.mark.parametrize("value", ["2023-06-01", date(2023, 6, 1), np.datetime64("2023-06-01")])
def test_equality_with_a_date_is_the_whole_day(value):
    """Where something is asked for, not compared, a date is all of it; a month and a year too (fault H7)."""
    that_day = (SERIES.dt.normalize() == "2023-06-01").to_list()
    assert found(F.contentDate == value) == found(F.contentDate(value)) == that_day
    assert found(F.contentDate != value) == [not one for one in that_day]
    assert found("contentDate:2023-06-01") == that_day
    assert found("contentDate:2023-06") == (SERIES.dt.strftime("%Y-%m") == "2023-06").to_list()
    assert found("contentDate:(2022 OR 2024)") == SERIES.dt.year.isin([2022, 2024]).to_list()


@pytest.mark.parametrize("value", [datetime(2023, 6, 1, tzinfo=UTC), pd.Timestamp("2023-06-01", tz="UTC")])
def test_equality_with_a_time_is_that_moment(value):
    """A time says what it means, midnight too, as in pandas (fault H7)."""
    assert found(F.contentDate == value) == (value == SERIES).to_list()
    assert found('contentDate:"2023-06-01T00:00"') == (value == SERIES).to_list()


@pytest.mark.parametrize(
    ("filters", "sent"),
    [
        (
            "contentProperties.contentDate:[2023-01-01 TO 2023-02-01]",
            'contentProperties.contentDate:["2023-01-01T00:00:00.000Z" TO "2023-02-01T00:00:00.000Z"]',
        ),
        ("createdDate:{2023-06 TO *}", 'createdDate:{"2023-06-01T00:00:00.000Z" TO *}'),
        ("createdDate:{* TO 2023]", 'createdDate:{* TO "2023-01-01T00:00:00.000Z"]'),
        ("createdDate:2019-07", 'createdDate:["2019-07-01T00:00:00.000Z" TO "2019-07-31T23:59:59.999Z"]'),
        (F.contentDate > "2023-06-01", 'contentProperties.contentDate:{"2023-06-01T00:00:00.000Z" TO *}'),
        (F.contentDate <= date(2023, 6, 1), 'contentProperties.contentDate:{* TO "2023-06-01T00:00:00.000Z"]'),
    ],
)
def test_amazon_is_sent_the_moment(filters, sent):
    """A node filter takes the dates that find() takes, and writes them as Amazon reads them (fault H7)."""
    assert to_text(filters, "node") == sent
    parse(sent, dialect="node")  # what Amazon's own language allows


@pytest.mark.parametrize("filters", ["createdDate:2019-02-30", "createdDate:[2019-13 TO *]", "createdDate:yesterday"])
def test_what_is_no_date_is_still_refused(filters):
    """Before anything is sent, with the dates that are read."""
    with pytest.raises(ValueError, match=r"createdDate must be a date such as 2019"):
        to_text(filters, "node")
