"""Nodes <-> tables: raw JSON from the service into Arrow columns, and from there into pandas.

::

    Gather      raw nodes -> Arrow table       pyarrow.json in batches, odd nodes one by one
    schema      the table's columns            read off the field table, ``extra`` last
    to_frame    Arrow table -> DataFrame       by ``dtype_backend``
    read_frame  anybody's frame -> Arrow table  pandas, polars, pyarrow, records; also through CSV or JSON

Nothing a node carries is lost: what the field table doesn't know, and what cannot be read as its column's type,
stays in ``extra`` as JSON text. What says nothing there (null, [] and {}) is not kept, and neither is
what only repeats another field (``REDUNDANT_PATHS``).
"""

from __future__ import annotations

from .builder import TableBuilder
from .columns import empty, schema
from .from_frame import column_names, read_frame
from .to_pandas import to_frame

__all__ = ["TableBuilder", "column_names", "empty", "read_frame", "schema", "to_frame"]
