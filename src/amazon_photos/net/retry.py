"""Whether to send a request again, and after how long. Pure: no clock, no sleep.

Never after a 401. After a 429 always: it was not carried out. After a failure with an unknown outcome (5xx, a
broken connection, a time-out) only if sending it twice does no harm.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from ..errors import AmazonPhotosError, RateLimited, Unavailable
from ..settings import Settings

_MAX_RETRY_AFTER = 600.0
"""The longest Retry-After that is waited for, in seconds."""


@dataclass(frozen=True, slots=True)
class Policy:
    """Exponential back-off with full jitter, bounded in attempts and in seconds of waiting."""

    max_attempts: int
    first: float
    longest: float
    budget: float
    jitter: Callable[[], float] = random.random

    @classmethod
    def of(cls, settings: Settings) -> Policy:
        return cls(settings.max_attempts, settings.backoff_initial, settings.backoff_max, settings.retry_budget)

    def wait(self, error: AmazonPhotosError, *, attempt: int, waited: float, idempotent: bool) -> float | None:
        """Seconds to wait before attempt ``attempt + 1`` (the first is 1); None: give up."""
        if not error.retryable or attempt >= self.max_attempts:
            return None
        not_carried_out = isinstance(error, RateLimited) and not isinstance(error, Unavailable)
        if not idempotent and not not_carried_out:
            return None
        asked = error.retry_after if isinstance(error, RateLimited) else None
        own = min(self.longest, self.first * 2 ** (attempt - 1)) * self.jitter()
        pause = max(own, asked or 0.0)
        return pause if waited + pause <= self.budget and pause <= _MAX_RETRY_AFTER else None
