"""Which columns of the catalogue a command prints."""

from __future__ import annotations

from collections.abc import Sequence

from ..errors import InvalidInput
from ..frames.columns import choose_columns
from ..model.fields import COLUMNS, EXTRA_COLUMN


def read_columns(text: str | None, short: Sequence[str] | None = None) -> list[str]:
    """Read ``--columns``: "short", "all", or names with commas between; None is "short".

    ``short`` are the columns of a command that has its own. Raises ``InvalidInput``.
    """
    text = "short" if text is None else text.strip()
    if text == "short" and short is not None:
        return list(short)
    names: str | Sequence[str] = text
    if "," in text:
        names = [name.strip() for name in text.split(",") if name.strip()]
    if not names:
        raise InvalidInput("--columns names no column: short, all, or names with commas between")
    chosen = choose_columns(names)
    return [*COLUMNS, EXTRA_COLUMN] if chosen is None else chosen
