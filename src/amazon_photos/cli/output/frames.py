"""Frames of the library on the printer: which of their columns, in what order."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from ...errors import InvalidInput
from ..wording import to_command_line
from .console import Console

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

_ADVICE = ("reason", "note")
"""Columns that say what to do, in the library's words."""


def print_frame(console: Console, frame: pd.DataFrame, short: Sequence[str] | None = None) -> None:
    """Print the rows of a frame; missing is None.

    ``short`` are the columns that are shown unless others are asked for. Raises ``InvalidInput`` for columns that it
    does not have.
    """
    from ...frames.records import to_records

    columns = [str(name) for name in frame.columns]
    if console.sort:
        frame = _sort(frame, console.sort, columns)
    wanted = choose(console.columns, columns, [name for name in short or columns if name in columns])
    _print_rows(console, wanted, (tuple(row.values()) for row in to_records(frame[wanted])))


def print_table(console: Console, table: pa.Table, short: Sequence[str] | None = None) -> None:
    """Print the rows of an Arrow table, as ``print_frame`` does.

    Pandas is loaded where they are to be sorted.
    """
    if console.sort:
        print_frame(console, table.to_pandas(), short)
        return
    columns = table.column_names
    wanted = choose(console.columns, columns, [name for name in short or columns if name in columns])
    _print_rows(console, wanted, (tuple(row.values()) for row in table.select(wanted).to_pylist()))


def _print_rows(console: Console, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    told = [name in _ADVICE for name in columns]
    console.table(columns, (tuple(map(_tell, row, told)) for row in rows) if any(told) else rows)


def _tell(value: Any, is_advice: bool) -> Any:
    return to_command_line(value) if is_advice and isinstance(value, str) else value


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
