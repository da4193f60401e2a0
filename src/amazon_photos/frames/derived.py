"""Columns of ours, made from Amazon's a whole column at a time: by the rules of ``model.derived``, and ``category``.

Each distinct text is read once, by the rule for one node; dates, places and copies are Arrow's work throughout. A test
holds these columns to what ``Node`` says of the same nodes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import Any, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

from ..model.derived import MAX_DEGREES, PLACE, read_aperture, read_number, read_speed
from ..model.fields import COLUMNS, TAKEN_FROM
from ..query.constants import fill_false, to_array, to_scalar
from .columns import LOW_CARDINALITY, NAIVE_TIME, type_of

Sources: TypeAlias = Mapping[str, pa.ChunkedArray]
"""Columns by name: at least those that a derived column is made from, in the types of ``columns.schema``."""

DERIVED_COLUMNS: tuple[str, ...] = tuple(name for name, field in COLUMNS.items() if field.made_from)
"""Every column that is made from others, in their order."""

_SECOND = 1000
"""Milliseconds."""


def add_derived(columns: dict[str, Any], names: Sequence[str] = DERIVED_COLUMNS) -> None:
    """Add the derived columns named to those that they are made from."""
    made: dict[tuple[str, ...], pa.ChunkedArray] = {}
    for name in names:
        if name in ("latitude", "longitude"):
            sources = COLUMNS[name].made_from
            if sources not in made:
                made[sources] = _read_places(_first_of(sources, columns))
            columns[name] = pc.struct_field(made[sources], [name])
        else:
            columns[name] = _MAKE[name](columns)


def sources_of(names: Sequence[str]) -> list[str]:
    """List the columns that these are made from, each once; one that is not derived is made from itself."""
    made_from = {name: COLUMNS[name].made_from for name in names if name in DERIVED_COLUMNS}
    return list(dict.fromkeys(source for name in names for source in made_from.get(name, (name,))))


# --- the first one that there is -------------------------------------------------------------------------------------


def _first_of(names: Sequence[str], columns: Sources) -> pa.ChunkedArray:
    """The first value of each row; mostly one of the columns is empty, and nothing has to be made."""
    found = [column for column in (columns[name] for name in names) if column.null_count < len(column)]
    if not found:
        return columns[names[0]]
    if len(found) == 1 or not found[0].null_count:
        return found[0]
    if not pa.types.is_dictionary(found[0].type):
        return pc.coalesce(*found)
    plain = pc.coalesce(*(column.cast(column.type.value_type) for column in found))
    return plain.dictionary_encode().cast(LOW_CARDINALITY)


def _take_date(columns: Sources) -> pa.ChunkedArray:
    moments, precise = _first_of(TAKEN_FROM, columns), columns[TAKEN_FROM[-1]]
    if moments is not precise:
        moments, finer = moments.cast(pa.int64()), precise.cast(pa.int64())
        fraction = pc.subtract(finer, moments)
        within = pc.and_(pc.greater(fraction, _ZERO), pc.less(fraction, _ONE_SECOND))
        moments = pc.if_else(fill_false(within), finer, moments)
    return moments.cast(pa.int64()).cast(NAIVE_TIME)


# --- places ----------------------------------------------------------------------------------------------------------


def _read_places(texts: pa.ChunkedArray) -> pa.ChunkedArray:
    """A struct of both numbers for each text; null where one is no number of degrees."""
    parts = pc.extract_regex(texts, f"^{PLACE}$")
    numbers = {}
    for name, most in MAX_DEGREES.items():
        degrees = pc.struct_field(parts, [name]).cast(pa.float64())
        numbers[name] = degrees, pc.less_equal(pc.abs(degrees), to_scalar(most, pa.float64()))
    possible = pc.and_(numbers["latitude"][1], numbers["longitude"][1])
    both = [pc.if_else(possible, degrees, _NO_NUMBER) for degrees, _ in numbers.values()]
    chunks = zip(*(column.chunks for column in both), strict=True)
    kind = pa.struct([(name, pa.float64()) for name in numbers])
    return pa.chunked_array([pa.StructArray.from_arrays(pair, list(numbers)) for pair in chunks], kind)


# --- numbers in texts: each distinct text is read once ---------------------------------------------------------------


def _read_texts(column: str, read: Callable[[str], float | None], kind: pa.DataType, columns: Sources) -> Any:
    encoded = columns[column].unify_dictionaries()
    if not encoded.num_chunks:
        return pa.chunked_array([], kind)
    numbers = to_array([None if text is None else read(text) for text in encoded.chunk(0).dictionary.to_pylist()], kind)
    return pa.chunked_array([numbers.take(chunk.indices) for chunk in encoded.chunks], kind)


def _find_category(columns: Sources) -> pa.ChunkedArray:
    from . import category  # a table of file types, which whoever reads what was made before needs not

    return category.of(columns["extension"], columns["name"], columns["kind"])


def _copy(name: str, columns: Sources) -> pa.ChunkedArray:
    return _first_of(COLUMNS[name].made_from, columns)


_NO_NUMBER = pa.nulls(1, pa.float64())[0]
_ZERO, _ONE_SECOND = to_scalar(0, pa.int64()), to_scalar(_SECOND, pa.int64())
_MAKE: Mapping[str, Callable[[Sources], pa.ChunkedArray]] = MappingProxyType(
    {
        "taken": _take_date,
        **{name: partial(_copy, name) for name in ("width", "height", "make", "model", "duration")},
        "iso": partial(_read_texts, "image.isoSpeedRatings", read_speed, type_of("int")),
        "f_number": partial(_read_texts, "image.apertureValue", read_aperture, type_of("float")),
        "exposure_time": partial(_read_texts, "image.exposureTime", read_number, type_of("float")),
        "focal_length": partial(_read_texts, "image.focalLength", read_number, type_of("float")),
        "category": _find_category,
    }
)
"""How each is made, but for places: both numbers come from one look at the text."""
