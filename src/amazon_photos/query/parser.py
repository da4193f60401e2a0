"""Text -> tree, for both of Amazon's dialects and our own.

Each function's docstring is its line of the grammar (EBNF). A space between terms, or between values of a
group, means AND; AND binds tighter than OR; words are read in either case.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NoReturn, ParamSpec, TypeVar

from ..errors import FilterError
from ..model.fields import Dialect
from . import semantics
from .expr import AllOf, AnyOf, Equal, Expr, Prefix, Range, Term, Value, all_of, any_of
from .tokens import Scanner

_DEEPEST = 60
_P = ParamSpec("_P")
_Read = TypeVar("_Read")


def parse(text: str, *, dialect: Dialect | None = None) -> Expr:
    """The tree of a filter.

    With a ``dialect`` the words, operators, values and the number of parameters are checked too. Raises
    ``FilterError``, which says what is wrong, where, and what was probably meant.
    """
    return _Parser(text, dialect).filter()


class _Parser:
    def __init__(self, text: str, dialect: Dialect | None) -> None:
        self.scan = Scanner(text)
        self.dialect = dialect
        self.depth = 0

    def filter(self) -> Expr:
        """filter = either ;"""
        if not self.scan.peek():
            self.scan.fail("the filter is empty")
        expr = self.either()
        if self.scan.peek():
            self.unexpected()
        if self.dialect:
            self.checked(0, semantics.check_count, expr, self.dialect)
        return expr

    def either(self) -> Expr:
        """either = both , { "OR" , both } ;"""
        parts = [self.both()]
        while self.scan.take_keyword("OR"):
            parts.append(self.both())
        return any_of(*parts)

    def both(self) -> Expr:
        """both = part , { [ "AND" ] , part } ;"""
        parts = [self.part()]
        while self.scan.take_keyword("AND") or (self.scan.peek() not in ("", ")") and self.scan.keyword() != "OR"):
            parts.append(self.part())
        return all_of(*parts)

    def part(self) -> Expr:
        """part = "NOT" , part | "(" , either , ")" | term ;"""
        start = self.scan.position
        if self.scan.take_keyword("NOT"):
            if self.dialect in ("node", "search"):
                error = semantics.no_negation(self.dialect)
                self.scan.fail(error.reason, start, error.hint)
            return ~self.nested(self.part)
        if self.scan.take("("):
            expr = self.nested(self.either)
            self.close(")", start)
            return expr
        return self.term()

    def term(self) -> Expr:
        """term = word , ":" , value ;"""
        self.scan.peek()
        start = self.scan.position
        word = self.scan.field()
        if word is None:
            self.unexpected()
        self.scan.peek()
        at = self.scan.position
        value = self.value()
        if self.dialect:
            field = self.checked(start, semantics.field_of, word, self.dialect)
            self.checked(at, semantics.check_value, word, field, value, self.dialect)
        return Term(word, value)

    def value(self) -> Value:
        """value = "(" , any , ")" | range | text ;"""
        start = self.scan.position
        if self.scan.take("("):
            value = self.nested(self.any)
            self.close(")", start)
            return value
        if self.scan.peek() in ("[", "{"):
            return self.range()
        text = None if self.scan.keyword() else self.scan.value()
        if text is None:
            self.scan.fail("a value is missing here")
        return Prefix(text.value) if text.prefix else Equal(text.value)

    def any(self) -> Value:
        """any = every , { "OR" , every } ;"""
        parts = [self.every()]
        while self.scan.take_keyword("OR"):
            parts.append(self.every())
        return _joined(AnyOf, parts)

    def every(self) -> Value:
        """every = value , { [ "AND" ] , value } ;"""
        parts = [self.value()]
        while self.scan.take_keyword("AND") or (self.scan.peek() not in ("", ")") and self.scan.keyword() != "OR"):
            parts.append(self.value())
        return _joined(AllOf, parts)

    def range(self) -> Value:
        """range = ( "[" | "{" ) , end , "TO" , end , ( "]" | "}" ) ;"""
        start = self.scan.position
        include_low = self.scan.take("[") or not self.scan.take("{")
        low = self.end()
        if not self.scan.take_keyword("TO"):
            self.scan.fail("a range needs TO between its ends", hint='such as ["2014-01-01T00:00:00.000Z" TO *]')
        high = self.end()
        include_high = self.scan.take("]")
        if not include_high and not self.scan.take("}"):
            self.scan.fail("this bracket is never closed", start)
        return Range(low, high, include_low, include_high)

    def end(self) -> str | None:
        """end = "*" | text ;"""
        text = None if self.scan.keyword() else self.scan.value()
        if text is None:
            self.scan.fail("an end of the range is missing here", hint="* means no limit")
        if text.prefix and not text.value:
            return None
        if text.prefix:
            self.scan.fail("a range has no prefixes", text.position)
        return text.value

    def close(self, bracket: str, opened: int) -> None:
        if not self.scan.take(bracket):
            if self.scan.peek():
                self.unexpected()
            self.scan.fail("this bracket is never closed", opened)

    def nested(self, read: Callable[[], _Read]) -> _Read:
        self.depth += 1
        if self.depth > _DEEPEST:
            self.scan.fail(f"brackets are nested deeper than {_DEEPEST}")
        result = read()
        self.depth -= 1
        return result

    def unexpected(self) -> NoReturn:
        found = self.scan.peek()
        if not found:
            self.scan.fail("the filter ends too early")
        if found == ")":
            self.scan.fail("this bracket was never opened")
        self.scan.fail("a word and a colon were expected here", hint="such as type:(PHOTOS); quote values with spaces")

    def checked(self, position: int, check: Callable[_P, _Read], *args: _P.args, **kwargs: _P.kwargs) -> _Read:
        """Runs a check and points at ``position`` if it fails."""
        try:
            return check(*args, **kwargs)
        except FilterError as error:
            self.scan.fail(error.reason, position, error.hint)


def _joined(group: type[AllOf] | type[AnyOf], parts: Sequence[Value]) -> Value:
    flat = tuple(p for part in parts for p in (part.parts if isinstance(part, group) else (part,)))
    return flat[0] if len(flat) == 1 else group(flat)
