"""The capture date of a sidecar, and when it may have a zone: one that nobody told is never made up.

Amazon tells a camera's clock as if it were UTC, and mostly ``contentDate`` too: where both agree, nobody knows the
zone.

==========================================================  ================================
what is told                                                 what is written
==========================================================  ================================
the camera's clock, and ``contentDate`` in the same second   the clock, without a zone
the camera's clock, and a ``contentDate`` that differs by    the clock with that zone: then
what a zone can, where the place does not contradict         ``contentDate`` is an instant
the camera's clock, and anything else                        the clock, without a zone
a video's ``creationDate``: a clock or UTC, nobody knows     as it is, without a zone
``contentDate`` alone (files that carry no date)             that instant, in UTC ("Z")
no date, or one that stands for none (the years 1, 9999)     nothing
==========================================================  ================================

A zone is a whole number of quarters of an hour from -12:00 to +14:00. Where a place is known, the sun's time there must
be within four hours of it: no land's clock is further off, and a date that somebody corrected by some hours is no zone.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from ...model.derived import is_degrees
from ...model.fields import TAKEN_FROM

_CLOCKS = tuple(name for name in TAKEN_FROM if name.startswith("image."))
"""The columns that a camera's clock is told in, best first."""
_EAST, _WEST = timedelta(hours=14), timedelta(hours=-12)
_QUARTER = timedelta(minutes=15)
_SECOND = timedelta(seconds=1)
_MAX_FROM_SUN = 4.0
"""Hours."""


def write_date(values: Mapping[str, Any]) -> str | None:
    """Write when a photo was taken, as XMP does; None where nobody knows.

    Such as "2012-08-25T14:23:24+02:00". ``values`` holds ``taken``, what that is made from, and ``longitude``.
    """
    taken, content = _naive(values.get("taken")), _naive(values.get("contentDate"))
    if taken is None or not 1 < taken.year < 9999:
        return None
    clock = next((when for name in _CLOCKS if (when := _naive(values.get(name))) is not None), None)
    if content is None or values.get("video.creationDate") is not None:
        return _write(taken, None)
    if clock is None:
        return _write(taken, UTC if taken == content else None)
    return _write(taken, find_zone(clock, content, values.get("longitude")))


def find_zone(clock: datetime, instant: datetime, longitude: float | None = None) -> timezone | None:
    """Find the zone in which a clock showed an instant of UTC; None where the two tell none."""
    offset = clock.replace(microsecond=0) - instant.replace(microsecond=0)
    if not offset or offset % _QUARTER or not _WEST <= offset <= _EAST:
        return None
    if is_degrees(longitude, "longitude"):
        from_sun = (offset / timedelta(hours=1) - longitude / 15 + 12) % 24 - 12
        if abs(from_sun) > _MAX_FROM_SUN:
            return None
    return timezone(offset)


def _naive(when: object) -> datetime | None:
    """By its own clock, which Amazon calls UTC."""
    return when.replace(tzinfo=None) if isinstance(when, datetime) else None


def _write(when: datetime, zone: timezone | None) -> str:
    text = when.replace(tzinfo=zone).isoformat(timespec="milliseconds" if when.microsecond >= 1000 else "seconds")
    return text.replace("+00:00", "Z")
