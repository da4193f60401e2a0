"""How the text of a value is read: instants, numbers, booleans. Each raises ``ValueError`` for what it cannot read."""

from __future__ import annotations

import calendar
import math
import re
from datetime import UTC, datetime, timedelta

_BOOLEANS = {"true": True, "false": False}
_PARTIAL = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_DAY = 24 * 60 * 60 * 1000


def boolean(text: str) -> bool:
    """``true`` or ``false``, in either case."""
    try:
        return _BOOLEANS[text.lower()]
    except KeyError:
        raise ValueError(f"must be true or false, not {text!r}") from None


def integer(text: str) -> int:
    """A whole number."""
    try:
        return int(text)
    except ValueError:
        raise ValueError(f"must be a whole number, not {text!r}") from None


def number(text: str) -> float:
    """Any number."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if math.isnan(value):
        raise ValueError(f"must be a number, not {text!r}")
    return value


def milliseconds(moment: datetime) -> int:
    """Since 1970, UTC. A moment without a zone counts as UTC."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return (aware - _EPOCH) // _MILLISECOND


def iso(moment: datetime) -> str:
    """``2014-12-31T23:59:59.000Z``, as Amazon writes it. A moment without a zone counts as UTC."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


def from_milliseconds(count: int) -> str:
    """The ISO 8601 text of milliseconds since 1970."""
    return iso(_EPOCH + count * _MILLISECOND)


def instant(text: str) -> int:
    """Milliseconds since 1970 of an ISO 8601 date and time, such as ``2014-12-31T23:59:59.000Z``."""
    if len(text) >= 16 and text[10] in "Tt ":
        try:
            return milliseconds(datetime.fromisoformat(text))
        except ValueError:
            pass
    raise ValueError(f"must be a date and time such as 2014-12-31T23:59:59.000Z, not {text!r}")


def span(text: str) -> tuple[int, int]:
    """First and last millisecond of a date to any precision: ``2019``, ``2019-07``, ``2019-07-04``, an instant."""
    found = _PARTIAL.fullmatch(text)
    try:
        return _span(*(int(part) for part in found.groups() if part)) if found else (instant(text), instant(text))
    except ValueError:
        raise ValueError(f"must be a date such as 2019, 2019-07, 2019-07-04 or a time, not {text!r}") from None


def _span(year: int, month: int = 0, day: int = 0) -> tuple[int, int]:
    first = datetime(year, month or 1, day or 1, tzinfo=UTC)
    last_month = month or 12
    last = datetime(year, last_month, day or calendar.monthrange(year, last_month)[1], tzinfo=UTC)
    return milliseconds(first), milliseconds(last) + _DAY - 1
