"""Tree -> text, as Amazon reads it. ``parse(render(tree)) == tree`` for every canonical tree.

Values are left bare where they can be, escaped with backslashes or quoted where they must be; ranges are always
quoted, as in Amazon's own examples. In a search every value stands in brackets, as Amazon's web page writes it.
"""

from __future__ import annotations

import re

from ..errors import FilterError
from ..model.fields import WORDS, Dialect
from . import semantics
from .expr import AllOf, And, AnyOf, Equal, Expr, Not, Or, Prefix, Range, Term, Value
from .tokens import KEYWORDS

_SPECIAL = re.compile(r"""[+&|!(){}\[\]^'"~*?:\\]|^-""")
_SPECIAL_OR_SPACE = re.compile(r"""[\s+&|!(){}\[\]^'"~*?:\\]|^-""")
_IN_QUOTES = re.compile(r'["\\]')


def render(expr: Expr, *, dialect: Dialect = "search") -> str:
    """Amazon's text for a tree. Raises ``FilterError`` for what the dialect cannot say (negation, patterns)."""
    return _render(expr, dialect)


def _render(expr: Expr, dialect: Dialect) -> str:
    match expr:
        case Term(word, value):
            return f"{_word(word, dialect)}:{_of_term(value, dialect)}"
        case And(parts):
            return " AND ".join(_bracketed(part, dialect, isinstance(part, Or)) for part in parts)
        case Or(parts):
            return " OR ".join(_render(part, dialect) for part in parts)
        case Not(part) if dialect == "local":
            return "NOT " + _bracketed(part, dialect, isinstance(part, And | Or))
        case Not():
            raise semantics.no_negation(dialect)
    raise FilterError(f"not a filter: {expr!r}")


def _bracketed(expr: Expr, dialect: Dialect, needed: bool) -> str:
    text = _render(expr, dialect)
    return f"({text})" if needed else text


def _word(word: str, dialect: Dialect) -> str:
    field = WORDS[dialect].get(word)
    return field.spelled(dialect) if field and dialect != "local" else word


def _of_term(value: Value, dialect: Dialect) -> str:
    text = _value(value)
    grouped = isinstance(value, AllOf | AnyOf) or (dialect == "search" and not isinstance(value, Range))
    return f"({text})" if grouped else text


def _value(value: Value) -> str:
    match value:
        case Equal(text):
            return _equal(text)
        case Prefix(text):
            return _SPECIAL_OR_SPACE.sub(r"\\\g<0>", text) + "*"
        case Range(low, high, include_low, include_high):
            return f"{'[' if include_low else '{'}{_end(low)} TO {_end(high)}{']' if include_high else '}'}"
        case AllOf(parts):
            return " AND ".join(f"({_value(part)})" if isinstance(part, AnyOf) else _value(part) for part in parts)
        case AnyOf(parts):
            return " OR ".join(_value(part) for part in parts)
    raise FilterError(f"Amazon's filters cannot say {value!r}", hint="it is answered offline: use find()")


def _equal(text: str) -> str:
    if not text or text.upper() in KEYWORDS or any(character.isspace() for character in text):
        return _quoted(text)
    return _SPECIAL.sub(r"\\\g<0>", text)


def _quoted(text: str) -> str:
    return '"' + _IN_QUOTES.sub(r"\\\g<0>", text) + '"'


def _end(text: str | None) -> str:
    return "*" if text is None else _quoted(text)
