"""MD5s, in every form people hold them: a frame, a column, an array, a list, a single one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from ..errors import InvalidInput
from ..model.checks import show

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from .argument_types import Md5s as Md5s
    from .columns import DtypeBackend


def md5s_of(md5s: Md5s) -> tuple[pa.Array, pd.Index[Any] | None]:
    """Return the MD5s as text, null where one is missing, and the index of the column they stand in.

    Raises ``InvalidInput`` for a frame without a column ``md5``, and for what is no text; it names the value.
    """
    import pandas as pd

    held: Any = [md5s] if isinstance(md5s, str) else md5s
    held = held.collect() if hasattr(held, "collect") else held  # polars' lazy frames
    columns = getattr(held, "columns", None)
    if columns is not None:
        if list(columns).count("md5") != 1:
            raise InvalidInput(f"a frame of MD5s has one column 'md5'; this one has: {', '.join(map(str, columns))}")
        held = held["md5"]
    listed = isinstance(held, Iterable) and getattr(held, "ndim", 1) != 0  # an array of no dimension only says so
    if isinstance(held, bytes | bytearray | memoryview) or not listed:
        raise InvalidInput(f"MD5s are text: one, a list, a column or a frame with the column 'md5', not {show(held)}")
    index = held.index if isinstance(held, pd.Series) else None
    return _texts(held), index


def ids_series(
    ids: pa.Array, index: pd.Index[Any] | None, *, dtype_backend: DtypeBackend | None = None
) -> pd.Series[Any]:
    """Return ids as a column ``id``, under the index of the MD5s that they were asked by."""
    import pyarrow as pa

    from .to_pandas import to_frame

    found = to_frame(pa.table({"id": ids}), dtype_backend=dtype_backend)["id"]
    return found if index is None else found.set_axis(index)


def _texts(held: Any) -> pa.Array:
    import pandas as pd
    import pyarrow as pa

    if isinstance(held, pa.ChunkedArray):
        held = held.combine_chunks()
    if isinstance(held, pa.Array) and (pa.types.is_string(held.type) or pa.types.is_null(held.type)):
        return held.cast(pa.string())
    if isinstance(held, pd.Series) and held.dtype in ("string", "object"):
        values: Any = held
    else:
        values = [value.as_py() if isinstance(value, pa.Scalar) else value for value in held]
    try:
        texts = pa.array(values, pa.string(), from_pandas=True)
    except (pa.ArrowException, TypeError, ValueError):
        odd = next((value for value in values if not _is_text(value)), None)
        raise InvalidInput(f"not an MD5: {odd!r} (32 hexadecimal digits as text, as in the column md5)") from None
    return texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts


def _is_text(value: Any) -> bool:
    import pandas as pd

    return isinstance(value, str) or bool(pd.api.types.is_scalar(value) and pd.isna(value))
