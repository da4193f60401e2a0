"""Text -> tree, for both of Amazon's dialects and our own.

Each function's docstring is its line of the grammar (EBNF). A space between terms, or between values of a
group, means AND; AND binds tighter than OR; words are read in either case.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NoReturn

from ..errors import FilterError
from ..model.fields import WORDS, Dialect, Field
from . import validation
from .expr import MAX_DEPTH, AllOf, AnyOf, Equal, Expr, Prefix, Range, Term, Value, and_, or_
from .tokens import Scanner
from .validation import MAX_TERMS


def parse(text: str, *, dialect: Dialect | None = None, reserved: int = 0, dates: bool = False) -> Expr:
    """Parse a filter into a tree.

    With a ``dialect`` the words, operators, values and the number of parameters are checked too; ``reserved``
    parameters are sent along. With ``dates`` a date may lack its time, whatever the dialect says. Raises
    ``FilterError``, which says what is wrong, where, and what was probably meant.
    """
    return _Parser(text, dialect, reserved, dates).filter()


class _Parser:
    def __init__(self, text: str, dialect: Dialect | None, reserved: int, dates: bool) -> None:
        self.scan = Scanner(text)
        self.dialect = dialect
        self.dates = dates
        self.most = MAX_TERMS - reserved if dialect in ("node", "search") else None
        self.depth = 0
        """Brackets and NOTs that are open."""
        self.brackets = 0
        """Brackets around terms that are open."""
        self.starts: list[int] = []
        """Where each term begins."""
        self.word = ""
        self.field: Field | None = None
        """What the value being read belongs to; the field is known only if there is a dialect."""

    def filter(self) -> Expr:
        """filter = either ;"""
        if not self.scan.next:
            self.scan.fail("the filter is empty")
        expr = self.either()
        if self.scan.next:
            self.raise_unexpected()
        if self.most is not None and len(self.starts) > self.most:
            self.fail(validation.too_many(len(self.starts), MAX_TERMS - self.most), self.starts[self.most])
        return expr

    def either(self) -> Expr:
        """either = both , { "OR" , both } ;"""
        parts = [self.both()]
        while self.scan.take_keyword("OR"):
            parts.append(self.both())
        return or_(*parts)

    def both(self) -> Expr:
        """both = part , { [ "AND" ] , part } ;"""
        parts = [self.part()]
        while self.another():
            parts.append(self.part())
        return and_(*parts)

    def part(self) -> Expr:
        """part = "NOT" , part | "(" , either , ")" | term ;"""
        start = self.scan.position
        if self.scan.take_keyword("NOT"):
            self.deeper(MAX_DEPTH)
            expr = self.part()
            self.depth -= 1
            if self.dialect in ("node", "search"):
                self.fail(validation.no_negation(expr, self.dialect), start)
            return ~expr
        if self.scan.take("("):
            self.deeper(MAX_DEPTH)
            self.brackets += 1
            expr = self.either()
            self.brackets -= 1
            self.depth -= 1
            self.close(start)
            return expr
        return self.term()

    def term(self) -> Expr:
        """term = word , ":" , value ;"""
        start = self.scan.position
        word = self.scan.field()
        if word is None:
            self.raise_unexpected()
        self.starts.append(start)
        self.word = word
        if self.dialect:
            self.field = self.read_meaning(word, self.dialect, start)
        return Term(word, self.value())

    def read_meaning(self, word: str, dialect: Dialect, position: int) -> Field:
        """The field of a word."""
        try:
            return validation.field_of(word, dialect)
        except FilterError as error:
            self.fail(error, position)

    def value(self) -> Value:
        """value = "(" , any , ")" | range | text ;"""
        start, first = self.scan.position, self.scan.next
        if first == "(":
            self.scan.take("(")
            self.deeper(MAX_DEPTH + 1)
            value = self.any()
            self.depth -= 1
            self.close(start)
            return value
        if first in ("[", "{"):
            return self.range()
        text = self.text("a value is missing here")
        if ":" in text.text or self.scan.next == ":":
            self.check_colon(start)
        return self.check_known(text, start)

    def any(self) -> Value:
        """any = every , { "OR" , every } ;"""
        parts = [self.every()]
        while self.scan.take_keyword("OR"):
            parts.append(self.every())
        return parts[0] if len(parts) == 1 else _join(AnyOf, parts)

    def every(self) -> Value:
        """every = value , { [ "AND" ] , value } ;"""
        parts = [self.value()]
        while self.another():
            parts.append(self.value())
        return parts[0] if len(parts) == 1 else _join(AllOf, parts)

    def range(self) -> Value:
        """range = ( "[" | "{" ) , end , "TO" , end , ( "]" | "}" ) ;"""
        start = self.scan.position
        self.check_known(Range(None, None), start)
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
        start = self.scan.position
        end = self.text("an end of the range is missing here", "* means no limit")
        if isinstance(end, Prefix):
            if end.text:
                self.scan.fail("a range has no prefixes", start)
            return None
        self.check_known(Range(end.text, None), start)
        return end.text

    def text(self, missing: str, hint: str = "") -> Equal | Prefix:
        """One text; ``missing`` says what is wrong if none comes."""
        keyword = self.scan.keyword()
        text = None if keyword else self.scan.value()
        if text is None:
            self.no_text(keyword, missing, hint)
        return text

    def no_text(self, keyword: str, missing: str, hint: str) -> NoReturn:
        if keyword:
            hint = f'as a value, {keyword} wants quotes: "{keyword}"'
        if keyword == "NOT" and self.dialect in ("node", "search"):
            error = validation.no_negation(Term(self.word, validation.ANYTHING), self.dialect)
            missing, hint = error.reason, f"{error.hint}; {hint}"
        elif keyword == "NOT":
            hint = f"a negation stands before the word: NOT {self.word}:…; {hint}"
        self.scan.fail(missing, hint=hint)

    def check_colon(self, position: int) -> None:
        """In a group, a word that is known and a colon are no value: the bracket was to be closed before them."""
        word, _ = self.scan.field_at(position)
        _, begin = self.scan.field_at(self.starts[-1])
        if self.dialect and word in WORDS[self.dialect] and position > begin:
            hint = rf"close the bracket before it; where it belongs to the value, write {word}\:"
            self.scan.fail(f"{word!r} begins another term inside the brackets of {self.word!r}", position, hint)

    def another(self) -> bool:
        """Whether another part of an AND follows; passes over the AND, if it is written."""
        if self.scan.next in ("", ")"):
            return False
        return self.scan.take_keyword("AND") or self.scan.keyword() != "OR"

    def close(self, opened: int) -> None:
        if not self.scan.take(")"):
            if self.scan.next:
                self.raise_unexpected()
            self.scan.fail("this bracket is never closed", opened)

    def deeper(self, deepest: int) -> None:
        self.depth += 1
        if self.depth > deepest:
            self.fail(validation.too_deep(), self.scan.position)

    def raise_unexpected(self) -> NoReturn:
        found = self.scan.next
        if not found:
            self.scan.fail("the filter ends too early")
        if found == ")" and self.brackets:
            self.scan.fail("a term is missing here", hint="such as type:(PHOTOS)")
        if found in (")", "]", "}"):
            self.scan.fail("this bracket was never opened")
        if found == "\\":
            self.scan.fail("a backslash belongs before the character that it protects, and there is none")
        hint = "such as type:(PHOTOS) or size:[1000000 TO *]; quote values with spaces"
        self.scan.fail("a word and a colon were expected here", hint=hint)

    def check_known(self, value: Value, position: int) -> Value:
        """``value`` if the field takes it."""
        if self.field and self.dialect:
            try:
                validation.check_value(self.word, self.field, value, self.dialect, dates=self.dates)
            except FilterError as error:
                self.fail(error, position)
        return value

    def fail(self, error: FilterError, position: int) -> NoReturn:
        self.scan.fail(error.reason, position, error.hint)


def _join(group: type[AllOf] | type[AnyOf], parts: Sequence[Value]) -> Value:
    return group(tuple(p for part in parts for p in (part.parts if isinstance(part, group) else (part,))))
