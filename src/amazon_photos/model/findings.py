"""What ``doctor`` finds: one thing looked at, fine or not, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class DoctorOutcome(StrEnum):
    """What became of a check."""

    FINE = "fine"
    WRONG = "wrong"
    """The one thing to do stands beside it."""
    NOT_CHECKED = "not_checked"
    """There was nothing to look at, or something else is in the way, which is told in its own row."""


@dataclass(frozen=True, slots=True)
class Finding:
    """``seen`` and ``to_do`` can be shown to anybody."""

    check: str
    outcome: DoctorOutcome
    seen: str
    to_do: str = ""


def fine(check: str, seen: str) -> Finding:
    """Make a finding of what is as it should be."""
    return Finding(check, DoctorOutcome.FINE, seen)


def wrong(check: str, seen: str, to_do: str) -> Finding:
    """Make a finding of what is wrong, with the one thing to do."""
    return Finding(check, DoctorOutcome.WRONG, seen, to_do)


def not_checked(check: str, why: str) -> Finding:
    """Make a finding of what could not be looked at, or need not be."""
    return Finding(check, DoctorOutcome.NOT_CHECKED, why)
