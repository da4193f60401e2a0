"""One completion, as a shell asks for it: a whole process, from the names that stand beside a large catalogue."""

from __future__ import annotations

import asyncio
import os
import resource
import subprocess
import sys
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from . import children, library
from .clients import client
from .figure import Figure, Reading, Row, at_most
from .workshop import Workshop, in_turn

_PROGRAM = "import sys; from amazon_photos.cli.start import main; main()"
_LINES = {
    "completion": "amazon-photos trash --album ",
    "completion-path": "amazon-photos trash /Pictures/2",
    "completion-command": "amazon-photos fin",
}


def completing(workshop: Workshop) -> Mapping[str, Reading]:
    with workshop.scratch() as home:
        folder = home / "profiles" / "default"
        folder.mkdir(parents=True)
        with library.opened(workshop, workshop.size(100_000, 2_000), relations=4) as service:
            children.call(refresh, url=service.url, folder=folder, cookies=service.cookies)
        complete(_LINES["completion"], home)  # keeps the names
        runs = {name: partial(cpu, line, home) for name, line in _LINES.items()}
        return {name: Reading(took) for name, took in in_turn(workshop.rounds(15), **runs).items()}


def refresh(url: str, folder: str, cookies: dict[str, str]) -> None:
    """In a child: a catalogue, and what belongs to what, as every user's come to be."""

    async def work() -> None:
        async with client(url, folder, cookies) as ap:
            await ap.refresh(relations=True)

    asyncio.run(work())


def complete(line: str, home: Path) -> str:
    """What a shell is told of a line, for somebody who has nothing set."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AMAZON_PHOTOS_", "at_"))}
    return subprocess.run(
        [sys.executable, "-c", _PROGRAM, "completion", "bash", "--answer", line, " =:"],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        cwd=children.ROOT,
        env=kept | {"AMAZON_PHOTOS_HOME": str(home)},
    ).stdout


def cpu(line: str, home: Path) -> float:
    """CPU seconds of one completion, from the process's first instruction to its last; it offers something."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    offered = complete(line, home).splitlines()[2:]
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert offered
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


FIGURES = (
    Figure(
        rows=(
            Row(name="completion", what="one completion of albums' names, 100,000 nodes, CPU", bar=at_most(0.100)),
            Row(name="completion-path", what="the same of a folder's path", bar=at_most(0.100)),
            Row(name="completion-command", what="the same of a command", bar=at_most(0.100)),
        ),
        measure=completing,
    ),
)
