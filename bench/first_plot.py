"""From an empty virtual environment to the first plot, timed: ``make first-plot``.

What a newcomer does: install this clone with its emulator, fill a library, read it as a table, draw it, all in a
temporary folder. How long pip takes depends on the network and its cache; the rest on this machine.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[1]
PROGRAM = """
import matplotlib

matplotlib.use("agg")
from amazon_photos import AmazonPhotos, emulator

with emulator.running(files=1000) as service:
    with AmazonPhotos(service.cookies, endpoint=service.url, progress=False) as ap:
        library = ap.db
        by_year = library.groupby(library.taken.dt.year)["size"].count()
        by_year.plot(kind="bar").figure.savefig("plot.png")
"""


def main() -> None:
    """Do the steps one after the other, and print what each took."""
    with tempfile.TemporaryDirectory(prefix="first-plot-") as work:
        python = Path(work, "venv", "bin", "python")
        begin = time.monotonic()
        tell("make the environment", lambda: venv.create(Path(work, "venv"), with_pip=True))
        pip: list[str | Path] = [python, "-m", "pip", "install", "--quiet", "-c", ROOT / "constraints.txt"]
        tell("pip install '.[emulator]' matplotlib", lambda: run([*pip, f"{ROOT}[emulator]", "matplotlib"], work))
        tell("fill a library, read it, draw it", lambda: run([python, "-c", PROGRAM], work))
        if not Path(work, "plot.png").stat().st_size:
            sys.exit("the plot is empty")
        print(f"{time.monotonic() - begin:6.1f} s  in all")


def tell(what: str, do: Callable[[], None]) -> None:
    begin = time.monotonic()
    do()
    print(f"{time.monotonic() - begin:6.1f} s  {what}", flush=True)


def run(command: list[str | Path], folder: str) -> None:
    subprocess.run(command, cwd=folder, check=True)


if __name__ == "__main__":
    main()
