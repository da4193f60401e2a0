"""The catalogue as a frame, kept for one version of its file: ``ap.db.name`` and ``ap.db.size`` read it once."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from ..frames.columns import DtypeBackend
from . import view
from .store import MAX_WARM_BYTES, Store

if TYPE_CHECKING:
    import pandas as pd


class FrameCache:
    """Gives the catalogue as a DataFrame, and keeps one until the file changes.

    Each answer is a copy, and the caller's own. Text, most of a catalogue, is Arrow's and never written in place, so
    pandas shares it; numbers, dates and flags are copied. A shallow copy would not do: pandas copies on write from
    version 3 on, and there what is written through ``Series.array`` would still be seen by the next who asks.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._kept: tuple[tuple[int, int, int], DtypeBackend | None, pd.DataFrame] | None = None

    def load(self, dtype_backend: DtypeBackend | None = None) -> pd.DataFrame:
        """Return the catalogue as it is now. Raises as ``Store.read``. A frame of more than 1 GiB is not kept."""
        with self._lock:
            version = self._store.version()
            if self._kept is not None and self._kept[:2] == (version, dtype_backend):
                return self._kept[2].copy()
            self._kept = None
            frame = view.frame(self._store, dtype_backend=dtype_backend)
            if frame.memory_usage(deep=False).sum() > MAX_WARM_BYTES:
                return frame
            self._kept = version, dtype_backend, frame
            return frame.copy()
