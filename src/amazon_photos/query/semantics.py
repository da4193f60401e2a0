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
_OPERATORS: dict[type[Value], Operator] = {
    Equal: Operator.EQUAL,
    Prefix: Operator.PREFIX,
    Range: Operator.RANGE,
    Pattern: Operator.PREFIX,  # what has a beginning can be searched
}
_GROUPS = (AllOf, AnyOf)
_READERS: dict[str, Callable[[str], object]] = {
    "bool": values.boolean,
    "int": values.integer,
    "float": values.number,
    "time": values.instant,
}
_DERIVED: dict[str, tuple[str, ...]] = {
    "type": ("contentType", "kind"),
    "timeYear": ("contentDate",),
    "timeMonth": ("contentDate",),
    "timeDay": ("contentDate",),
}
"""Words that no column carries, and the columns that answer them offline."""

ANYTHING = Prefix("")
"""``word:*``: there is a value. Offline every word takes it."""


def field_of(word: str, dialect: Dialect) -> Field:
    """The field a word means. Raises ``FilterError`` with what was probably meant."""
    field = WORDS[dialect].get(word)
    if field is None:
        raise FilterError(f"unknown word {word!r} in {_PLACES[dialect]}", hint=suggestion(word, dialect))
    if dialect == "local" and not columns_of(word):
        raise FilterError(
            f"only Amazon's search index knows {word!r}",
            hint="ask it with query(), where it can neither be negated nor stand in an OR with what only find() knows",
        )
    return field


def columns_of(word: str) -> tuple[str, ...]:
    """The columns that answer a word offline; () for what only Amazon's index knows."""
    field = WORDS["local"].get(word)
    if field is None:
        return ()
    return (field.column,) if field.column else _DERIVED.get(word, ())


def suggestion(word: str, dialect: Dialect) -> str:
    """What was probably meant by a word that ``dialect`` doesn't know."""
    known = WORDS[dialect]
    if dialect == "search" and word == "kind":
        return "a search has no kind: use type:(PHOTOS OR VIDEOS), or ask nodes() with kind:FILE"
    field = WORDS["local"].get(word)
    if field and field.operators(dialect):
        return f"did you mean {field.spelled(dialect)!r}?"
    if word in WORDS["node"] or word in WORDS["search"]:
        return f"{_PLACES['node' if dialect == 'search' else 'search']} knows it; {_PLACES[dialect]} does not"
    if field:
        return _offline(dialect)
    names = {part.casefold(): name for name in known for part in (name, name.rpartition(".")[2])}
    near = difflib.get_close_matches(word.casefold(), names, n=1, cutoff=0.6)
    if near:
        return f"did you mean {names[near[0]]!r}?"
    return "known words: " + ", ".join(
        dict.fromkeys(f.column or f.word for f in known.values()) if dialect == "local" else known
    )


def _offline(dialect: Dialect) -> str:
    asking = "nodes()" if dialect == "node" else "query()"
    return f"it is answered offline: use find(), or {asking} with a filter built from F"


def check_value(word: str, field: Field, value: Value, dialect: Dialect) -> None:
    """Raises ``FilterError`` if the field doesn't take the operator, or cannot read the value."""
    if isinstance(value, _GROUPS):
        for part in value.parts:
            check_value(word, field, part, dialect)
        return
    if isinstance(value, Pattern) and dialect != "local":
        raise FilterError(f"{_PLACES[dialect]} knows no patterns", hint="they are answered offline: use find()")
    operator = _OPERATORS[type(value)]
    if operator not in _operators(field, dialect) and not (dialect == "local" and value == ANYTHING):
        raise FilterError(
            f"{word} does not take {_SYMBOLS[operator]} in {_PLACES[dialect]}", hint=_takes(field, dialect)
        )
    for text in _texts(value) if field.kind in _READERS else ():
        _check_text(word, field, text, dialect)
    if field.column == "contentType" and dialect == "node" and isinstance(value, Prefix) and "/" in value.text:
        raise FilterError(f"{word} takes a prefix of the major type only", hint="such as image* or video*")


def _operators(field: Field, dialect: Dialect) -> Operator:
    """Offline text takes everything; numbers and dates have no beginning, and two-valued things no order."""
    if dialect != "local":
        return field.operators(dialect)
    if field.column and field.kind in ("string", "strings"):
        return Operator.ALL
    return Operator.EQUAL | Operator.RANGE if field.kind in ("int", "float", "time") else Operator.EQUAL


def _takes(field: Field, dialect: Dialect) -> str:
    takes = [symbol for operator, symbol in _SYMBOLS.items() if operator in _operators(field, dialect)]
    return "it takes " + " and ".join(takes) if takes else "it can only be sorted by; ask offline with find()"


def _texts(value: Value) -> tuple[str, ...]:
    if isinstance(value, Equal):
        return (value.text,)
    return tuple(end for end in (value.low, value.high) if end is not None) if isinstance(value, Range) else ()


def _check_text(word: str, field: Field, text: str, dialect: Dialect) -> None:
    read = values.span if dialect == "local" and field.kind == "time" else _READERS[field.kind]
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
        raise too_many(count)


def too_many(count: int) -> FilterError:
    """The error for more parameters than Amazon takes."""
    return FilterError(
        f"{count} filter parameters; Amazon takes at most {MOST_TERMS}",
        hint="group the values of a word: things:(a OR b) is one parameter",
    )


def check(expr: Expr, dialect: Dialect) -> None:
    """Raises ``FilterError`` if ``dialect`` cannot mean the tree: for trees that people built."""
    match expr:
        case Term(word, Value() as value):
            check_value(word, field_of(word, dialect), value, dialect)
        case And(parts) | Or(parts):
            for part in parts:
                check(part, dialect)
        case Not(part):
            if dialect != "local":
                raise no_negation(dialect)
            check(part, dialect)
        case _:
            raise FilterError(f"not a filter: {expr!r}")
    check_count(expr, dialect)


def no_negation(dialect: Dialect) -> FilterError:
    """The error for a NOT where Amazon has none."""
    return FilterError(
        f"{_PLACES[dialect]} has no negation",
        hint=_offline(dialect),
    )
