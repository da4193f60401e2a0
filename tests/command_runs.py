"""Commands that run for a while, in processes of their own, beside the test: watched by their report, and stopped."""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any

import ending
import terminals

_LOADS = (
    "import pandas, pyarrow.parquet, pyarrow.compute, filelock, amazon_photos.cli.app, amazon_photos.blocking.client, "
    "amazon_photos.cli.commands.upload, amazon_photos.cli.commands.download, amazon_photos.transfer.upload.run, "
    "amazon_photos.transfer.download.run, amazon_photos.catalog.refresh"
)
"""What such a command needs: loading it costs a Python more than most of these commands do."""
PATIENCE = 60.0
"""Seconds until a test gives up; nothing here takes that long unless it hangs."""


@cache
def _start_pythons() -> ending.Pythons:
    pythons = ending.Pythons(_LOADS, flags=()).__enter__()
    atexit.register(pythons.__exit__)
    return pythons


def run(arguments: Sequence[str], environ: Mapping[str, str], *, given: str = "") -> subprocess.CompletedProcess[str]:
    """Run a command to its end where there is no terminal, as ``terminals.run`` does; what it needs is loaded."""
    return _start_pythons().complete(terminals._to_code(arguments), environ, Path.cwd(), given)


def stream(
    arguments: Sequence[str], environ: Mapping[str, str], *, given: bytes = b"", out: str | None = None
) -> subprocess.CompletedProcess[bytes]:
    """The same with bytes; ``out`` is what it has for standard output."""
    with tempfile.TemporaryDirectory() as folder:
        streams = [Path(folder, name) for name in ("in", "out", "err")]
        streams[0].write_bytes(given)
        streams[1] = streams[1] if out is None else Path(out)
        number = _start_pythons().start(terminals._to_code(arguments), environ, Path.cwd(), streams)
        code = _start_pythons().wait(number, streams[2])
        written = streams[1].read_bytes() if out is None else b""
        return subprocess.CompletedProcess([], code, written, streams[2].read_bytes())


class Run:
    """A command where there is no terminal; ``out`` and ``err`` are what it has written so far."""

    def __init__(
        self, arguments: Sequence[str], environ: Mapping[str, str], folder: Path, stdin: Path | None = None
    ) -> None:
        self._files = [folder / f"std{name}" for name in ("in", "out", "err")]
        for file in self._files:
            file.write_bytes(b"")
        if stdin is not None:
            self._files[0] = stdin
        self._pythons = _start_pythons()
        self.pid: int = self._pythons.start(terminals._to_code(arguments), environ, folder, self._files)
        self._code: int | None = None

    @property
    def out(self) -> str:
        return self._files[1].read_text("utf-8")

    @property
    def err(self) -> str:
        return self._files[2].read_text("utf-8")

    def signal(self, number: int) -> None:
        os.kill(self.pid, number)

    def end(self) -> int:
        """Wait for its end; gives its code."""
        if self._code is None:
            self._code = int(self._pythons.wait(self.pid))
        return self._code

    def kill(self) -> None:
        """End it, if it has not ended."""
        if self._code is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, 9)
            self.end()

    def expect(self, reached: Callable[[], bool]) -> None:
        """Wait until it is so; a command that has ended without fails the test at once."""
        until = time.monotonic() + PATIENCE
        while not reached():
            ended = not Path(f"/proc/{self.pid}/stat").exists() or _is_zombie(self.pid)
            assert not ended or reached(), f"it ended: {self.err}"
            assert time.monotonic() < until, self.err
            time.sleep(0.005)


def _is_zombie(pid: int) -> bool:
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    return True


@contextmanager
def starting(environ: Mapping[str, str], folder: Path) -> Iterator[Callable[..., Run]]:
    """Gives what starts commands; those that are left at the end are ended."""
    started: list[Run] = []

    def start(*arguments: str, stdin: Path | None = None, **more: str) -> Run:
        own = folder / f"run{len(started)}"
        own.mkdir()
        started.append(Run(arguments, {**environ, **more}, own, stdin))
        return started[-1]

    yield start
    for run in started:
        run.kill()


def wait_until(reached: Callable[[], bool]) -> None:
    """Wait until it is so."""
    until = time.monotonic() + PATIENCE
    while not reached():
        assert time.monotonic() < until
        time.sleep(0.005)


def read_report(path: Path) -> list[dict[str, Any]]:
    """The lines of a report so far: each whole, each an object."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.exists() else []


def count_moved(path: Path) -> int:
    """How many files a report tells to have gone up or come down."""
    return sum(line.get("outcome") in ("uploaded", "downloaded") for line in read_report(path))
