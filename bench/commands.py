"""Whole commands, as a shell starts them: what they cost until they have ended, and how much memory they take.

CPU time is what a command costs however busy the machine is; all that is printed goes to a file.
"""

from __future__ import annotations

import asyncio
import os
import resource
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from amazon_photos.cli.output.columns import read_columns

from . import children, library, rows
from .clients import client
from .figure import Figure, Reading, Row, at_most, times_at_most
from .workshop import Workshop, in_turn, seconds

_COMMAND = "import sys; from amazon_photos.cli.app import main; sys.argv[0] = 'amazon-photos'; main()"
_WITH_PEAK = f"import atexit; from bench.children import tell_peak; atexit.register(tell_peak); {_COMMAND}"
_DUCKDB = """
import duckdb, sys
catalogue, columns, output = sys.argv[1:]
with duckdb.connect() as database:
    database.execute(f"copy (select {columns} from read_parquet('{catalogue}')) to '{output}' (format json)")
"""


def run(code: str, arguments: Sequence[str], *, home: Path, catalogue: Path, output: Path) -> str:
    """Run a Python to its end, as somebody who has nothing set but this catalogue; gives what it said beside."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AMAZON_PHOTOS_")}
    with output.open("wb") as file:
        done = subprocess.run(
            [sys.executable, "-c", code, *arguments],
            stdout=file,
            stderr=subprocess.PIPE,
            text=True,
            check=True,
            cwd=children.ROOT,
            env=kept | {"AMAZON_PHOTOS_HOME": str(home), "AMAZON_PHOTOS_CATALOG": str(catalogue)},
        )
    return done.stderr


def cpu(code: str, arguments: Sequence[str], **where: Path) -> float:
    """CPU seconds of the same, of all its threads, from its first instruction to its last."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    run(code, arguments, **where)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def starting(workshop: Workshop) -> Mapping[str, Reading]:
    with workshop.scratch() as home:
        where = {"home": home, "catalogue": home / "none.parquet", "output": home / "printed"}
        asked = {name: partial(cpu, _COMMAND, [f"--{name}"], **where) for name in ("version", "help")}
        return {name: Reading(took) for name, took in in_turn(workshop.rounds(15), **asked).items()}


def reading(workshop: Workshop) -> Mapping[str, Reading]:
    with workshop.scratch() as home:
        files, catalogue = workshop.size(100_000, 2_000), home / "ap.parquet"
        with library.opened(workshop, files) as service:
            children.call(refresh, url=service.url, folder=home, cookies=service.cookies)
        where = {"home": home, "catalogue": catalogue, "output": home / "printed"}
        run(_COMMAND, ["find", "kind:FILE", "-o", "ids", "--limit", "1", "--offset", str(files // 2)], **where)
        asked = {
            "command-find": ["find", "extension:heic", "--limit", "100"],
            "command-ls": ["ls", "/Pictures"],
            "command-info": ["info", "--", (home / "printed").read_text().strip()],
        }
        runs = {name: partial(cpu, _COMMAND, arguments, **where) for name, arguments in asked.items()}
        return {name: Reading(took) for name, took in in_turn(workshop.rounds(9), **runs).items()}


def refresh(url: str, folder: str, cookies: dict[str, str]) -> None:
    """In a child: ap.parquet as every user's comes to be."""

    async def work() -> None:
        async with client(url, folder, cookies) as ap:
            await ap.refresh()

    asyncio.run(work())


def printing(workshop: Workshop) -> Mapping[str, Reading]:
    catalogue, columns = rows.catalogue(workshop).file, ", ".join(f'"{name}"' for name in read_columns("short"))
    with workshop.scratch() as home:
        where: Any = {"home": home, "catalogue": catalogue, "output": home / "printed"}
        ours = (_COMMAND, ["find", "-o", "jsonl", "--columns", "short"])
        theirs = (_DUCKDB, [str(catalogue), columns, str(home / "theirs")])
        found = in_turn(
            workshop.rounds(5),
            ours=lambda: seconds(lambda: run(*ours, **where)),
            theirs=lambda: seconds(lambda: run(*theirs, **where)),
            ours_cpu=lambda: cpu(*ours, **where),
            theirs_cpu=lambda: cpu(*theirs, **where),
        )
        return {
            "command-jsonl": Reading(found["ours"], found["theirs"]),
            "command-jsonl-cpu": Reading(found["ours_cpu"], found["theirs_cpu"]),
        }


def remembering(workshop: Workshop) -> Mapping[str, Reading]:
    where = {"home": workshop.folder, "catalogue": rows.catalogue(workshop).file, "output": Path(os.devnull)}
    said = run(_WITH_PEAK, ["find", "-o", "jsonl", "--columns", "all"], **where)
    return {"command-jsonl-memory": Reading(int(said))}


def _row(name: str, what: str, bar: float) -> Row:
    return Row(name=name, what=what, bar=at_most(bar))


_JSONL = "find -o jsonl --columns short, 1,000,000 rows"
FIGURES = (
    Figure(
        rows=(
            _row("version", "amazon-photos --version, CPU", 0.060),
            _row("help", "amazon-photos --help, CPU", 0.070),
        ),
        measure=starting,
    ),
    Figure(
        rows=(
            _row("command-find", "find, 100 rows of a catalogue of 100,000, CPU", 0.350),
            _row("command-ls", "ls of a folder of the same, CPU", 0.350),
            _row("command-info", "info of a file of the same, CPU", 0.350),
        ),
        measure=reading,
    ),
    Figure(
        rows=(
            Row(name="command-jsonl", what=_JSONL, yardstick="DuckDB", bar=times_at_most(4)),
            Row(name="command-jsonl-cpu", what=f"{_JSONL}, CPU", yardstick="DuckDB", bar=times_at_most(4)),
        ),
        measure=printing,
        needs=("duckdb",),
    ),
    Figure(
        rows=(
            Row(
                name="command-jsonl-memory",
                what="find -o jsonl --columns all, 1,000,000 rows: peak memory",
                bar=at_most(350e6),
                unit="bytes",
            ),
        ),
        measure=remembering,
    ),
)
