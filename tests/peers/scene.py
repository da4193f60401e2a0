"""What a step has at hand, and the table of how the steps ended."""

import sys
from dataclasses import dataclass, field
from pathlib import Path

from .peer import Outside, Peer


@dataclass(frozen=True, slots=True)
class Step:
    """A promise (``title``) and what keeps it: ``run(scene)`` gives a note for the table, or asserts.

    ``fault`` is the number of the predecessor's fault that the step shows to be its own; "-" for one without a number.
    """

    title: str
    run: object
    fault: str = ""


class Steps(list):
    """The steps of an act, in the order of their definition."""

    def step(self, title, *, fault=""):
        def add(run):
            self.append(Step(title, run, str(fault)))
            return run

        return add


@dataclass(frozen=True, slots=True)
class Scene:
    """``peer`` is asked, ``outside`` is looked at; ``work`` is a folder for both."""

    peer: Peer
    service: object
    outside: Outside
    work: Path

    @property
    def source(self):
        """The folder that is uploaded."""
        return self.work / "Pictures"

    def ids(self, *paths):
        """Ids of files in the library, by their paths."""
        files = self.outside.files()
        return [files[path]["id"] for path in paths]

    def asked(self, method, path):
        """Statuses of the requests of one kind since ``service.requests.clear()``."""
        return [seen.status for seen in self.service.requests if (seen.method, seen.path) == (method, path)]


@dataclass
class Report:
    rows: list = field(default_factory=list)

    def run(self, steps, scene):
        """Every step, even after one that failed."""
        for step in steps:
            scene.service.requests.clear()
            try:
                note = step.run(scene) or ""
                outcome = {"": "works", "-": "its own fault"}.get(step.fault, f"its fault {step.fault}")
            except Exception as error:
                note, outcome = f"{type(error).__name__}: {error}", "FAILS"
            self.rows.append((step.title, outcome, note))

    @property
    def exit_code(self):
        return int(any(outcome == "FAILS" for _, outcome, _ in self.rows))

    def show(self):
        wide = max(len(title) for title, _, _ in self.rows)
        for title, outcome, note in self.rows:
            sys.stdout.write(f"{title:<{wide}}  {outcome:<13}  {note[:1000]}\n")
        outcomes = [outcome for _, outcome, _ in self.rows]
        works, fails = outcomes.count("works"), outcomes.count("FAILS")
        own = len(outcomes) - works - fails
        sys.stdout.write(f"{works} work, {own} are faults of the predecessor's own, {fails} fail\n")
