"""What a session waits for now, and why, in words that people may see: for whoever shows progress.

::

    waiting 12 s: Amazon asks to slow down (429)             nothing is sent before
    retrying 3: no answer from content-na.drive.amazonaws.com   three requests pause, others go on

The loop's thread tells it, any thread looks at it. Of addresses there is the host only.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from ..errors import (
    AmazonPhotosError,
    ConnectionFailed,
    ContentMismatch,
    NetworkError,
    RateLimited,
    RenewalFailed,
    ServiceError,
)


class Waits:
    """``retries`` counts the requests that were sent again, or are going to be."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.retries = 0
        self._clock = clock
        self._held = 0.0, ""  # each is replaced whole: other threads look at it
        self._pauses: tuple[str, ...] = ()

    def hold(self, seconds: float, error: AmazonPhotosError) -> None:
        """Note that nothing is sent for so many seconds."""
        if seconds > 0:
            self._held = max(self._held, (self._clock() + seconds, explain_wait(error)))

    @contextmanager
    def pausing(self, reason: str) -> Iterator[None]:
        """Note, while the block lasts, that a request is going to be sent again, and why."""
        self._pauses = (*self._pauses, reason)
        try:
            yield
        finally:
            left = list(self._pauses)
            left.remove(reason)
            self._pauses = tuple(left)

    def tell(self) -> str:
        """Return what is waited for now; "" for nothing."""
        (until, reason), pauses = self._held, self._pauses
        if (left := until - self._clock()) > 0:
            return f"waiting {math.ceil(left):,} s: {reason}"
        return f"retrying {len(pauses):,}: {pauses[-1]}" if pauses else ""


def explain_wait(error: AmazonPhotosError) -> str:
    """Explain in a few words why a request has to be sent again."""
    host = error.request.partition(" ")[2].partition("/")[0] or "Amazon"
    match error:
        case RateLimited():
            return f"Amazon asks to slow down ({error.status})"
        case RenewalFailed():
            return "the session cannot be renewed now"
        case ServiceError():
            return f"Amazon is not available ({error.status})"
        case ConnectionFailed():
            return f"no connection to {host}"
        case NetworkError():
            return f"no answer from {host}"
        case ContentMismatch():
            return "what arrived was damaged"
        case _:
            return "it failed"
