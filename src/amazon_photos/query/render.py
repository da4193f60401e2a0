"""Tree -> text, as Amazon reads it. ``parse(render(tree)) == tree`` for every canonical tree.

Values are left bare where they can be, escaped with backslashes or quoted where they must be; ranges are always
quoted, as in Amazon's own examples. In a search every value stands in brackets, as Amazon's web page writes it.
"""

from __future__ import annotations

import re

from ..errors import FilterError
from ..model.fields import WORDS, Dialect
from . import validation
from .expr import MAX_DEPTH, AllOf, And, AnyOf, Equal, Expr, Not, Or, Prefix, Range, Term, Value, Verbatim, nesting
from .tokens import KEYWORDS

_SPECIAL = re.compile(r"""[+&|!(){}\[\]^'"~*?:\\]|^-""")
_SPECIAL_OR_SPACE = re.compile(r"""[\s+&|!(){}\[\]^'"~*?:\\]|^-""")
_SPACE = re.compile(r"\s")
_BARE = re.compile(r"[\w#./,@=%][\w#./,@=%-]*")
_IN_QUOTES = re.compile(r'["\\]')
_COMPOUND_VALUES = (AllOf, AnyOf)
_LOOSE = (Or, Verbatim)
"""What needs brackets within an AND: of text that is sent as it is, nobody knows what it holds."""


def render(expr: Expr, *, dialect: Dialect = "search") -> str:
    """Render a tree as Amazon's text.

    Raises ``FilterError`` for what the dialect cannot say (negation, patterns).
    """
    return _render(expr, dialect, 0)


def _render(expr: Expr, dialect: Dialect, depth: int) -> str:
    if depth > MAX_DEPTH:
        raise validation.too_deep()
    match expr:
        case Term(word, value):
            return f"{_word(word, dialect)}:{_of_term(value, dialect, depth)}"
        case And(parts):
            texts = [
                f"({_render(part, dialect, depth + 1)})" if isinstance(part, _LOOSE) else _render(part, dialect, depth)
                for part in parts
            ]
            return " AND ".join(texts)
        case Or(parts):
            return " OR ".join([_render(part, dialect, depth) for part in parts])
        case Verbatim(text):
            return text
        case Not(And() | Or() as part) if dialect == "local":
            return f"NOT ({_render(part, dialect, depth + 2)})"
        case Not(part) if dialect == "local":
            return "NOT " + _render(part, dialect, depth + 1)
        case Not(part):
            raise validation.no_negation(part, dialect)
    raise FilterError(f"not a filter: {expr!r}")


def _word(word: str, dialect: Dialect) -> str:
    field = WORDS[dialect].get(word)
    return field.name_in(dialect) if field and dialect != "local" else word


def _of_term(value: Value, dialect: Dialect, depth: int) -> str:
    text = _value(value, depth)
    bare = isinstance(value, Range) or (dialect != "search" and not isinstance(value, _COMPOUND_VALUES))
    return text if bare else f"({text})"


def _value(value: Value, depth: int) -> str:
    if depth > MAX_DEPTH:
        raise validation.too_deep()
    match value:
        case Equal(text):
            return _equal(text)
        case AnyOf(parts):
            return " OR ".join([_value(part, depth) for part in parts])
        case AllOf(parts):
            texts = [
                f"({_value(part, depth + 1)})" if isinstance(part, AnyOf) else _value(part, depth) for part in parts
            ]
            return " AND ".join(texts)
        case Prefix(text):
            return _SPECIAL_OR_SPACE.sub(r"\\\g<0>", text) + "*"
        case Range(low, high, include_low, include_high):
            return f"{'[' if include_low else '{'}{_end(low)} TO {_end(high)}{']' if include_high else '}'}"
    raise FilterError(f"Amazon's filters cannot say {value!r}", hint="it is answered offline: use find()")


def _equal(text: str) -> str:
    if _BARE.fullmatch(text) and text.upper() not in KEYWORDS:
        return text
    if not text or text.upper() in KEYWORDS or _SPACE.search(text):
        return _quote(text)
    return _SPECIAL.sub(r"\\\g<0>", text)


def _quote(text: str) -> str:
    return '"' + _IN_QUOTES.sub(r"\\\g<0>", text) + '"'


def _end(text: str | None) -> str:
    return "*" if text is None else _quote(text)


def _to_text(self: Expr) -> str:
    """Return the filter as text, in the words it was built with; as the tree, if it holds a pattern (text has none)."""
    try:
        return render(self, dialect="local")
    except FilterError as error:
        return repr(self) if nesting(self) <= MAX_DEPTH else f"<{error.reason}>"


Expr.__str__ = _to_text  # type: ignore[assignment, method-assign]  # a tree knows no text: whoever renders it gives it one
