"""What ``ap.parquet`` says about itself, in the Parquet file's own metadata under the key ``amazon_photos``.

A file that lacks a column of Amazon's counts as one of an older version: it is read as far as it goes, and the next
refresh reads everything and writes it anew. Where only columns of ours are missing, or were made by an earlier rule,
they are made when the file is read, and the next refresh writes them without listing anything. A file whose ids cannot
be relied on is damaged.

The columns are those of ``frames.columns``. Rows are sorted by ``contentDate``, the capture date by which people look
for pictures (``timeYear:2019``); what has none (folders, albums) comes last. So each row group covers a span of time,
and DuckDB, Polars, Dask or Spark read only those they need.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Annotated, Final

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from ..errors import CatalogDamaged, CatalogTooNew, NotACatalog
from ..frames.columns import schema as node_schema
from ..frames.derived import DERIVED_COLUMNS, add_derived, sources_of
from .os_errors import is_of_the_machine

VERSION: Final = 2
"""Counts changes of the columns, and of how ours are made. Older files are filled by the next refresh, newer ones kept
aside."""
_OLDER: Final = 0
"""Of whatever has to be listed again."""
_DERIVABLE: Final = 1
"""Of whatever has all of Amazon's columns."""
KEY: Final = b"amazon_photos"
SORTED_BY: Final = "contentDate"
AGE: Final = ("id", "version", "modifiedDate")
"""What tells which of two states of a node is the newer one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """Which version of a catalogue this is, for ``history``.

    Those of one ``lineage`` came out of each other, and two of one ``number`` differ in their ``mark``.
    """

    lineage: str
    number: int
    mark: str


@dataclass(frozen=True, slots=True)
class Settled:
    """Up to which still, by ``modifiedDate`` (ms) and id, those without a movie are known to have none."""

    modified: int
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """``owner`` is the account's ownerId."""

    owner: str
    complete: bool = False
    """Whether it held the whole library when it was refreshed; False while only queries have filled it."""
    refreshed_at: Annotated[int, msgspec.Meta(ge=0, lt=253_402_300_800_000)] | None = None
    """Milliseconds since 1970 by the service's clock, never ours: what changed until then is in it."""
    count_offset: int = 0
    """How many nodes more (or fewer) the service counts than it lists."""
    ahead: int | None = None
    """Milliseconds by which the service's clock was before this machine's then; None where it is not known."""
    lists_movies: bool = False
    """Whether the service lists, and counts, the movies of live photos with the rest: see ``movies``."""
    has_movies: bool = False
    """Whether it has the movie of each live photo that has one, or some are still to be asked for."""
    settled: Settled | None = None
    """None: of no still is it known to have no movie; so in a file of a version of this package that knew none."""
    revision: Revision | None = field(default=None, compare=False)
    """Given by ``Store.write``; None in a file of a version of this package that knew none."""
    version: int = VERSION
    """Of which version the rows are; what an older one didn't know is missing until everything is read again."""


def with_header(schema: pa.Schema, header: Header) -> pa.Schema:
    return schema.with_metadata({KEY: msgspec.json.encode(header)})


def header_of(schema: pa.Schema) -> Header:
    """Read the header of a file's schema. Raises ``NotACatalog``, ``CatalogTooNew`` or ``CatalogDamaged``."""
    text = (schema.metadata or {}).get(KEY)
    if text is None:
        raise NotACatalog("it was not made by this package")
    try:
        header = msgspec.json.decode(text, type=Header)
    except msgspec.DecodeError:
        raise CatalogDamaged("what it says about itself cannot be read") from None
    if header.version > VERSION:
        raise CatalogTooNew("it was made by a newer version of this package")
    if schema.equals(node_schema()):
        return header
    _check(schema.names)
    return replace(header, version=_DERIVABLE if header.version and _is_derivable(schema) else _OLDER)


def is_listed(header: Header) -> bool:
    """Tell whether the rows have all that Amazon tells: if not, only listing everything brings it."""
    return header.version != _OLDER


def is_current(header: Header) -> bool:
    """Tell whether the rows have all columns, made by today's rules."""
    return header.version == VERSION


def _is_derivable(schema: pa.Schema) -> bool:
    ours = (field for field in node_schema() if field.name not in DERIVED_COLUMNS)
    return all(field.name in schema.names and schema.field(field.name).type == field.type for field in ours)


def _check(names: Sequence[str]) -> None:
    if "id" not in names:
        raise CatalogDamaged("it has no column 'id'")
    for name in node_schema().names:
        if names.count(name) > 1:
            raise CatalogDamaged(f"it has two columns {name!r}")


def check_ids(table: pa.Table) -> pa.Table:
    """Check that rows can be told apart, and return the table. Raises ``CatalogDamaged``."""
    if "id" in table.schema.names and table.column("id").null_count:
        raise CatalogDamaged("it has rows without an id")
    return table


def conform(table: pa.Table, columns: Sequence[str] | None = None, *, derive: bool = False) -> pa.Table:
    """Convert a table to exactly our columns (of which only ``columns``).

    Missing ones are null, others are left out. ``derive=True`` makes those that are made from others anew.

    Raises ``CatalogDamaged`` when a column cannot be read as ours.
    """
    names = node_schema().names if columns is None else columns
    ours = pa.schema([node_schema().field(name) for name in names])
    if table.schema.equals(ours) and not derive:
        return table
    try:
        found = {name: _column(table, name) for name in (sources_of(names) if derive else names)}
    except pa.ArrowException as error:
        if is_of_the_machine(error):
            raise
        raise CatalogDamaged(f"a column cannot be read: {error}") from None
    if derive:
        add_derived(found, [name for name in names if name in DERIVED_COLUMNS])
    return pa.table([found[name] for name in names], schema=ours)


def _column(table: pa.Table, name: str) -> pa.ChunkedArray:
    kind = node_schema().field(name).type
    if name not in table.schema.names:
        return pa.chunked_array([pa.nulls(len(table), kind)])
    return _as_type(table.column(name), kind)


def _as_type(column: pa.ChunkedArray, kind: pa.DataType) -> pa.ChunkedArray:
    if column.type == kind:
        return column
    if pa.types.is_dictionary(kind):
        plain = column.cast(kind.value_type)
        return plain.dictionary_encode().cast(kind)
    return column.cast(kind)


def order(dates: pa.ChunkedArray) -> pa.Array | None:
    """Return how to take rows with these dates so that they are sorted; None when they are."""
    if _is_sorted(dates):
        return None
    return pc.array_sort_indices(dates, order="ascending", null_placement="at_end")


def _is_sorted(dates: pa.ChunkedArray) -> bool:
    values = dates.combine_chunks()
    values = pa.concat_arrays(values.chunks) if isinstance(values, pa.ChunkedArray) else values
    dated = len(values) - values.null_count
    if values[:dated].null_count:
        return False
    return pc.all(pc.less_equal(values[: max(dated - 1, 0)], values[1:dated])).as_py() is not False
