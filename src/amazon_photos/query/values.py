"""How the text of a value is read: instants, numbers, booleans. Each raises ``ValueError`` for what it cannot read.

A date without a time has one meaning. Compared (``>``, ``>=``, ``<``, ``<=``, as an end of a range) it is midnight UTC
of its first day, as pandas reads it: ``end``. Asked for (``createdDate:2019-07``, ``==``) it is all of that day, month
or year: ``span``.

Stricter than Python is: other digits than 0 to 9, underscores and week dates mean nothing to Amazon.
"""

from __future__ import annotations

import calendar
import math
import re
from datetime import UTC, datetime, timedelta

_BOOLEANS = {"true": True, "false": False}
_INTEGER = re.compile(r"[+-]?[0-9]+")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_PARTIAL = re.compile(r"([0-9]{4})(?:-([0-9]{2}))?(?:-([0-9]{2}))?")
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?(?:[Zz]|[+-][0-9]{2}:?[0-9]{2})?"
)
_FINER = re.compile(r"\.[0-9]{6}[0-9]*[1-9]")
"""What is finer than Python's microseconds."""
_ZONE = re.compile(r"[Tt ].*(?:[Zz]|[+-][0-9:]+)\Z")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_DAY = 24 * 60 * 60 * 1000


def sendable(text: str) -> str:
    """Check that text can be written as UTF-8: half of a surrogate pair cannot."""
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise ValueError(f"holds half a character: {text[error.start]!a}") from None
    return text


def boolean(text: str) -> bool:
    """Read ``true`` or ``false``, in either case."""
    try:
        return _BOOLEANS[text.lower()]
    except KeyError:
        raise ValueError(f"must be true or false, not {text!r}") from None


def integer(text: str) -> int:
    """Read a whole number."""
    try:
        if _INTEGER.fullmatch(text):
            return int(text)
    except ValueError:  # Python reads no more than 4,300 digits
        pass
    raise ValueError(f"must be a whole number, not {text!r}")


def number(text: str) -> float:
    """Read any finite number."""
    value = float(text) if _NUMBER.fullmatch(text) else math.nan
    if not math.isfinite(value):
        raise ValueError(f"must be a number, not {text!r}")
    return value


def milliseconds(moment: datetime) -> int:
    """Count the milliseconds since 1970, UTC. A moment without a zone counts as UTC."""
    return (_utc(moment) - _EPOCH) // _MILLISECOND


def iso(moment: datetime) -> str:
    """Write ``2014-12-31T23:59:59.000Z``, as Amazon does. A moment without a zone counts as UTC."""
    precision = "microseconds" if moment.microsecond % 1000 else "milliseconds"
    if getattr(moment, "nanosecond", 0):  # of pandas' own
        precision = "nanoseconds"
    return _utc(moment).replace(tzinfo=None).isoformat(timespec=precision) + "Z"


def _utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except OverflowError:
        raise ValueError(f"must lie in the years 1 to 9999 of UTC, not {moment}") from None


def without_zone(text: str) -> tuple[int, int]:
    """Read a date as ``span`` does, but of a clock that nobody knows the zone of: it has none itself."""
    if _ZONE.search(text):
        raise ValueError(f"is the camera's clock, which has no zone: such as 2023-06-01T12:00:00, not {text!r}")
    return span(text)


def from_milliseconds(count: int) -> str:
    """Write milliseconds since 1970 as ISO 8601 text."""
    return iso(_EPOCH + count * _MILLISECOND)


def instant(text: str) -> datetime:
    """Read an ISO 8601 date and time, such as ``2014-12-31T23:59:59.000Z``."""
    try:
        if _INSTANT.fullmatch(text):
            return _utc(datetime.fromisoformat(text.upper()))
    except ValueError:
        pass
    raise ValueError(f"must be a date and time such as 2014-12-31T23:59:59.000Z, not {text!r}")


def span(text: str) -> tuple[int, int]:
    """Find the first and last millisecond of a date of any precision: ``2019``, an instant.

    What lies between two milliseconds begins at the later and ends at the earlier one: it holds none, and comparing
    with it is right all the same.
    """
    found = _PARTIAL.fullmatch(text)
    try:
        if found:
            return _span(*(int(part) for part in found.groups() if part))
        return _between(text)
    except ValueError:
        raise ValueError(f"must be a date such as 2019, 2019-07, 2019-07-04 or a time, not {text!r}") from None


def end(text: str) -> tuple[int, int]:
    """Find the milliseconds of a date that something is compared with.

    One that has no time is midnight UTC, and no more.
    """
    first, last = span(text)
    return (first, first) if _PARTIAL.fullmatch(text) else (first, last)


def _between(text: str) -> tuple[int, int]:
    """The millisecond of an instant twice, or the two that it lies between, the later one first."""
    since = instant(text) - _EPOCH
    whole = since // _MILLISECOND
    finer = since % _MILLISECOND or _FINER.search(text)
    return (whole + 1 if finer else whole), whole


def _span(year: int, month: int = 0, day: int = 0) -> tuple[int, int]:
    first = datetime(year, month or 1, day or 1, tzinfo=UTC)
    last_month = month or 12
    last = datetime(year, last_month, day or calendar.monthrange(year, last_month)[1], tzinfo=UTC)
    return milliseconds(first), milliseconds(last) + _DAY - 1
