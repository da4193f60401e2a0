"""Writes results to files: to a temporary name beside the target first, so that no target is ever half written."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
from collections.abc import Iterator
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import BadInput, DiskFull, LocalFileError, MissingExtra
from ..files import expand_path

if TYPE_CHECKING:
    import pandas as pd

_FULL = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))


def read_target(out: str | PathLike[str]) -> Path:
    """Read ``out=``. Gives a whole path, for pandas takes ``~`` for the home folder itself. Raises ``BadInput``."""
    return Path(expand_path("out", out)).absolute()


def write_frame(frame: pd.DataFrame, out: str | PathLike[str], *, engine: str | None) -> None:
    """A frame as parquet. Raises ``LocalFileError``, and ``MissingExtra`` for an engine that is not installed."""
    with _whole(Path(out)) as part:
        if engine != "fastparquet":
            with part.open("xb") as file:  # ours, so that the system's errors are told as they are
                frame.to_parquet(file, engine="pyarrow", index=False)
            return
        try:
            frame.to_parquet(part, engine="fastparquet", index=False)
        except ImportError as error:
            raise MissingExtra("engine='fastparquet' is not installed: pip install fastparquet") from error


def require_parquet(out: str | PathLike[str]) -> None:
    """Raises ``BadInput`` for a name that promises something else."""
    if Path(out).suffix.lower() in (".csv", ".tsv", ".json", ".jsonl", ".xls", ".xlsx"):
        raise BadInput(f"out= is a parquet file, not {Path(out).name!r}: use the result's to_csv() and the like")


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
        if error.errno in _FULL:
            raise DiskFull(f"no room for {target}: make room and run again") from error
        raise LocalFileError(f"cannot write {target}: {error.strerror or error}") from error
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
