"""Sorted rows that are read some thousand at a time: of a file, which knows when it is damaged, or of a table.

::

    00001.rows    row group   2,048 rows as an Arrow IPC stream, compressed: it can be read by itself
                  row group   …
                  index       JSON: the rows, bytes and CRC-32 of each row group, and what the writer told
                  end         the length of the index and its CRC-32, four bytes each

For as many small groups Parquet takes 2.6 times as long to write and four times to read, and half the disk; Arrow's own
files have no checksums.
"""

from __future__ import annotations

import errno
import os
import stat
import zlib
from abc import ABC, abstractmethod
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import FileIO
from itertools import accumulate
from pathlib import Path
from typing import IO

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from ..files.os_errors import explain
from ..files.regular import open_unblocked
from ..frames.columns import schema
from ..frames.row_order import is_ascending, take_by_column
from ..query.constants import to_scalar, view_numbers
from .os_errors import is_of_the_machine, translate_os_errors
from .schema import SORTED_BY, order

ROWS_AT_ONCE = 2_048
"""With all columns some 1.5 MB; of each piece that is merged, one row group is in memory."""
_END = 8
_COMPRESSED = pa.ipc.IpcWriteOptions(compression="lz4", use_threads=False)
_LOST = (errno.EIO, errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.ELOOP)
"""What a piece can no longer be read by, however often it is tried."""


class PieceDamaged(Exception):
    """A piece is not what was written, or is not there any more."""


class _Group(msgspec.Struct, frozen=True, array_like=True):
    rows: int
    size: int
    checksum: int


class _Index(msgspec.Struct, frozen=True):
    until: int | None
    groups: list[_Group] = msgspec.field(name="frames")  # as in what earlier versions have left


class SortedRows(ABC):
    """A piece: rows with all columns, sorted by date as the catalogue is; the row group that was read last is kept.

    ``ends`` are the row numbers at which row groups end. What reads raises ``PieceDamaged``, or of a catalogue's own
    what ``Store.read`` raises.
    """

    def __init__(self, ends: Sequence[int]) -> None:
        self._ends = ends
        self._kept: tuple[int, pa.Table] | None = None

    def __len__(self) -> int:
        return self._ends[-1] if self._ends else 0

    def take(self, rows: pa.Array) -> Iterator[pa.Table]:
        """Yield the rows of these numbers, which ascend, in tables one after the other."""
        numbers, begin, first = view_numbers(rows), 0, 0
        for group, behind in enumerate(self._ends):
            end = bisect_left(numbers, behind, begin)
            if end > begin:
                table, here = self._read(group), rows.slice(begin, end - begin)
                if numbers[end - 1] - numbers[begin] == len(here) - 1:
                    yield table.slice(numbers[begin] - first, len(here))
                else:
                    yield table.take(pc.subtract(here, to_scalar(first, pa.int64())))
            begin, first = end, behind

    def _read(self, group: int) -> pa.Table:
        if self._kept is None or self._kept[0] != group:
            self._kept = None  # before the next one is in memory
            self._kept = group, self._load(group)
        return self._kept[1]

    @abstractmethod
    def _load(self, group: int) -> pa.Table:
        """Load the rows of a row group."""


class SortedTable(SortedRows):
    """A sorted table in memory."""

    def __init__(self, table: pa.Table) -> None:
        super().__init__([len(table)] if len(table) else [])
        self._table = table

    def _load(self, group: int) -> pa.Table:
        return self._table


