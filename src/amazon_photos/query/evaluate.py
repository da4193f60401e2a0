"""The Arrow half of ``match``, in a module of its own because importing it loads pyarrow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial, reduce

import pyarrow as pa
import pyarrow.compute as pc

from ..errors import FilterError
from ..model.fields import WORDS
from . import values
from .constants import FALSE, fill_false, mark_rows, to_array, to_scalar
from .expr import AllOf, And, AnyOf, Equal, Expr, Not, Or, Pattern, Prefix, Range, Term, Value
from .relations import Question

_SMALLEST, _MAX_INT = -(2**63), 2**63 - 1


@dataclass(frozen=True, slots=True)
class _OneOf(Value):
    """One of many texts: found in one pass, however many there are."""

    texts: tuple[str, ...]


_Answer = Callable[[Value], pa.Array]
"""The rows that match a single value: ``_OneOf``, ``Prefix``, ``Range`` or ``Pattern``."""


def evaluate(expr: Expr, batch: pa.RecordBatch) -> pa.Array:
    """Evaluate a checked tree: True for each row of a batch that matches, False for every other."""
    match expr:
        case Term(word, value):
            return _value(value, _answer(word, batch))
        case And(parts):
            return reduce(pc.and_, (evaluate(part, batch) for part in parts))
        case Or(parts):
            return reduce(pc.or_, (evaluate(part, batch) for part in parts))
        case Not(part):
            return pc.invert(evaluate(part, batch))
    raise FilterError(f"not a filter: {expr!r}")


def _answer(word: str, batch: pa.RecordBatch) -> _Answer:
    if word == "type":
        return partial(_of_type, batch)
    if word in _PARTS_OF_DATE:
        return partial(_of_integers, _part_of_date(_PARTS_OF_DATE[word], batch.column("contentDate")))
    field = WORDS["local"][word]
    if field.relation:
        return partial(_of_relation, word, batch)
    return partial(_OF_TYPE[field.type], batch.column(field.column))


def _value(value: Value, answer: _Answer) -> pa.Array:
    match value:
        case AllOf(parts):
            return reduce(pc.and_, (_value(part, answer) for part in parts))
        case AnyOf(parts):
            texts = tuple(part.text for part in parts if isinstance(part, Equal))
            others = [_value(part, answer) for part in parts if not isinstance(part, Equal)]
            return reduce(pc.or_, [answer(_OneOf(texts)), *others] if texts else others)
        case Equal(text):
            return answer(_OneOf((text,)))
    return answer(value)


# --- text ----------------------------------------------------------------------------------------------------


def _of_strings(column: pa.Array, value: Value) -> pa.Array:
    """Strings, dictionaries of strings (each distinct one is looked at once), and lists (one of the items matches)."""
    if pa.types.is_list(column.type) or pa.types.is_large_list(column.type):
        return _rows(column, _of_strings(column.flatten(), value))
    if pa.types.is_dictionary(column.type):
        return fill_false(_of_strings(column.dictionary, value).take(column.indices))
    return fill_false(_of_plain(column, value))


def _of_plain(column: pa.Array, value: Value) -> pa.Array:
    match value:
        case _OneOf((text,)):
            return pc.equal(column, to_scalar(text, column.type))
        case _OneOf(texts):
            return pc.is_in(column, value_set=to_array(texts, column.type))
        case Prefix(text):
            return pc.starts_with(column, text)
        case Pattern(regex):
            return search(column, regex)
        case Range():
            return _between(column, value, lambda text: to_scalar(text, column.type))
    raise FilterError(f"not a value: {value!r}")


def search(column: pa.Array, regex: str) -> pa.Array:
    """Search strings for a pattern: True where there is a match, null for null.

    Raises ``FilterError`` for what is no regular expression.
    """
    try:
        return pc.match_substring_regex(column, regex)
    except pa.ArrowInvalid as error:
        raise FilterError(
            f"{regex!r} is no regular expression: {error}", hint="RE2 reads it: no look-around, no references back"
        ) from None


def _rows(lists: pa.Array, items: pa.Array) -> pa.Array:
    """The rows of which an item matches."""
    return mark_rows(len(lists), pc.list_parent_indices(lists).filter(items))


# --- numbers, dates, truth -----------------------------------------------------------------------------------


def _of_integers(column: pa.Array, value: Value) -> pa.Array:
    if isinstance(value, Range):
        return _of_span(column, *_span(value, lambda text: (values.integer(text),) * 2))
    return _among(column, value, values.integer, pa.int64())


def _of_numbers(column: pa.Array, value: Value) -> pa.Array:
    if isinstance(value, Range):
        return fill_false(_between(column, value, lambda text: to_scalar(values.number(text), pa.float64())))
    return _among(column, value, values.number, pa.float64())


def _of_times(column: pa.Array, value: Value) -> pa.Array:
    moments = _milliseconds(column)
    if isinstance(value, Range):
        return _of_span(moments, *_span(value, values.end))
    if isinstance(value, _OneOf):
        return reduce(pc.or_, (_of_span(moments, *values.span(text)) for text in value.texts))
    return column.is_valid()


def _of_truths(column: pa.Array, value: Value) -> pa.Array:
    return _among(column, value, values.boolean, pa.bool_())


def _among(column: pa.Array, value: Value, read: Callable[[str], float], kind: pa.DataType) -> pa.Array:
    """The rows whose value is one of those asked for; every row with a value, if nothing more is asked."""
    if not isinstance(value, _OneOf):
        return column.is_valid()
    wanted = [number for number in map(read, value.texts) if not isinstance(number, int) or _fits(number)]
    if len(wanted) == 1:
        return fill_false(pc.equal(column, to_scalar(wanted[0], kind)))
    return pc.is_in(column.cast(kind), value_set=to_array(wanted, kind))


def _fits(number: int) -> bool:
    return _SMALLEST <= number <= _MAX_INT


def _span(value: Range, read: Callable[[str], tuple[int, ...]]) -> tuple[int, int]:
    """First and last whole number inside a range; an end that lies between two has the later one first."""
    low, high = _SMALLEST, _MAX_INT
    if value.low is not None:
        low = read(value.low)[0] if value.include_low else read(value.low)[-1] + 1
    if value.high is not None:
        high = read(value.high)[-1] if value.include_high else read(value.high)[0] - 1
    return low, high


def _of_span(column: pa.Array, low: int, high: int) -> pa.Array:
    low, high = max(low, _SMALLEST), min(high, _MAX_INT)
    if low > high:
        return pa.repeat(FALSE, len(column))
    found = column.is_valid()
    if low > _SMALLEST:
        found = pc.and_(found, fill_false(pc.greater_equal(column, to_scalar(low, pa.int64()))))
    if high < _MAX_INT:
        found = pc.and_(found, fill_false(pc.less_equal(column, to_scalar(high, pa.int64()))))
    return found


def _between(column: pa.Array, value: Range, read: Callable[[str], pa.Scalar]) -> pa.Array:
    found = column.is_valid()
    if value.low is not None:
        found = pc.and_(found, (pc.greater_equal if value.include_low else pc.greater)(column, read(value.low)))
    if value.high is not None:
        found = pc.and_(found, (pc.less_equal if value.include_high else pc.less)(column, read(value.high)))
    return found


def _milliseconds(column: pa.Array) -> pa.Array:
    return column.cast(pa.timestamp("ms", tz="UTC"), safe=False).cast(pa.int64())


# --- words that no column carries ----------------------------------------------------------------------------

_PARTS_OF_DATE = {"timeYear": "year", "timeMonth": "month", "timeDay": "day"}


def _part_of_date(part: str, column: pa.Array) -> pa.Array:
    # Without its zone (it is UTC) a date is taken apart twice as fast, and without the system's zone files.
    return getattr(pc, part)(_milliseconds(column).cast(pa.timestamp("ms")))


def _of_relation(word: str, batch: pa.RecordBatch, value: Value) -> pa.Array:
    """What is known of each value stands in a column of its own (``relations``)."""
    asked = map(Equal, value.texts) if isinstance(value, _OneOf) else (value,)
    return reduce(pc.or_, (batch.column(Question(word, one).column) for one in asked))


def _of_type(batch: pa.RecordBatch, value: Value) -> pa.Array:
    if not isinstance(value, _OneOf):
        value = _OneOf(tuple(_TYPES))
    found = [_TYPES[text.upper()](batch) for text in value.texts if text.upper() in _TYPES]
    return reduce(pc.or_, found, pa.repeat(FALSE, len(batch)))


def _media(major: str, batch: pa.RecordBatch) -> pa.Array:
    """Files of that major type; the movie of a live photo is part of the photo."""
    content_type = partial(_of_strings, batch.column("contentType"))
    part = _of_strings(batch.column("kind"), _OneOf(("ASSET",)))
    return pc.and_not(_value(AnyOf((Equal(major), Prefix(f"{major}/"))), content_type), part)


def _albums(batch: pa.RecordBatch) -> pa.Array:
    return _of_strings(batch.column("kind"), _OneOf(("VISUAL_COLLECTION",)))


_TYPES: dict[str, Callable[[pa.RecordBatch], pa.Array]] = {
    "PHOTOS": partial(_media, "image"),
    "VIDEOS": partial(_media, "video"),
    "ALBUMS": _albums,
}
_OF_TYPE: dict[str, Callable[[pa.Array, Value], pa.Array]] = {
    "string": _of_strings,
    "strings": _of_strings,
    "int": _of_integers,
    "float": _of_numbers,
    "bool": _of_truths,
    "time": _of_times,
    "naive_time": _of_times,
}
