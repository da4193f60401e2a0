"""``ap.timeout(seconds)``: how long what is done in a block may take, on both faces."""

from __future__ import annotations

import asyncio
import numbers
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from ..errors import InvalidInput, TimedOut
from ..model.checks import show
from ..net.error_mapping import raise_without_context
from ..settings import MAX_SECONDS


def check_seconds(name: str, value: float) -> float:
    """Check that it is a time above 0 seconds, and return it.

    Raises ``InvalidInput``, which names the argument.
    """
    if not isinstance(value, numbers.Real) or isinstance(value, bool) or not 0 < value <= MAX_SECONDS:
        raise InvalidInput(f"{name} must be above 0 seconds (and at most {MAX_SECONDS:,.0f}), not {show(value)}")
    return float(value)


def time_over(seconds: float) -> TimedOut:
    """Return the error of what took longer than ``ap.timeout`` allows."""
    return TimedOut(f"this was not done within the {seconds:g} seconds of timeout()")


@asynccontextmanager
async def limit_time(seconds: float) -> AsyncIterator[None]:
    """End the block after so many ``seconds``, by ``TimedOut``; other time-outs pass as they are."""
    limit = asyncio.timeout(seconds)
    try:
        async with limit:
            yield
    except TimeoutError:
        if not limit.expired():
            raise
        raise_without_context(time_over(seconds))
