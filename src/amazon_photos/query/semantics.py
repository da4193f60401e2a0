"""What a filter may say in which dialect: words, operators, values, and how many parameters.

Dialects: ``search`` (``/search``), ``node`` (``/nodes``, ``/children``, ``/trash``) and ``local`` (ap.parquet, which
takes every column and every word).
"""

from __future__ import annotations

import difflib
from collections.abc import Callable

from ..errors import FilterError
from ..model.fields import WORDS, Dialect, Field, Operator
from . import values
from .expr import AllOf, And, AnyOf, Equal, Expr, Not, Or, Pattern, Prefix, Range, Term, Value

MOST_TERMS = 8
"""Amazon's limit of filter parameters. Source: doc."""

_PLACES = {"search": "a search", "node": "a node filter", "local": "an offline filter"}
_SYMBOLS = {Operator.EQUAL: "word:value", Operator.PREFIX: "word:value*", Operator.RANGE: "word:[a TO b]"}
_READERS: dict[str, Callable[[str], object]] = {
    "bool": values.boolean,
    "int": values.integer,
    "float": values.number,
    "time": values.instant,
}


def field_of(word: str, dialect: Dialect) -> Field:
    """The field a word means. Raises ``FilterError`` with what was probably meant."""
    known = WORDS[dialect]
    if word in known:
        return known[word]
    raise FilterError(f"unknown word {word!r} in {_PLACES[dialect]}", hint=_suggestion(word, dialect))


def _suggestion(word: str, dialect: Dialect) -> str:
    known = WORDS[dialect]
    if dialect == "search" and word == "kind":
        return "a search has no kind: use type:(PHOTOS OR VIDEOS), or ask nodes() with kind:FILE"
    folded = {name.casefold(): name for name in known}
    endings = {name.rpartition(".")[2].casefold(): name for name in known}
    near = difflib.get_close_matches(word.casefold(), [*folded, *endings], n=1, cutoff=0.6)
    if near:
        return f"did you mean {folded.get(near[0]) or endings[near[0]]!r}?"
    other: Dialect = "node" if dialect == "search" else "search"
    if word in WORDS[other]:
        return f"{_PLACES[other]} knows it; {_PLACES[dialect]} does not"
    return "known words: " + ", ".join(known)


def check_value(word: str, field: Field, value: Value, dialect: Dialect) -> None:
    """Raises ``FilterError`` if the field doesn't take the operator, or cannot read the value."""
    if isinstance(value, AllOf | AnyOf):
        for part in value.parts:
            check_value(word, field, part, dialect)
        return
    operator = _operator(value)
    if operator not in field.operators(dialect):
        raise FilterError(
            f"{word} does not take {_SYMBOLS[operator]} in {_PLACES[dialect]}", hint=_takes(field, dialect)
        )
    if isinstance(value, Pattern) and dialect != "local":
        raise FilterError(f"{_PLACES[dialect]} knows no patterns", hint="they are answered offline: use find()")
    for text in _texts(value):
        _check_text(word, field, text, dialect)


def _operator(value: Value) -> Operator:
    if isinstance(value, Range):
        return Operator.RANGE
    return Operator.PREFIX if isinstance(value, Prefix) else Operator.EQUAL


def _takes(field: Field, dialect: Dialect) -> str:
    takes = [symbol for operator, symbol in _SYMBOLS.items() if operator in field.operators(dialect)]
    return "it takes " + " and ".join(takes) if takes else "it can only be sorted by; ask offline with find()"


def _texts(value: Value) -> list[str]:
    match value:
        case Equal(text):
            return [text]
        case Range(low, high):
            return [end for end in (low, high) if end is not None]
    return []


def _check_text(word: str, field: Field, text: str, dialect: Dialect) -> None:
    read = _READERS.get(field.kind)
    if read is None:
        return
    if dialect == "local" and field.kind == "time":
        read = values.span
    try:
        read(text)
    except ValueError as error:
        raise FilterError(f"{word} {error}") from None
    if word == "isRoot" and dialect == "node" and text != "true":
        raise FilterError('isRoot takes only "true"')


def check_count(expr: Expr, dialect: Dialect) -> None:
    """Raises ``FilterError`` for a ninth parameter."""
    count = sum(1 for _ in expr.terms())
    if dialect != "local" and count > MOST_TERMS:
        raise FilterError(
            f"{count} filter parameters; Amazon takes at most {MOST_TERMS}",
            hint="group the values of a word: things:(a OR b) is one parameter",
        )


def check(expr: Expr, dialect: Dialect) -> None:
    """Raises ``FilterError`` if ``dialect`` cannot mean the tree: for trees that people built."""
    match expr:
        case Term(word, value):
            check_value(word, field_of(word, dialect), value, dialect)
        case And(parts) | Or(parts):
            for part in parts:
                check(part, dialect)
        case Not(part):
            if dialect != "local":
                raise no_negation(dialect)
            check(part, dialect)
    check_count(expr, dialect)


def no_negation(dialect: Dialect) -> FilterError:
    """The error for a NOT where Amazon has none."""
    return FilterError(
        f"{_PLACES[dialect]} has no negation",
        hint="it is answered offline: use find(), or query() with a filter built from F",
    )
