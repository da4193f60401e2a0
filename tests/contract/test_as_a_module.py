"""``python -m amazon_photos`` is the command ``amazon-photos``."""

import subprocess
import sys
from pathlib import Path

import pytest

import terminals

COMMAND = Path(sys.executable).with_name("amazon-photos")


@pytest.mark.skipif(not COMMAND.exists(), reason="the package is not installed beside this Python")
@pytest.mark.parametrize("arguments", [["--version"], [], ["ls", "--help"], ["no-such"], ["info", "--no-such"]])
def test_the_module_is_the_command(arguments, tmp_path):
    """The same words, by the same name, and the same code, right and wrong."""
    environ = terminals.clean_environ(tmp_path)
    ways = [[str(COMMAND)], [sys.executable, "-m", "amazon_photos"]]
    runs = [subprocess.run([*way, *arguments], env=environ, capture_output=True, timeout=60) for way in ways]
    told = [(run.returncode, run.stdout, run.stderr) for run in runs]
    assert told[0] == told[1]
    assert b"python" not in told[1][1] + told[1][2]


def test_importing_the_module_runs_nothing():
    """Tools that import every module of a package start no program by that."""
    done = subprocess.run([sys.executable, "-c", "import amazon_photos.__main__"], capture_output=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
