"""Cutting a listing by createdDate. Pure."""

from datetime import UTC, datetime
from itertools import pairwise

import msgspec
import pytest

from amazon_photos.model.page import Page
from amazon_photos.net.parts import DatesUnheeded, Part, room_for_one_more, whole

YEAR = 365 * 24 * 3600 * 1000


def ms(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp() * 1000)


def page(*dates: str) -> Page:
    return Page(count=1, data=[msgspec.Raw(f'{{"id": "a", "createdDate": "{date}"}}'.encode()) for date in dates])


@pytest.mark.parametrize("pieces", [1, 2, 3, 7, 64, 1000])
def test_the_parts_cover_all_time_once(pieces: int) -> None:
    """Parts meet without gap or overlap, and only the outermost are open."""
    parts = Part(0, 10 * YEAR).split(pieces, count=9)
    assert len(parts) == min(max(2, pieces), 64)
    assert all(left.end == right.begin for left, right in pairwise(parts))
    assert (parts[0].begin, parts[-1].end) == (0, 10 * YEAR)
    assert [p.open_begin for p in parts] == [True] + [False] * (len(parts) - 1)
    assert [p.open_end for p in parts] == [False] * (len(parts) - 1) + [True]


def test_cutting_ends() -> None:
    """A part of one millisecond cannot be cut, so cutting comes to an end."""
    part = Part(0, 3, open_begin=False, open_end=False)
    assert [p.end - p.begin for p in part.split(64, count=9)] == [1, 1, 1]
    assert not part.split(64, count=9)[0].splittable


def test_an_inner_part_stays_closed() -> None:
    """What is cut from the inside has no open end."""
    assert not any(p.open_begin or p.open_end for p in Part(0, 100, open_begin=False, open_end=False).split(4, count=9))


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ("", 'createdDate:["{a}" TO "{b}"}'),
        ("kind:FILE", 'kind:FILE AND createdDate:["{a}" TO "{b}"}'),
        ("kind:FILE AND name:x*", 'kind:FILE AND name:x* AND createdDate:["{a}" TO "{b}"}'),
        ("kind:FILE OR name:x*", '(kind:FILE OR name:x*) AND createdDate:["{a}" TO "{b}"}'),
        ("tomorrow's !!", '(tomorrow\'s !!) AND createdDate:["{a}" TO "{b}"}'),
    ],
)
def test_the_term_that_splits(filters: str, expected: str) -> None:
    """A part's filter is the caller's and a half-open range; brackets only where they are needed."""
    part = Part(ms("2020-01-01T00:00:00.001Z"), ms("2021-06-01T12:00:00Z"), open_begin=False, open_end=False)
    a, b = "2020-01-01T00:00:00.001Z", "2021-06-01T12:00:00.000Z"
    assert part.within(filters) == expected.replace("{a}", a).replace("{b}", b)


def test_open_ends() -> None:
    """The outermost parts hold whatever lies beyond; a part open on both sides needs no term."""
    first, last = Part(ms("2020-01-01T00:00:00Z"), ms("2022-01-01T00:00:00Z")).split(2, count=9)
    middle = "2020-12-31T12:00:00.000Z"
    assert first.within("") == f'createdDate:{{* TO "{middle}"}}'
    assert last.within("") == f'createdDate:["{middle}" TO *]'
    assert Part(0, 1).within("kind:FILE") == "kind:FILE"


def test_all_time_is_from_the_earliest_to_the_latest() -> None:
    """The ends come from the first and the last node."""
    found = whole(page("2015-02-01T00:00:00.000Z"), page("2024-03-01T00:00:00.500Z"))
    assert (found.begin, found.end) == (ms("2015-02-01T00:00:00Z"), ms("2024-03-01T00:00:00.500Z") + 1)


@pytest.mark.parametrize("ends", [(page(), page()), (page("2024-01-01T00:00:00Z"), page("2020-01-01T00:00:00Z"))])
def test_ends_that_cannot_be_believed(ends: tuple[Page, Page]) -> None:
    """Without dates, or with the sort ignored, all of Amazon's time is searched: slower, and nothing is lost."""
    found = whole(*ends)
    assert (found.begin, found.end) == (ms("2011-01-01T00:00:00Z"), ms("2051-01-01T00:00:00Z") + 1)
    assert found.open_begin
    assert found.open_end


def test_room_for_one_more_term() -> None:
    """Seven parameters leave room for the eighth; eight don't; of what we cannot read, Amazon will say."""
    seven = " AND ".join(["name:a"] * 7)
    assert room_for_one_more("")
    assert room_for_one_more(seven)
    assert not room_for_one_more(seven + " AND name:a")
    assert room_for_one_more("!!")


def test_parts_that_hold_more_than_the_whole_are_noticed() -> None:
    """A service that ignores the dates gives every part the whole: that ends in an error, not in cutting for ever."""
    parts = Part(0, 10 * YEAR).split(4, count=50_000)
    cut = parts[0].cut
    assert cut is not None
    for count in (20_000, 20_000, 11_000):
        cut.hold(count)
    with pytest.raises(DatesUnheeded, match="whatever the createdDate"):
        cut.hold(50_001)


def test_moments_are_written_in_utc_with_milliseconds() -> None:
    """Dates are ISO 8601 with milliseconds, also before 1970 and at the ends of a year."""
    moments = [datetime(1969, 12, 31, 23, 59, 59, 999000, UTC), datetime(2023, 12, 31, 23, 59, 59, 1000, UTC)]
    begin, end = (round(m.timestamp() * 1000) for m in moments)
    assert Part(begin, end, open_begin=False, open_end=False).within("") == (
        'createdDate:["1969-12-31T23:59:59.999Z" TO "2023-12-31T23:59:59.001Z"}'
    )
