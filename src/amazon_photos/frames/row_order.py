"""Tables in another order, without two copies of all of their columns at once."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from ..query.constants import join_chunks


def is_ascending(numbers: pa.Array | pa.ChunkedArray) -> bool:
    """Tell whether each number is greater than the one before: what is in order need not be copied."""
    return pc.all(pc.less(numbers[:-1], numbers[1:])).as_py() is not False


def take_by_column(table: pa.Table, rows: pa.Array) -> pa.Table:
    """Return these rows of a table, column by column, as each is copied twice.

    They lie in memory of the system's: in pieces of Arrow's own, columns of very different sizes leave gaps.
    """
    pool = pa.system_memory_pool()
    columns = [pc.take(join_chunks(column), rows, memory_pool=pool) for column in table.columns]
    return pa.table(columns, schema=table.schema)
