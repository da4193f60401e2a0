"""How many small mistakes the tests notice: ``make mutants`` [ARGS="--sample 10 --room query"].

cosmic-ray knows where a mistake can be made (another comparison, another number, ``not`` gone, an empty loop).
A sample of them, always the same for the same seed, is made one at a time in copies of the project; for each, the tests
of its room run until one fails. What is printed at the end is noticed/total for each room, and what went unnoticed.
"""

from __future__ import annotations

import argparse
import ast
import os
import queue
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from cosmic_ray.commands.init import _all_work_items
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator

ROOT = Path(__file__).parents[1]
PACKAGE = Path("src/amazon_photos")
NEEDED = ("src", "tests", "docs", "examples", "bench", "pyproject.toml", "README.md", "Makefile", "constraints.txt")
ROOMS = {
    "query": ["unit/query", "contract/test_find.py", "contract/test_searching.py"],
    "net": [
        "unit/net", "unit/wire", "contract/test_session.py", "contract/test_paging.py", "contract/test_windows.py",
        "contract/test_timeouts.py", "contract/test_bounds.py", "golden/test_client_reads_them.py",
    ],
    "catalog": [
        "unit/catalog", "contract/test_refresh.py", "contract/test_find.py", "contract/test_offline.py",
        "contract/test_set_back_clock.py",
    ],
    "transfer": [
        "unit/transfer", "contract/test_upload*.py", "contract/test_download*.py", "contract/test_repair.py",
        "contract/test_naming.py", "contract/test_scanning.py", "contract/test_compare.py", "contract/test_events.py",
        "contract/test_two_downloads.py", "contract/test_content.py",
    ],
    "aio": [
        "unit/aio", "contract/test_calls.py", "contract/test_nodes.py", "contract/test_clients.py",
        "contract/test_searching.py", "contract/test_compare.py", "contract/test_upload.py",
        "contract/test_download.py", "contract/test_streaming.py", "contract/test_containers.py",
        "contract/test_upload_strangers.py", "contract/test_content.py", "contract/test_signatures.py",
    ],
}  # fmt: skip
MIN_PATIENCE = 60.0
HARMLESS = re.compile("_(Eq_Is|NotEq_IsNot|Is_Eq|IsNot_NotEq)$")
"""Mistakes that are none for the short texts and the None that nearly all of these compare."""


@dataclass(frozen=True)
class Mutant:
    """One mistake that can be made: ``occurrence`` counts the places of an operator in a file."""

    room: str
    path: Path
    operator: str
    occurrence: int
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.path.relative_to(PACKAGE)}:{self.line} {self.operator.removeprefix('core/')}"


@dataclass(frozen=True)
class Suite:
    """The tests of a room: those that fail without a mistake say nothing and are left out."""

    tests: list[str]
    failing: list[str]
    seconds: float

    def notices(self, folder: Path) -> bool:
        """Run them in a copy; a run that takes much longer than usual has noticed, too."""
        left_out = [word for test in self.failing for word in ("--deselect", test)]
        try:
            return run(folder, ["-x", *left_out, *self.tests], 3 * self.seconds + MIN_PATIENCE).returncode != 0
        except subprocess.TimeoutExpired:
            return True


def main() -> None:
    """Make the sample, and tell what was noticed."""
    parser = argparse.ArgumentParser(prog="make mutants", description=__doc__.partition(":")[0])
    parser.add_argument("--sample", type=int, default=300, help="how many mistakes [300]")
    parser.add_argument("--seed", type=int, default=9, help="chooses another sample [9]")
    parser.add_argument("--room", choices=ROOMS, action="append", help="only of this room")
    parser.add_argument("--jobs", type=int, default=2, help="copies at work at once [2]")
    chosen = parser.parse_args()
    os.chdir(ROOT)
    rooms = chosen.room or list(ROOMS)
    mutants = draw(rooms, chosen.sample, chosen.seed)
    with tempfile.TemporaryDirectory(prefix="mutants-") as work:
        copies: queue.SimpleQueue[Path] = queue.SimpleQueue()
        for number in range(chosen.jobs):
            copies.put(copy_project(Path(work, str(number))))
        suites = {room: measure(room, copies) for room in rooms if any(mutant.room == room for mutant in mutants)}
        with ThreadPoolExecutor(chosen.jobs) as pool:
            noticed = list(pool.map(lambda mutant: try_one(mutant, suites[mutant.room], copies), mutants))
    tell(mutants, noticed)


