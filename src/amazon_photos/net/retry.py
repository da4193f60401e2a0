"""The one owner of retries: whether something is tried again, after how long, and how often.

::

    async for attempt in policy.attempts():
        with attempt:
            return await send()

An error that another attempt can help against is swallowed, and the next turn of the loop begins once it is time; any
other, and the last, goes on as itself. Who has to look before trying again calls ``attempt.note_failure(error)``.

Nothing is tried again here after a 401: the session is renewed first, if it can be (``renewer``). After a 429 always:
it was not carried out. After a failure with an unknown outcome (5xx, a broken connection, a time-out) only if doing it
twice does no harm.

A call says in ``retried_by`` who owns its attempts: uploads and downloads look for what arrived before they go on, so
the transfer does; for everything else it is ``Session.send``. Nobody tries again what somebody below has tried again,
and so ``Settings.max_attempts`` is how often one request is sent, whatever it is for.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Self

from ..errors import AmazonPhotosError, ContentMismatch, RateLimited, ServiceError, Unavailable
from ..settings import Settings
from .limits import log_level_for
from .waits import Waits, explain_wait

_log = logging.getLogger("amazon_photos.net")
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
    waits: Waits = field(default_factory=Waits, repr=False, compare=False)
    """Is told of every pause."""

    @classmethod
    def of(cls, settings: Settings, waits: Waits | None = None) -> Policy:
        """Make the policy that the settings ask for; ``waits`` is told of every pause."""
        first, longest = settings.backoff_initial, settings.backoff_max
        return cls(settings.max_attempts, first, longest, settings.retry_budget, waits=waits or Waits())

    def attempts(self, *, idempotent: bool = True, describe: Callable[[], str] = str) -> Attempts:
        """Begin the attempts at one thing; ``idempotent``: doing it twice does no harm.

        ``describe`` gives what the log calls it where an error does not say which request met it.
        """
        return Attempts(self, idempotent=idempotent, describe=describe)

    def wait(self, error: AmazonPhotosError, *, attempt: int, waited: float, idempotent: bool) -> float | None:
        """Return the seconds to wait before attempt ``attempt + 1`` (the first is 1); None: give up.

        Pure: no clock, no sleep.
        """
        if not error.retryable or attempt >= self.max_attempts:
            return None
        if not idempotent and not error.not_carried_out:
            return None
        pause = self.pause(error, attempt)
        return pause if waited + pause <= self.budget and pause <= _MAX_RETRY_AFTER else None

    def pause(self, error: AmazonPhotosError, failures: int) -> float:
        """Return the seconds to wait after so many failures: what Amazon asked for, or more. Pure."""
        asked = error.retry_after if isinstance(error, RateLimited | Unavailable) else None
        own = min(self.longest, self.first * 2.0 ** min(failures - 1, 64)) * self.jitter()
        return max(own, asked or 0.0)


class Attempts:
    """Gives itself for each attempt, once it is time, and ends never: the last failure is raised."""

    def __init__(self, policy: Policy, *, idempotent: bool = True, describe: Callable[[], str] = str) -> None:
        self._policy = policy
        self._idempotent = idempotent
        self._describe = describe
        self.reset()

    def reset(self) -> None:
        """Count from the beginning: what is tried next is another request than what failed."""
        self._failures, self._waited, self._pause = 0, 0.0, 0.0
        self._reason = ""

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Self:
        pause, self._pause = self._pause, 0.0
        self._waited += pause
        if pause:
            with self._policy.waits.pausing(self._reason):
                await asyncio.sleep(pause)
        return self

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> bool:
        return isinstance(error, AmazonPhotosError) and self._is_worth_another(error, error)

    def note_failure(self, error: AmazonPhotosError, *, judged: AmazonPhotosError | None = None) -> None:
        """Plan another attempt, or raise ``error`` if there is none; ``judged`` is what decides in its place."""
        if not self._is_worth_another(error, judged or error):
            raise error

    def _is_worth_another(self, error: AmazonPhotosError, judged: AmazonPhotosError) -> bool:
        self._failures += 1
        pause = self._policy.wait(judged, attempt=self._failures, waited=self._waited, idempotent=self._idempotent)
        if pause is None:
            return False
        error.request = error.request or self._describe()
        self._pause, self._reason = pause, explain_wait(error)
        self._policy.waits.retries += 1
        _log.log(log_level_for(pause), "%s%s; trying again in %.1f s", _describe_request(error), error, pause)
        return True


def _describe_request(error: AmazonPhotosError) -> str:
    if not error.request:
        return ""
    came = error.status if isinstance(error, ServiceError) else "no answer"
    return f"{error.request} -> {'wrong content' if isinstance(error, ContentMismatch) else came}: "
