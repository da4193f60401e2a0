"""Commands at a terminal: a real one of the system's, with nobody before it but the test."""

from __future__ import annotations

import atexit
import os
import pty
import re
import select
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

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


def run(arguments: Sequence[str], environ: Mapping[str, str], *, given: str = "") -> subprocess.CompletedProcess[str]:
    """Run a command to its end where there is no terminal, in a process of its own."""
    code = f"import sys; sys.argv = {['amazon-photos', *arguments]!r}; {MAIN}"
    return _start_pythons().complete(code, environ, Path.cwd(), given)


class Terminal:
    """A command that has a terminal for all of its streams. ``seen`` is everything that was on it."""

    def __init__(self, arguments: Sequence[str], environ: Mapping[str, str]) -> None:
        self._ours, theirs = pty.openpty()
        self.seen = ""
        self._read = 0
        command = [sys.executable, "-c", MAIN, *arguments]
        self.process = subprocess.Popen(command, env=dict(environ), stdin=theirs, stdout=theirs, stderr=theirs)
        os.close(theirs)

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
        return self.process.wait(PATIENCE)

    def kill(self) -> None:
        """End it whatever it does."""
        self.process.kill()
        self.process.wait(PATIENCE)

    def _receive(self, until: float) -> bool:
        if not select.select([self._ours], [], [], max(0.0, until - time.monotonic()))[0]:
            raise AssertionError(f"nothing more came; there was: {self.seen!r}")
        try:
            piece = os.read(self._ours, 1 << 16)
        except OSError:  # how Linux says that the other side is gone
            return False
        self.seen += _COLOURS.sub("", piece.decode("utf-8", "replace")).replace("\r\n", "\n")
        return bool(piece)


def _flat(text: str) -> str:
    return " ".join(text.split())
