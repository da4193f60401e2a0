"""`make bench` measures everything that was promised, and can be tried in a moment."""

import os
import shutil
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
    "listing-cpu": "≤ 1.7×",
    "first-build": "≤ 25 s",
    "first-build-memory": "≤ 900 MB",
    "search-memory": "≤ 10 MB",
    "tree": "≤ 1 s",
    "catalogue-write": "≤ 1.5×",
    "catalogue-read": "≤ 1.5×",
    "catalogue-read-two": "≤ 1.2×",
    "catalogue-refresh": "≤ 1.5×",
    "catalogue-refresh-memory": "≤ 2.5 GB",
    "find": "≤ 300 ms",
    "md5-lookup": "≤ 500 ms",
    "relations-cpu": "≤ 3×",
    "relations-requests": "≤ 1.05×",
    "find-relations": "≤ 500 ms",
    "version": "≤ 60 ms",
    "help": "≤ 70 ms",
    "command-find": "≤ 350 ms",
    "command-ls": "≤ 350 ms",
    "command-info": "≤ 350 ms",
    "command-jsonl": "≤ 4×",
    "command-jsonl-cpu": "≤ 4×",
    "command-jsonl-memory": "≤ 350 MB",
    "small-down-curl": "≤ 1.25×",
    "small-down-rclone": "≤ 1.2×",
    "small-down-beyond": "≤ 40 MB",
    "small-down-httpx": "≥ 7× faster",
    "small-up-curl": "≤ 2.4×",
    "small-up-beyond": "≤ 40 MB",
    "small-up-httpx": "≥ 5× faster",
    "large-down-curl": "≤ 1.25×",
    "large-down-beyond": "≤ 40 MB",
    "large-down-memory": "≤ 150 MB",
    "large-up-curl": "≤ 1.4×",
    "large-up-beyond": "≤ 40 MB",
    "large-up-memory": "≤ 150 MB",
    "small-down-tls": "≤ 1.3×",
    "small-up-tls": "≤ 1.3×",
    "large-down-tls": "≤ 1.3×",
    "large-up-tls": "≤ 1.3×",
    "many-down-memory": "≤ 25 MB",
    "many-up-memory": "≤ 25 MB",
    "command-download-memory": "≤ 110 MB",
    "command-upload-memory": "≤ 110 MB",
    "hashing": "≤ 1.15×",
    "rerun": "≤ 1.5 s",
    "rerun-uploads": "≤ 0",
    "rerun-requests": "≤ 10",
    "planning-memory": "≤ 450 MB",
}


def bench(*options, patience=60, **environ):
    return subprocess.run(
        [sys.executable, "-m", "bench", *options],
        capture_output=True,
        text=True,
        timeout=patience,
        cwd=ROOT,
        env=os.environ | environ,
        check=False,
    )


def test_every_promised_figure_has_a_row():
    """`--list` names each row of the tables that say what to reach, with its bar, and measures nothing."""
    run = bench("--list")
    lines = {line.split()[0]: line for line in run.stdout.splitlines()}
    assert run.returncode == 0
    assert {name: lines[name][-len(bar) :] for name, bar in BARS.items()} == BARS


def test_every_transfer_tells_what_its_process_takes():
    """Each of the four has a row of its whole process's peak, over TLS too, whatever rivals are installed."""
    rows = {line.split()[0] for line in bench("--list", "--only", "memory").stdout.splitlines()}
    transfers = {f"{size}-{way}{tls}" for size in ("small", "large") for way in ("down", "up") for tls in ("", "-tls")}
    assert {f"{name}-memory" for name in transfers} <= rows


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
    rows = {line.split()[0]: line for line in run.stdout.splitlines() if line}
    assert set(BARS) <= set(rows)
    assert not {name: line for name, line in rows.items() if "not measured" in line and " is missing (" not in line}


def test_a_figure_without_its_programs_says_how_to_get_them(tmp_path):
    """A row that cannot be measured says what is missing and where it comes from, and the run fails."""
    run = bench("--quick", "--only", "large-up-curl", PATH=f"{tmp_path}")
    assert "not measured: gcc is missing (apt install gcc libc6-dev), curl is missing (apt" in run.stdout
    assert run.returncode == 1


@pytest.mark.soak
def test_a_row_that_needs_a_missing_program_says_so(tmp_path):
    """Where rclone is not installed its rows say how it is, the others have their figures, and the run fails."""
    for name in ("nginx", "curl"):
        (tmp_path / name).symlink_to(shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin") or pytest.skip(name))
    run = bench("--quick", "--only", "large-down-", PATH=f"{tmp_path}")
    rows = {line.split()[0]: line for line in run.stdout.splitlines() if line}
    assert rows["large-down-rclone"].endswith("not measured: rclone is missing (apt install rclone)")
    assert "not measured" not in rows["large-down-curl"]
    assert run.returncode == 1


def test_rows_that_all_lack_a_program_measure_nothing(tmp_path):
    """Where only rows of rclone's are wanted and it is missing, no file is moved to say so."""
    for name in ("nginx", "curl"):
        (tmp_path / name).write_text("#!/bin/sh\nexit 1\n")
        (tmp_path / name).chmod(0o755)
    run = bench("--quick", "--only", "large-down-rclone", PATH=f"{tmp_path}")
    rows = [line for line in run.stdout.splitlines() if line.startswith("large-down-rclone")]
    assert [row.endswith("not measured: rclone is missing (apt install rclone)") for row in rows] == [True, True]
    assert run.returncode == 1


def test_a_profile_without_its_programs_says_how_to_get_them(tmp_path):
    """`make profile` of an upload needs a compiler for the sink: without one it says so in a line."""
    command = [sys.executable, "-m", "bench.profile", "small-up", "--quick"]
    environ = os.environ | {"PATH": f"{tmp_path}"}
    run = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=environ, check=False)
    assert run.stderr == "Error: gcc is missing (apt install gcc libc6-dev)\n"
    assert run.returncode == 1


def test_a_figure_below_nothing_is_told():
    """What ten times as many files take beyond the few may be less than nothing: the table tells that too."""
    code = "from bench.table import quantity; print(quantity(-8.5e6, 'bytes'), quantity(-20, 'bytes'))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False)
    assert run.stdout == "-8.5 MB -20 bytes\n", run.stderr


def test_a_pattern_that_names_nothing_is_refused():
    """A misspelled `--only` measures nothing and says so."""
    run = bench("--only", "no-such-row")
    assert run.returncode == 2
    assert "--list names them all" in run.stderr
