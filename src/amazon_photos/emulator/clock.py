"""The service's clock, which tests set: days in the trash pass in a moment.

Every time the service keeps or tells is text such as ``2016-05-15T20:07:10.418Z``: it sorts as it reads.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

FIRST, LAST = "0001-01-01T00:00:00.000Z", "9999-12-31T23:59:59.999Z"


def iso(moment: datetime) -> str:
    """Write a time as ``2016-05-15T20:07:10.418Z``."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")[:23] + "Z"


def normalize(text: str) -> str:
    """Write any ISO 8601 time (UTC where it says nothing) in the form of ``iso``.

    Raises ValueError.
    """
    moment = datetime.fromisoformat(text.strip())
    try:
        return iso(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
    except OverflowError:
        raise ValueError(f"before the year 1 or after 9999: {text}") from None


def shift(text: str, seconds: float) -> str:
    """Return the time so many seconds after ``text``.

    It is the first or the last there is, where that would be before or after.
    """
    try:
        return iso(datetime.fromisoformat(text) + timedelta(seconds=seconds))
    except OverflowError:
        return LAST if seconds > 0 else FIRST


class Clock:
    """This machine's time plus an offset in seconds."""

    def __init__(self, offset: float = 0.0) -> None:
        self.offset = offset

    def now(self) -> str:
        return iso(datetime.now(UTC) + timedelta(seconds=self.offset))

    def offset_to(self, text: str) -> float:
        """Return the offset that makes it ``text`` o'clock now.

        Raises ValueError for what is no ISO 8601 time.
        """
        return (datetime.fromisoformat(normalize(text)) - datetime.now(UTC)).total_seconds()
