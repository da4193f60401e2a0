"""Columns of ours: numbers and dates with one meaning for pictures and videos, made from what Amazon tells as it came.

==================  ==========================================================================================
taken               the first date of ``TAKEN_FROM`` that there is, without a zone: Amazon tells the camera's
                    clock as if it were UTC. Where ``contentDate`` is in the same second, with its fraction
latitude,           from ``location``, "49.28,-123.12"; both are missing where one is no number of degrees
longitude
width, height,      the picture's, else the video's (a node has one or the other). Width and height are those of
make, model         the stored pixels, whatever ``image.orientation`` or ``video.rotate`` says of showing them
duration            the video's
iso                 the first whole number of ``image.isoSpeedRatings``
f_number            ``image.apertureValue``: a decimal such as "8.0" is the f-number, as exiftool shows it; a
                    rational such as "54823/32325" is EXIF's own, in APEX, so the f-number is 2 ** (value / 2)
exposure_time       seconds, from "1/320", "0.5" or "2"
focal_length        mm, from "17/4", "42" or "42.0 mm"
category            by the extension (``category``)
==================  ==========================================================================================

Sources of the texts: the recorded node of 2022 and the older sketch in ``docs/api.md``. That the two spellings of an
aperture mean different things is an inference: the sketch's 54823/32325 is 1.696, and 2 ** (1.696 / 2) is 1.8, which is
the lens of the camera that it names. What cannot be read as a number, and a number that cannot be (0 seconds), is
missing; the text stays in its own column.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import Any, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

from ..model.derived import read_aperture, read_number, read_speed
from ..model.fields import COLUMNS, TAKEN_FROM
from ..query.constants import fill_false, to_array, to_scalar
from . import category
from .columns import LOW_CARDINALITY, NAIVE_TIME, type_of

Columns: TypeAlias = Mapping[str, pa.ChunkedArray]
"""At least those that a derived column is made from, in the types of ``columns.schema``."""

DERIVED: tuple[str, ...] = tuple(name for name, field in COLUMNS.items() if field.made_from)
"""Every column that is made from others, in their order."""

_PLACE = r"^\s*(?P<latitude>[+-]?[0-9]{1,3}(?:\.[0-9]*)?)\s*,\s*(?P<longitude>[+-]?[0-9]{1,3}(?:\.[0-9]*)?)\s*$"
_SECOND = 1000
"""Milliseconds."""


def add_derived(columns: dict[str, Any], names: Sequence[str] = DERIVED) -> None:
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
    made_from = {name: COLUMNS[name].made_from for name in names if name in DERIVED}
    return list(dict.fromkeys(source for name in names for source in made_from.get(name, (name,))))


# --- the first one that there is -------------------------------------------------------------------------------------


def _first_of(names: Sequence[str], columns: Columns) -> pa.ChunkedArray:
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


def _take_date(columns: Columns) -> pa.ChunkedArray:
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
    parts = pc.extract_regex(texts, _PLACE)
    numbers = {}
    for name, most in (("latitude", 90), ("longitude", 180)):
        degrees = pc.struct_field(parts, [name]).cast(pa.float64())
        numbers[name] = degrees, pc.less_equal(pc.abs(degrees), to_scalar(most, pa.float64()))
    possible = pc.and_(numbers["latitude"][1], numbers["longitude"][1])
    both = [pc.if_else(possible, degrees, _NO_NUMBER) for degrees, _ in numbers.values()]
    chunks = zip(*(column.chunks for column in both), strict=True)
    kind = pa.struct([(name, pa.float64()) for name in numbers])
    return pa.chunked_array([pa.StructArray.from_arrays(pair, list(numbers)) for pair in chunks], kind)


# --- numbers in texts: each distinct text is read once ---------------------------------------------------------------


def _read_texts(column: str, read: Callable[[str], float | None], kind: pa.DataType, columns: Columns) -> Any:
    encoded = columns[column].unify_dictionaries()
    if not encoded.num_chunks:
        return pa.chunked_array([], kind)
    numbers = to_array([None if text is None else read(text) for text in encoded.chunk(0).dictionary.to_pylist()], kind)
    return pa.chunked_array([numbers.take(chunk.indices) for chunk in encoded.chunks], kind)


def _find_category(columns: Columns) -> pa.ChunkedArray:
    return category.of(columns["extension"], columns["name"], columns["kind"])


def _copy(name: str, columns: Columns) -> pa.ChunkedArray:
    return _first_of(COLUMNS[name].made_from, columns)


_NO_NUMBER = pa.nulls(1, pa.float64())[0]
_ZERO, _ONE_SECOND = to_scalar(0, pa.int64()), to_scalar(_SECOND, pa.int64())
_MAKE: Mapping[str, Callable[[Columns], pa.ChunkedArray]] = MappingProxyType(
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
