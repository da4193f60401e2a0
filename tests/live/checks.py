"""What a check is: a question to the account, and what must hold of the answer whoever's it is.

What is printed by default is made of our own words, field names and filters of ours; ``detail`` may hold ids, names
and dates, and is shown by ``-v`` only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from amazon_photos import AmazonPhotos
from amazon_photos.errors import AmazonPhotosError

from .gate import Gate, NodesSpent, Refused
from .journal import Journal

if TYPE_CHECKING:
    import pandas as pd


class LeftOut(Exception):
    """The account has nothing that the check could be made with."""


class Ended(Exception):
    """The run ends here, with one line that says why."""


@dataclass
class Surprise:
    """What did not hold."""

    text: str
    detail: str = ""


@dataclass
class Live:
    """A run: the client, the gate that its requests pass, and what it has learned of the account."""

    ap: AmazonPhotos
    gate: Gate
    work: Path
    journal: Journal
    lag: float
    """Seconds that what is listed may lag behind what was written."""
    sample: pd.DataFrame | None = None
    found: dict[str, Any] = field(default_factory=dict)
    """Values of the account's own nodes, to ask for by name; never printed."""
    ends_at_surprise: bool = False
    told: list[str] = field(default_factory=list)
    """What nobody knew before, and is no surprise either way; shown in the row of the check."""
    _surprises: list[Surprise] = field(default_factory=list)

    def expect(self, holds: Any, text: str, detail: object = "") -> None:
        """Note a surprise unless ``holds``. Raises ``Ended`` if the run ends with it."""
        if not bool(holds):
            self.note(text, detail)
            if self.ends_at_surprise:
                raise Ended

    def note(self, text: str, detail: object = "") -> None:
        """Note a surprise."""
        self._surprises.append(Surprise(text, str(detail)))

    def value(self, name: str) -> Any:
        """A value of the account's. Raises ``LeftOut`` where it has none."""
        if self.found.get(name) is None:
            raise LeftOut(f"the sample has no {name}")
        return self.found[name]

    def take_surprises(self) -> list[Surprise]:
        """Return what was noted since the last time."""
        taken, self._surprises = self._surprises, []
        return taken


Check = Callable[[Live], None]


@dataclass
class Report:
    """Prints a row for each check as it ends, and counts."""

    verbose: bool = False
    as_expected: int = 0
    left_out: int = 0
    surprises: int = 0

    def run(self, live: Live, checks: Iterable[tuple[str, Check]]) -> None:
        """Make the checks. Raises ``Ended`` when the gate has closed, or at the first surprise if the run ends so."""
        for name, check in checks:
            with self._row(live, name):
                check(live)
            if live.gate.closed:
                raise Ended(live.gate.closed)
            if live.ends_at_surprise and self.surprises:
                live.gate.close("that was a surprise")
                raise Ended(live.gate.closed)

    @contextmanager
    def _row(self, live: Live, name: str) -> Iterator[None]:
        try:
            yield
        except (LeftOut, NodesSpent) as reason:
            self.left_out += 1
            self._print(name, "left out", str(reason))
            return
        except (Ended, Refused) as reason:
            if str(reason):
                live.note(str(reason))
        except AmazonPhotosError as error:
            live.note(f"{type(error).__name__}{_status(error)}", error)
        except Exception as error:  # ours, or an answer that is none: either is news
            live.note(f"{type(error).__name__} in the check itself", error)
        surprises = live.take_surprises()
        live.told, told = [], live.told
        if not surprises:
            self.as_expected += 1
            self._print(name, "as expected", "; ".join(told))
        self.surprises += len(surprises)
        for surprise in surprises:
            self._print(name, "SURPRISE", surprise.text)
            if self.verbose and surprise.detail:
                click.echo(f"{'':34}{surprise.detail}")

    def _print(self, name: str, outcome: str, what: str) -> None:
        click.echo(f"{name:34}{outcome:13}{what}".rstrip())


def _status(error: AmazonPhotosError) -> str:
    status = getattr(error, "status", None)
    return f" ({status})" if status else ""
