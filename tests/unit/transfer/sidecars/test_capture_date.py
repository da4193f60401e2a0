"""The date of a sidecar: the camera's clock, and a zone only where one was told."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amazon_photos.transfer.sidecars.capture_date import find_zone, write_date

CLOCK = datetime(2012, 8, 25, 14, 23, 24)  # noqa: DTZ001 - a camera's
EARLIEST, LATEST = CLOCK.replace(year=2), CLOCK.replace(year=9998)


def told(clock=CLOCK, *, content=None, **others):
    """A picture's columns, as frames have them: Amazon calls every time UTC."""
    values = {"taken": clock, "image.dateTimeOriginal": clock.replace(tzinfo=UTC), **others}
    return values | {"contentDate": None if content is None else content.replace(tzinfo=UTC)}


def test_equal_dates_tell_no_zone():
    """What Amazon tells of most pictures is the clock twice, the second time with its fraction."""
    precise = CLOCK.replace(microsecond=89_000)
    assert write_date(told(content=CLOCK)) == "2012-08-25T14:23:24"
    assert write_date(told(content=precise) | {"taken": precise}) == "2012-08-25T14:23:24.089"


@pytest.mark.parametrize(
    ("hours", "zone"), [(2, "+02:00"), (-7, "-07:00"), (5.75, "+05:45"), (14, "+14:00"), (-12, "-12:00")]
)
def test_an_instant_beside_the_clock_tells_the_zone(hours, zone):
    """The difference is what a zone can be."""
    assert write_date(told(content=CLOCK - timedelta(hours=hours))) == f"2012-08-25T14:23:24{zone}"


@pytest.mark.parametrize("minutes", [1, 7, 15 * 60, -12 * 60 - 15, 24 * 60, 366 * 24 * 60])
def test_what_no_zone_can_be_is_none(minutes):
    """A date that somebody corrected by a day, or by some minutes, gives the clock no zone."""
    assert write_date(told(content=CLOCK - timedelta(minutes=minutes))) == "2012-08-25T14:23:24"


def test_a_place_that_contradicts_is_believed():
    """Nobody in Vancouver has a clock eight hours east of Greenwich; on Kiritimati it shows fourteen."""
    content = CLOCK - timedelta(hours=8)
    assert write_date(told(content=content, longitude=-123.12)) == "2012-08-25T14:23:24"
    assert write_date(told(content=content, longitude=104.0)) == "2012-08-25T14:23:24+08:00"
    assert write_date(told(content=CLOCK - timedelta(hours=14), longitude=-157.4)) == "2012-08-25T14:23:24+14:00"


@pytest.mark.parametrize("odd", [float("nan"), float("inf"), -float("inf"), 1e308, 181.0])
def test_what_is_no_place_contradicts_nothing(odd):
    """It is as good as none."""
    clock = datetime(2019, 7, 4, 12, tzinfo=UTC)
    assert find_zone(clock, clock - timedelta(hours=2), odd) == find_zone(clock, clock - timedelta(hours=2))


def test_a_date_that_the_upload_told_is_an_instant():
    """Where the file carries no date, contentDate is all there is, and that is UTC."""
    content = CLOCK.replace(microsecond=600_000)
    assert write_date({"taken": content, "contentDate": content.replace(tzinfo=UTC)}) == "2012-08-25T14:23:24.600Z"


def test_a_videos_date_has_no_zone():
    """Whether it is the camera's clock or UTC nobody has recorded."""
    values = {"taken": CLOCK, "video.creationDate": CLOCK.replace(tzinfo=UTC)}
    content = (CLOCK - timedelta(hours=2)).replace(tzinfo=UTC)
    assert write_date(values | {"contentDate": content}) == "2012-08-25T14:23:24"


@pytest.mark.parametrize("year", [1, 9999])
def test_years_that_stand_for_none(year):
    """Scanners write them; a sidecar has no date then."""
    assert write_date(told(CLOCK.replace(year=year))) is None
    assert write_date({}) is None


@given(st.datetimes(EARLIEST, LATEST), st.integers(-48, 56).filter(bool))
def test_a_zone_is_the_one_that_was_there(instant, quarters):
    """Whatever the moment and the zone, the clock in that zone leads back to it."""
    zone = timezone(timedelta(minutes=15 * quarters))
    clock = instant.replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None)
    assert find_zone(clock, instant) == zone