def draw(rooms: list[str], count: int, seed: int) -> list[Mutant]:
    """Choose places first, and then one of the mistakes that can be made there."""
    places: dict[tuple[Path, object], list[Mutant]] = {}
    for room in rooms:
        for mutant, place in find_mutants(room):
            places.setdefault((mutant.path, place), []).append(mutant)
    rng = random.Random(seed)
    return [rng.choice(places[place]) for place in rng.sample(list(places), min(count, len(places)))]


def find_mutants(room: str) -> Iterator[tuple[Mutant, object]]:
    """All mistakes that can be made in a room, but for harmless ones, and those in what nothing runs."""
    for path in sorted((PACKAGE / room).rglob("*.py")):
        unrun = list(find_unrun(path))
        lines = path.read_text("utf-8").splitlines()
        for item in _all_work_items([path], {}):
            found = item.mutations[0]
            if HARMLESS.search(found.operator_name) or any(
                begin <= found.start_pos and found.end_pos <= end for begin, end in unrun
            ):
                continue
            line = found.start_pos[0]
            mutant = Mutant(room, path, found.operator_name, found.occurrence, line, lines[line - 1].strip())
            yield mutant, (found.start_pos, found.end_pos)


def find_unrun(path: Path) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """Where annotations, and what only type checkers read, begin and end: ``(line, column)``."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        found = [getattr(node, name, None) for name in ("annotation", "returns")]
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            found += [node.test, *node.body]
        for part in found:
            if isinstance(part, ast.expr | ast.stmt):
                yield (part.lineno, part.col_offset), (part.end_lineno or 0, part.end_col_offset or 0)


def copy_project(folder: Path) -> Path:
    """Copy what the tests need, so that nobody's files are touched."""
    folder.mkdir()
    for name in NEEDED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(ROOT / name, folder / name)
    return folder


def measure(room: str, copies: queue.SimpleQueue[Path]) -> Suite:
    """Run the tests of a room without a mistake: how long they take, and which fail all the same."""
    folder = copies.get()
    tests = [
        str(path.relative_to(folder))
        for pattern in ROOMS[room]
        for path in sorted((folder / "tests").glob(pattern), key=str)
    ]
    began = time.monotonic()
    found = run(folder, ["-rfE", *tests], None)
    taken = time.monotonic() - began
    copies.put(folder)
    failing = re.findall(r"^(?:FAILED|ERROR) (\S+::.*?)(?: - .*)?$", found.stdout, re.MULTILINE)
    if found.returncode not in (0, 1):
        sys.exit(f"the tests of {room} cannot run:\n{found.stdout[-3000:]}")
    print(f"{room}: its tests take {taken:.0f} s" + (f"; {len(failing)} fail and are left out" if failing else ""))
    return Suite(tests, failing, taken)


def run(folder: Path, arguments: list[str], patience: float | None) -> subprocess.CompletedProcess[str]:
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-m",
        "not slow and not soak",
        *arguments,
    ]
    environ = {**os.environ, "PYTHONPATH": str(folder / "src"), "PYTHONDONTWRITEBYTECODE": "1", "COLUMNS": "1000"}
    return subprocess.run(
        command, cwd=folder, env=environ, capture_output=True, text=True, timeout=patience, check=False
    )


def try_one(mutant: Mutant, suite: Suite, copies: queue.SimpleQueue[Path]) -> bool:
    """Make one mistake in one copy; whether a test failed for it."""
    folder = copies.get()
    path = folder / mutant.path
    right = path.read_text("utf-8")
    wrong = mutate_code(right, get_operator(mutant.operator)(), mutant.occurrence)
    try:
        path.write_text(wrong, "utf-8")
        noticed = suite.notices(folder)
    finally:
        path.write_text(right, "utf-8")
        copies.put(folder)
    print("noticed " if noticed else "UNNOTICED", mutant, flush=True)
    return noticed


def tell(mutants: list[Mutant], noticed: list[bool]) -> None:
    """Print noticed/total for each room, and the lines that went unnoticed."""
    total = Counter(mutant.room for mutant in mutants)
    seen = Counter(mutant.room for mutant, told in zip(mutants, noticed, strict=True) if told)
    print()
    for room in total:
        print(f"{room:9} {seen[room]:4}/{total[room]:<4} {seen[room] / total[room]:4.0%}")
    print(f"{'all':9} {sum(noticed):4}/{len(noticed):<4} {sum(noticed) / max(1, len(noticed)):4.0%}")
    for mutant, told in zip(mutants, noticed, strict=True):
        if not told:
            print(f"unnoticed: {mutant}\n    {mutant.text}")


if __name__ == "__main__":
    main()
