"""The smallest pieces of a filter: spaces, words, quoted and escaped text. Positions are kept for the caret."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NoReturn

from ..errors import FilterError

KEYWORDS = frozenset({"AND", "OR", "NOT", "TO"})
_SPACE = re.compile(r"\s*")
_FIELD = re.compile(r"([A-Za-z_][A-Za-z0-9_.]*)\s*:")
_KEYWORD = re.compile(r"(AND|OR|NOT|TO)(?=[\s()\[\]{}]|$)", re.IGNORECASE)
_BARE = re.compile(r"(?:[^\s()\[\]{}\\*]|\\.|\*(?![\s()\[\]{}]|$))+", re.DOTALL)
_DOUBLE = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_SINGLE = re.compile(r"'((?:[^'\\]|\\.)*)'", re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Text:
    """A value as meant, without quotes and backslashes; ``prefix`` if an asterisk stood behind it."""

    value: str
    prefix: bool
    position: int


class Scanner:
    """Reads a filter from left to right. Every method first passes over spaces."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0

    def peek(self) -> str:
        """The next character; "" at the end."""
        self.position = _SPACE.match(self.text, self.position).end()  # type: ignore[union-attr]  # it always matches
        return self.text[self.position : self.position + 1]

    def take(self, character: str) -> bool:
        """Passes over ``character`` if it is next."""
        if self.peek() != character:
            return False
        self.position += 1
        return True

    def keyword(self) -> str:
        """The next word in upper case if it is a keyword; "" otherwise. Nothing is passed over."""
        self.peek()
        found = _KEYWORD.match(self.text, self.position)
        return found[1].upper() if found else ""

    def take_keyword(self, word: str) -> bool:
        """Passes over ``word`` (either case) if it is next."""
        if self.keyword() != word:
            return False
        self.position += len(word)
        return True

    def field(self) -> str | None:
        """Passes over ``word:`` and gives the word; None if that is not what comes next."""
        self.peek()
        found = _FIELD.match(self.text, self.position)
        if not found:
            return None
        self.position = found.end()
        return found[1]

    def value(self) -> Text | None:
        """text = '"' … '"' [ "*" ] | "'" … "'" [ "*" ] | bare [ "*" ] | "*" ; None if no text comes next."""
        quote = self.peek()
        start = self.position
        if quote in ('"', "'") and quote:
            found = (_DOUBLE if quote == '"' else _SINGLE).match(self.text, start)
            if not found:
                self.fail("this quote is never closed", start)
        elif quote == "*":
            self.position += 1
            return Text("", True, start)
        else:
            found = _BARE.match(self.text, start)
            if not found:
                return None
        self.position = found.end()
        raw = found[1] if found.re.groups else found[0]
        value = _ESCAPED.sub(r"\1", raw) if "\\" in raw else raw
        prefix = self.text[self.position : self.position + 1] == "*"
        self.position += prefix
        return Text(value, prefix, start)

    def fail(self, reason: str, position: int | None = None, hint: str = "") -> NoReturn:
        """Raises ``FilterError`` with the caret at ``position`` (or here)."""
        where = self.position if position is None else position
        raise FilterError(reason, text=self.text, position=where, hint=hint)
