"""Amounts as people read them: how many, how large, how long."""

from __future__ import annotations

_UNITS = ("B", "kB", "MB", "GB", "TB", "PB")


def show_count(count: int, noun: str) -> str:
    """Show how many there are of a ``noun`` in the plural: "1 file", "12,345 files"."""
    return f"{count:,} {noun.removesuffix('s') if count == 1 else noun}"


def show_size(size: float, *, of: float | None = None) -> str:
    """Show bytes in powers of 1,000, as files are sold and shown: "34.0 MB"; with ``of``, "4.5/34.0 MB"."""
    unit, scale = 0, 1
    while max(size, of or 0) >= 999.95 * scale and unit < len(_UNITS) - 1:
        unit, scale = unit + 1, scale * 1000
    numbers = [f"{value / scale:,.1f}" if unit else f"{value:,.0f}" for value in (size, of) if value is not None]
    return f"{'/'.join(numbers)} {_UNITS[unit]}"


def show_duration(seconds: float) -> str:
    """Show a time as a clock does, in whole seconds: "0:05", "1:02:03"."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
