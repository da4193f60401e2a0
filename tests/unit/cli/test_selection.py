"""What commands are given to say which nodes are meant, read before anything is looked up."""

import io
import sys
from datetime import UTC, datetime, timedelta

import pytest

from amazon_photos.cli.selection.selection import Selection, read_age
from amazon_photos.errors import FilterError, InvalidInput

A, B = "HeMReF-vvJiTTkdPIeWuoP", "-eMReF-vvJiTTkdPIeWuo_"


@pytest.fixture
def given(monkeypatch):
    """Puts something on standard input."""

    def give(text):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))

    return give


def test_each_item_comes_once_in_the_order_given(given):
    """From the arguments and the pipe alike."""
    given(f"{B}\n{A}\n")
    selection = Selection.read(items=[A, "-", "/Pictures", A, "-"])
    assert selection.items == (A, B, "/Pictures")
    assert selection.from_pipe


def test_ids_alone_are_plain(given):
    """Nothing has to be looked up about them."""
    given(f"{B}\n")
    assert Selection.read(items=[A, "-"]).is_plain
    assert not Selection.read(items=[A, "/Pictures"]).is_plain
    assert not Selection.read(items=[A], older_than="1d").is_plain


def test_nothing_is_an_error_unless_it_may_be():
    """A command that is about something says what it can be given."""
    with pytest.raises(InvalidInput, match="nothing is selected"):
        Selection.read()
    with pytest.raises(InvalidInput, match="nothing is selected"):
        Selection.read(limit=3)
    assert Selection.read(optional=True).is_empty


@pytest.mark.parametrize("more", [{}, {"filters": ["kind:FILE"]}, {"albums": ["Summer"]}, {"optional": True}])
def test_an_empty_pipe_is_never_the_whole_library(given, more):
    """What is said besides would hold of everything, had nothing been piped."""
    given("\n")
    with pytest.raises(InvalidInput, match="standard input names nothing"):
        Selection.read(items=["-"], **more)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({"items": [""]}, "an empty text names no node"),
        ({"items": [" "]}, "an empty text names no node"),
        ({"filters": [" "]}, "--filter is empty"),
        ({"albums": [""]}, "--album is empty"),
        ({"people": ["Ada", ""]}, "--person is empty"),
    ],
)
def test_empty_texts_are_told(arguments, told):
    """A script's variable that was never set must not mean everything."""
    with pytest.raises(InvalidInput, match=told):
        Selection.read(**arguments)


def test_filters_and_dates_are_one_filter():
    """Both hold; a wrong one is an error with the nearest word."""
    selection = Selection.read(filters=["extension:jpg", "size:[1 TO *]"], older_than="2020-01-31")
    assert {term.field for term in selection.to_filter().terms()} == {"extension", "size", "taken"}
    assert Selection.read(items=[A]).to_filter() is None
    with pytest.raises(FilterError, match="kindd"):
        Selection.read(filters=["kindd:FILE"]).to_filter()


@pytest.mark.parametrize(
    ("text", "days"), [("0d", 0), ("30d", 30), (" 2 W ", 14), ("6m", 180), ("2Y", 730), ("999999d", 999_999)]
)
def test_ages_are_counted_from_now(text, days):
    """A month is 30 days, a year 365."""
    if days > 700_000:
        with pytest.raises(InvalidInput, match="there was nothing '999999d' ago"):
            read_age(text)
        return
    assert abs(datetime.now(UTC) - timedelta(days=days) - read_age(text)) < timedelta(minutes=5)


def test_dates_are_dates():
    """Midnight, or the time that is given."""
    assert read_age("2020-01-31") == datetime(2020, 1, 31, tzinfo=UTC)
    assert read_age("2020-01-31T12:30") == datetime(2020, 1, 31, 12, 30, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "yesterday", "3 fortnights", "-1d", "1.5y", "2020-13-01", "2020-02-30", "d", "1"])
def test_what_is_no_age_is_told(text):
    """With what one looks like."""
    with pytest.raises(InvalidInput, match="--older-than is an age such as 30d, 12w, 6m or 2y, or a date"):
        read_age(text)
