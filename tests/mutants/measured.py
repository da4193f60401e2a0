"""What the tests did without a mistake."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from coverage import CoverageData

from .copies import Run


@dataclass(frozen=True)
class Measured:
    """How long each test takes, which fail all the same, which start processes, which walk over ``[path][line]``."""

    seconds: dict[str, float]
    failing: set[str]
    starting: set[str]
    walked: dict[str, dict[int, set[str]]]

    def add(self, run: Run, data: Path) -> None:
        """Take over what coverage saw in the copy of the project that its data lies in."""
        self.seconds.update(run.seconds)
        self.failing.update(run.failing)
        self.starting.update(run.starting)
        found = CoverageData(str(data))
        found.read()
        for name in found.measured_files():
            lines = self.walked.setdefault(str(Path(name).relative_to(data.parent)), {})
            for line, tests in found.contexts_by_lineno(name).items():
                lines.setdefault(line, set()).update(set(tests) - {""})  # no test: at import

    def write(self, path: Path) -> None:
        tests = {name: number for number, name in enumerate(self.seconds)}
        walked = {
            name: {line: [tests[test] for test in found] for line, found in lines.items()}
            for name, lines in self.walked.items()
        }
        told = {
            "seconds": self.seconds,
            "failing": sorted(self.failing),
            "starting": sorted(self.starting),
            "walked": walked,
        }
        path.write_text(json.dumps(told), "utf-8")

    @classmethod
    def read(cls, path: Path) -> Measured:
        told = json.loads(path.read_text("utf-8"))
        tests = list(told["seconds"])
        walked = {
            name: {int(line): {tests[number] for number in found} for line, found in lines.items()}
            for name, lines in told["walked"].items()
        }
        return cls(told["seconds"], set(told["failing"]), set(told["starting"]), walked)
