"""Where figures are measured: a temporary folder, the sizes, and rounds in turn."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory


@dataclass(frozen=True, slots=True, kw_only=True)
class Workshop:
    """``folder`` lasts as long as the bench.

    ``quick`` is for trying: small sizes, and bars that mean nothing. ``full`` is for what takes minutes to make, and
    for medians of five.
    """

    folder: Path
    quick: bool
    full: bool = False

    def size(self, full: int, quick: int) -> int:
        return quick if self.quick else full

    def rounds(self, full: int) -> int:
        return 1 if self.quick else max(full, 5) if self.full else full

    @contextmanager
    def scratch(self) -> Iterator[Path]:
        """A folder that goes with the block: what figures write must not fill the disk."""
        with TemporaryDirectory(dir=self.folder) as folder:
            yield Path(folder)


def in_turn(rounds: int, **runs: Callable[[], float]) -> dict[str, float]:
    """The median of what each run returns, A B A B …: what slows the machine for a while slows all of them."""
    found: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(rounds):
        for name, run in runs.items():
            gc.collect()
            found[name].append(run())
    return {name: statistics.median(values) for name, values in found.items()}


def seconds(work: Callable[[], object]) -> float:
    """How long it takes by the wall clock; throwing the result away is not part of it."""
    began = time.perf_counter()
    result = work()
    took = time.perf_counter() - began
    del result
    return took
