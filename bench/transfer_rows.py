"""The rows that tell of transfers: small files and large ones, down and up, against the yardsticks of ``transfers``."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from .figure import NO_BAR, Bar, Figure, Reading, Row, at_most, faster, times_at_most
from .transfers import Found, down, large_files, small_files, up
from .workshop import Workshop


def small(workshop: Workshop, way: str) -> Mapping[str, Reading]:
    return _readings(f"small-{way}", _WAYS[way](workshop, small_files(workshop)))


def large(workshop: Workshop, way: str) -> Mapping[str, Reading]:
    return _readings(f"large-{way}", _WAYS[way](workshop, large_files(workshop)))


def _readings(name: str, found: Found) -> Mapping[str, Reading]:
    took, whole, importing = dict(found.seconds), found.peak("ours"), found.peak("importing")
    ours = took.pop("ours")
    readings = {f"{name}-{rival}": Reading(ours, seconds) for rival, seconds in took.items()}
    if "rclone" in took:
        readings[f"{name}-rclone-memory"] = Reading(whole, found.peak("rclone"))
    return readings | {f"{name}-memory": Reading(whole), f"{name}-beyond": Reading(whole - importing, importing)}


_WAYS = {"down": down, "up": up}
_NEEDS = {"down": ("nginx", "curl"), "up": ("gcc", "curl")}
_HOW = {"down": "verified and renamed", "up": "hashed first"}


def _small_figure(way: str, *, curl: float, httpx: float, rclone: Bar | None = None) -> Figure:
    name, size = f"small-{way}", f"2,000 × 200 KB {way}"
    what = f"{size}, {_HOW[way]}"
    by_curl = Row(name=f"{name}-curl", what=what, yardstick="curl -Z", bar=times_at_most(curl))
    by_httpx = Row(name=f"{name}-httpx", what=what, yardstick="httpx, bare streaming", bar=faster(httpx))
    fed = Row(name=f"{name}-httpx-fed", what=what, yardstick="httpx, fed by 16 tasks", bar=NO_BAR)
    by_rclone = _rclone_rows(name, size, what, rclone) if rclone else ()
    others = (*by_rclone, by_httpx, fed, _aiohttp_row(name, what))
    rows = (by_curl, *others, _whole_row(name, size, NO_BAR), _beyond_row(name, size))
    return Figure(rows=rows, measure=partial(small, way=way), needs=(*_NEEDS[way], "httpx"))


def _large_figure(way: str, *, curl: float, rclone: Bar | None = None) -> Figure:
    name, size = f"large-{way}", f"4 × 500 MB {way}"
    what = f"{size}, MD5 included"
    wall = Row(name=f"{name}-curl", what=what, yardstick="curl -Z", bar=times_at_most(curl))
    by_rclone = _rclone_rows(name, size, what, rclone) if rclone else ()
    others = (*by_rclone, _aiohttp_row(name, what))
    rows = (wall, *others, _whole_row(name, size, at_most(150e6)), _beyond_row(name, size))
    return Figure(rows=rows, measure=partial(large, way=way), needs=_NEEDS[way])


def _rclone_rows(name: str, size: str, what: str, bar: Bar) -> tuple[Row, Row]:
    wall = Row(name=f"{name}-rclone", what=what, yardstick="rclone copy", bar=bar, needs=("rclone",))
    peak = Row(
        name=f"{name}-rclone-memory",
        what=f"{size}: peak memory",
        yardstick="rclone copy",
        bar=NO_BAR,
        unit="bytes",
        needs=("rclone",),
    )
    return wall, peak


def _aiohttp_row(name: str, what: str) -> Row:
    """Tell how much of the way to curl is aiohttp's, and how much is ours."""
    return Row(name=f"{name}-aiohttp", what=what, yardstick="aiohttp, MD5 included", bar=NO_BAR)


def _whole_row(name: str, size: str, bar: Bar) -> Row:
    return Row(name=f"{name}-memory", what=f"{size}: peak memory", bar=bar, unit="bytes")


def _beyond_row(name: str, size: str) -> Row:
    return Row(
        name=f"{name}-beyond",
        what=f"{size}: peak memory beyond importing",
        yardstick="importing, and a client",
        bar=at_most(40e6),
        unit="bytes",
    )


FIGURES = (
    _small_figure("down", curl=1.25, httpx=7, rclone=times_at_most(1.2)),
    _small_figure("up", curl=2.4, httpx=5),
    _large_figure("down", curl=1.25, rclone=NO_BAR),
    _large_figure("up", curl=1.4),
)
