"""``amazon-photos upload`` against ``AmazonPhotos().upload``: whole processes, the same files, into the native sink."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from . import sink
from .clients import COOKIES, PARALLEL
from .figure import Figure, NotRun, Reading, Row, times_at_most
from .transfers import Kind, made
from .workshop import Workshop, in_turn

_LIBRARY = "import sys; from amazon_photos import AmazonPhotos; AmazonPhotos(progress=False).upload(sys.argv[1])"
_COMMAND = "import sys; from amazon_photos.cli.app import main; sys.argv[1:1] = ['upload']; main()"


def uploading(workshop: Workshop) -> Mapping[str, Reading]:
    kind = Kind(name="command", count=workshop.size(2000, 100), size=200_000, rounds=workshop.rounds(5), httpx=False)
    with workshop.scratch() as folder:
        made(folder / "Pictures", kind)
        spent: dict[str, list[float]] = {"library": [], "command": []}

        def run(name: str, code: str) -> Callable[[], float]:
            def once() -> float:
                with workshop.scratch() as own:
                    wall, cpu = _measure(code, folder / "Pictures", url, own)
                spent[name].append(cpu)
                return wall

            return once

        with sink.listening(folder) as url:
            wall = in_turn(kind.rounds, library=run("library", _LIBRARY), command=run("command", _COMMAND))
    cpu = {name: sorted(each)[len(each) // 2] for name, each in spent.items()}
    return {
        "command-upload": Reading(wall["command"], wall["library"]),
        "command-upload-cpu": Reading(cpu["command"], cpu["library"]),
    }


def _measure(code: str, pictures: Path, url: str, own: Path) -> tuple[float, float]:
    """Seconds by the wall clock and of CPU, from the start of a process to its end."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("AMAZON_PHOTOS_")}
    settings = {"HOME": own, "CATALOG": own / "ap.parquet", "ENDPOINT": url, "MAX_CONCURRENCY": PARALLEL}
    environ |= {f"AMAZON_PHOTOS_{name}": str(value) for name, value in settings.items()}
    environ |= {name.replace("-", "_"): value for name, value in COOKIES.items()}
    began = time.perf_counter()
    with (own / "told").open("wb") as told:
        process = subprocess.Popen(
            [sys.executable, "-c", code, str(pictures)], env=environ, cwd=own, stdout=told, stderr=told
        )
        _, status, used = os.wait4(process.pid, 0)
    took = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise NotRun(f"it ended with {process.returncode}: {(own / 'told').read_text()[-200:]}")
    return took, used.ru_utime + used.ru_stime


_WHAT = "`upload` of 2,000 × 200 KB by the command"
_YARDSTICK = "the library's call, a process too"

FIGURES = (
    Figure(
        rows=(
            Row(name="command-upload", what=_WHAT, yardstick=_YARDSTICK, bar=times_at_most(1.15)),
            Row(name="command-upload-cpu", what=f"{_WHAT}: CPU", yardstick=_YARDSTICK, bar=times_at_most(1.15)),
        ),
        measure=uploading,
        needs=("gcc",),
    ),
)
