"""Copies of the project to make mistakes in, and pytest in them."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
NEEDED = ("src", "tests", "docs", "examples", "bench", "pyproject.toml", "README.md", "Makefile", "constraints.txt")
PYTEST = ["pytest", "-q", "-p", "no:cacheprovider", "-p", "mutants.watch", "-m", "not slow and not soak"]


@dataclass(frozen=True)
class Run:
    """What came of a run of pytest; ``code`` is None when it was cut off."""

    code: int | None
    seconds: dict[str, float]
    failing: list[str]
    starting: list[str]
    output: str


class Copy:
    """A copy of the project, so that nobody's files are touched."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        for name in NEEDED:
            if (ROOT / name).is_dir():
                shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy2(ROOT / name, folder / name)

    def run(self, arguments: Iterable[str], patience: float | None = None, *, under: Iterable[str] = ()) -> Run:
        """Run pytest, under another program if one is named; processes that it left behind end with it."""
        report, output = self.folder / "report.json", self.folder / "output.txt"
        report.unlink(missing_ok=True)
        paths = [str(self.folder / "src"), str(self.folder / "tests"), os.environ.get("PYTHONPATH", "")]
        environ = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join(filter(None, paths)),
            "COVERAGE_CORE": "ctrace",  # the one that can tell tests apart under every Python
            "MUTANTS_REPORT": str(report),
        }
        command = [sys.executable, "-m", *under, *PYTEST, f"--basetemp={self.folder / 'tmp'}", *arguments]
        with (
            output.open("wb") as file,
            subprocess.Popen(
                command, cwd=self.folder, env=environ, stdout=file, stderr=file, start_new_session=True
            ) as process,
        ):
            code = wait(process, patience)
        told = json.loads(report.read_text("utf-8")) if report.exists() else {}
        lists = (told.get(name, []) for name in ("failing", "starting"))
        return Run(code, told.get("seconds", {}), *lists, output.read_text("utf-8", "replace"))


def wait(process: subprocess.Popen[bytes], patience: float | None) -> int | None:
    try:
        return process.wait(patience)
    except subprocess.TimeoutExpired:
        return None
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
