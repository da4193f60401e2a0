"""Which columns of the catalogue a command prints."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pyarrow as pa

from ...errors import InvalidInput
from ...frames.columns import choose_columns
from ...model.fields import COLUMNS, EXTRA_COLUMN
from .console import Console

ON_SCREEN = ("name", "taken", "size", "kind", "id")
"""What is shown at a terminal unless columns are asked for: the short ones are more than most are wide."""


def read_shown(console: Console) -> list[str]:
    """Read which columns of nodes a command prints. Raises ``InvalidInput``."""
    at_ease = console.columns is None and console.output == "table"
    return list(ON_SCREEN) if at_ease else read_columns(console.columns)


def read_columns(text: str | None, short: Sequence[str] | None = None) -> list[str]:
    """Read ``--columns``: "short", "all", or names with commas between; None is "short".

    ``short`` are the columns of a command that has its own. Raises ``InvalidInput``.
    """
    names = [name for name in map(str.strip, ("short" if text is None else text).split(",")) if name]
    if not names:
        raise InvalidInput(f'--columns takes "short", "all", or names with commas between, not {text!r:.80}')
    if names == ["short"] and short is not None:
        return list(short)
    chosen = choose_columns(names[0] if len(names) == 1 else names)
    return [*COLUMNS, EXTRA_COLUMN] if chosen is None else chosen


def print_tables(console: Console, columns: Sequence[str], tables: Iterable[pa.Table]) -> None:
    """Print the rows of Arrow tables that come one after the other, each of some thousand rows."""
    console.batches(columns, (batch.columns for table in tables for batch in table.to_batches()))
