"""One tree, several dialects: each word as the dialect spells it, each date as precise as the dialect wants it.

::

    favorite:true           for nodes     settings.favorite:true
    createdDate:2019        for nodes     createdDate:["2019-01-01T00:00:00.000Z" TO "2019-12-31T23:59:59.999Z"]
"""

from __future__ import annotations

from ..model.fields import WORDS, Dialect
from . import values
from .expr import AllOf, And, AnyOf, Equal, Expr, Not, Or, Range, Term, Value


def translate(expr: Expr, dialect: Dialect) -> Expr:
    """The same question in the words of ``dialect``. What the dialect doesn't know stays as it is."""
    match expr:
        case Term():
            return _term(expr, dialect)
        case And(parts):
            return And(tuple(translate(part, dialect) for part in parts))
        case Or(parts):
            return Or(tuple(translate(part, dialect) for part in parts))
        case Not(part):
            return Not(translate(part, dialect))
    return expr


def _term(term: Term, dialect: Dialect) -> Term:
    field = WORDS[dialect].get(term.field) or WORDS["local"].get(term.field)
    if dialect == "local" or field is None or not field.operators(dialect):
        return term
    return Term(field.spelled(dialect), _exact(term.value) if field.kind == "time" else term.value)


def _exact(value: Value) -> Value:
    match value:
        case AllOf(parts):
            return AllOf(tuple(_exact(part) for part in parts))
        case AnyOf(parts):
            return AnyOf(tuple(_exact(part) for part in parts))
        case Equal(text):
            first, last = _ends(text)
            return value if first == last else Range(first, last)
        case Range(low, high, include_low, include_high):
            return Range(
                None if low is None else _ends(low)[0 if include_low else 1],
                None if high is None else _ends(high)[1 if include_high else 0],
                include_low,
                include_high,
            )
    return value


def _ends(text: str) -> tuple[str, str]:
    """First and last moment of a date; what can be read as one moment only, or not at all, stays as it is."""
    try:
        first, last = values.span(text)
    except ValueError:
        return text, text
    return (text, text) if first == last else (values.from_milliseconds(first), values.from_milliseconds(last))
