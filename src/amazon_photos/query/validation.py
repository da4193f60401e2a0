"""What a filter may say in which dialect: words, operators, values, and how many parameters.

Dialects: ``search`` (``/search``), ``node`` (``/nodes``, ``/children``, ``/trash``) and ``local`` (ap.parquet, which
takes every column and every word).
"""

from __future__ import annotations

import difflib
from collections.abc import Callable

from ..errors import FilterError
from ..model.fields import WORDS, Dialect, Field, FieldType, Operator
from . import values
from .expr import (
    MAX_DEPTH,
    AllOf,
    And,
    AnyOf,
    Equal,
    Expr,
    Not,
    Or,
    Pattern,
    Prefix,
    Range,
    Term,
    Value,
    leaves,
    nesting,
)

MAX_TERMS = 8
"""Amazon's limit of filter parameters. Source: doc."""
TYPES = ("PHOTOS", "VIDEOS", "ALBUMS")
"""What ``type`` may be, as Amazon writes it."""

_PLACES = {"search": "a search", "node": "a node filter", "local": "an offline filter"}
_SYMBOLS = {Operator.EQUAL: "word:value", Operator.PREFIX: "word:value*", Operator.RANGE: "word:[a TO b]"}
_OPERATORS: dict[type[Value], Operator] = {
    Equal: Operator.EQUAL,
    Prefix: Operator.PREFIX,
    Range: Operator.RANGE,
    Pattern: Operator.PREFIX,  # what has a beginning can be searched
}
_COMPOUND_VALUES = (AllOf, AnyOf)
_READERS: dict[FieldType, Callable[[str], object]] = {
    "string": values.sendable,
    "strings": values.sendable,
    "bool": values.boolean,
    "int": values.integer,
    "float": values.number,
    "time": values.instant,
    "naive_time": values.without_zone,
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
    """Find the field that a word means. Raises ``FilterError`` with what was probably meant."""
    field = WORDS[dialect].get(word)
    if field is None:
        raise FilterError(f"unknown word {word!r} in {_PLACES[dialect]}", hint=suggestion(word, dialect))
    return field


def refuse_relations(expr: Expr) -> None:
    """Raise ``FilterError`` for a word that no column answers, where nodes are all there is to look at."""
    for term in expr.terms():
        field = WORDS["local"].get(term.field)
        if field is None or not field.relation:
            continue
        if not field.search:
            raise FilterError(f"only find() knows {term.field!r}", hint=_offline("search"))
        raise FilterError(
            f"only Amazon's search index knows {term.field!r}",
            hint="ask it with query(), where it can neither be negated nor stand in an OR with what only find() "
            f"knows; or ask find(), after {RELATIONS}",
        )


RELATIONS = "refresh(relations=True)"
"""What brings the answers of the words that no column answers."""


def columns_of(word: str) -> tuple[str, ...]:
    """List the columns that answer a word offline; () for what is answered by a relation."""
    field = WORDS["local"].get(word)
    if field is None:
        return ()
    return (field.column,) if field.column else _DERIVED.get(word, ())


def suggestion(word: str, dialect: Dialect) -> str:
    """Guess what was meant by a word that ``dialect`` doesn't know."""
    known = WORDS[dialect]
    if (dialect, word) in _ELSEWHERE:
        return _ELSEWHERE[dialect, word]
    field = WORDS["local"].get(word)
    if field and field.operators(dialect):
        return f"did you mean {field.name_in(dialect)!r}?"
    if word in WORDS["node"]:
        return "a node filter knows it; a search does not: ask nodes()"
    if word in WORDS["search"]:
        return "a search knows it; a node filter does not: ask query()"
    if field:
        return _offline(dialect)
    longer = [name for names in (known, WORDS["local"]) for name in names if name.startswith(f"{word}.")]
    if longer:
        return f"it only begins other words: {', '.join(dict.fromkeys(longer))}"
    return _near(word, dialect) or "known words: " + ", ".join(
        dict.fromkeys(f.column or f.search_name for f in known.values()) if dialect == "local" else known
    )


_ELSEWHERE: dict[tuple[Dialect, str], str] = {
    ("search", "kind"): "a search has no kind: use type:(PHOTOS OR VIDEOS), or ask nodes() with kind:FILE",
    ("node", "type"): "a node filter has no type: ask query(), or nodes() with contentProperties.contentType:image*",
}


def _near(word: str, dialect: Dialect) -> str:
    names: dict[str, str] = {}
    for name in WORDS[dialect]:
        for part in (name, name.rpartition(".")[2]):
            names.setdefault(part.casefold(), name)
    near = difflib.get_close_matches(word.casefold(), names, n=1, cutoff=0.6)
    if not near:
        return ""
    name = names[near[0]]
    return f"did you mean {name!r}?"


def _offline(dialect: Dialect) -> str:
    asking = "nodes()" if dialect == "node" else "query()"
    return f"it is answered offline: use find(), or {asking} with a filter built from F"


def check_value(word: str, field: Field, value: Value, dialect: Dialect, *, dates: bool = False) -> None:
    """Raise ``FilterError`` if the field doesn't take the operator, or cannot read the value.

    Amazon reads no date without a time; offline we do, and with ``dates`` in what is yet to be translated.
    """
    if isinstance(value, _COMPOUND_VALUES):
        for part in value.parts:
            check_value(word, field, part, dialect, dates=dates)
        return
    if type(value) not in _TAKEN[dialect][word]:
        if dialect == "local" and value == ANYTHING:
            return
        raise _refuse_operator(word, field, value, dialect)
    read = values.span if field.type == "time" and (dates or dialect == "local") else _READERS[field.type]
    try:
        for text in (value.text,) if isinstance(value, Equal) else _texts(value):
            read(text)
    except ValueError as error:
        raise FilterError(f"{word} {error}") from None
    if dialect == "node":
        _check_node_value(word, value)


def _check_node_value(word: str, value: Value) -> None:
    if word == "isRoot" and value != Equal("true"):
        raise FilterError('isRoot takes only "true"')
    if word == "contentProperties.contentType" and isinstance(value, Prefix) and "/" in value.text:
        raise FilterError(f"{word} takes a prefix of the major type only", hint="such as image* or video*")


def _texts(value: Value) -> tuple[str, ...]:
    match value:
        case Equal(text) | Prefix(text) | Pattern(text):
            return (text,)
        case Range(low, high):
            return tuple(end for end in (low, high) if end is not None)
    return ()


def _operators(field: Field, dialect: Dialect) -> Operator:
    """Offline text takes everything; numbers and dates have no beginning, and two-valued things no order."""
    if dialect != "local":
        return field.operators(dialect)
    if field.relation:
        return Operator.EQUAL | Operator.PREFIX
    if field.column and field.type in ("string", "strings"):
        return Operator.ALL
    ordered = field.type in ("int", "float", "time", "naive_time")
    return Operator.EQUAL | Operator.RANGE if ordered else Operator.EQUAL


def _list_operators(field: Field, dialect: Dialect) -> frozenset[type[Value]]:
    operators = _operators(field, dialect)
    kinds = {kind for kind, operator in _OPERATORS.items() if operator in operators}
    return frozenset(kinds if dialect == "local" else kinds - {Pattern})


_TAKEN = {
    dialect: {word: _list_operators(field, dialect) for word, field in words.items()}
    for dialect, words in WORDS.items()
}
"""What a word may be compared with."""


def _refuse_operator(word: str, field: Field, value: Value, dialect: Dialect) -> FilterError:
    operator = _OPERATORS.get(type(value))
    if operator is None:
        return FilterError(f"not a value: {value!r}")
    if isinstance(value, Pattern) and dialect != "local":
        return FilterError(f"{_PLACES[dialect]} knows no patterns", hint="they are answered offline: use find()")
    takes = [symbol for operator, symbol in _SYMBOLS.items() if operator in _operators(field, dialect)]
    hint = "it takes " + " and ".join(takes) if takes else "it can only be sorted by; ask offline with find()"
    return FilterError(f"{word} does not take {_SYMBOLS[operator]} in {_PLACES[dialect]}", hint=hint)


def check(expr: Expr, dialect: Dialect) -> None:
    """Raise ``FilterError`` if ``dialect`` cannot mean the tree: for trees that people built."""
    check_depth(expr)
    _check(expr, dialect)


def _check(expr: Expr, dialect: Dialect) -> None:
    match expr:
        case Term(word, Value() as value):
            check_value(word, field_of(word, dialect), value, dialect)
        case And(parts) | Or(parts):
            for part in parts:
                _check(part, dialect)
        case Not(part):
            if dialect != "local":
                raise no_negation(part, dialect)
            _check(part, dialect)
        case _:
            raise FilterError(f"not a filter: {expr!r}")


def check_depth(expr: Expr) -> None:
    """Raise ``FilterError`` for what nobody could read: a tree deeper than ``MAX_DEPTH``."""
    if nesting(expr) > MAX_DEPTH:
        raise too_deep()


def too_deep() -> FilterError:
    """Make the error for a filter inside a filter inside a filter …"""
    return FilterError(
        f"the filter is nested deeper than {MAX_DEPTH}",
        hint="a & b & c is one level, and F.name(*names) is one term, however many there are",
    )


def check_count(expr: Expr, dialect: Dialect, reserved: int = 0) -> None:
    """Raise ``FilterError`` for a ninth parameter; ``reserved`` are sent along."""
    count = count_of(expr)
    if dialect != "local" and count > MAX_TERMS - reserved:
        raise too_many(count, reserved)


def count_of(expr: Expr) -> int:
    """Count the filter parameters as Amazon does."""
    return sum(1 for _ in expr.terms())


def too_many(count: int, reserved: int = 0) -> FilterError:
    """Make the error for more parameters than Amazon takes."""
    left = f", less {reserved} for what is sent along: {MAX_TERMS - reserved}" if reserved else ""
    return FilterError(
        f"{count} filter parameters; Amazon takes at most {MAX_TERMS}{left}",
        hint='group the values of a word: things:(a OR b), or F.things("a", "b"), is one parameter',
    )


def no_negation(part: Expr, dialect: Dialect) -> FilterError:
    """Make the error for a NOT where Amazon has none; ``part`` is what stands behind it."""
    index = [term.field for term in part.terms() if term.field in WORDS["search"] and not columns_of(term.field)]
    only = f"only Amazon's search index knows {index[0]!r}: ask find(), after {RELATIONS}" if index else ""
    return FilterError(f"{_PLACES[dialect]} has no negation", hint=only or _offline(dialect))


def check_types(tree: Expr) -> None:
    """Raise ``FilterError`` for a type that there is not: Amazon would find nothing, and not say why."""
    for term in tree.terms():
        for value in leaves(term.value) if term.field == "type" else ():
            if isinstance(value, Equal) and value.text.upper() not in TYPES:
                near = difflib.get_close_matches(value.text.upper(), TYPES, n=1)
                hint = f"did you mean {near[0]}?" if near else ""
                raise FilterError(f"type is one of {', '.join(TYPES)}, not {value.text!r}", hint=hint)
