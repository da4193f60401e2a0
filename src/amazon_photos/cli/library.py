"""The catalogue of a command, by its options: nothing is sent, and neither pandas nor aiohttp is loaded."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ..auth.precedence import resolve
from ..catalog.catalog import Catalog
from ..errors import CatalogError
from ..frames.columns import choose_columns
from ..model.fields import COLUMNS, EXTRA_COLUMN


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
    names: str | Sequence[str] = text.strip()
    if "," in text:
        names = [name.strip() for name in text.split(",") if name.strip()]
    chosen = choose_columns(names)
    return [*COLUMNS, EXTRA_COLUMN] if chosen is None else chosen
