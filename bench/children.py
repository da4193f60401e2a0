"""Work in a process of its own: nothing of another figure is in its memory, and its peak can be told.

The peak is ``VmHWM`` where there is one: ``ru_maxrss`` survives ``exec`` and may be the parent's.
"""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from .figure import NotRun

ROOT = Path(__file__).parents[1]
_STATUS = Path("/proc/self/status")


class Done(NamedTuple):
    """What the function returned, and the most memory its process ever held, in bytes."""

    value: Any
    peak: int


def call(function: Callable[..., Any], **arguments: Any) -> Done:
    """Calls a function of a module of ours, with arguments that JSON can carry, in a new process."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("AMAZON_PHOTOS_")}
    run = subprocess.run(
        [sys.executable, "-m", __name__, function.__module__, function.__name__],
        input=json.dumps(arguments, default=os.fspath),
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=environ,
        check=False,
    )
    if run.returncode:
        raise NotRun(f"{function.__name__} failed: {(run.stderr.strip().splitlines() or ['without a word'])[-1]}")
    return Done(**json.loads(run.stdout.splitlines()[-1]))


def memory(kind: str = "VmRSS") -> int:
    """Bytes this process holds now (VmRSS), or held at its peak (VmHWM)."""
    if _STATUS.exists():
        line = next(line for line in _STATUS.read_text().splitlines() if line.startswith(kind))
        return int(line.split()[1]) * 1024
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def tell_peak() -> None:
    """Say on standard error how much memory this process has held."""
    print(memory("VmHWM"), file=sys.stderr)


def main(module: str, name: str) -> None:
    value = getattr(importlib.import_module(module), name)(**json.load(sys.stdin))
    print(json.dumps({"value": value, "peak": memory("VmHWM")}))


if __name__ == "__main__":
    main(*sys.argv[1:])
