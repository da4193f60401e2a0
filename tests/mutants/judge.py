"""Whether the tests notice a mistake.

The tests that walk over its line run, a module's own and quick files first: mostly one of them notices within seconds.
Coverage does not see into processes that a test starts, so those of the room that start one run besides. Leaving the
others out saves time, and can make nothing noticed that is not.

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
ROOMS = {
    "query": ["unit/query", "contract/test_find.py", "contract/test_searching.py"],
    "net": [
        "unit/net", "unit/wire", "contract/test_session.py", "contract/test_paging.py", "contract/test_windows.py",
        "contract/test_timeouts.py", "contract/test_bounds.py", "golden/test_client_reads_them.py",
        "contract/test_secrets.py",
    ],
    "catalog": [
        "unit/catalog", "contract/test_refresh.py", "contract/test_find.py", "contract/test_offline.py",
        "contract/test_set_back_clock.py", "contract/test_low_memory.py",
    ],
    "transfer": [
        "unit/transfer", "contract/test_upload*.py", "contract/test_download*.py", "contract/test_repair.py",
        "contract/test_naming.py", "contract/test_scanning.py", "contract/test_compare.py", "contract/test_events.py",
        "contract/test_two_downloads.py", "contract/test_content.py", "contract/test_killed.py",
        "contract/test_interrupted.py", "contract/test_cards.py",
    ],
    "aio": [
        "unit/aio", "contract/test_calls.py", "contract/test_nodes.py", "contract/test_clients.py",
        "contract/test_searching.py", "contract/test_compare.py", "contract/test_upload.py",
        "contract/test_download.py", "contract/test_streaming.py", "contract/test_containers.py",
        "contract/test_upload_strangers.py", "contract/test_content.py", "contract/test_signatures.py",
        "contract/test_paths.py", "contract/test_loops.py", "contract/test_homeless.py", "contract/test_secrets.py",
    ],
}  # fmt: skip
"""The tests of each room, for those among them that start processes."""

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
            first = self.choose(mutant)
            noticed, passed = self.try_tests(copy, mutant, first, 3 * sum(map(self.known.seconds.__getitem__, first)))
            if noticed:
                return noticed
            room = list_tests(ROOMS[mutant.room])
            others = [test for test in sorted(self.known.starting - passed) if test.partition("::")[0] in room]
            return self.try_tests(copy, mutant, others, 3 * sum(map(self.known.seconds.__getitem__, others)))[0]

    def choose(self, mutant: Mutant) -> list[str]:
        """The tests that walk over a statement; of one that only runs at import, those that walk in its file."""
        lines = self.known.walked.get(str(mutant.path), {})
        there = find_statement(mutant.path, mutant.begin[0])
        walking = set[str]().union(*(tests for line, tests in lines.items() if line in there))
        walking = walking or set[str]().union(*lines.values())
        return order_tests({test: self.known.seconds[test] for test in walking - self.known.failing}, mutant.path.stem)

    def try_tests(self, copy: Copy, mutant: Mutant, tests: list[str], usual: float) -> tuple[str, set[str]]:
        """Run tests until one fails; what noticed the mistake, and what passed in spite of it."""
        if not tests:
            return "", set()
        with mutant.made_in(copy.folder):
            run = copy.run(["-x", *tests], usual + MIN_PATIENCE)
            again = copy.run(run.failing, usual + MIN_PATIENCE) if run.failing else run
        if not run.failing:
            return name_failure(run), set(run.seconds)
        passed = set(run.seconds) - set(run.failing)
        if again.code != 0 and self.check_alone(copy, run.failing[0]):
            return run.failing[0], passed
        print("doubtful ", mutant, run.failing[0], flush=True)
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
