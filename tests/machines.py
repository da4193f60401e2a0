"""Somebody's machine for lines of a shell: a home folder with pictures, and ``amazon-photos`` in ``~/.local/bin``.

What is not the test's own machine's is there as little as for cron: a line is given the variables that it is to have,
and no others. The service is named in the user's config file, so that no variable has to.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import devices
import pictures
import warm
from amazon_photos.auth.credentials import Credentials
from amazon_photos.auth.saved_session import make_session

ROOT = Path(__file__).parents[1]
STATE = Path(".local", "state", "amazon-photos")


class Machine:
    """``home`` is the home folder; whoever lives there is not signed in yet.

    ``cold``: each command is a Python that starts from nothing, for tests of how one starts; see ``warm``.
    """

    def __init__(self, home: Path, service: Any, *, cold: bool = False) -> None:
        self.home, self.service = home, service
        programs = home / ".local" / "bin"
        programs.mkdir(parents=True)
        if cold:
            write_program(programs / "amazon-photos", f'exec "{sys.executable}" -m amazon_photos "$@"')
        else:
            warm.write_program(programs / "amazon-photos")
        config = home / ".config" / "amazon-photos" / "config.toml"
        config.parent.mkdir(parents=True)
        config.write_text(f'endpoint = "{service.url}"\nbackoff_initial = 0.01\nmax_attempts = 2\n', "utf-8")
        pictures.write(home / "Pictures", "2023/IMG_1.JPG", "2023/IMG_2.JPG", "Straße/früh.jpg", start=70)
        self.environ = {"HOME": str(home), "PATH": "/usr/bin:/bin"}

    @property
    def state(self) -> Path:
        """The folder of sessions, catalogues, logs and reports."""
        return self.home / STATE

    @property
    def cookies(self) -> str:
        """The session of a browser, as it is pasted."""
        return "; ".join(f"{name}={value}" for name, value in self.service.cookies.items())

    def sign_in(self) -> None:
        """Keep a session of the service's, as ``login`` would."""
        devices.keep(make_session(Credentials.load(self.cookies, environ={}), "pasted"), home=self.state)

    def run(
        self, line: str, environ: dict[str, str] | None = None, *, given: str = "", folder: Path | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run a line as ``sh -c`` does, with ``environ`` and nothing else."""
        return subprocess.run(
            ["/bin/sh", "-c", line],
            cwd=folder or self.home,
            env=self.environ if environ is None else environ,
            input=given,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=120,
            check=False,
        )


def write_program(path: Path, text: str) -> None:
    """Write a program of the shell's."""
    path.write_text(f"#!/bin/sh\n{text}\n", "utf-8")
    path.chmod(0o755)
