"""The client of a command, by its options: for what the catalogue alone cannot answer."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .console import Console

if TYPE_CHECKING:
    import pandas as pd

    from ..blocking.client import AmazonPhotos


def open_client(
    cookies: Path | None,
    tld: str | None,
    endpoint: str | None,
    *,
    profile: str | None = None,
    catalog: Path | None = None,
) -> AmazonPhotos:
    """Open a client; it shows how far it is where somebody is watching. Raises ``CredentialsError``."""
    from ..blocking.client import AmazonPhotos

    return AmazonPhotos(cookies, tld=tld, endpoint=endpoint, profile=profile, catalog=catalog)


def print_frame(console: Console, frame: pd.DataFrame, columns: Sequence[str] | None = None) -> None:
    """Print the rows of a frame, or some of its columns; missing is None."""
    from ..frames.records import to_records

    shown = frame if columns is None else frame[list(columns)]
    names: list[str] = [str(name) for name in shown.columns]
    rows: list[dict[str, Any]] = to_records(shown)
    console.table(names, (tuple(row.values()) for row in rows))