class SortedFile(SortedRows):
    """A file that ``write_sorted`` wrote. It is open only while it is read.

    ``until`` is what the writer told.
    """

    def __init__(self, path: Path) -> None:
        """Read the index. Raises ``PieceDamaged``, and ``CatalogError`` where the file may well be whole."""
        index = _read_index(path)
        super().__init__([*accumulate(group.rows for group in index.groups)])
        self.until = index.until
        self._path = path
        self._groups = index.groups

    def tables(self) -> Iterator[pa.Table]:
        """Yield all rows, some at a time. Raises as the constructor."""
        return (self._load(group) for group in range(len(self._groups)))

    def _load(self, group: int) -> pa.Table:
        told = self._groups[group]
        with _open_piece(self._path) as file:
            data = _read_bytes(file, sum(before.size for before in self._groups[:group]), told.size)
        if zlib.crc32(data) != told.checksum:
            raise PieceDamaged(f"{self._path} is damaged")
        with translate_os_errors("read", self._path):  # too little memory is no damage
            try:
                table = pa.ipc.open_stream(pa.py_buffer(data)).read_all()
            except pa.ArrowException as error:
                if is_of_the_machine(error):
                    raise
                raise PieceDamaged(f"{self._path} is damaged") from None
        if len(table) != told.rows or not table.schema.equals(schema()):
            raise PieceDamaged(f"{self._path} holds something else")
        return table


def sort_rows(table: pa.Table) -> pa.Table:
    """Return the rows by date, those of one date in the order they have."""
    by_date = order(table.column(SORTED_BY))
    return table if by_date is None else table.combine_chunks().take(by_date)


def write_sorted(file: IO[bytes], table: pa.Table, *, until: int | None) -> None:
    """Write sorted rows, and where their span ends."""
    groups = []
    for start in range(0, len(table), ROWS_AT_ONCE):
        rows = table.slice(start, ROWS_AT_ONCE).combine_chunks()
        buffer = pa.BufferOutputStream()
        with pa.ipc.new_stream(buffer, rows.schema, options=_COMPRESSED) as stream:
            stream.write_table(rows)
        data = memoryview(buffer.getvalue())
        file.write(data)
        groups.append(_Group(len(rows), len(data), zlib.crc32(data)))
    index = msgspec.json.encode(_Index(until, groups))
    file.write(index + len(index).to_bytes(4, "big") + zlib.crc32(index).to_bytes(4, "big"))


def take_places(pieces: Sequence[SortedRows], places: pa.Array) -> pa.Table:
    """Return the rows at these places, in that order.

    The rows of all pieces are numbered through, from 0 on. Raises ``PieceDamaged``.
    """
    ascending = pc.array_sort_indices(places)
    in_order = is_ascending(places)
    sorted_places = places if in_order else places.take(ascending)
    numbers, begin, first, parts = view_numbers(sorted_places), 0, 0, [schema().empty_table()]
    for piece in pieces:
        end = bisect_left(numbers, first + len(piece), begin)
        if end > begin:
            here = sorted_places.slice(begin, end - begin)
            parts += piece.take(pc.subtract(here, to_scalar(first, pa.int64())))
        begin, first = end, first + len(piece)
    table = pa.concat_tables(parts).unify_dictionaries()
    return table if in_order else take_by_column(table, pc.array_sort_indices(ascending))


def _read_index(path: Path) -> _Index:
    with _open_piece(path) as file:
        size = os.fstat(file.fileno()).st_size
        end = _read_bytes(file, size - _END, _END) if size >= _END else b""
        length, checksum = int.from_bytes(end[:4], "big"), int.from_bytes(end[4:], "big")
        text = _read_bytes(file, size - _END - length, length) if length <= size - _END else b""
    try:
        index = msgspec.json.decode(text, type=_Index) if zlib.crc32(text) == checksum else None
    except msgspec.DecodeError:
        index = None
    if index is None:
        raise PieceDamaged(f"{path} is damaged")
    return index


@contextmanager
def _open_piece(path: Path) -> Iterator[FileIO]:
    """Open a piece, whatever has come in its place, and wait for nobody.

    Raises ``PieceDamaged`` where it is lost, ``CatalogError`` where another try may read it.
    """
    with translate_os_errors("read", path):
        try:
            with open_unblocked(os.fspath(path)) as file:
                if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                    raise PieceDamaged(f"{path} is no file any more")
                yield file
        except OSError as error:
            if error.errno not in _LOST:
                raise
            raise PieceDamaged(f"{path} cannot be read: {explain(error)}") from None


def _read_bytes(file: FileIO, begin: int, size: int) -> bytes:
    """Fewer where the file is shorter."""
    file.seek(begin)
    parts = []
    while size and (part := file.read(size)):
        parts.append(part)
        size -= len(part)
    return b"".join(parts)
