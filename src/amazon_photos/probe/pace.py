"""How fast the probe asks."""

from __future__ import annotations

from ..errors import InvalidInput

PAUSE = 1.0
"""Seconds between two requests."""
MAX_PAUSE = 3600.0


def check_pause(pause: float) -> None:
    """Check, before anything is sent, that a pause ends. Raises ``InvalidInput``, for NaN as well."""
    if isinstance(pause, bool) or not isinstance(pause, int | float) or not 0 <= pause <= MAX_PAUSE:
        raise InvalidInput(f"pause must be from 0 to {MAX_PAUSE:,.0f} seconds, not {pause!r}")
