"""An image without a container runtime: the Dockerfile is carried out in a folder, and what it starts is a process.

Its absolute paths (``/data`` …) are folders below that one. What can be had of a container is there: only the variables
that the image sets, its user, who can write nowhere but in the volume, its entrypoint and its command. Packages do not
come from an index but from this Python, so that no network is needed.
"""

from __future__ import annotations

import fnmatch
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
FOLDERS = ("build", "opt", "data", "photos")
"""What is there of the image's own paths."""
_PATH = re.compile(rf"(?<![\w./-])/(?={'|'.join(FOLDERS)}\b)")
_OFFLINE = {"PIP_NO_INDEX": "1", "PIP_NO_DEPS": "1", "PIP_NO_BUILD_ISOLATION": "0"}
_ACCOUNTS = ("groupadd", "useradd")
"""What would change the users of this machine."""


class Instruction(NamedTuple):
    """One of a Dockerfile: ``stage`` counts from 0."""

    stage: int
    name: str
    argument: str


def read_dockerfile(path: Path) -> list[Instruction]:
    """Read the instructions of a Dockerfile, continued lines as one."""
    text = re.sub(r"^\s*#.*\n", "", path.read_text("utf-8"), flags=re.MULTILINE)
    stage, read = -1, []
    for line in re.sub(r"\\\n\s*", "", text).splitlines():
        name, _, argument = line.strip().partition(" ")
        if name:
            stage += name == "FROM"
            read.append(Instruction(stage, name, argument.strip()))
    return read


def list_sent(context: Path) -> set[str]:
    """List what ``.dockerignore`` sends to the builder, of what lies in the folder itself."""
    rules = [line for line in (context / ".dockerignore").read_text("utf-8").splitlines() if line[:1] not in ("", "#")]
    sent = set()
    for name in (path.name for path in context.iterdir()):
        for rule in rules:
            if fnmatch.fnmatch(name, rule.removeprefix("!")):
                (sent.add if rule.startswith("!") else sent.discard)(name)
    return sent


class Image:
    """The image of our Dockerfile, built in the folder ``root``."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.instructions = read_dockerfile(ROOT / "Dockerfile")
        self._packages = os.pathsep.join(_list_packages())

    def build(self) -> None:
        """Carry out every COPY and RUN. Raises ``CalledProcessError``."""
        for folder in (*FOLDERS, "bin"):
            (self.root / folder).mkdir(parents=True)
        (self.root / "bin" / "python").symlink_to(getattr(sys, "_base_executable", sys.executable))
        for name in _ACCOUNTS:
            _write_program(self.root / "bin" / name, "exit 0")
        where = self.root
        for stage, name, argument in self.instructions:
            if name == "WORKDIR":
                where = Path(self.place(argument))
            elif name == "COPY" and "--from=" not in argument:
                _copy(argument, where)
            elif name == "RUN":
                self._build_step(stage, argument, where)

    def start(self, arguments: Sequence[str] | None = None, *, user: int | None = None, **more: str) -> list[str]:
        """Give the words that start it: ``env`` and the rest; None takes the image's own command."""
        entrypoint = json.loads(self.last("ENTRYPOINT"))
        given = json.loads(self.last("CMD")) if arguments is None else list(arguments)
        words = [*entrypoint, *map(self.place, given)]
        environ = self.environ | {"HOME": "/", "PYTHONPATH": self._packages} | more
        set_ = [f"{name}={value}" for name, value in environ.items()]
        number = self.user if user is None else user
        return [*_become(number), "env", "-i", *set_, *words]

    def run(
        self, arguments: Sequence[str] | None = None, *, user: int | None = None, given: str = "", **more: str
    ) -> subprocess.CompletedProcess[str]:
        """Run it to its end, as ``docker run`` does without ``-t``."""
        where = self.place(self.last("WORKDIR"))
        words = self.start(arguments, user=user, **more)
        return subprocess.run(words, cwd=where, input=given, capture_output=True, text=True, timeout=60, check=False)

    def last(self, name: str) -> str:
        """The argument of the last instruction of a name: the one that counts."""
        return [each.argument for each in self.instructions if each.name == name][-1]

    def place(self, text: str) -> str:
        """The same text with the image's paths where they are here."""
        return _PATH.sub(f"{self.root}/", text)

    @property
    def user(self) -> int:
        """The number of its user; where nobody may become another, one's own."""
        return int(self.last("USER").partition(":")[0]) if os.getuid() == 0 else os.getuid()

    @property
    def environ(self) -> dict[str, str]:
        """The variables that it sets."""
        pairs = dict(pair.split("=", 1) for pair in self.last("ENV").split())
        here = {"PATH": f"{self.root}/bin:/usr/bin:/bin", "LANG": "C.UTF-8"}
        return here | {name: self.place(value).replace("$PATH", here["PATH"]) for name, value in pairs.items()}

    def _build_step(self, stage: int, argument: str, where: Path) -> None:
        line = self.place(argument)
        if os.getuid() != 0:
            line = re.sub(r"--(owner|group) \d+", "", line)
        environ = {"PATH": f"{self.root}/bin:/usr/bin:/bin", "HOME": str(self.root), "PYTHONPATH": self._packages}
        subprocess.run(
            ["/bin/sh", "-euc", line], cwd=where, env=environ | _OFFLINE, check=True, capture_output=True, timeout=120
        )


def _copy(argument: str, where: Path) -> None:
    *sources, target = argument.split()
    for source in sources:
        if source.strip("/").split("/")[0] not in list_sent(ROOT):
            raise FileNotFoundError(f"COPY {source}: .dockerignore keeps it from the builder")
        if (ROOT / source).is_dir():
            shutil.copytree(ROOT / source, where / target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / source, where / target)


def _list_packages() -> Iterator[str]:
    """The folders with what the package needs and is built by; not the package itself."""
    built_by = importlib.util.find_spec("hatchling")
    if built_by is not None and built_by.origin is not None:
        yield str(Path(built_by.origin).parents[1])
    yield from (path for path in sys.path if Path(path).name in ("site-packages", "dist-packages"))


def _become(user: int) -> list[str]:
    """What goes before a command of another user's: Python may lie where that one could not read."""
    if user == os.getuid():
        return []
    reads = "-all,+dac_read_search"
    number = ["--reuid", str(user), "--regid", str(user), "--clear-groups"]
    return ["setpriv", *number, "--inh-caps", reads, "--ambient-caps", reads, "--"]


def _write_program(path: Path, text: str) -> None:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
