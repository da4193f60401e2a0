"""A run: what was to be done by one call, and what became of it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

import msgspec
from msgspec.structs import replace

from ..frames.results import NodeOutcome
from .actions import KINDS, Action
from .step import Step


class About(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a run is."""

    run: str
    owner: str
    began: datetime
    operation: str
    """The method that was called, such as "albums.add"."""
    steps: int
    """How many it begins with, all written before the first is done; 0: they are written as they come."""
    undoes: str = ""
    """The run that it takes back."""
    version: int = 1


class Done(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of a step."""

    outcome: NodeOutcome
    reason: str = ""
    made: str = ""
    """The id of the node that was made."""


class Counts(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of how many steps."""

    done: int = 0
    failed: int = 0
    skipped: int = 0
    unknown: int = 0
    reversible: int = 0
    """Steps that were done, or may have been, and can be taken back."""

    @property
    def steps(self) -> int:
        return self.done + self.failed + self.skipped + self.unknown


_UNKNOWN = 0
"""No outcome: what fresh bytes say."""
_NUMBERS = {outcome: number for number, outcome in enumerate(NodeOutcome, 1)}


class StepOutcomes:
    """Keeps what became of each step in two bytes: enough to count them."""

    def __init__(self, steps: Iterable[Step] = ()) -> None:
        self._reversible = bytearray()  # the outcome after which it can be taken back; none for what never can be
        self._known = bytearray()
        self.extend(steps)

    def __len__(self) -> int:
        return len(self._known)

    def extend(self, steps: Iterable[Step]) -> None:
        """Add steps of which nobody knows yet what becomes of them."""
        self._reversible.extend(map(_number_reversible, steps))
        self._known.extend(bytes(len(self._reversible) - len(self._known)))

    def update(self, done: Mapping[int, Done]) -> None:
        """Note what became of steps, by their numbers."""
        for step, one in done.items():
            self._known[step] = _NUMBERS[one.outcome]

    def count(self) -> Counts:
        """Count what became of the steps."""
        failed, skipped, unknown = (
            self._known.count(number)
            for number in (_NUMBERS[NodeOutcome.FAILED], _NUMBERS[NodeOutcome.SKIPPED], _UNKNOWN)
        )
        pairs = zip(self._reversible, self._known, strict=True)
        return Counts(
            done=len(self) - failed - skipped - unknown,
            failed=failed,
            skipped=skipped,
            unknown=unknown,
            reversible=sum(due != _UNKNOWN and known in (due, _UNKNOWN) for due, known in pairs),
        )


def _number_reversible(step: Step) -> int:
    return _NUMBERS[KINDS[step.action].done] if step.reversible and not step.changes_nothing else _UNKNOWN


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """A run as its journal has it; ``done`` lacks the steps of which nobody knows what became of them."""

    about: About
    steps: list[Step]
    done: dict[int, Done]
    began: bool
    """Whether anything can have been done: all of its steps were written."""
    made: dict[int, str] = {}
    """The ids of what steps made, as they were told before it was known what became of them."""
    ended: datetime | None = None
    unreadable: int = 0
    """How many lines could not be read; a last one that was cut off is none."""

    @property
    def interrupted(self) -> bool:
        """Whether more may have been done than is known; where steps are written as they come, any may be missing."""
        return bool(self.count().unknown) or (not self.about.steps and self.ended is None)

    def find_made(self, place: int) -> str:
        """Find the id of what a step made; "" where nobody knows, or it made nothing."""
        done = self.done.get(place)
        return self.made.get(place, "") if done is None else done.made

    def count(self) -> Counts:
        """Count what became of the steps."""
        outcomes = StepOutcomes(self.steps)
        outcomes.update(self.done)
        counts = outcomes.count()
        lost = max(0, self.about.steps - len(self.steps))  # of a journal that can be read in parts
        return replace(counts, unknown=counts.unknown + lost, reversible=counts.reversible if self.began else 0)

    def list_done(self) -> Iterator[Step]:
        """List the steps that were done or may have been, and changed something.

        What was made has the id that it got, where anybody knows it.
        """
        for place, step in enumerate(self.steps):
            done = self.done.get(place)
            if step.changes_nothing or (done is not None and done.outcome != KINDS[step.action].done):
                continue
            if step.action is Action.CREATE_ALBUM:
                step = replace(step, name=step.after or "", kind="VISUAL_COLLECTION")
            yield replace(step, id=self.find_made(place) or step.id)


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """A run as lists have it; ``about`` and ``counts`` are None where its journal is damaged."""

    run: str
    about: About | None = None
    counts: Counts | None = None
    began: bool = False
    interrupted: bool = False
