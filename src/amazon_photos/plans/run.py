"""A run: what was to be done by one call, and what became of it. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import msgspec
from msgspec.structs import replace

from ..frames.results import NodeOutcome
from .actions import KINDS
from .step import Step


class About(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a run is."""

    run: str
    owner: str
    began: datetime
    operation: str
    """The method that was called, such as "albums.add"."""
    steps: int
    undoes: str = ""
    """The run that it takes back."""
    version: int = 1


class Done(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of a step."""

    outcome: NodeOutcome
    reason: str = ""
    made: str = ""
    """The id of the album that was made."""


class Counts(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of how many steps."""

    done: int = 0
    failed: int = 0
    skipped: int = 0
    unknown: int = 0
    reversible: int = 0
    """Steps that were done, or may have been, and can be taken back."""


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """A run as its journal has it; ``done`` lacks the steps of which nobody knows what became of them."""

    about: About
    steps: list[Step]
    done: dict[int, Done]
    began: bool
    """Whether anything can have been done: all of its steps were written."""
    ended: datetime | None = None
    unreadable: int = 0
    """How many lines could not be read; a last one that was cut off is none."""

    def count(self) -> Counts:
        """Count what became of the steps."""
        words = [one.outcome for one in self.done.values()]
        failed, skipped = words.count(NodeOutcome.FAILED), words.count(NodeOutcome.SKIPPED)
        return Counts(
            done=len(words) - failed - skipped,
            failed=failed,
            skipped=skipped,
            unknown=self.about.steps - len(words),
            reversible=sum(step.reversible for step in self.list_done()) if self.began else 0,
        )

    def list_done(self) -> Iterator[Step]:
        """List the steps that were done or may have been, and changed something; albums have the id they got."""
        for place, step in enumerate(self.steps):
            done = self.done.get(place)
            if step.changes_nothing or (done is not None and done.outcome != KINDS[step.action].done):
                continue
            if done is not None and done.made:
                step = replace(step, id=done.made, name=step.after or "", kind="VISUAL_COLLECTION")
            yield step


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """A run as lists have it; ``about`` and ``counts`` are None where its journal is damaged."""

    run: str
    about: About | None = None
    counts: Counts | None = None
    began: bool = False
