"""Rows as columns, some thousand at a time.

A column is Python's values or an Arrow array. What is known of a whole one (its type, that nothing in it is missing)
need not be asked of every value: that makes a million rows quick. Nothing here loads pandas, nor pyarrow where none of
the columns is Arrow's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeAlias, Union

from .cells import Spelling, write_values

if TYPE_CHECKING:
    import pyarrow as pa

Column: TypeAlias = Union[Sequence[Any], "pa.Array"]
Batch: TypeAlias = Sequence[Column]
"""Columns of the same length."""
_ROWS_AT_ONCE = 1_000


def to_batches(rows: Iterable[Sequence[Any]]) -> Iterator[Batch]:
    """Convert rows to columns, some rows at a time."""
    left = iter(rows)
    while some := list(islice(left, _ROWS_AT_ONCE)):
        yield list(zip(*some, strict=True))


def to_rows(batch: Batch, spelling: Spelling) -> Iterator[tuple[str, ...]]:
    """Give the texts of each row."""
    return zip(*(to_texts(column, spelling) for column in batch), strict=True)


def to_texts(column: Column, spelling: Spelling) -> list[str]:
    """Write each value of a column."""
    if isinstance(column, list | tuple):
        return write_values(column, spelling)
    from .arrow_cells import write_array

    return write_array(column, spelling)
