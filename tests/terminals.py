"""Commands at a terminal: a real one of the system's, with nobody before it but the test."""

from __future__ import annotations

import atexit
import json
import os
import pty
import re
import select
import signal
import subprocess
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import ending

MAIN = "from amazon_photos.cli.app import main; main()"
_LOADS = "import amazon_photos.aio.diagnosis.run, amazon_photos.aio.sign_in, amazon_photos.cli.app, aiohttp, filelock"
"""What most commands need: loading it costs a Python more than a command does."""
PATIENCE = 60.0
_COLOURS = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


def clean_environ(home: Path, **more: str) -> dict[str, str]:
    """The environment without anybody's cookies, settings or browsers; all that is kept goes to ``home``."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR") if name in os.environ}
    return kept | {"HOME": str(home / "user"), "AMAZON_PHOTOS_HOME": str(home / "kept"), "TERM": "dumb"} | more


@cache
def _start_pythons() -> ending.Pythons:
    pythons = ending.Pythons(_LOADS, flags=()).__enter__()
    atexit.register(pythons.__exit__)
    return pythons


def run(
    arguments: Sequence[str], environ: Mapping[str, str], *, given: str = "", before: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end where there is no terminal, in a process of its own, after the code ``before``."""
    return run_code(before + _to_code(arguments), environ, given=given)


def run_code(code: str, environ: Mapping[str, str], *, given: str = "") -> subprocess.CompletedProcess[str]:
    """Run Python where there is no terminal, in a process of its own that has loaded most of the package already."""
    return _start_pythons().complete(code, environ, Path.cwd(), given)


class Started:
    """A command that is under way where there is no terminal; ``stdout`` and ``stderr`` are what it wrote until now."""

    def __init__(self, arguments: Sequence[str], environ: Mapping[str, str], folder: Path) -> None:
        into, self._out, self._err = (folder / f"{uuid.uuid4().hex}.{name}" for name in ("in", "out", "err"))
        into.touch()
        self._pythons = _start_pythons()
        streams = (into, self._out, self._err)
        self._process = self._pythons.start(_to_code(arguments), environ, Path.cwd(), streams)

    @property
    def stdout(self) -> str:
        return self._out.read_text("utf-8")

    @property
    def stderr(self) -> str:
        return self._err.read_text("utf-8")

    def send(self, number: signal.Signals) -> None:
        """Send it a signal."""
        os.kill(self._process, number)

    def wait(self) -> int:
        """Wait for its end; gives its code, for a signal that killed it its negative number."""
        return int(self._pythons.wait(self._process, self._err))


def start(arguments: Sequence[str], environ: Mapping[str, str], folder: Path) -> Started:
    """Start a command and go on; what it writes goes into files in ``folder``."""
    return Started(arguments, environ, folder)


def whoami(environ: Mapping[str, str], *arguments: str) -> dict[str, Any] | None:
    """The row of ``whoami``; None where nobody is signed in."""
    done = run(["whoami", "--json", *arguments], environ)
    return json.loads(done.stdout)[0] if done.returncode == 0 else None


def _to_code(arguments: Sequence[str]) -> str:
    return f"import sys; sys.argv = {['amazon-photos', *arguments]!r}; {MAIN}"


class Terminal:
    """A command that has a terminal for all of its streams. ``seen`` is everything that was on it."""

    def __init__(self, arguments: Sequence[str], environ: Mapping[str, str]) -> None:
        self._ours, self._theirs = pty.openpty()
        self.seen = ""
        self._read = 0
        self._pythons = _start_pythons()
        self._process: int | None = self._pythons.start(
            _to_code(arguments), environ, Path.cwd(), [os.ttyname(self._theirs)] * 3
        )

    def expect(self, text: str) -> str:
        """Wait until ``text`` appears; gives what was there since the last time, without line breaks."""
        until = time.monotonic() + PATIENCE
        while text not in _flat(self.seen[self._read :]):
            if not self._receive(until):
                raise AssertionError(f"{text!r} never came; there was: {self.seen!r}")
        found, self._read = self.seen[self._read :], len(self.seen)
        return _flat(found)

    def type(self, text: str) -> None:
        """Type or paste something."""
        data = text.encode()
        while data:
            data = data[os.write(self._ours, data[:512]) :]

    def end(self) -> int:
        """Wait for the end of the command; gives its code."""
        until = time.monotonic() + PATIENCE
        while self._receive(until):
            pass
        os.close(self._ours)
        return self._wait()

    def hang_up(self) -> int:
        """Close the terminal, and say so as the system says it to a terminal's own session; gives the code."""
        self._let_go()
        os.close(self._ours)
        if self._process is not None:
            os.kill(self._process, signal.SIGHUP)
        return self._wait()

    def interrupt(self) -> None:
        """Send it what Ctrl-C sends."""
        if self._process is not None:
            os.kill(self._process, signal.SIGINT)

    def kill(self) -> None:
        """End it, if it has not ended, whatever it does."""
        self._let_go()
        if self._process is not None:
            os.kill(self._process, signal.SIGKILL)
            self._wait()

    def _wait(self) -> int:
        number, self._process = self._process, None
        return int(self._pythons.wait(number))

    def _receive(self, until: float) -> bool:
        if not select.select([self._ours], [], [], max(0.0, until - time.monotonic()))[0]:
            raise AssertionError(f"nothing more came; there was: {self.seen!r}")
        try:
            piece = os.read(self._ours, 1 << 16)
        except OSError:  # how Linux says that the other side is gone
            return False
        self._let_go()
        self.seen += _COLOURS.sub("", piece.decode("utf-8", "replace")).replace("\r\n", "\n")
        return bool(piece)

    def _let_go(self) -> None:
        """Once the command has said something, it has opened its side: when it ends, nobody has it open."""
        if self._theirs >= 0:
            os.close(self._theirs)
            self._theirs = -1


@contextmanager
def starting(environ: Mapping[str, str]) -> Iterator[Callable[..., Terminal]]:
    """Gives what starts commands at terminals; those that are left at the end are ended."""
    started: list[Terminal] = []

    def start(*arguments: str, **more: str) -> Terminal:
        started.append(Terminal(arguments, {**environ, **more}))
        return started[-1]

    yield start
    for each in started:
        each.kill()


def _flat(text: str) -> str:
    return " ".join(text.split())
