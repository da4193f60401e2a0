"""``max_delete``: how much of a library one call may remove of what was computed. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import floor

from ..errors import InvalidInput, TooManyDeletions
from ..model.checks import show, to_count
from .actions import REMOVING, Action
from .step import Step

MaxDelete = int | float | str | tuple[int, float | str]
"""A number of nodes (100), a share of the library ("10%" or 0.1), or both, of which the smaller counts."""
DEFAULT: MaxDelete = (100, "10%")
_TINY = 1e-6
"""29 % of 100 is 28.999… to a computer."""
_WHAT = "max_delete is a number of nodes (100), a share of the library ('10%' or 0.1), or both: (100, '10%')"


@dataclass(frozen=True, slots=True)
class DeleteLimit:
    """How many nodes may be removed: a number, a share, or both; None where there is none of it."""

    number: int | None
    share: float | None

    @classmethod
    def read(cls, max_delete: MaxDelete) -> DeleteLimit:
        """Read the argument. Raises ``InvalidInput``."""
        parts = max_delete if isinstance(max_delete, tuple | list) else (max_delete,)
        read = [_read(part) for part in parts]
        numbers = [part for part in read if isinstance(part, int)]
        shares = [part for part in read if isinstance(part, float)]
        if not read or len(numbers) > 1 or len(shares) > 1:
            raise InvalidInput(f"{_WHAT}; not {show(max_delete)}")
        return cls(numbers[0] if numbers else None, shares[0] if shares else None)

    def most(self, library: int) -> int:
        """Return how many that is of a library of so many nodes."""
        most = [self.number] if self.number is not None else []
        return min([*most, floor(self.share * library + _TINY)] if self.share is not None else most)

    def __str__(self) -> str:
        share = None if self.share is None else f"{self.share * 100:g} % of the library"
        return " and ".join(part for part in (None if self.number is None else f"{self.number:,}", share) if part)


def _read(part: object) -> int | float:
    """A number as an ``int``, a share as a ``float``."""
    if isinstance(part, str):
        number = _read_text(part)
        return _check_share(number / 100) if part.strip().endswith("%") else to_count("max_delete", number)
    if isinstance(part, float) and not part.is_integer():
        return _check_share(part)
    return to_count("max_delete", part)  # type: ignore[arg-type]  # it refuses what is no number


def _read_text(text: str) -> float:
    try:
        return float(text.strip().removesuffix("%"))
    except ValueError:
        raise InvalidInput(f"{_WHAT}; not {show(text)}") from None


def _check_share(share: float) -> float:
    if not 0 <= share <= 1:  # nor what is no number
        raise InvalidInput(f"{_WHAT}; a share is from 0 to 100 %, not {share * 100:g} %")
    return share


def count_removed(steps: Iterable[Step]) -> int:
    """Count the nodes that steps remove from the library or its trash; folders with what they hold."""
    return sum(step.count for step in steps if step.action in REMOVING)


def count_deleted(steps: Iterable[Step]) -> int:
    """Count the nodes that steps delete for good.

    Most of them are in the trash, which no count of a library knows.
    """
    return sum(step.count for step in steps if step.action is Action.DELETE)


def check_removed(steps: Iterable[Step], limit: DeleteLimit, library: int) -> None:
    """Check that steps remove no more than is allowed. Raises ``TooManyDeletions``."""
    count, most = count_removed(steps), limit.most(library)
    if count > most:
        why = "" if limit.share is None else f" ({limit})"
        raise TooManyDeletions(
            f"this would remove {count:,} of {library:,} nodes, and max_delete allows {most:,}{why}; nothing was "
            f"done. dry_run=True shows what it would be, max_delete={count} allows it"
        )
