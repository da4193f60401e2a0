"""Frames of the library on the printer: which of their columns, in what order."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..errors import InvalidInput
from .console import Console

if TYPE_CHECKING:
    import pandas as pd


def print_frame(console: Console, frame: pd.DataFrame, short: Sequence[str] | None = None) -> None:
    """Print the rows of a frame; missing is None.

    ``short`` are the columns that are shown unless others are asked for. Raises ``InvalidInput`` for columns that it
    does not have.
    """
    from ..frames.records import to_records

    columns = [str(name) for name in frame.columns]
    if console.sort:
        frame = _sort(frame, console.sort, columns)
    wanted = choose(console.columns, columns, [name for name in short or columns if name in columns])
    console.table(wanted, (tuple(row.values()) for row in to_records(frame[wanted])))


def choose(asked: str | None, columns: Sequence[str], short: list[str]) -> list[str]:
    """Choose the columns that ``--columns`` asks for; None is "short".

    Raises ``InvalidInput``, with the nearest.
    """
    if asked is None or asked.strip() == "short":
        return short
    if asked.strip() == "all":
        return list(columns)
    wanted = list(dict.fromkeys(name.strip() for name in asked.split(",") if name.strip()))
    if not wanted:
        raise InvalidInput("--columns names no column: short, all, or names with commas between")
    return [check_column(name, columns) for name in wanted]


def _sort(frame: pd.DataFrame, sort: Sequence[str], columns: Sequence[str]) -> pd.DataFrame:
    names = [check_column(name.removeprefix("-"), columns) for name in sort]
    try:
        return frame.sort_values(names, ascending=[not name.startswith("-") for name in sort], kind="stable")
    except TypeError:
        raise InvalidInput(f"--sort: {', '.join(names)} holds what has no order, such as lists") from None


def check_column(name: str, columns: Sequence[str]) -> str:
    """Check that there is a column of that name, and return it. Raises ``InvalidInput``, with the nearest."""
    if name in columns:
        return name
    near = difflib.get_close_matches(name, columns, n=1, cutoff=0.6)
    hint = f"did you mean {near[0]}?" if near else f"there are: {', '.join(columns)}"
    raise InvalidInput(f"no column {name!r:.80} here: {hint}")
