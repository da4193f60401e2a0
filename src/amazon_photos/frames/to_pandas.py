"""Tables -> DataFrames: the one way to every frame we give. Types depend on the schema, never on the rows.

====================  ==================================  =====================
Arrow                 by default, and "numpy_nullable"    "pyarrow"
====================  ==================================  =====================
text                  ``string``                          ``string[pyarrow]``
whole numbers         ``Int64``                           ``int64[pyarrow]``
numbers               ``Float64``                         ``double[pyarrow]``
true or false         ``boolean``                         ``bool[pyarrow]``
times                 ``datetime64[ms, UTC]``             ``timestamp[ms, tz=UTC][pyarrow]``
times without a zone  ``datetime64[ms]``                  ``timestamp[ms][pyarrow]``
lists                 tuples, in a column of objects      the same
====================  ==================================  =====================

Missing is ``<NA>``; ``NaT`` among times, ``None`` among tuples. ``dtype_backend`` is pandas' own word.

Lists are tuples because ``duplicated()``, ``drop_duplicates()`` and ``merge`` need values that can be hashed; Arrow's
lists cannot, nor numpy's arrays. Columns with few distinct words (``kind``, ``extension``, ``outcome`` …) are text and
no categories: into a category nothing else can be assigned or filled. A date that neither pandas nor Python can show
is missing, so that every frame can be printed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import TypeAlias, cast

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from .columns import DtypeBackend
from .invalid_values import without_hidden_dates

Objects: TypeAlias = np.ndarray[tuple[int], np.dtype[np.object_]]

_NULLABLE = {
    pa.int8(): pd.Int8Dtype(),
    pa.int16(): pd.Int16Dtype(),
    pa.int32(): pd.Int32Dtype(),
    pa.int64(): pd.Int64Dtype(),
    pa.uint8(): pd.UInt8Dtype(),
    pa.uint16(): pd.UInt16Dtype(),
    pa.uint32(): pd.UInt32Dtype(),
    pa.uint64(): pd.UInt64Dtype(),
    pa.float32(): pd.Float32Dtype(),
    pa.float64(): pd.Float64Dtype(),
    pa.bool_(): pd.BooleanDtype(),
    pa.string(): pd.StringDtype("pyarrow"),
    pa.large_string(): pd.StringDtype("pyarrow"),
}


def to_frame(table: pa.Table, *, dtype_backend: DtypeBackend | None = None) -> pd.DataFrame:
    """Convert a table to a DataFrame with its columns in their order."""
    table = without_hidden_dates(decode_dictionaries(table))
    lists = [place for place, field in enumerate(table.schema) if _is_list(field.type)]
    rest = table
    for place in lists:
        rest = rest.set_column(place, table.schema.names[place], pa.nulls(len(table)))
    types = pd.ArrowDtype if dtype_backend == "pyarrow" else _NULLABLE.get
    frame = cast("pd.DataFrame", rest.to_pandas(types_mapper=types, memory_pool=pa.system_memory_pool()))
    for place in lists:
        frame.isetitem(place, _tuples(table.column(place)))
    return frame


def decode_dictionaries(table: pa.Table) -> pa.Table:
    """Return the table with plain columns where they are dictionary-encoded."""
    for index, field in enumerate(table.schema):
        if pa.types.is_dictionary(field.type):
            plain = field.with_type(field.type.value_type)
            decoded = pc.cast(table.column(index), plain.type, memory_pool=pa.system_memory_pool())
            table = table.set_column(index, plain, decoded)
    return table


def _is_list(kind: pa.DataType) -> bool:
    return any(is_of(kind) for is_of in (pa.types.is_list, pa.types.is_large_list, pa.types.is_fixed_size_list))


def _tuples(lists: pa.ChunkedArray) -> Objects:
    """A tuple for each list; equal ones of no or one text are one and the same: most are."""
    tuples: Objects = np.empty(len(lists), object)
    length = pc.fill_null(pc.list_value_length(lists), -1).to_numpy()
    if (none := length == 0).any():
        tuples[none] = _objects([()])
    if (one := length == 1).any():
        tuples[one] = _singles(pc.list_flatten(lists if one.all() else lists.filter(pa.array(one))))
    if (more := length > 1).any():
        values = iter(_values(pc.list_flatten(lists.filter(pa.array(more)))))
        tuples[more] = _objects([tuple(islice(values, size)) for size in length[more]])
    return tuples


def _singles(values: pa.ChunkedArray) -> Objects:
    """A tuple of its own for each value."""
    if not pa.types.is_string(values.type):
        return _objects([(value,) for value in _values(values)])
    encoded = pa.concat_arrays(values.chunks).dictionary_encode("encode")
    known: Objects = _objects([(value,) for value in encoded.dictionary.to_pylist()])[encoded.indices.to_numpy()]
    return known


def _values(values: pa.ChunkedArray) -> Iterable[object]:
    """What stands in lists, as Python holds it."""
    if _is_list(values.type):
        return _tuples(values)
    shown: list[object] = without_hidden_dates(pa.table({"x": values})).column(0).to_pylist()
    return shown


def _objects(values: Sequence[object]) -> Objects:
    """An array that holds the values as they are: numpy by itself makes a table of tuples."""
    return np.fromiter(values, object, len(values))
