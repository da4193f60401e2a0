"""One tree, several dialects: each word as the dialect spells it, each value as Amazon's own examples write it.

::

    favorite:TRUE           for nodes     settings.favorite:true
    createdDate:2019        for nodes     createdDate:["2019-01-01T00:00:00.000Z" TO "2019-12-31T23:59:59.999Z"]
    createdDate:{2019 TO *} for nodes     createdDate:{"2019-01-01T00:00:00.000Z" TO *}
    type:photos             for searches  type:PHOTOS
"""

from __future__ import annotations

from collections.abc import Callable

from ..model.fields import WORDS, Dialect, Field
from . import values
from .expr import AllOf, And, AnyOf, Equal, Expr, Not, Or, Range, Term, Value
from .validation import TYPES, check_depth


def translate(expr: Expr, dialect: Dialect) -> Expr:
    """Translate a filter to the words of ``dialect``. What it doesn't know stays as it is.

    Raises ``FilterError`` for a tree that is too deep.
    """
    check_depth(expr)
    return expr if dialect == "local" else _translate(expr, dialect)


def _translate(expr: Expr, dialect: Dialect) -> Expr:
    match expr:
        case Term():
            return _term(expr, dialect)
        case And(parts):
            return And(tuple([_translate(part, dialect) for part in parts]))
        case Or(parts):
            return Or(tuple([_translate(part, dialect) for part in parts]))
        case Not(part):
            return Not(_translate(part, dialect))
    return expr


def _term(term: Term, dialect: Dialect) -> Term:
    field = WORDS[dialect].get(term.field) or WORDS["local"].get(term.field)
    if field is None or not field.operators(dialect):
        return term
    return Term(field.name_in(dialect), _value(term.value, field))


def _value(value: Value, field: Field) -> Value:
    match value:
        case AllOf(parts):
            return AllOf(tuple([_value(part, field) for part in parts]))
        case AnyOf(parts):
            return AnyOf(tuple([_value(part, field) for part in parts]))
        case Equal(text) if field.type == "time":
            first, last = _moments(text, values.span)
            return Equal(first) if first == last else Range(first, last)
        case Range(low, high, include_low, include_high) if field.type == "time":
            return Range(
                None if low is None else _moments(low, values.end)[0 if include_low else 1],
                None if high is None else _moments(high, values.end)[1 if include_high else 0],
                include_low,
                include_high,
            )
        case Equal(text):
            return Equal(_text(text, field))
    return value


def _text(text: str, field: Field) -> str:
    """What was understood, as Amazon writes it; what was not stays as it is, for the check that refuses it."""
    try:
        if field.type == "int":
            return str(values.integer(text))
        if field.type == "bool":
            return str(values.boolean(text)).lower()
    except ValueError:
        return text
    return text.upper() if field.search_name == "type" and text.upper() in TYPES else text


def _moments(text: str, read: Callable[[str], tuple[int, int]]) -> tuple[str, str]:
    """First and last moment of a date, as ``read`` reads it; what cannot be read stays as it is."""
    try:
        first, last = read(text)
        return values.from_milliseconds(first), values.from_milliseconds(last)
    except (ValueError, OverflowError):
        return text, text
