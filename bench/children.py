"""Work in a process of its own: nothing of another figure is in its memory, and its peak can be told.

The peak is ``VmHWM`` where there is one: ``ru_maxrss`` survives ``exec`` and may be the parent's.
"""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from .figure import NotRun

ROOT = Path(__file__).parents[1]
_STATUS = Path("/proc/self/status")


class Done(NamedTuple):
    """What the function returned, and the most memory its process ever held, in bytes."""

    value: Any
    peak: int


def call(
    function: Callable[..., Any], environ: Mapping[str, str] | None = None, /, *before: str, **arguments: Any
) -> Done:
    """Calls a function of a module of ours, with arguments that JSON can carry, in a new process.

    ``environ`` is added to our environment; ``before`` is a program that starts the process, such as strace.
    """
    run = subprocess.run(
        [*before, sys.executable, "-m", __name__, function.__module__, function.__name__],
        input=json.dumps(arguments, default=os.fspath),
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=clean_environ() | dict(environ or {}),
        check=False,
    )
    if run.returncode:
        last = _last_line(run.stderr)
        _, ours, why = last.partition(f"{NotRun.__name__}: ")
        raise NotRun(why if ours else f"{function.__name__} failed: {last}")
    return Done(**json.loads(run.stdout.splitlines()[-1]))


def run(command: Sequence[str], environ: Mapping[str, str] | None = None) -> Done:
    """Runs a program; seconds by the wall clock, and its peak, which is that of the largest of its processes.

    A small Python starts it, for the reason above.
    """
    done: Done = call(run_program, command=list(command), environ=dict(environ or {})).value
    return Done(*done)


def run_program(command: Sequence[str], environ: Mapping[str, str]) -> Done:
    """In a child, which is smaller than any program that is measured."""
    import resource
    import time

    began = time.perf_counter()
    run = subprocess.run(command, capture_output=True, text=True, env=os.environ | environ, check=False)
    took = time.perf_counter() - began
    if run.returncode:
        raise NotRun(f"{Path(command[0]).name} ended with {run.returncode}: {_last_line(run.stderr, 2)}")
    return Done(took, _in_bytes(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss))


def clean_environ() -> dict[str, str]:
    """Our environment without what sets us, or rclone, up."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("AMAZON_PHOTOS_", "RCLONE_"))}


def _last_line(text: str, lines: int = 1) -> str:
    return "; ".join(text.strip().splitlines()[-lines:]) or "without a word"


def _in_bytes(maxrss: int) -> int:
    return maxrss * (1 if sys.platform == "darwin" else 1024)


def memory(kind: str = "VmRSS") -> int:
    """Bytes this process holds now (VmRSS), or held at its peak (VmHWM)."""
    if _STATUS.exists():
        line = next(line for line in _STATUS.read_text().splitlines() if line.startswith(kind))
        return int(line.split()[1]) * 1024
    import resource

    return _in_bytes(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


def tell_peak() -> None:
    """Say on standard error how much memory this process has held."""
    print(memory("VmHWM"), file=sys.stderr)


def main(module: str, name: str) -> None:
    value = getattr(importlib.import_module(module), name)(**json.load(sys.stdin))
    print(json.dumps({"value": value, "peak": memory("VmHWM")}))


if __name__ == "__main__":
    main(*sys.argv[1:])
