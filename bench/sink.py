"""The native sink (``sink.c``): compiled on the spot, takes uploads and answers with the node."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from . import programs
from .figure import NotRun
from .nginx import free_port, wait_for

_SOURCE = Path(__file__).with_name("sink.c")
_ROOT = {"id": "root", "kind": "FOLDER", "status": "AVAILABLE", "isRoot": True, "ownerId": "BENCH", "parents": []}
_PAGE = {"count": 1, "data": [_ROOT | {"createdDate": "2020-01-01T00:00:00.000Z", "version": 1}]}


@contextmanager
def listening(folder: Path) -> Iterator[str]:
    """Gives the address. Every GET is answered by a page that holds only the root."""
    program, page, port = folder / "sink", folder / "page.json", free_port()
    page.write_text(json.dumps(_PAGE))
    _compile(program)
    with subprocess.Popen([str(program), str(port), str(page)]) as process:
        try:
            wait_for(port, process)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def _compile(program: Path) -> None:
    command = [programs.find("gcc") or "gcc", "-O3", "-pthread", "-o", str(program), str(_SOURCE), "-lm"]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    if run.returncode:
        raise NotRun(f"sink.c cannot be compiled: {(run.stderr.splitlines() or ['no word'])[0]}")
