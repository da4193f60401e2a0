"""What is measured: figures, each with one row or more, and the bar that each row must reach."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from .workshop import Workshop

Unit = Literal["s", "bytes", "count"]


class Reading(NamedTuple):
    """Medians; times in seconds. ``yardstick`` is None where the bar stands by itself."""

    ours: float
    yardstick: float | None = None

    @property
    def ratio(self) -> float | None:
        return self.ours / self.yardstick if self.yardstick else None


class Bar(NamedTuple):
    """How far our figure may go."""

    of: Literal["figure", "ratio", "speed", "nothing"]
    """The figure itself, its ratio to the yardstick, how much faster than the yardstick it is; or it is only told."""
    value: float

    def met(self, reading: Reading) -> bool:
        if self.of == "nothing":
            return True
        if self.of == "figure":
            return reading.ours <= self.value
        if reading.ratio is None:
            return False
        return reading.ratio <= self.value if self.of == "ratio" else 1 / reading.ratio >= self.value


def at_most(value: float) -> Bar:
    return Bar("figure", value)


def times_at_most(value: float) -> Bar:
    return Bar("ratio", value)


def faster(value: float) -> Bar:
    """At least so many times as fast as the yardstick."""
    return Bar("speed", value)


NO_BAR = Bar("nothing", 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the table. ``name`` is what ``--only`` looks at.

    ``needs`` names programs without which this row alone is left out.
    """

    name: str
    what: str
    bar: Bar
    yardstick: str = ""
    unit: Unit = "s"
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """``measure`` gives a reading for each of the rows, by name. ``needs`` names programs and modules it uses.

    ``long`` is what a whole run takes only with ``--full``.
    """

    rows: tuple[Row, ...]
    measure: Callable[[Workshop], Mapping[str, Reading]]
    needs: tuple[str, ...] = ()
    long: bool = False


class NotRun(Exception):
    """A figure could not be measured. Says why, and what to do about it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What came of a row: a reading, or why there is none."""

    row: Row
    reading: Reading | None = None
    why_not: str = ""

    @property
    def met(self) -> bool:
        return self.reading is not None and self.row.bar.met(self.reading)
