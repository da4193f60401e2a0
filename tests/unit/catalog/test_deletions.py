"""Where to count, and what to list."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from amazon_photos.catalog.deletions import MAX_LISTED, _Range
from amazon_photos.net.date_ranges import DateRange

DATES = st.lists(st.tuples(st.integers(0, 3000), st.integers(1, 2 * MAX_LISTED)), min_size=1, max_size=40).map(
    lambda runs: np.sort(np.concatenate([np.full(many, date, np.int64) for date, many in runs]))
)


def whole(dates):
    return _Range(DateRange(), 0, len(dates))


def within(dates, span):
    """The rows that the service counts in a span."""
    low = np.full(len(dates), True) if span.begin is None else dates >= span.begin
    return np.flatnonzero(low if span.end is None else low & (dates < span.end)).tolist()


@given(DATES)
def test_every_node_is_counted_in_one_piece(dates):
    """However the dates are bunched: pieces leave out nothing and count nothing twice, until a page holds each."""
    pieces, listed = [whole(dates)], []
    while pieces:
        piece = pieces.pop()
        assert within(dates, piece.span) == list(range(piece.first, piece.last))
        parts = piece.cut(dates)
        assert [row for part in parts for row in range(part.first, part.last)] == (
            list(range(piece.first, piece.last)) if parts else []
        )
        assert len(parts) != 1
        pieces += parts
        if not parts:
            listed.append(piece)
            assert len(piece) <= MAX_LISTED or len(set(dates[piece.first : piece.last])) == 1
    assert sum(len(piece) for piece in listed) == len(dates)


@pytest.mark.parametrize(
    "dates",
    [np.arange(1_000_000), np.sort(np.r_[np.arange(500_000), np.arange(500_000) // 16 + 9_000_000])],
    ids=["even", "half of them in one night"],
)
def test_one_of_a_million_is_found_in_some_40_requests(dates):
    """Pieces hold equally many nodes, not equally long times: five counts deep, and then a page."""
    piece, requests, rounds = whole(dates), 0, 0
    while parts := piece.cut(dates):
        requests, rounds = requests + len(parts), rounds + 1
        piece = max(parts, key=len)
    assert requests + 1 <= 40
    assert rounds <= 5


def test_the_margin_widens_only_what_has_an_end():
    """An open end stays open."""
    assert DateRange(5000, None).widen(1000) == DateRange(4000, None)
    assert DateRange(None, 5000).widen(1000) == DateRange(None, 6000)
