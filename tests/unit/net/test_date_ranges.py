"""Cutting a listing by createdDate. Pure."""

from datetime import UTC, datetime
from itertools import pairwise

import msgspec
import pytest

from amazon_photos.errors import PartitioningUnsupported
from amazon_photos.net.date_ranges import DateRange, has_room_for_term, read_created_at
from amazon_photos.query.expr import Expr, Verbatim
from amazon_photos.query.parser import parse
from amazon_photos.wire.common import filter_text

FILE = parse("kind:FILE")


def ms(text: str) -> int:
    return round(datetime.fromisoformat(text).timestamp() * 1000)


def node(date: object) -> msgspec.Raw:
    return msgspec.Raw(msgspec.json.encode({"id": "a", "createdDate": date}))


@pytest.mark.parametrize("latest_first", [False, True])
def test_parts_cover_all_time_once(latest_first: bool) -> None:
    """Parts meet without gap or overlap, and only the outermost are open."""
    rest, parts = DateRange(), []
    for date in (30, 20, 10) if latest_first else (10, 20, 30):
        part, rest = rest.cut(date, latest_first=latest_first)
        parts.append(part)
    parts.append(rest)
    if latest_first:
        assert parts == [DateRange(31, None), DateRange(21, 31), DateRange(11, 21), DateRange(None, 11)]
    else:
        assert parts == [DateRange(None, 10), DateRange(10, 20), DateRange(20, 30), DateRange(30, None)]


def test_many_nodes_of_one_moment_are_a_part_of_their_own() -> None:
    """When the next part would begin where this one does, it is one millisecond long: so cutting ends."""
    assert DateRange(10, None).cut(10, latest_first=False) == (DateRange(10, 11), DateRange(11, None))
    assert DateRange(None, 11).cut(10, latest_first=True) == (DateRange(10, 11), DateRange(None, 10))


@pytest.mark.parametrize("pieces", [2, 3, 7, 64])
@pytest.mark.parametrize("whole", [DateRange(), DateRange(1000, 9001), DateRange(1000), DateRange(None, 9001)], ids=str)
def test_a_range_is_split_into_even_pieces(whole: DateRange, pieces: int) -> None:
    """They cover it without gap or overlap, open where it is open, and their lengths differ by one at most."""
    parts = whole.split(pieces, first=1000, last=9000)
    assert len(parts) == pieces
    assert (parts[0].begin, parts[-1].end) == (whole.begin, whole.end)
    assert all(a.end == b.begin for a, b in pairwise(parts))
    cuts = [1000, *(part.begin for part in parts[1:] if part.begin is not None), 9001]
    lengths = {b - a for a, b in pairwise(cuts)}
    assert max(lengths) - min(lengths) <= 1


@pytest.mark.parametrize("part", [DateRange(5, 6), DateRange(5, 5)])
def test_what_is_too_short_is_not_split(part: DateRange) -> None:
    """One millisecond is one piece."""
    assert part.split(4, first=5, last=5) == [part]


@pytest.mark.parametrize("latest_first", [False, True])
@pytest.mark.parametrize(
    ("part", "date"), [(DateRange(10, None), 9), (DateRange(None, 10), 10), (DateRange(10, 20), 25)]
)
def test_a_date_outside_of_the_part_is_noticed(part: DateRange, date: int, latest_first: bool) -> None:
    """A service that gives the same whatever the dates is an error, not cutting for ever."""
    with pytest.raises(PartitioningUnsupported, match="whatever the createdDate"):
        part.cut(date, latest_first=latest_first)


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (None, 'createdDate:["{a}" TO "{b}"}'),
        (parse("kind:FILE"), 'kind:FILE AND createdDate:["{a}" TO "{b}"}'),
        (parse("kind:FILE AND name:x*"), 'kind:FILE AND name:x* AND createdDate:["{a}" TO "{b}"}'),
        (parse("kind:FILE OR name:x*"), '(kind:FILE OR name:x*) AND createdDate:["{a}" TO "{b}"}'),
        (Verbatim("tomorrow's !!"), '(tomorrow\'s !!) AND createdDate:["{a}" TO "{b}"}'),
    ],
)
def test_the_term_that_splits(filters: Expr | None, expected: str) -> None:
    """A part's filter is the caller's and a half-open range; brackets only where they are needed."""
    part = DateRange(ms("2020-01-01T00:00:00.001Z"), ms("2021-06-01T12:00:00Z"))
    a, b = "2020-01-01T00:00:00.001Z", "2021-06-01T12:00:00.000Z"
    assert filter_text(part.within(filters)) == expected.replace("{a}", a).replace("{b}", b)


def test_open_ends() -> None:
    """The outermost parts hold whatever lies beyond; a part open on both sides needs no term."""
    middle = "2020-12-31T12:00:00.000Z"
    assert filter_text(DateRange(None, ms(middle)).within(None)) == f'createdDate:{{* TO "{middle}"}}'
    assert filter_text(DateRange(ms(middle), None).within(None)) == f'createdDate:["{middle}" TO *]'
    assert DateRange().within(FILE) == FILE


def test_when_a_node_was_created() -> None:
    """To the millisecond, in UTC; a node that doesn't say cannot be the end of a part."""
    assert read_created_at(node("2024-03-01T00:00:00.501Z")) == ms("2024-03-01T00:00:00.501Z")
    for date in (None, "", "yesterday", 5):
        with pytest.raises(PartitioningUnsupported, match="no createdDate"):
            read_created_at(node(date))


def test_room_for_one_more_term() -> None:
    """Seven parameters leave room for the eighth; eight don't; of what we cannot read, Amazon will say."""
    seven = " AND ".join(["name:a"] * 7)
    assert has_room_for_term(None)
    assert has_room_for_term(parse(seven))
    assert not has_room_for_term(parse(seven + " AND name:a"))
    assert has_room_for_term(Verbatim("!!"))


def test_moments_are_written_in_utc_with_milliseconds() -> None:
    """Dates are ISO 8601 with milliseconds, also before 1970 and at the ends of a year."""
    moments = [datetime(1969, 12, 31, 23, 59, 59, 999000, UTC), datetime(2023, 12, 31, 23, 59, 59, 1000, UTC)]
    begin, end = (round(m.timestamp() * 1000) for m in moments)
    assert filter_text(DateRange(begin, end).within(None)) == (
        'createdDate:["1969-12-31T23:59:59.999Z" TO "2023-12-31T23:59:59.001Z"}'
    )
