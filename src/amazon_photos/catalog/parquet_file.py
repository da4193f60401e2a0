"""The catalogue as one open Parquet file: how it is written, and which error says what is wrong with one."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ..errors import CatalogDamaged, CatalogError, CatalogTooNew, NotACatalog
from ..frames.columns import schema as node_schema
from ..frames.freed_memory import give_back
from ..query.constants import join_chunks, number_rows, to_scalar
from . import schema
from .damage import SUSPECT, is_damaged
from .os_errors import is_of_the_machine, translate_os_errors
from .schema import Header

ROWS_PER_GROUP = 1 << 15
"""Some months of a large library. Reading one row with all of its columns takes 40 ms; larger groups take longer."""
_WANTED_GROUPS = 8
"""Of a catalogue too small for as many full ones: whoever writes or merges one holds a group or two in memory."""
_MIN_ROWS_PER_GROUP = 1 << 12
SMALL_PAGES = 1 << 15
"""Bytes, before they are compressed. With Arrow's 1 MB, writing a small group takes twice as much memory."""
REFRESH = "AmazonPhotos.refresh()"
_ANOTHER = "keeps it aside and builds another"
INSTEAD = f"{REFRESH} {_ANOTHER}"
_UNPROVEN = "nothing proves that it is damaged: try again, or move it away, and {} builds another"


@contextlib.contextmanager
def open_parquet(path: Path, *, what: str = "catalogue", refresh: str = REFRESH) -> Iterator[pq.ParquetFile]:
    """Open one and the same file from the header to the last row, even if it is replaced meanwhile.

    ``what`` it is in messages, and ``refresh`` what builds another.
    What the block finds wrong with it is told with the path, and with what there is to do: ``CatalogDamaged`` and its
    kinds, or ``CatalogError`` where nothing proves that the file is to blame.
    """
    with translate_os_errors("read", path), path.open("rb") as file, pa.OSFile(os.fsencode(path)) as native:
        # Arrow's threads outlive what they read: with Python's file they aborted a process that ended just then
        try:
            with pq.ParquetFile(native, page_checksum_verification=True, pre_buffer=True) as parquet:
                yield parquet
        except SUSPECT as error:
            if is_of_the_machine(error):
                raise
            if not is_damaged(file):
                raise CatalogError(
                    f"cannot read {path} at this moment: {error}; {_UNPROVEN.format(refresh)}"
                ) from error
            raise CatalogDamaged(f"{path} is damaged: {refresh} {_ANOTHER}") from error
        except NotACatalog:
            raise NotACatalog(f"{path} is no {what} of this package: {refresh} keeps it aside") from None
        except CatalogTooNew:
            raise CatalogTooNew(f"{path} was made by a newer version of this package: update it") from None
        except CatalogDamaged as damage:
            raise CatalogDamaged(f"{path} is damaged ({damage}): {refresh} {_ANOTHER}") from None


def write_parquet(file: IO[bytes], groups: Iterable[pa.Table], header: Header) -> None:
    """Write a catalogue's rows, in its order, and what it says about itself.

    Each table becomes a row group, a larger one several.
    """
    columns, left = node_schema(), iter(groups)
    group = next(left, None)
    is_small = group is None or len(group) < ROWS_PER_GROUP
    with pq.ParquetWriter(
        file,
        schema.with_header(columns, header),
        compression="zstd",
        use_dictionary=list_repeating(columns),
        data_page_size=SMALL_PAGES if is_small else None,
        write_page_index=True,
        write_page_checksum=True,
    ) as parquet:
        while group is not None:
            parquet.write_table(group, row_group_size=ROWS_PER_GROUP)
            group = None  # before the next one is made
            give_back()
            group = next(left, None)


def cut_groups(table: pa.Table) -> Iterator[pa.Table]:
    """Cut a table into row groups, which are put into the catalogue's order as they are asked for.

    A table of a million rows is never copied as a whole.
    """
    table = schema.conform(table)
    order = schema.order(table.column(schema.SORTED_BY))
    size = size_groups(len(table))
    for start in range(0, len(table), size):
        if order is None:
            yield table.slice(start, size)
        else:
            yield take_rows(table, order.slice(start, size))


def size_groups(rows: int) -> int:
    """Return how many rows stand in each row group of a catalogue of so many."""
    return min(ROWS_PER_GROUP, max(_MIN_ROWS_PER_GROUP, rows // _WANTED_GROUPS))


def take_rows(table: pa.Table, rows: pa.Array) -> pa.Table:
    """Return some rows of a table, by their numbers, as ``Table.take`` does.

    That joins all pieces of a column of text to take a row of it; here only those are looked at that the rows lie in.
    """
    rows = join_chunks(rows).cast(pa.int64())
    numbers, parts, places = number_rows(0, len(rows)), [], []
    for start in range(0, len(table), ROWS_PER_GROUP):
        first, behind = (to_scalar(number, pa.int64()) for number in (start, start + ROWS_PER_GROUP))
        here = pc.and_(pc.greater_equal(rows, first), pc.less(rows, behind))
        if pc.any(here).as_py():
            parts.append(table.slice(start, ROWS_PER_GROUP).take(pc.subtract(rows.filter(here), first)))
            places.append(numbers.filter(here))
    if len(parts) < 2:
        return parts[0] if parts else table.slice(0, 0)
    return pa.concat_tables(parts).take(pc.array_sort_indices(pa.concat_arrays(places)))


def list_repeating(columns: pa.Schema) -> list[str]:
    """List the columns worth a dictionary in a file.

    Where nearly every value is another one it only costs time.
    """
    few = [field.name for field in columns if pa.types.is_dictionary(field.type)]
    return few + [f"{field.name}.list.element" for field in columns if pa.types.is_list(field.type)]
