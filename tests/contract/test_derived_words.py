"""Columns of ours as words: offline, in filters built for the service, and in sorts."""

from datetime import UTC, datetime

import pytest

from amazon_photos import F
from amazon_photos.errors import FilterError, InvalidInput


def test_they_answer_offline_as_pandas_does(service, ap):
    """Ranges, partial dates and sorts by columns of ours give what the frame itself gives."""
    service.reset(files=300)
    db = ap.db
    found = ap.find((F.taken >= "2020") & F.latitude.between(0, 90) & (F.exposure_time < 0.01), sort="-taken")
    expected = db[(db.taken >= "2020") & db.latitude.between(0, 90) & (db.exposure_time < 0.01)]
    assert len(expected) > 0
    assert set(found.id) == set(expected.id)
    assert found.taken.is_monotonic_decreasing


def test_a_filter_built_for_the_service_is_answered_here(service, ap):
    """Amazon does not know them: the rest is asked of it, and they are asked of what comes."""
    service.reset(files=300)
    found = ap.nodes((F.kind == "FILE") & (F.taken >= "2020"))
    everything = ap.nodes("kind:FILE")
    assert 0 < len(found) < len(everything)
    assert set(found.id) == set(everything[everything.taken >= "2020"].id)
    year = ap.nodes("kind:FILE AND taken:2020", sort="-taken")
    assert set(year.id) == set(everything[everything.taken.dt.year == 2020].id)
    assert year.taken.is_monotonic_decreasing
    with pytest.raises(FilterError, match="taken"):
        next(ap.search_nodes(sort="taken").pages())


def test_the_cameras_clock_has_no_zone():
    """Times without a zone are compared as they stand; one with a zone is an error that says why."""
    assert (F.taken == datetime(2023, 6, 1, 12)) == (F.taken == "2023-06-01T12:00:00.000")  # noqa: DTZ001
    with pytest.raises(InvalidInput, match="the camera's clock, which has no zone"):
        _ = F.taken > datetime(2023, 6, 1, tzinfo=UTC)
    with pytest.raises(FilterError, match="which has no zone"):
        _ = F.taken > "2023-06-01T00:00:00Z"
