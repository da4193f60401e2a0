"""Interactive shells on a pseudo-terminal, to which a test types. What they would run is noted, and not run."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import select
import shutil
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

PATIENCE = 60.0
COMMANDS = {
    "bash": ["bash", "--norc", "--noprofile", "-i"],
    "zsh": ["zsh", "-f", "-i"],
    "fish": ["fish", "--no-config", "-i"],
}
SETUP = {
    "bash": "source <(amazon-photos completion bash)",
    "zsh": "source <(amazon-photos completion zsh)",
    "fish": "amazon-photos completion fish | source",
}
_PROGRAM = """#!{python}
import json, sys
if sys.argv[1:2] == ["completion"]:
    from amazon_photos.cli.start import main
    main()
else:
    with open({log!r}, "a") as log:
        log.write(json.dumps(sys.argv[1:]) + "\\n")
"""


class Shell:
    """A shell that completes `amazon-photos`; what it would call that with is what ``enter`` gives."""

    def __init__(self, name: str, folder: Path, environ: Mapping[str, str]) -> None:
        if shutil.which(name) is None:
            pytest.skip(f"{name} is not installed here")
        self._log = folder / "log"
        self._log.touch()
        _write_program(folder / "bin", self._log)
        self._ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 200, 0, 0))
        more = {"PATH": f"{folder / 'bin'}{os.pathsep}{environ['PATH']}", "TERM": "xterm", "LANG": "C.UTF-8"}
        self._process = subprocess.Popen(
            COMMANDS[name],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env={**environ, **more},
            cwd=folder,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )
        os.close(theirs)
        self.seen = ""
        self.enter(f"{SETUP[name]}\namazon-photos ready")

    def enter(self, line: str) -> list[str]:
        """Type a line, with a tab where it is to be completed, and return what it would call the program with."""
        before = len(self._calls())
        *parts, last = line.split("\t")
        for part in parts:
            self._type(part + "\t")
        self._type(last + "\n")
        until = time.monotonic() + PATIENCE
        while len(self._calls()) == before:
            assert time.monotonic() < until, f"{line!r} called nothing; there was: {self.seen[-2000:]!r}"
            self._read(0.02)
        found: list[str] = json.loads(self._calls()[before])
        return found

    def end(self) -> None:
        """End it."""
        self._process.kill()
        self._process.wait()
        os.close(self._ours)

    def _type(self, text: str) -> None:
        os.write(self._ours, text.encode())
        self._read(0.02)

    def _calls(self) -> list[str]:
        return self._log.read_text("utf-8").splitlines()

    def _read(self, seconds: float) -> None:
        while select.select([self._ours], [], [], seconds)[0]:
            data = os.read(self._ours, 1 << 16)
            if b"\x1b[c" in data or b"\x1b[0c" in data:  # fish asks what terminal this is, and waits for the answer
                os.write(self._ours, b"\x1b[?1;2c")
            self.seen += data.decode("utf-8", "replace")


def _write_program(folder: Path, log: Path) -> None:
    folder.mkdir()
    program = folder / "amazon-photos"
    program.write_text(_PROGRAM.format(python=sys.executable, log=str(log)), "utf-8")
    program.chmod(0o755)
