"""`make bench` measures everything that was promised, and can be tried in a moment."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BARS = {
    "import": "≤ 60 ms",
    "invent": "≤ 10 s",
    "completion": "≤ 100 ms",
    "completion-path": "≤ 100 ms",
    "completion-command": "≤ 100 ms",
    "emulator-page": "≤ 1.5×",
    "emulator-listing": "≤ 1.2×",
    "emulator-search": "≤ 3.33 ms",
    "parse": "≤ 100 µs",
    "pages-normalize": "≥ 7.5× faster",
    "pages-orjson": "≤ 1.6×",
    "pages-memory": "≤ 2.5 kB",
    "listing-cpu": "≤ 3×",
    "search-memory": "≤ 10 MB",
    "tree": "≤ 1 s",
    "catalogue-write": "≤ 1.5×",
    "catalogue-read": "≤ 1.5×",
    "catalogue-read-two": "≤ 1.5×",
    "catalogue-refresh": "≤ 1.5×",
    "catalogue-refresh-memory": "≤ 2.5 GB",
    "find": "≤ 300 ms",
    "md5-lookup": "≤ 500 ms",
    "relations-cpu": "≤ 3×",
    "relations-requests": "≤ 1.05×",
    "find-relations": "≤ 500 ms",
    "small-down-curl": "≤ 3×",
    "small-down-httpx": "≥ 7× faster",
    "small-up-curl": "≤ 3.5×",
    "small-up-httpx": "≥ 5× faster",
    "large-down-curl": "≤ 2×",
    "large-down-memory": "≤ 150 MB",
    "large-up-curl": "≤ 2.6×",
    "large-up-memory": "≤ 150 MB",
    "hashing": "≤ 1.15×",
    "rerun": "≤ 4 s",
    "rerun-uploads": "≤ 0",
    "rerun-requests": "≤ 10",
    "planning-memory": "≤ 1 GB",
}


def bench(*options, patience=60):
    return subprocess.run(
        [sys.executable, "-m", "bench", *options],
        capture_output=True,
        text=True,
        timeout=patience,
        cwd=ROOT,
        check=False,
    )


def test_every_promised_figure_has_a_row():
    """`--list` names each row of the tables that say what to reach, with its bar, and measures nothing."""
    run = bench("--list")
    lines = {line.split()[0]: line for line in run.stdout.splitlines()}
    assert run.returncode == 0
    assert {name: lines[name][-len(bar) :] for name, bar in BARS.items()} == BARS


def test_a_quick_run_prints_its_table():
    """`--quick --only parse` measures that row alone, judges nothing, and changes no file."""
    before = (ROOT / "docs" / "performance.md").read_bytes()
    run = bench("--quick", "--only", "parse")
    titles, row = run.stdout.splitlines()[:2]
    assert run.returncode == 0, run.stderr
    assert titles.split() == ["name", "what", "ours", "yardstick", "ratio", "bar"]
    assert row.startswith("parse ")
    assert "≤ 100 µs" in row
    assert (ROOT / "docs" / "performance.md").read_bytes() == before


@pytest.mark.soak
def test_every_row_gives_a_figure():
    """`--quick` measures all of them, but for those that need a program or a package that is not on this machine."""
    run = bench("--quick", patience=900)
    lines = run.stdout.splitlines()
    rows = {line.split()[0]: line for line in lines if line}
    reasons = dict(line.split(": ", 1) for line in lines if line.partition(": ")[0] in BARS)
    assert {name for name in BARS if "not run" in rows[name]} == set(reasons)
    assert not {name: why for name, why in reasons.items() if not why.startswith("needs ")}


def test_a_pattern_that_names_nothing_is_refused():
    """A misspelled `--only` measures nothing and says so."""
    run = bench("--only", "no-such-row")
    assert run.returncode == 2
    assert "--list names them all" in run.stderr
