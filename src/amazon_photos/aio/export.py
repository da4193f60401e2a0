"""Writes results to files: to a temporary name beside the target first, so that no target is ever half written."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from os import PathLike
from pathlib import Path
from typing import IO, TYPE_CHECKING

from ..errors import InvalidInput
from ..files.atomic import write_atomically
from ..files.folders import make_folder
from ..files.os_errors import to_local_error
from ..files.target import find_target, shorten_path

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

_OTHER_FORMATS = (".csv", ".tsv", ".json", ".jsonl", ".xls", ".xlsx")


def write_frame(frame: pd.DataFrame, target: Path, *, table: pa.Table | None = None) -> None:
    """Write a frame as a parquet file.

    pandas, Dask, Polars and DuckDB read it, whatever the frame's ``dtype_backend`` is. ``table`` is what it was made
    of, where there is one. Raises ``LocalFileError``.
    """
    with _open_atomic(target) as file:
        _write_arrow(frame, table, file)


def _write_arrow(frame: pd.DataFrame, table: pa.Table | None, file: IO[bytes]) -> None:
    import pandas as pd
    import pyarrow as pa
    import pyarrow.parquet as pq

    from ..frames.to_pandas import decode_dictionaries

    told = pa.Schema.from_pandas(frame, preserve_index=False).metadata
    # pandas cannot read its own names of Arrow's types (list<item: string>[pyarrow]), and then not the file either.
    arrow = any(isinstance(dtype, pd.ArrowDtype) for dtype in frame.dtypes)
    found = pa.Table.from_pandas(frame, preserve_index=False) if table is None else decode_dictionaries(table)
    pq.write_table(found.replace_schema_metadata(None if arrow else told), file)


def write_json(frame: pd.DataFrame, target: Path) -> None:
    """Write a frame as a JSON list of objects. Raises ``LocalFileError``."""
    with _open_atomic(target) as file:
        text = frame.to_json(orient="records", indent=2, force_ascii=False)
        file.write((text or "").encode("utf-8", "surrogatepass"))


def parquet_target(out: str | PathLike[str]) -> Path:
    """Check where a parquet file goes, as ``json_target`` does; its name must tell no other format."""
    target = json_target(out)
    if target.suffix.lower() in _OTHER_FORMATS:
        raise InvalidInput(f"out= is a parquet file, not {target.name!r}: use the result's to_csv() and the like")
    return target


def json_target(out: str | PathLike[str]) -> Path:
    """Check where a file goes. Raises as ``find_target``."""
    return find_target("out", out)


@contextlib.contextmanager
def _open_atomic(target: Path) -> Iterator[IO[bytes]]:
    """Open a file that becomes ``target`` when the block ends well, in folders that are made where they are missing."""
    try:
        make_folder(target.parent)
        with write_atomically(target, fsync=True) as file:
            yield file
    except OSError as error:
        raise to_local_error(error, f"cannot write {shorten_path(str(target))}") from error
