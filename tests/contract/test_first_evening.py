"""examples/first_evening.py: a new user's first evening, which ``make demo`` runs."""

import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("pty", reason="Windows has no terminals of this kind")

import terminals

SCRIPT = Path(__file__).parents[2] / "examples" / "first_evening.py"
COMMANDS = ("login", "upload", "find", "albums create", "albums add", "trash", "undo", "backed-up", "logout")


@pytest.mark.slow
def test_the_evening_is_spent_to_its_end(service, tmp_path):
    """Every command does what it should, nothing is left behind, and somebody's own account is not used."""
    for name in ("user", "tmp"):
        (tmp_path / name).mkdir()
    service.requests.clear()
    environ = terminals.clean_environ(tmp_path, TMPDIR=str(tmp_path / "tmp"), **service.environ)
    done = subprocess.run(
        [sys.executable, SCRIPT], env=environ, cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    for command in COMMANDS:
        assert f"amazon-photos {command} " in done.stdout.replace("\n", " \n")
    assert done.stdout.endswith("The account lists 0 devices, as before.\n")
    assert [path.name for path in tmp_path.rglob("*")] == ["user", "tmp"]
    assert not service.requests


def test_make_demo_runs_it():
    """After the demo."""
    made = (SCRIPT.parents[1] / "Makefile").read_text("utf-8")
    (recipe,) = [part for part in made.split("\n\n") if part.startswith("demo:")]
    assert "amazon-photos demo" in recipe
    assert "examples/first_evening.py" in recipe
