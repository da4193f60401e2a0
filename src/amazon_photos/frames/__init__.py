"""Nodes <-> tables: raw JSON from the service into Arrow columns, and from there into pandas.

::

    columns      the table's columns             read off the field table, ``extra`` last
    builder      raw nodes -> Arrow table        arrow-rs or pyarrow.json in batches, odd nodes one by one
    to_pandas    Arrow table -> DataFrame        by ``dtype_backend``
    from_frame   anybody's frame -> Arrow table  pandas, polars, pyarrow, records; also through CSV or JSON

Nothing a node carries is lost: what the field table doesn't know, and what cannot be read as its column's type,
stays in ``extra`` as JSON text. What says nothing there (null, [] and {}) is not kept, and neither is
what only repeats another field (``REDUNDANT_PATHS``).

Import the module that you need: only ``to_pandas`` and ``from_frame`` load pandas.
"""
