"""Tables -> DataFrames, by pandas' own word ``dtype_backend``.

==================  ===============================================================================
``None``            what pandas gives by default: numpy's types, NaN, None and NaT where missing
"numpy_nullable"    pandas' nullable types, ``<NA>`` where missing
"pyarrow"           Arrow's types without a copy, ``<NA>`` where missing
==================  ===============================================================================

Dictionary-encoded columns become plain text in all three, so that ``df.name.str``, ``df.extension == "jpg"`` and
``groupby`` work as on any column. A column in which nothing is known stays. A date that neither pandas nor Python can
show is missing, so that every frame can be printed.
"""

from __future__ import annotations

from typing import Literal, cast

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from .invalid_values import without_hidden_dates

DtypeBackend = Literal["pyarrow", "numpy_nullable"]

_NULLABLE = {
    pa.int64(): pd.Int64Dtype(),
    pa.int32(): pd.Int32Dtype(),
    pa.float64(): pd.Float64Dtype(),
    pa.bool_(): pd.BooleanDtype(),
    pa.string(): pd.StringDtype(),
    pa.large_string(): pd.StringDtype(),
}


def to_frame(table: pa.Table, *, dtype_backend: DtypeBackend | None = None) -> pd.DataFrame:
    """A DataFrame with the table's columns in their order."""
    table = without_hidden_dates(decode_dictionaries(table))
    if dtype_backend == "pyarrow":
        return cast("pd.DataFrame", table.to_pandas(types_mapper=pd.ArrowDtype))
    lists = [i for i, field in enumerate(table.schema) if pa.types.is_list(field.type)]
    rest = table
    for i in lists:
        rest = rest.set_column(i, table.schema.names[i], pa.nulls(len(table)))
    frame = cast("pd.DataFrame", rest.to_pandas(types_mapper=_NULLABLE.get if dtype_backend else None))
    for i in lists:
        frame.isetitem(i, _arrays(table.column(i)))
    return frame


def _arrays(lists: pa.ChunkedArray) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    """An array for each list, as pandas makes them, and one and the same for all empty ones: most are."""
    length = pc.list_value_length(lists)
    arrays = np.empty(len(lists), object)
    none = np.empty((), object)
    none[()] = np.empty(0, object)
    arrays[pc.fill_null(pc.equal(length, 0), False).to_numpy()] = none
    some = pc.fill_null(pc.greater(length, 0), False)
    arrays[some.to_numpy()] = lists.filter(some).to_numpy()
    return arrays


def decode_dictionaries(table: pa.Table) -> pa.Table:
    """The table with plain columns where they are dictionary-encoded."""
    for index, field in enumerate(table.schema):
        if pa.types.is_dictionary(field.type):
            plain = field.with_type(field.type.value_type)
            table = table.set_column(index, plain, table.column(index).cast(plain.type))
    return table
