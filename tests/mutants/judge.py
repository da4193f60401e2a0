"""Whether the tests notice a mistake.

The tests that walk over its line run, a module's own and quick files first: mostly one of them notices within seconds.
Coverage does not see into processes that a test starts, so those of the room that start one run, too, and those that
only read the source. Leaving the others out saves time, and can make nothing noticed that is not.

A test has noticed when it fails with the mistake, fails with it again, alone, and passes without it, alone.
"""

from __future__ import annotations

import queue
import sys
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import accumulate, groupby
from pathlib import Path

from .copies import Copy, Run
from .measured import Measured
from .places import Mutant, find_statement

MEASURED = ["unit/**/test_*.py", "contract/test_*.py", "golden/test_*.py"]
PROCESSES = {
    "query": ("tests/unit/query/", "tests/contract/test_paths.py"),
    "net": ("tests/unit/net/", "tests/contract/test_secrets.py", "tests/contract/test_loops.py"),
    "catalog": ("tests/unit/catalog/", "tests/contract/test_refresh.py", "tests/contract/test_paths.py"),
    "plans": ("tests/unit/plans/", "tests/contract/"),
    "transfer": ("tests/unit/files/", "tests/contract/"),
    "aio": ("tests/unit/blocking/", "tests/contract/"),
}
"""The rooms, and where the tests lie that start processes which walk through them."""

READ_SOURCE = ["tests/house/test_values.py"]
"""Tests that look at the source, and walk nowhere."""

MIN_PATIENCE = 60.0
MAX_SECONDS = 120.0
"""So long tests run that walk over a line; many thousand do over some."""


class Judge:
    """Copies of the project to make mistakes in, and what the tests did without one."""

    def __init__(self, copies: queue.SimpleQueue[Copy]) -> None:
        self.copies = copies
        self.known = Measured({}, set(), set(), {})
        self.passes_alone: dict[str, bool] = {}

    @contextmanager
    def borrow_copy(self) -> Iterator[Copy]:
        copy = self.copies.get()
        try:
            yield copy
        finally:
            self.copies.put(copy)

    def measure(self, shares: int, kept: Path | None) -> None:
        """Run the tests without a mistake, unless a file tells already what came of it."""
        if kept and kept.exists():
            self.known = Measured.read(kept)
            return
        files = list_tests(MEASURED)
        parts = [files[share::shares] for share in range(min(shares, len(files)))]
        began = time.monotonic()
        with ThreadPoolExecutor(shares) as pool:
            for run, data in pool.map(self.measure_files, parts):
                self.known.add(run, data)
        took = time.monotonic() - began
        print(f"{len(self.known.seconds)} tests take {took:.0f} s; {len(self.known.failing)} fail and are left out")
        if kept:
            self.known.write(kept)

    def measure_files(self, files: list[str]) -> tuple[Run, Path]:
        with self.borrow_copy() as copy:
            data = copy.folder / "coverage.data"
            run = copy.run(files, under=["coverage", "run", "--source=src/amazon_photos", f"--data-file={data}", "-m"])
            if run.code not in (0, 1):
                sys.exit(f"the tests cannot run:\n{run.output[-3000:]}")
            return run, data

    def judge(self, mutant: Mutant) -> str:
        """Make one mistake in one copy; the test that noticed it, or nothing."""
        with self.borrow_copy() as copy:
            noticed, passed = self.try_tests(copy, mutant, self.choose(mutant))
            folders = PROCESSES[mutant.room]
            others = [test for test in sorted(self.known.starting - passed) if test.startswith(folders)]
            return noticed or self.try_tests(copy, mutant, [*READ_SOURCE, *others])[0]

    def choose(self, mutant: Mutant) -> list[str]:
        """The tests that walk over a statement; of one that only runs at import, those that walk in its file."""
        lines = self.known.walked.get(str(mutant.path), {})
        there = find_statement(mutant.path, mutant.begin[0])
        walking = set[str]().union(*(tests for line, tests in lines.items() if line in there))
        walking = walking or set[str]().union(*lines.values())
        return order_tests({test: self.known.seconds[test] for test in walking - self.known.failing}, mutant.path.stem)

    def try_tests(self, copy: Copy, mutant: Mutant, tests: list[str]) -> tuple[str, set[str]]:
        """Run tests until one fails; what noticed the mistake, and what passed in spite of it."""
        passed: set[str] = set()
        while tests:
            patience = 3 * sum(self.known.seconds.get(test, 0.0) for test in tests) + MIN_PATIENCE
            with mutant.made_in(copy.folder):
                run = copy.run(["-x", *tests], patience)
                again = copy.run(run.failing, patience) if run.failing else run
            passed |= set(run.seconds) - set(run.failing)
            if not run.failing:
                return name_failure(run), passed
            if again.code != 0 and self.check_alone(copy, run.failing[0]):
                return run.failing[0], passed
            print("doubtful ", mutant, run.failing[0], flush=True)
            tests = [test for test in tests if test not in run.seconds]
        return "", passed

    def check_alone(self, copy: Copy, test: str) -> bool:
        if test not in self.passes_alone:
            self.passes_alone[test] = copy.run([test]).code == 0
        return self.passes_alone[test]


def name_failure(run: Run) -> str:
    """What else than a failing test notices: a run without an end, or tests that cannot be imported."""
    if run.code is None:
        return "no end"
    unknown = run.code == 4 and "ERROR: not found" in run.output  # the mistake renamed a test
    return "" if run.code == 0 or unknown else f"pytest ends with {run.code}"


def list_tests(patterns: Iterable[str]) -> list[str]:
    """The test files of a room, by the paths that pytest names them by."""
    found = {path for pattern in patterns for path in Path("tests").glob(pattern)}
    return sorted({str(file) for path in found for file in (path.rglob("test_*.py") if path.is_dir() else [path])})


def order_tests(seconds: dict[str, float], module: str) -> list[str]:
    """Order tests by file, a module's own and quick ones first, up to a time; a file's fixtures are made once."""
    files = [(path, list(tests)) for path, tests in groupby(sorted(seconds), lambda test: test.partition("::")[0])]
    files.sort(key=lambda file: (Path(file[0]).stem != f"test_{module}", sum(map(seconds.__getitem__, file[1]))))
    ordered = [test for _, tests in files for test in tests]
    times = accumulate(map(seconds.__getitem__, ordered))
    return [test for test, until in zip(ordered, times, strict=True) if until <= MAX_SECONDS] or ordered[:1]
