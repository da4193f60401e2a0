"""How the text of a value is read."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from amazon_photos.query import values

JULY_4 = 1_562_198_400_000
DAY = 86_400_000


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2019-07-04", JULY_4, JULY_4 + DAY - 1),
        ("2019-07-04T00:00:00.000Z", JULY_4, JULY_4),
        ("2019-07-04t02:00+02:00", JULY_4, JULY_4),
        ("2019-07-04 00:00", JULY_4, JULY_4),
        ("2019-07-03T18:30:00-0530", JULY_4, JULY_4),
        ("2019-07-04T00:00:00.000000000Z", JULY_4, JULY_4),
        ("2019-07-04T00:00:00.0005Z", JULY_4 + 1, JULY_4),
        ("1969-12-31T23:59:59.999999z", 0, -1),
    ],
)
def test_a_date_is_all_it_stands_for(text, first, last):
    """A day is its milliseconds; what lies between two of them is none, and begins behind its end."""
    assert values.span(text) == (first, last)


@pytest.mark.parametrize(
    ("text", "moment"),
    [("2019-07-04", JULY_4), ("2019-07", JULY_4 - 3 * DAY), ("1970", 0), ("2019-07-04T00:00:00.001Z", JULY_4 + 1)],
)
def test_a_date_that_is_compared_with_is_its_midnight(text, moment):
    """As an end of a range it is one moment, in UTC (fault H7)."""
    assert values.end(text) == (moment, moment)


@pytest.mark.parametrize("text", ["2019-07-04T00:00:00.000000001Z", "2019-07-04T00:00:00.0000009"])
def test_what_is_finer_than_a_microsecond_counts(text):
    """pandas' own times go down to nanoseconds: one behind midnight is behind midnight (fault H7)."""
    assert values.span(text) == values.end(text) == (JULY_4 + 1, JULY_4)


NO_DATES = [
    *("19", "2019-7", "2019-02-30", "2019-13", "0000", "20190704", "2019-07-04T", "2019-07-04T24:61", "NaT", "now", ""),
    *("2019-W09-6T12:00", "2019-07-04T00:00:00,5Z", "2019-07-04_00:00", "2019-07-04T00:00 Z", "2019-07-04T00:00+25:00"),
    *(" 2019", "२०१९", "0001-01-01T00:00:00+05:00", "9999-12-31T23:59:59-01:00"),
]


@pytest.mark.parametrize("text", NO_DATES)
def test_what_amazon_would_not_read_is_no_date(text):
    """Week dates, commas, other digits and years outside 1 to 9999, whatever Python makes of them."""
    with pytest.raises(ValueError, match="must be a date"):
        values.span(text)
    with pytest.raises(ValueError, match="must be a date and time"):
        values.instant(text)


@pytest.mark.parametrize("text", ["", "1_0", "٣", "1.0", "1e3", " 1", "0x1", "--1", "+", "9" * 5_000])
def test_numbers_are_digits_and_a_sign(text):
    """Python reads more."""
    with pytest.raises(ValueError, match="must be a whole number"):
        values.integer(text)
    assert (values.integer("+007"), values.integer("-5")) == (7, -5)


@pytest.mark.parametrize("text", ["", ".", "1_0.0", "nan", "inf", "1e999", "३.५", "1,5", " 1", "0x1p1"])
def test_numbers_with_a_point_are_finite(text):
    """So that each comparison has an answer."""
    with pytest.raises(ValueError, match="must be a number"):
        values.number(text)
    assert [values.number(good) for good in ("1", "-1.5", ".5", "5.", "+1e-3")] == [1, -1.5, 0.5, 5, 0.001]


def test_moments_are_written_as_amazon_writes_them():
    """In UTC, to the millisecond; more only where there is more."""
    noon = datetime(2019, 7, 4, 12, tzinfo=timezone(timedelta(hours=2)))
    assert values.iso(noon) == "2019-07-04T10:00:00.000Z"
    assert values.iso(noon.replace(microsecond=1)) == "2019-07-04T10:00:00.000001Z"
    assert values.milliseconds(datetime(2019, 7, 4, tzinfo=UTC)) == JULY_4
    assert values.from_milliseconds(JULY_4) == "2019-07-04T00:00:00.000Z"
    with pytest.raises(ValueError, match="years 1 to 9999"):
        values.iso(datetime.min.replace(tzinfo=noon.tzinfo))
