"""What DuckDB answered, as a table that pandas can hold.

==============================  ===================================================================
whole numbers of 128 bits       int64 where all of the column fit, else float64; every sum() is one
INTERVAL                        durations; a month is 30 days, as in DuckDB's own data frames
TIME_NS                         cut to microseconds
a time beyond years 1-9999      missing, as in ``ap.db``
a time with a zone, ``taken``   UTC (``taken`` without a zone), cut to milliseconds, as in ``ap.db``
a name that comes twice         the later ones are ``name_1``, ``name_2`` …
UNION, BIGNUM, year 10,000      ``InvalidInput``: to be cast in the query
==============================  ===================================================================
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..errors import InvalidInput
from ..frames.columns import NAIVE_COLUMNS, NAIVE_TIME, TIME
from ..frames.invalid_values import null_hidden_dates
from ..frames.to_pandas import to_frame
from .unique_names import make_unique

_HUGE = pa.decimal128(38, 0)
_INTERVAL = pa.month_day_nano_interval()
_INTERVAL_PARTS = np.dtype([("months", "<i4"), ("days", "<i4"), ("nanoseconds", "<i8")])
_DAY = 86_400 * 10**6
"""Microseconds."""
_FIRST_DAY, _LAST_DAY = -719_162, 2_932_896
"""The years 1 and 9999, which Python's dates know, in days since 1970."""


def to_pandas_types(answer: pa.Table) -> pa.Table:
    """Convert to names that come once, and to types that every ``dtype_backend`` takes.

    Raises ``InvalidInput``.
    """
    names = make_unique(answer.schema.names)
    return pa.table([_column(name, values) for name, values in zip(names, answer.columns, strict=True)], names)


def _column(name: str, values: pa.ChunkedArray) -> pa.ChunkedArray:
    if values.type == _INTERVAL:
        return pa.chunked_array([_durations(name, part) for part in values.chunks], pa.duration("us"))
    if values.type == _HUGE:
        return _numbers(values)
    if values.type == pa.time64("ns"):
        return values.cast(pa.time64("us"), safe=False)
    if pa.types.is_timestamp(values.type):
        known = null_hidden_dates(values)
        ours = TIME if known.type.tz else NAIVE_TIME if name in NAIVE_COLUMNS else known.type
        return known.cast(ours, safe=False)
    if not _fits(values):
        raise _refuse(name, values.type)
    return values


def _numbers(values: pa.ChunkedArray) -> pa.ChunkedArray:
    try:
        return values.cast(pa.int64())
    except pa.ArrowInvalid:
        return values.cast(pa.float64())


def _durations(name: str, intervals: pa.Array) -> pa.Array:
    parts = np.frombuffer(intervals.buffers()[1], _INTERVAL_PARTS)[intervals.offset :][: len(intervals)]
    days = parts["months"].astype(np.int64) * 30 + parts["days"]
    unknown = intervals.is_null().to_numpy(zero_copy_only=False)
    if np.any(np.abs(days[~unknown]) >= 2**63 // _DAY):
        raise _refuse(name, "intervals beyond 290,000 years")
    return pa.array(days * _DAY + parts["nanoseconds"] // 1000, pa.duration("us"), mask=unknown)


def _fits(values: pa.ChunkedArray) -> bool:
    """Whether pandas takes this type, and Python these dates."""
    if isinstance(values.type, pa.BaseExtensionType):
        return False
    if pa.types.is_list(values.type) or pa.types.is_fixed_size_list(values.type):
        return _fits(pc.list_flatten(values))
    if pa.types.is_date32(values.type):
        ends = pc.min_max(values.cast(pa.int32()))
        return ends["min"].as_py() is None or _FIRST_DAY <= ends["min"].as_py() <= ends["max"].as_py() <= _LAST_DAY
    try:
        for backend in (None, "pyarrow"):
            to_frame(pa.table([values.slice(0, 0)], ["x"]), dtype_backend=backend)
    except (pa.ArrowException, NotImplementedError):
        return False
    return True


def _refuse(name: str, what: object) -> InvalidInput:
    return InvalidInput(
        f"pandas cannot hold the column {name!r} ({what}): cast it in the query, to varchar for instance"
    )
