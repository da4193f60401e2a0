"""How the text of a value is read: instants, numbers, booleans. Each raises ``ValueError`` for what it cannot read."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

_BOOLEANS = {"true": True, "false": False}
_PARTIAL = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?$")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


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
        return float(text)
    except ValueError:
        raise ValueError(f"must be a number, not {text!r}") from None


def milliseconds(moment: datetime) -> int:
    """Since 1970, UTC. A moment without a zone counts as UTC."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return (aware - _EPOCH) // _MILLISECOND


def instant(text: str) -> int:
    """Milliseconds since 1970 of an ISO 8601 date and time, such as ``2014-12-31T23:59:59.000Z``."""
    if len(text) < 16 or text[10:11] not in ("T", "t", " "):
        raise ValueError(f"must be a date and time such as 2014-12-31T23:59:59.000Z, not {text!r}")
    try:
        return milliseconds(datetime.fromisoformat(text))
    except ValueError:
        raise ValueError(f"must be a date and time such as 2014-12-31T23:59:59.000Z, not {text!r}") from None


def span(text: str) -> tuple[int, int]:
    """First and last millisecond of a date to any precision: ``2019``, ``2019-07``, ``2019-07-04``, an instant."""
    found = _PARTIAL.match(text)
    if not found:
        return instant(text), instant(text)
    year, month, day = (int(part) if part else None for part in found.groups())
    assert year is not None  # noqa: S101 - the pattern has it
    try:
        first = datetime(year, month or 1, day or 1, tzinfo=UTC)
        if day:
            after = first + timedelta(days=1)
        elif month:
            after = datetime(year + month // 12, month % 12 + 1, 1, tzinfo=UTC)
        else:
            after = datetime(year + 1, 1, 1, tzinfo=UTC)
    except (ValueError, OverflowError):
        raise ValueError(f"is no date: {text!r}") from None
    return milliseconds(first), milliseconds(after) - 1
