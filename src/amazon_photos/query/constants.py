"""Arrow arrays and scalars made from Python values without loading pandas, and numpy's where somebody has numpy.

``pa.array``, ``pa.scalar`` and whatever else takes a Python value look whether it is one of pandas', and thereby import
pandas: 400 ms at the start of a program that needs none of it (measured). What is made from bytes does not.

Commands that move files load pyarrow without numpy (``cli/lean``): then it neither takes numpy's arrays nor gives them.
So whoever calculates by numpy goes through here, where both meet as bytes.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Literal

import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

_CODES = {pa.int64(): "q", pa.int32(): "i", pa.float64(): "d"}
_FORMATS: dict[pa.DataType, Literal["q", "Q", "i", "I"]] = {
    pa.int64(): "q",
    pa.uint64(): "Q",
    pa.int32(): "i",
    pa.uint32(): "I",
}
_KINDS = {("q", 8): pa.int64(), ("l", 8): pa.int64(), ("Q", 8): pa.uint64(), ("L", 8): pa.uint64()}
"""By what memory says of itself; on Windows, "l" and "L" have 32 bits."""
_OFFSET_CODES = {pa.string(): "i", pa.large_string(): "q"}


def to_array(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    """Return an Arrow array of texts, whole numbers, floats or booleans; None is null."""
    valid = _to_bits(value is not None for value in values) if any(value is None for value in values) else None
    if kind in _OFFSET_CODES:
        return pa.Array.from_buffers(kind, len(values), [valid, *_pack_texts(values, _OFFSET_CODES[kind])])
    if kind == pa.bool_():
        return pa.Array.from_buffers(kind, len(values), [valid, _to_bits(map(bool, values))])
    numbers = array(_CODES[kind], [0 if value is None else value for value in values])
    return pa.Array.from_buffers(kind, len(values), [valid, pa.py_buffer(numbers)])


def to_scalar(value: Any, kind: pa.DataType) -> pa.Scalar:
    """Return one such value as an Arrow scalar, which compute functions take as it is."""
    return to_array([value], kind)[0]


def count_byte(text: bytes, byte: bytes) -> int:
    """Count a byte in a text: by numpy where somebody has loaded it, which takes a third of the time."""
    numpy = sys.modules.get("numpy")
    if numpy is None:
        return text.count(byte)
    return int(numpy.count_nonzero(numpy.frombuffer(text, numpy.uint8) == ord(byte)))


def mask_of(found: npt.NDArray[np.bool_]) -> pa.Array:
    """Return numpy's booleans as Arrow's."""
    import numpy as np

    return pa.Array.from_buffers(pa.bool_(), len(found), [None, pa.py_buffer(np.packbits(found, bitorder="little"))])


def mark_rows(length: int, rows: pa.Array) -> pa.Array:
    """Return ``length`` booleans that are True at these rows."""
    found = bytearray(length)
    for row in view_numbers(rows):
        found[row] = 1
    return pa.Array.from_buffers(pa.uint8(), length, [None, pa.py_buffer(found)]).cast(pa.bool_())


def number_rows(begin: int, end: int) -> pa.Array:
    """Return the numbers from ``begin`` until before ``end``."""
    ones = pa.repeat(to_scalar(1, pa.int64()), end - begin)
    return pc.cumulative_sum(ones, start=to_scalar(begin - 1, pa.int64()))


def array_of(numbers: npt.NDArray[Any] | array[int]) -> pa.Array:
    """Return numbers of 64 bits, which lie side by side, as Arrow's without a copy."""
    held = memoryview(numbers)  # type: ignore[arg-type]
    return pa.Array.from_buffers(_KINDS[held.format, held.itemsize], len(numbers), [None, pa.py_buffer(numbers)])


def join_chunks(values: pa.ChunkedArray | pa.Array) -> pa.Array:
    """Join the pieces of a column to one array."""
    if not isinstance(values, pa.ChunkedArray):
        return values
    if pa.types.is_dictionary(values.type):
        values = values.unify_dictionaries()
    return pa.concat_arrays(values.chunks) if values.num_chunks else pa.nulls(0, values.type)


def numbers_of(numbers: pa.Array) -> npt.NDArray[Any]:
    """Return Arrow's numbers, none of them null, as numpy's where they lie in memory."""
    import numpy as np

    return np.asarray(view_numbers(numbers))


def view_numbers(numbers: pa.Array) -> memoryview:
    """Return Arrow's numbers, none of them null, where they lie in memory."""
    code, width = _FORMATS[numbers.type], numbers.type.byte_width
    held = memoryview(numbers.buffers()[1] if len(numbers) else b"").cast("B")
    return held[numbers.offset * width :][: len(numbers) * width].cast(code)


def fill_false(found: Any) -> Any:
    """Return booleans with False where one was null."""
    return pc.fill_null(found, FALSE) if found.null_count else found


def _pack_texts(texts: Sequence[str | None], code: str) -> tuple[pa.Buffer, pa.Buffer]:
    """Where each text ends, and all of them in one."""
    encoded = [b"" if text is None else text.encode() for text in texts]
    ends = array(code, [0])
    for text in encoded:
        ends.append(ends[-1] + len(text))
    return pa.py_buffer(ends), pa.py_buffer(b"".join(encoded))


def _to_bits(values: Iterable[bool]) -> pa.Buffer:
    """One bit a value, the first one lowest."""
    bits = "".join("1" if value else "0" for value in values)
    return pa.py_buffer(int(bits[::-1] or "0", 2).to_bytes(len(bits) // 8 + 1, "little"))


FALSE = to_scalar(False, pa.bool_())
TRUE = to_scalar(True, pa.bool_())
