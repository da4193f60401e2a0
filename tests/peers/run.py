"""``make peers``: the emulator judged by a client that we did not write, the unmodified amazon-photos 0.0.97.

    python -m peers.run PYTHON          PYTHON: the interpreter of the predecessor's own environment

Every step is a call of the predecessor, looked at from the outside too: over plain HTTP. It ends as "works", as "its
fault N" (``docs/api.md``, "The predecessor's faults": then the step shows that the fault is its own and that the
emulator did as it should), or as "FAILS"; then the exit code is 1.
"""

import sys
import tempfile
from pathlib import Path

from amazon_photos.emulator import Options, running

from . import faults, library, many
from .peer import Outside, peer
from .scene import Report, Scene

REGION = "acbca"
"""Canada: of a US cookie it knows the marketplace by a spelling that Amazon refuses."""


def main(python):
    report = Report()
    with tempfile.TemporaryDirectory(prefix="peers-") as work, running(options=Options(region=REGION)) as service:
        outside = Outside(service.url, service.cookies)

        def act(name, steps):
            with peer(python, service.url, Path(work) / name) as client:
                report.run(steps, Scene(client, service, outside, Path(work)))

        act("empty", faults.EMPTY)
        outside.make_folders("Documents", "Web")
        act("library", library.STEPS)
        act("again", library.AGAIN)
        act("signed out", faults.SIGNED_OUT)
        service.reset(files=1000)
        act("many", many.STEPS)
    report.show()
    return report.exit_code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
