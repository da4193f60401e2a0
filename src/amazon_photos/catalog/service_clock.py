"""Detects that the service's clock was set back: changes made since then bear dates that a refresh has passed already.

Each refresh remembers by how much the service's clock is ahead of this machine's, which may itself be years wrong. If
that number becomes smaller, the service's clock was set back by the difference; or ours was set ahead, and then some
changes are only requested twice.
"""

from __future__ import annotations

from datetime import UTC
from email.utils import parsedate_to_datetime

from ..model.checks import LATEST

_LAST = LATEST - 31 * 86_400_000
"""A month before the last moment that has a date: what is counted from a service's time has one, too."""
STEADY = 60_000
"""Milliseconds; clocks drift, and answers take their time."""


def time_set_back(earlier: int | None, now: int | None) -> int:
    """Measure by how many milliseconds the service's clock was set back; 0 where nobody knows.

    ``earlier`` and ``now`` are by how much it was, and is, ahead of this machine's.
    """
    if earlier is None or now is None or earlier - now <= STEADY:
        return 0
    return earlier - now


def not_after(moment: int | None, present: int | None) -> int | None:
    """Return ``moment``, or the present where that lies in the future."""
    return moment if moment is None or present is None else min(moment, present + STEADY)


def kept_ahead(earlier: int | None, now: int | None) -> int | None:
    """Choose what is remembered: the same as before, unless it differs by more than a clock drifts."""
    if earlier is None or now is None:
        return earlier if now is None else now
    return earlier if abs(earlier - now) <= STEADY else now


def read_date(text: str) -> int | None:
    """Read the time that a ``Date`` header tells, in milliseconds.

    None where it tells none that can be kept.
    """
    try:
        sent = parsedate_to_datetime(text)
        moment = int((sent if sent.tzinfo else sent.replace(tzinfo=UTC)).timestamp()) * 1000
    except (ValueError, TypeError, OverflowError, OSError):
        return None
    return moment if 0 <= moment <= _LAST else None
