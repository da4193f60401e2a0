"""The catalogue of a command, by its options: nothing is sent, and neither pandas nor aiohttp is loaded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import pyarrow as pa

from ..auth.precedence import resolve
from ..catalog.catalog import Catalog
from ..errors import CatalogError, InvalidInput
from ..frames.columns import choose_columns
from ..model.fields import COLUMNS, EXTRA_COLUMN
from .console import Console


def open_catalog(profile: str | None, catalog: Path | None) -> Catalog:
    """Open the catalogue that is meant. Raises ``CatalogError``, which says how it is made."""
    path = catalog or Path(resolve(profile=profile).settings.catalog)
    try:
        return Catalog.open(path)
    except CatalogError as error:
        if path.exists():
            raise
        raise CatalogError(f"there is no catalogue at {path} yet: `amazon-photos refresh` makes it") from error


def read_columns(text: str) -> list[str]:
    """Read ``--columns``: "short", "all", or names with commas between. Raises ``InvalidInput``."""
    names = [name for name in map(str.strip, text.split(",")) if name]
    if not names:
        raise InvalidInput(f'--columns takes "short", "all", or names with commas between, not {text!r:.80}')
    chosen = choose_columns(names[0] if len(names) == 1 else names)
    return [*COLUMNS, EXTRA_COLUMN] if chosen is None else chosen


def print_tables(console: Console, columns: Sequence[str], tables: Iterable[pa.Table]) -> None:
    """Print the rows of Arrow tables that come one after the other, each of some thousand rows."""
    console.batches(columns, (batch.columns for table in tables for batch in table.to_batches()))
