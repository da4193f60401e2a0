"""How long it takes until something happens: importing the package, and an emulator with 200,000 files."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Mapping

from .figure import Figure, Reading, Row, at_most
from .workshop import Workshop, in_turn, seconds


def importing(workshop: Workshop) -> Mapping[str, Reading]:
    def python(code: str) -> float:
        return seconds(lambda: subprocess.run([sys.executable, "-c", code], check=True, cwd=workshop.folder))

    found = in_turn(workshop.rounds(25), nothing=lambda: python("pass"), ours=lambda: python("import amazon_photos"))
    return {"import": Reading(max(0.0, found["ours"] - found["nothing"]), found["nothing"])}


def inventing(workshop: Workshop) -> Mapping[str, Reading]:
    files = workshop.size(200_000, 5_000)

    def emulator() -> float:
        """Until it prints its address."""
        with workshop.scratch() as data:
            command = [sys.executable, "-m", "amazon_photos.emulator", "--port", "0", "--files", str(files)]
            began = time.perf_counter()
            with subprocess.Popen([*command, "--data", str(data)], stdout=subprocess.PIPE, text=True) as process:
                assert process.stdout is not None
                process.stdout.readline()
                took = time.perf_counter() - began
                process.send_signal(signal.SIGTERM)
                process.communicate()
        return took

    return {"invent": Reading(in_turn(workshop.rounds(3), ours=emulator)["ours"])}


FIGURES = (
    Figure(
        rows=(
            Row(
                name="import",
                what="import amazon_photos, beyond starting Python",
                yardstick="python -c pass",
                bar=at_most(0.060),
            ),
        ),
        measure=importing,
    ),
    Figure(rows=(Row(name="invent", what="emulator --files 200000", bar=at_most(10)),), measure=inventing),
)
