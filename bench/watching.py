"""One transfer, looked at in one way, in a process of its own: for ``make profile``."""

from __future__ import annotations

import importlib
import importlib.util
import io
import resource
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from . import children, transfers

_SHOWN = 40
_ALLOCATIONS = 25


def watched(name: str, by: str, sample: Mapping[str, Any], arguments: Mapping[str, Any]) -> Any:
    """In a child: a small transfer first, so that loading is no part of it, and then the one to look at."""
    transfer = getattr(transfers, name)
    transfer(**sample)
    return _WAYS[by](lambda: transfer(**arguments))


def _by_itself(work: Callable[[], float]) -> Mapping[str, float]:
    before = resource.getrusage(resource.RUSAGE_SELF)
    seconds = work()
    used = resource.getrusage(resource.RUSAGE_SELF)
    return {
        "seconds": seconds,
        "CPU, user": used.ru_utime - before.ru_utime,
        "CPU, system": used.ru_stime - before.ru_stime,
        "context switches, voluntary": used.ru_nvcsw - before.ru_nvcsw,
        "context switches, involuntary": used.ru_nivcsw - before.ru_nivcsw,
    }


def _by_function(work: Callable[[], float], order: str) -> str:
    stats = _yappi(work) if importlib.util.find_spec("yappi") else _cprofile(work)
    stats.sort_stats(order).print_stats(_SHOWN)
    return str(stats.stream.getvalue()).replace(f"{children.ROOT}/", "")


def _yappi(work: Callable[[], float]) -> Any:
    yappi = importlib.import_module("yappi")
    yappi.set_clock_type("cpu")
    yappi.start(builtins=True, profile_threads=True)
    work()
    yappi.stop()
    stats = yappi.convert2pstats(yappi.get_func_stats())
    stats.stream = io.StringIO()
    return stats


def _cprofile(work: Callable[[], float]) -> Any:
    import cProfile
    import pstats

    profile = cProfile.Profile(time.thread_time)
    profile.runcall(work)
    return pstats.Stats(profile, stream=io.StringIO())


def _allocations(work: Callable[[], float]) -> str:
    if importlib.util.find_spec("memray"):
        return _memray(work)
    import tracemalloc

    tracemalloc.start()
    work()
    return f"{tracemalloc.get_traced_memory()[1] / 1e6:.1f} MB by Python's own allocators (memray tells more)"


def _memray(work: Callable[[], float]) -> str:
    memray = importlib.import_module("memray")
    with TemporaryDirectory() as folder:
        file = Path(folder) / "memray.bin"
        with memray.Tracker(file):
            work()
        reader = memray.FileReader(file)
        records = list(reader.get_high_watermark_allocation_records(merge_threads=True))
    sizes: dict[str, int] = {}
    for record in records:
        place = _place(record.stack_trace(max_stacks=12))
        sizes[place] = sizes.get(place, 0) + record.size
    top = sorted(sizes.items(), key=lambda item: -item[1])[:_ALLOCATIONS]
    return "\n".join(
        [f"{sum(sizes.values()) / 1e6:8.1f} MB in all", *(f"{size / 1e6:8.2f} MB  {place}" for place, size in top)]
    )


def _place(stack: list[tuple[str, str, int]]) -> str:
    """The line that allocated, and the nearest of ours that led to it."""
    frames = [f"{function} ({'/'.join(Path(file).parts[-3:])}:{line})" for function, file, line in stack]
    ours = next((frame for frame in frames if "amazon_photos/" in frame), "")
    return " < ".join(dict.fromkeys(frame for frame in (*frames[:1], ours) if frame)) or "?"


_WAYS: Mapping[str, Callable[[Callable[[], float]], Any]] = {
    "nothing": lambda work: None,
    "itself": _by_itself,
    "own": lambda work: _by_function(work, "tottime"),
    "total": lambda work: _by_function(work, "cumulative"),
    "allocations": _allocations,
}
