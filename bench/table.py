"""The table of results: on the terminal, and between two marks in docs/performance.md."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from . import machine
from .figure import Bar, Result, Row, Unit

DOCUMENT = Path(__file__).parents[1] / "docs" / "performance.md"
_PLACE = re.compile(r"(<!-- results -->\n).*?(<!-- end of results -->)", re.DOTALL)
_TITLES = ("name", "what", "ours", "yardstick", "", "ratio", "bar", "")
_SCALES: dict[Unit, tuple[tuple[float, float, str], ...]] = {
    # from, divided by, unit
    "s": ((1, 1, "s"), (1e-3, 1e-3, "ms"), (0, 1e-6, "µs")),
    "bytes": ((1e9, 1e9, "GB"), (1e6, 1e6, "MB"), (1e3, 1e3, "kB"), (0, 1, "bytes")),
    "count": ((0, 1, ""),),
}


def quantity(value: float, unit: Unit) -> str:
    """Three digits, with the unit that fits.

    >>> quantity(0.0123, "s"), quantity(2.5e9, "bytes"), quantity(7, "count")
    ('12.3 ms', '2.5 GB', '7')

    What is a difference may be below nothing.

    >>> quantity(-2.5e6, "bytes")
    '-2.5 MB'
    """
    _, divisor, name = next(scale for scale in _SCALES[unit] if abs(value) >= scale[0])
    number = f"{value / divisor:.3g}" if value / divisor < 1000 else f"{value / divisor:.0f}"
    return f"{number} {name}".rstrip()


def bar(limit: Bar, unit: Unit) -> str:
    texts = {"figure": f"≤ {quantity(limit.value, unit)}", "ratio": f"≤ {limit.value:g}×"}
    return (texts | {"speed": f"≥ {limit.value:g}× faster", "nothing": "none"})[limit.of]


def _ratio(result: Result) -> str:
    ratio = result.reading.ratio if result.reading else None
    if ratio is None or result.row.bar.of == "figure":
        return ""
    is_speed = result.row.bar.of == "speed" or (result.row.bar.of == "nothing" and ratio < 1)
    return f"{1 / ratio:.1f}× faster" if is_speed else f"{ratio:.2f}×"


def cells(result: Result, *, judged: bool = True) -> tuple[str, ...]:
    row, reading = result.row, result.reading
    if reading is None:
        why = f"not measured: {result.why_not}"
        return (row.name, row.what, "", "", row.yardstick, "", bar(row.bar, row.unit), why)
    yardstick = "" if reading.yardstick is None else quantity(reading.yardstick, row.unit)
    verdict = "" if not judged or row.bar.of == "nothing" else "ok" if result.met else "MISSED"
    limit = bar(row.bar, row.unit)
    return (
        row.name,
        row.what,
        quantity(reading.ours, row.unit),
        yardstick,
        row.yardstick,
        _ratio(result),
        limit,
        verdict,
    )


def plain(lines: Sequence[Sequence[str]]) -> str:
    """Columns for a terminal."""
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join("  ".join(map(str.ljust, line, widths)).rstrip() for line in lines)


def text(results: Sequence[Result], *, judged: bool = True) -> str:
    """The table. Without ``judged`` no bar counts as missed."""
    return plain([_TITLES, *(cells(result, judged=judged) for result in results)])


def listed(rows: Sequence[Row]) -> str:
    """Every row, without results."""
    return plain([(row.name, row.what, row.yardstick, bar(row.bar, row.unit)) for row in rows])


def markdown(results: Sequence[Result]) -> str:
    lines = [("what", "ours", "yardstick", "ratio", "bar", ""), ("---", "---:", "---:", "---:", "---:", "---")]
    for result in results:
        _, what, ours, number, yardstick, ratio, limit, verdict = cells(result)
        lines.append((what, ours, f"{number} {yardstick}".strip(), ratio, limit, verdict))
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)


def write(results: Sequence[Result]) -> None:
    """Puts the results, the date and the machine into the document."""
    document = DOCUMENT.read_text("utf-8")
    found = f"\n{datetime.now(UTC):%Y-%m-%d}, {machine.facts()}.\n\n{markdown(results)}\n"
    DOCUMENT.write_text(_PLACE.sub(lambda place: place[1] + found + place[2], document), "utf-8")
