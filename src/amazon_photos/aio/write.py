"""Writes results to files: to a temporary name beside the target first, so that no target is ever half written."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Iterator
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from ..errors import LocalFileError, MissingExtra

if TYPE_CHECKING:
    import pandas as pd


def write_frame(frame: pd.DataFrame, out: str | PathLike[str], *, engine: str | None) -> None:
    """A frame as parquet. Raises ``LocalFileError``, and ``MissingExtra`` for an engine that is not installed."""
    chosen: Literal["auto", "pyarrow", "fastparquet"] = "fastparquet" if engine == "fastparquet" else "pyarrow"
    with _whole(Path(out)) as part:
        try:
            frame.to_parquet(part, engine=chosen, index=False)
        except ImportError as error:
            raise MissingExtra(f"engine={chosen!r} is not installed: pip install {chosen}") from error


def write_json(frame: pd.DataFrame, out: str | PathLike[str]) -> None:
    """A frame as a JSON list of objects. Raises ``LocalFileError``."""
    with _whole(Path(out)) as part:
        frame.to_json(part, orient="records", indent=2, force_ascii=False)


@contextlib.contextmanager
def _whole(target: Path) -> Iterator[Path]:
    """A temporary path that becomes ``target`` when the block ends well."""
    part = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        yield part
        os.replace(part, target)  # noqa: PTH105 - the atomic form
    except OSError as error:
        raise LocalFileError(f"cannot write {target}: {error.strerror or error}") from error
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
