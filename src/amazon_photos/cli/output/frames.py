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
_ROWS_AT_ONCE = 1_000


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


def print_rows(console: Console, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Print rows of Python's values, as ``print_frame`` does. Raises ``InvalidInput``."""
    found = list(rows)
    for name in reversed(console.sort):  # by the first of them last, as sorting keeps the order of equals
        place = list(columns).index(check_column(name.removeprefix("-"), columns))
        found.sort(key=lambda row: (row[place] is not None, str(row[place])), reverse=name.startswith("-"))
    wanted = choose(console.columns, columns, list(columns))
    places = [list(columns).index(name) for name in wanted]
    console.table(wanted, (tuple(row[place] for place in places) for row in found))


def to_table(found: Any) -> pa.Table:
    """Return results as a table, whichever client gave them."""
    import pyarrow as pa

    return found if isinstance(found, pa.Table) else pa.Table.from_pandas(found, preserve_index=False)


def print_table(console: Console, table: pa.Table, short: Sequence[str] | None = None) -> None:
    """Print the rows of an Arrow table, as ``print_frame`` does, and without pandas."""
    columns = table.column_names
    if console.sort:
        table = _sort_table(table, console.sort, columns)
    wanted = choose(console.columns, columns, [name for name in short or columns if name in columns])
    batches = table.select(wanted).to_batches(max_chunksize=_ROWS_AT_ONCE)
    console.batches(wanted, (list(map(_reword_column, wanted, batch.columns)) for batch in batches))


def _print_rows(console: Console, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    told = [name in _ADVICE for name in columns]
    console.table(columns, (tuple(map(_reword, row, told)) for row in rows) if any(told) else rows)


def _reword_column(name: str, column: pa.Array) -> Any:
    return [_reword(value, True) for value in column.to_pylist()] if name in _ADVICE else column


def _reword(value: Any, is_advice: bool) -> Any:
    return to_command_line(value) if is_advice and isinstance(value, str) else value


def check_printing(console: Console, columns: Sequence[str]) -> None:
    """Check that ``--columns`` and ``--sort`` name some of these, before anything is done.

    Raises ``InvalidInput``.
    """
    choose(console.columns, columns, [])
    for name in console.sort:
        check_column(name.removeprefix("-"), columns)


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


def _sort_table(table: pa.Table, sort: Sequence[str], columns: Sequence[str]) -> pa.Table:
    import pyarrow as pa
    import pyarrow.compute as pc

    keys = [
        (check_column(name.removeprefix("-"), columns), "descending" if name.startswith("-") else "ascending")
        for name in sort
    ]
    try:
        return table.take(pc.sort_indices(table, sort_keys=keys))
    except (pa.ArrowTypeError, pa.ArrowNotImplementedError, pa.ArrowInvalid):
        raise _no_order([name for name, _ in keys]) from None


def _sort(frame: pd.DataFrame, sort: Sequence[str], columns: Sequence[str]) -> pd.DataFrame:
    names = [check_column(name.removeprefix("-"), columns) for name in sort]
    try:
        return frame.sort_values(names, ascending=[not name.startswith("-") for name in sort], kind="stable")
    except TypeError:
        raise _no_order(names) from None


def _no_order(names: Sequence[str]) -> InvalidInput:
    return InvalidInput(f"--sort: {', '.join(names)} holds what has no order, such as lists")


def check_column(name: str, columns: Sequence[str]) -> str:
    """Check that there is a column of that name, and return it. Raises ``InvalidInput``, with the nearest."""
    if name in columns:
        return name
    near = difflib.get_close_matches(name, columns, n=1, cutoff=0.6)
    hint = f"did you mean {near[0]}?" if near else f"there are: {', '.join(columns)}"
    raise InvalidInput(f"no column {name!r:.80} here: {hint}")
